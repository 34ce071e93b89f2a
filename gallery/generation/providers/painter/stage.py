"""One picture in the making: the sheet, the light, the luck and what is meant."""

from __future__ import annotations

from dataclasses import dataclass

from .canvas import Canvas
from .chance import Chance
from .light import Light
from .words import Meaning


@dataclass(frozen=True)
class Stage:
    canvas: Canvas
    light: Light
    chance: Chance
    meaning: Meaning

    @property
    def width(self) -> float:
        return self.canvas.width

    @property
    def height(self) -> float:
        return self.canvas.height

    def has(self, *kinds: str) -> bool:
        return any(kind in self.meaning.also or kind == self.meaning.kind for kind in kinds)
