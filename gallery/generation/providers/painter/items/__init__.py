"""Things: one on a fitting ground, with a shadow, a rim of light and its own glow."""

from __future__ import annotations

from ..stage import Stage
from .bench import Bench, lay_out
from .kinds import ITEMS


def paint_item(stage: Stage) -> None:
    """The item of the stage's meaning; what is not known becomes a wrapped artefact."""
    bench: Bench = lay_out(stage)
    ITEMS.get(stage.meaning.kind, ITEMS["artefact"])(bench)
    bench.lift()
