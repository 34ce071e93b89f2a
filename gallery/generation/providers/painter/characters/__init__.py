"""Portraits: head and shoulders before a backdrop, from what the words say of folk, calling and looks."""

from __future__ import annotations

from ..stage import Stage
from . import attire, face, head, headgear
from .creatures import paint_creature
from .figure import Figure, sit_down


def paint_character(stage: Stage) -> None:
    """The creature or the person of the stage's meaning, painted from the back to the front."""
    if stage.meaning.creature:
        paint_creature(stage)
        return
    figure: Figure = sit_down(stage)
    attire.behind(figure)
    head.hair_behind(figure)
    attire.body(figure)
    head.neck_and_ears(figure)
    head.skull(figure)
    face.features(figure)
    head.beard(figure)
    head.hair(figure)
    headgear.headgear(figure)
    attire.in_hand(figure)
    figure.bench.lift()
