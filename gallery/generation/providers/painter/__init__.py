"""The built-in painter: storybook pictures from words alone, for when there is no image model.

`words` reads what is meant, `light` chooses the palette of the hour and the weather, `places`, `items`
and `characters` paint it with the strokes of `brushes`, `finish` lays light and weather over it. All
luck comes from the words (`chance`), nothing from the process: same request, same bytes.
"""

from __future__ import annotations

from .paint import paint
from .provider import PainterProvider

__all__ = ["PainterProvider", "paint"]
