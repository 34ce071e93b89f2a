"""What stands in rooms: hearth, tables, shelves, a chandelier."""

from __future__ import annotations

import math

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter
from ..light import Light
from ..shapes import arch, smooth
from ..stage import Stage
from .fire import WARM, blaze, candle
from .masonry import masonry
from .props import mug

WOOD: Colour = (142, 98, 64)


def hearth(
    stage: Stage, x: float, foot: float, size: float, *, chance: Chance, stone: Colour = (142, 128, 120)
) -> None:
    """A stone fireplace with its fire, mantel and breast up to the ceiling."""
    canvas, light = stage.canvas, stage.light
    half = size * 0.5
    masonry(
        stage,
        [
            (x - half * 0.72, foot - size * 1.7),
            (x + half * 0.72, foot - size * 1.7),
            (x + half * 0.8, foot - size * 0.8),
            (x - half * 0.8, foot - size * 0.8),
        ],
        0,
        chance=chance,
        local=darker(stone, 0.12),
        row=size * 0.085,
    )
    masonry(
        stage,
        [(x - half, foot - size * 0.84), (x + half, foot - size * 0.84), (x + half, foot), (x - half, foot)],
        0,
        chance=chance,
        local=stone,
        row=size * 0.085,
    )
    mouth = arch(x, foot, size * 0.6, size * 0.58)
    canvas.wash(mouth, (26, 14, 16), (86, 34, 20))
    with canvas.within(mouth) as inside:
        inside.soft(x, foot, size * 0.36, size * 0.4, (255, 120, 50), 0.7)
    blaze(canvas, x, foot - size * 0.05, size * 0.4, size * 0.44, chance=chance)
    canvas.box(
        x - half * 1.16,
        foot - size * 0.91,
        x + half * 1.16,
        foot - size * 0.82,
        light.tone((128, 86, 58), 0, 0.6),
    )
    canvas.box(
        x - half * 1.16, foot - size * 0.84, x + half * 1.16, foot - size * 0.81, light.shadow((96, 64, 46))
    )
    for dx in (-0.8, 0.78):
        candle(canvas, x + dx * half, foot - size * 0.91, size * 0.09, chance=chance)
    canvas.soft(x, foot + size * 0.12, size * 1.1, size * 0.22, (255, 140, 60), 0.34)
    canvas.glow(x, foot - size * 0.2, size * 1.5, (255, 104, 34), 0.46)


def table(
    stage: Stage,
    x: float,
    foot: float,
    wide: float,
    high: float,
    *,
    tone: Colour = WOOD,
    chance: Chance,
    laid: bool = True,
) -> None:
    """A board on legs seen a little from above, with mugs, a candle, food."""
    canvas, light = stage.canvas, stage.light
    half, deep = wide / 2, wide * 0.15
    top = foot - high
    canvas.soft(x, foot, half * 1.25, wide * 0.13, (20, 12, 18), 0.6)
    for way in (-1, 1):
        canvas.poly(
            [
                (x + way * half * 0.78 - wide * 0.03, top),
                (x + way * half * 0.78 + wide * 0.03, top),
                (x + way * half * 0.84 + wide * 0.025, foot),
                (x + way * half * 0.84 - wide * 0.025, foot),
            ],
            light.shadow(tone),
        )
    board = [(x - half * 0.86, top - deep), (x + half * 0.86, top - deep), (x + half, top), (x - half, top)]
    canvas.wash(board, light.tone(tone, 0, 0.3), light.tone(lighter(tone, 0.12), 0, 0.6))
    canvas.box(x - half, top, x + half, top + wide * 0.05, light.shadow(tone, 0, 0.25))
    for n in (1, 2):
        canvas.line(
            [
                (x - half * (0.86 + 0.05 * n), top - deep + deep * n / 3),
                (x + half * (0.86 + 0.05 * n), top - deep + deep * n / 3),
            ],
            glaze(light.shadow(darker(tone, 0.3)), 0.6),
            wide * 0.008,
        )
    if laid:
        _laid(stage, x, top - deep * 0.35, wide, chance)


def _laid(stage: Stage, x: float, y: float, wide: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    candle(canvas, x + chance.between(-0.08, 0.08) * wide, y, wide * 0.13, chance=chance)
    for dx in (-0.32, 0.28):
        mug(canvas, light, x + (dx + chance.between(-0.05, 0.05)) * wide, y + wide * 0.02, wide * 0.12)
    if chance.maybe(0.7):
        px = x + chance.sign() * 0.16 * wide
        canvas.oval(px, y + wide * 0.02, wide * 0.085, wide * 0.026, light.tone((196, 180, 156), 0, 0.4))
        canvas.oval(px, y - wide * 0.01, wide * 0.055, wide * 0.035, light.tone((196, 132, 70), 0, 0.5))


def stool(stage: Stage, x: float, foot: float, size: float, tone: Colour = WOOD) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.soft(x, foot, size * 0.6, size * 0.14, (20, 12, 18), 0.5)
    for way in (-0.34, 0.0, 0.34):
        canvas.line(
            [(x + way * size * 0.8, foot - size * 0.6), (x + way * size, foot)],
            light.shadow(tone),
            size * 0.08,
        )
    canvas.oval(x, foot - size * 0.6, size * 0.42, size * 0.13, light.shadow(tone))
    canvas.oval(x, foot - size * 0.64, size * 0.42, size * 0.12, light.tone(tone, 0, 0.5))


def shelf(
    stage: Stage, left: float, right: float, y: float, *, chance: Chance, what: str, high: float = 0.09
) -> None:
    """A board with bottles or books on it."""
    canvas, light = stage.canvas, stage.light
    x = left + 0.01
    while x < right - 0.015:
        if what == "books":
            wide, tall = chance.between(0.011, 0.024), high * chance.between(0.66, 0.95)
            spine = chance.pick(
                (
                    (134, 56, 50),
                    (62, 84, 112),
                    (84, 104, 72),
                    (150, 112, 64),
                    (96, 66, 98),
                    (110, 84, 66),
                    (58, 62, 72),
                )
            )
            lean = high * 0.16 if chance.maybe(0.07) else 0.0
            canvas.poly(
                [(x, y), (x + lean, y - tall), (x + lean + wide * 0.92, y - tall), (x + wide * 0.92, y)],
                light.tone(spine, 0, 0.4),
            )
            canvas.line(
                [(x + lean * 0.8, y - tall * 0.8), (x + lean * 0.8 + wide * 0.9, y - tall * 0.8)],
                glaze(light.tone((222, 180, 100), 0, 0.3), 0.7),
                0.003,
            )
            x += wide + lean
        else:
            x += _jar(canvas, light, x, y, high, chance)
    canvas.box(left, y, right, y + 0.014, light.tone((126, 86, 56), 0, 0.4))
    canvas.box(left, y + 0.01, right, y + 0.018, light.shadow((90, 60, 44)))


def _jar(canvas: Canvas, light: Light, x: float, y: float, high: float, chance: Chance) -> float:
    wide, tall = high * chance.between(0.3, 0.5), high * chance.between(0.5, 0.95)
    glass = chance.pick(
        ((96, 140, 92), (150, 96, 56), (120, 150, 160), (160, 70, 66), (96, 82, 140), (190, 160, 90))
    )
    middle = x + wide / 2
    canvas.poly(
        smooth(
            [
                (x, y),
                (x, y - tall * 0.55),
                (middle - wide * 0.17, y - tall * 0.78),
                (middle - wide * 0.15, y - tall),
                (middle + wide * 0.15, y - tall),
                (middle + wide * 0.17, y - tall * 0.78),
                (x + wide, y - tall * 0.55),
                (x + wide, y),
            ],
            steps=2,
        ),
        light.tone(glass, 0, 0.35),
    )
    canvas.box(
        x + wide * 0.16, y - tall * 0.5, x + wide * 0.28, y - tall * 0.1, glaze(lighter(glass, 0.7), 0.6)
    )
    canvas.box(
        middle - wide * 0.13,
        y - tall * 1.06,
        middle + wide * 0.13,
        y - tall * 0.96,
        light.tone((196, 160, 110)),
    )
    return wide * 1.25


def chandelier(stage: Stage, x: float, y: float, wide: float, *, chance: Chance) -> None:
    """A wheel of candles on a chain."""
    canvas, light = stage.canvas, stage.light
    iron = light.shadow((70, 58, 56))
    canvas.line([(x, -0.02), (x, y - wide * 0.3)], iron, 0.006)
    for way in (-1, 1):
        canvas.line([(x, y - wide * 0.3), (x + way * wide * 0.48, y)], iron, 0.005)
    ring = [
        (x + wide / 2 * math.cos(math.tau * n / 24), y + wide * 0.1 * math.sin(math.tau * n / 24))
        for n in range(25)
    ]
    canvas.line(ring, light.tone((110, 80, 60), 0, 0.3), wide * 0.045)
    for n in range(6):
        angle = math.tau * (n + 0.25) / 6
        candle(
            canvas,
            x + wide / 2 * math.cos(angle),
            y + wide * 0.1 * math.sin(angle),
            wide * 0.11,
            chance=chance,
        )
    canvas.glow(x, y, wide * 1.6, WARM, 0.4)
