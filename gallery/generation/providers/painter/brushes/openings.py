"""Windows seen from outside."""

from __future__ import annotations

from ..chance import Chance
from ..colour import Colour, mix
from ..shapes import arch
from ..stage import Stage
from .fire import WARM

TIMBER: Colour = (92, 64, 48)


def window(stage: Stage, x: float, y: float, wide: float, high: float, depth: float, *, round_: bool = False, likelihood: float = 0.8,
           chance: Chance) -> None:  # fmt: skip
    """A pane with its frame, lit by the hour."""
    canvas, light = stage.canvas, stage.light
    lit = chance.maybe(likelihood)
    pane = mix(light.lamp() if lit else light.shadow((70, 80, 100)), light.haze, depth * 0.6)
    frame = light.shadow(TIMBER, depth)
    outline = (
        arch(x, y + high / 2, wide, high)
        if round_
        else [
            (x - wide / 2, y - high / 2),
            (x + wide / 2, y - high / 2),
            (x + wide / 2, y + high / 2),
            (x - wide / 2, y + high / 2),
        ]
    )
    grown = [(x + (px - x) * 1.28, y + (py - y) * 1.18) for px, py in outline]
    canvas.poly(grown, frame)
    canvas.poly(outline, pane)
    canvas.line([(x, y - high / 2), (x, y + high / 2)], frame, wide * 0.1)
    canvas.line([(x - wide / 2, y), (x + wide / 2, y)], frame, wide * 0.1)
    if lit and light.lamps > 0.3:
        canvas.glow(x, y, high * 2.4, WARM, 0.3 * light.lamps * (1 - depth))
