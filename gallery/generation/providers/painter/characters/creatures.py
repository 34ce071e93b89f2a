"""Portraits of creatures: one drawing for each family of the bestiary."""

from __future__ import annotations

from collections.abc import Callable

from ..stage import Stage
from .beast import Beast, seated
from .figure import easel
from .furred import bat, bear, cat, rat, wolf
from .hooved import horse
from .looming import giant, shadow
from .scaled import dragon, snake
from .strange import beholder, flayer, kraken, slime, spider
from .summoned import bird, ghost, golem

CREATURES: dict[str, Callable[[Beast], None]] = {
    "dragon": dragon,
    "wolf": wolf,
    "bear": bear,
    "cat": cat,
    "spider": spider,
    "beholder": beholder,
    "flayer": flayer,
    "kraken": kraken,
    "horse": horse,
    "golem": golem,
    "ghost": ghost,
    "slime": slime,
    "bird": bird,
    "snake": snake,
    "rat": rat,
    "bat": bat,
    "giant": giant,
    "shadow": shadow,
}


def paint_creature(stage: Stage) -> None:
    """The creature of the stage's meaning."""
    bench = easel(stage, stage.chance.child("figure"), 0.94)
    CREATURES.get(stage.meaning.creature, shadow)(seated(stage, bench))
    bench.lift()
