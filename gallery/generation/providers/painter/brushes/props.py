"""Loose things: barrels, mugs, bones and gold."""

from __future__ import annotations

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter
from ..light import Light
from ..shapes import arc, smooth
from ..stage import Stage


def barrel(stage: Stage, x: float, foot: float, size: float, local: Colour = (140, 96, 60)) -> None:
    """A standing barrel, ``size`` high."""
    light, canvas = stage.light, stage.canvas
    half = size * 0.36
    body = [
        (x - half * 0.82, foot - size),
        *arc(x + half * 0.0, foot - size / 2, half, size * 0.5, 0.58, 0.42, 1),
        (x - half * 0.82, foot),
    ]
    body = smooth(
        [
            (x - half * 0.8, foot - size),
            (x + half * 0.8, foot - size),
            (x + half, foot - size / 2),
            (x + half * 0.8, foot),
            (x - half * 0.8, foot),
            (x - half, foot - size / 2),
        ],
        steps=4,
        closed=True,
    )
    canvas.soft(x, foot, half * 1.5, half * 0.4, (20, 16, 24), 0.5)
    canvas.poly(body, light.tone(local, 0, 0.2))
    with canvas.within(body) as wood_:
        wood_.box(
            min(x, x - light.side * half) - half * 0.2 * (light.side < 0),
            foot - size * 1.1,
            max(x, x - light.side * half),
            foot + size,
            glaze(light.shadow(darker(local, 0.2)), 0.55),
        )
        for n in range(5):
            wood_.line(
                [
                    (x + half * (n - 2) * 0.44, foot - size * 1.1),
                    (x + half * (n - 2) * 0.5, foot + size * 0.1),
                ],
                glaze(light.shadow(darker(local, 0.4)), 0.6),
                size * 0.015,
            )
        for y in (0.14, 0.34, 0.68, 0.88):
            wood_.box(
                x - half * 1.1,
                foot - size * y - size * 0.03,
                x + half * 1.1,
                foot - size * y + size * 0.03,
                light.tone((92, 92, 100)),
            )
    canvas.oval(x, foot - size * 0.98, half * 0.76, half * 0.2, light.tone(lighter(local, 0.15), 0, 0.3))


def gold_heap(stage: Stage, x: float, foot: float, half: float, chance: Chance) -> None:
    canvas = stage.canvas
    gold: Colour = (228, 174, 70)
    line = smooth(
        [
            (x - half, foot),
            (x - half * 0.5, foot - half * 0.22),
            (x, foot - half * 0.42),
            (x + half * 0.5, foot - half * 0.24),
            (x + half, foot),
        ],
        steps=6,
    )
    canvas.wash(
        [*line, (x + half * 1.1, foot + 0.3), (x - half * 1.1, foot + 0.3)],
        lighter(gold, 0.2),
        gold,
        darker(gold, 0.5),
    )
    for _ in range(240):
        dx = chance.about(0, half * 0.9)
        top = foot - half * 0.4 * (1 - abs(dx) / half) ** 0.9
        y = top + (foot + 0.2 - top) * chance.random()
        size = chance.between(0.008, 0.015)
        canvas.oval(
            x + dx,
            y,
            size,
            size * chance.between(0.3, 0.9),
            chance.pick(((255, 226, 130), (216, 158, 60), (170, 112, 44), (246, 202, 96))),
        )
    for dx, tone in ((-0.3, (200, 50, 70)), (0.2, (70, 150, 220)), (0.45, (90, 190, 120))):
        gx, gy = x + dx * half, foot - half * 0.26 * (1 - abs(dx))
        canvas.poly(
            [
                (gx - 0.018, gy),
                (gx - 0.01, gy - 0.014),
                (gx + 0.01, gy - 0.014),
                (gx + 0.018, gy),
                (gx, gy + 0.022),
            ],
            tone,
        )
        canvas.glow(gx, gy, 0.05, tone, 0.5)
    canvas.glow(x, foot - half * 0.2, half * 1.3, (255, 190, 90), 0.4)


def skull(stage: Stage, x: float, foot: float, size: float) -> None:
    canvas, light = stage.canvas, stage.light
    bone = light.tone((230, 218, 190), 0, 0.3)
    canvas.soft(x, foot, size * 0.8, size * 0.16, (10, 8, 14), 0.6)
    canvas.oval(x, foot - size * 0.58, size * 0.46, size * 0.42, bone)
    canvas.box(x - size * 0.24, foot - size * 0.34, x + size * 0.24, foot, bone)
    for way in (-1, 1):
        canvas.oval(x + way * size * 0.19, foot - size * 0.5, size * 0.13, size * 0.14, (34, 26, 32))
    canvas.poly(
        [
            (x - size * 0.06, foot - size * 0.26),
            (x, foot - size * 0.38),
            (x + size * 0.06, foot - size * 0.26),
        ],
        (34, 26, 32),
    )
    for n in range(5):
        canvas.line(
            [(x + size * (n - 2) * 0.09, foot - size * 0.15), (x + size * (n - 2) * 0.09, foot)],
            (70, 58, 56),
            size * 0.025,
        )


def mug(canvas: Canvas, light: Light, x: float, foot: float, high: float) -> None:
    body = light.tone((156, 108, 66), 0, 0.4)
    canvas.line(
        [
            (x + high * 0.26, foot - high * 0.7),
            (x + high * 0.52, foot - high * 0.62),
            (x + high * 0.48, foot - high * 0.26),
            (x + high * 0.26, foot - high * 0.2),
        ],
        light.shadow((130, 92, 58)),
        high * 0.1,
    )
    canvas.poly(
        [
            (x - high * 0.28, foot - high * 0.8),
            (x + high * 0.28, foot - high * 0.8),
            (x + high * 0.32, foot),
            (x - high * 0.32, foot),
        ],
        body,
    )
    canvas.poly(
        [(x, foot - high * 0.8), (x + high * 0.28, foot - high * 0.8), (x + high * 0.32, foot), (x, foot)],
        glaze(light.shadow((110, 76, 50)), 0.5),
    )
    for y in (0.16, 0.62):
        canvas.box(
            x - high * 0.32,
            foot - high * y - high * 0.05,
            x + high * 0.32,
            foot - high * y + high * 0.04,
            light.tone((110, 106, 106)),
        )
    for dx in (-0.2, 0.0, 0.2):
        canvas.disc(x + dx * high, foot - high * 0.86, high * 0.16, light.tone((246, 236, 214), 0, 0.3))
