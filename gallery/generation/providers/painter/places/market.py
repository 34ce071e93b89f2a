"""A market."""

from __future__ import annotations

import math

from ..brushes.fire import WARM, lantern
from ..chance import Chance
from ..colour import darker, mix
from ..shapes import smooth, spaced
from ..stage import Stage
from .town import bunting, bustle, paving, row_of_houses, wet
from .vista import vista


def market(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("market")
    horizon = stage.height * chance.between(0.56, 0.62)
    vista(stage, horizon)
    row_of_houses(stage, chance, horizon + 0.01, 0.2, 0.3, -0.1, stage.width + 0.1)
    ground = chance.pick(((178, 158, 130), (166, 152, 138), (186, 152, 112)))
    canvas.wash(
        [
            (-0.1, horizon + 0.01),
            (stage.width + 0.1, horizon + 0.01),
            (stage.width + 0.1, stage.height + 0.05),
            (-0.1, stage.height + 0.05),
        ],
        light.tone(ground, 0.25),
        light.tone(ground, 0, 0.3),
    )
    paving(stage, chance, horizon + 0.01)
    for row, (size, foot) in enumerate(((0.24, horizon + 0.1), (0.4, stage.height * 0.9))):
        for x in spaced(chance, -0.06, stage.width + 0.06, max(2, round(stage.width * (3.2 - 1.3 * row)))):
            if row == 0 or abs(x / stage.width - 0.5) > 0.17:
                _stall(stage, x, foot, size * chance.between(0.9, 1.1), 0.18 - 0.16 * row, chance)
        if row == 0:
            bustle(stage, chance, horizon + 0.16)
            bustle(stage, chance, horizon + 0.2)
    wet(stage, chance, horizon + 0.05)
    bunting(stage, chance, horizon)
    for x in spaced(chance, 0.1, stage.width - 0.1, int(5 * stage.width)):
        lantern(
            canvas,
            x,
            horizon - 0.16 + 0.05 * math.sin(9 * x),
            0.06,
            lit=max(0.1, light.lamps),
            colour=chance.pick((WARM, (255, 140, 90), (255, 210, 120))),
        )


def _stall(stage: Stage, x: float, foot: float, size: float, depth: float, chance: Chance) -> None:
    """A table of wares under a striped awning."""
    light, canvas = stage.light, stage.canvas
    stripe = chance.pick(((182, 62, 54), (62, 104, 150), (86, 134, 84), (204, 152, 62), (136, 78, 140)))
    half, top = size / 2, foot - size * 0.86
    wood_ = light.shadow((116, 84, 60), depth)
    canvas.soft(x, foot, size * 0.66, size * 0.1, light.shadow((50, 46, 50)), 0.5)
    for way in (-1, 1):
        canvas.box(
            x + way * half * 0.92 - size * 0.014, top, x + way * half * 0.92 + size * 0.014, foot, wood_
        )
    canvas.poly(
        [
            (x - half * 0.9, top + size * 0.2),
            (x + half * 0.9, top + size * 0.2),
            (x + half * 0.9, foot - size * 0.3),
            (x - half * 0.9, foot - size * 0.3),
        ],
        light.shadow((84, 64, 56), depth + 0.04),
    )
    canvas.box(
        x - half * 0.96, foot - size * 0.3, x + half * 0.96, foot, light.tone((140, 102, 70), depth, 0.3)
    )
    for n in range(6):
        canvas.line(
            [
                (x - half * 0.96 + n * size * 0.19, foot - size * 0.28),
                (x - half * 0.96 + n * size * 0.19, foot),
            ],
            light.shadow((96, 68, 50), depth),
            size * 0.01,
        )
    _wares(stage, x, foot - size * 0.3, half, depth, chance)
    canvas.box(
        x - half, foot - size * 0.33, x + half, foot - size * 0.28, light.tone((166, 124, 84), depth, 0.5)
    )
    count = 8
    for n in range(count):
        x0, x1 = x - half * 1.1 + n * half * 2.2 / count, x - half * 1.1 + (n + 1) * half * 2.2 / count
        u0, u1 = x - half * 0.9 + n * half * 1.8 / count, x - half * 0.9 + (n + 1) * half * 1.8 / count
        tone = light.tone(stripe if n % 2 else (238, 226, 200), depth, 0.5)
        canvas.poly(
            [
                (u0, top - size * 0.06),
                (u1, top - size * 0.06),
                (x1, top + size * 0.2),
                (x0, top + size * 0.2),
            ],
            tone,
        )
        canvas.poly(
            [
                (x0, top + size * 0.2),
                (x1, top + size * 0.2),
                *smooth(
                    [(x1, top + size * 0.24), ((x0 + x1) / 2, top + size * 0.29), (x0, top + size * 0.24)],
                    steps=3,
                ),
            ],
            darker(tone, 0.18),
        )
    if light.lamps > 0.3:
        canvas.glow(x, foot - size * 0.4, size * 0.6, WARM, 0.4 * light.lamps)


def _wares(stage: Stage, x: float, y: float, half: float, depth: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    for n in range(4):
        cx = x + half * (n - 1.5) * 0.46
        colour = chance.pick(
            ((206, 70, 56), (226, 164, 62), (128, 168, 74), (190, 120, 70), (120, 84, 150), (226, 212, 180))
        )
        if chance.maybe(0.7):
            for i in range(9):
                canvas.disc(
                    cx + half * 0.07 * (i % 4 - 1.5),
                    y - half * 0.06 - half * 0.08 * (i // 4),
                    half * 0.05,
                    light.tone(mix(colour, (255, 240, 200), 0.15 * (i % 3)), depth, 0.4),
                )
        else:
            canvas.poly(
                [
                    (cx - half * 0.07, y),
                    (cx - half * 0.08, y - half * 0.18),
                    (cx - half * 0.03, y - half * 0.24),
                    (cx - half * 0.03, y - half * 0.32),
                    (cx + half * 0.03, y - half * 0.32),
                    (cx + half * 0.03, y - half * 0.24),
                    (cx + half * 0.08, y - half * 0.18),
                    (cx + half * 0.07, y),
                ],
                light.tone(colour, depth, 0.4),
            )
