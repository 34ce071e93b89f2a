"""What stands and walks on a square: fountain, well, statue, folk."""

from __future__ import annotations

import math

from ..brushes.fire import sparks
from ..brushes.masonry import MASONRY, masonry
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import smooth
from ..stage import Stage


def fountain(stage: Stage, x: float, foot: float, chance: Chance, size: float = 0.34) -> None:
    light, canvas = stage.light, stage.canvas
    stone: Colour = (186, 180, 172)
    half = size / 2
    canvas.soft(x, foot + 0.02, half * 1.4, 0.06, light.shadow((50, 50, 60)), 0.55)
    for rx, y, high in ((half, foot, 0.06), (half * 0.45, foot - size * 0.42, 0.03)):
        canvas.poly(
            [
                (x - rx, y - high),
                (x + rx, y - high),
                (x + rx * 0.92, y),
                *[
                    (x + rx * 0.92 * math.cos(a), y + rx * 0.16 * math.sin(a))
                    for a in (n * math.pi / 8 for n in range(9))
                ],
                (x - rx * 0.92, y),
            ],
            light.shadow(stone, 0, 0.25),
        )
        canvas.box(
            min(x, x + light.side * rx * 0.9),
            y - high,
            max(x, x + light.side * rx * 0.9),
            y + 0.004,
            glaze(light.tone(stone, 0, 0.6), 0.6),
        )
        canvas.oval(x, y - high, rx, rx * 0.2, light.tone(stone, 0, 0.6))
        canvas.oval(
            x, y - high + rx * 0.015, rx * 0.87, rx * 0.15, mix(light.tone((110, 170, 190)), light.low, 0.3)
        )
        if y == foot:
            canvas.box(
                x - half * 0.1, foot - size * 0.42, x + half * 0.1, foot - 0.04, light.tone(stone, 0, 0.3)
            )
    canvas.box(
        x - half * 0.06, foot - size * 0.7, x + half * 0.06, foot - size * 0.45, light.tone(stone, 0, 0.4)
    )
    canvas.disc(x, foot - size * 0.73, half * 0.13, light.tone(stone, 0, 0.5))
    spray = light.tone((236, 246, 250), 0, 0.4)
    for reach, rise, fall in ((0.4, 0.16, 0.4), (0.24, 0.2, 0.38), (0.74, 0.02, 0.7)):
        for way in (-1, 1):
            jet = [
                (
                    x + way * half * reach * t / 8,
                    foot
                    - size * 0.72
                    - size * rise * (1 - (t / 4 - 1) ** 2)
                    + size * fall * (t / 8) ** 2 * 0.75,
                )
                for t in range(9)
            ]
            canvas.line(jet, glaze(spray, 0.75), 0.006)
    sparks(canvas, chance, x, foot - 0.05, half, size * 0.8, spray, 24)


def well(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    canvas.soft(x, foot + 0.01, 0.2, 0.05, light.shadow((50, 50, 60)), 0.55)
    masonry(
        stage,
        [
            (x - 0.11, foot - 0.1),
            (x + 0.11, foot - 0.1),
            (x + 0.11, foot),
            *[
                (x + 0.11 * math.cos(a), foot + 0.025 * math.sin(a))
                for a in (n * math.pi / 8 for n in range(9))
            ],
            (x - 0.11, foot),
        ],
        0,
        chance=chance,
        row=0.026,
    )
    canvas.oval(x, foot - 0.1, 0.115, 0.026, light.tone(MASONRY, 0, 0.6))
    canvas.oval(x, foot - 0.1, 0.088, 0.017, (26, 24, 32))
    for way in (-1, 1):
        canvas.box(
            x + way * 0.098 - 0.009,
            foot - 0.29,
            x + way * 0.098 + 0.009,
            foot - 0.09,
            light.shadow((118, 84, 58)),
        )
    canvas.line([(x, foot - 0.27), (x, foot - 0.15)], light.tone((190, 160, 110)), 0.005)
    canvas.poly(
        [
            (x - 0.022, foot - 0.16),
            (x + 0.022, foot - 0.16),
            (x + 0.016, foot - 0.115),
            (x - 0.016, foot - 0.115),
        ],
        light.tone((128, 92, 62), 0, 0.3),
    )
    canvas.poly(
        [(x - 0.16, foot - 0.27), (x - 0.1, foot - 0.37), (x + 0.1, foot - 0.37), (x + 0.16, foot - 0.27)],
        light.tone((158, 84, 62), 0, 0.5),
    )
    canvas.line([(x - 0.16, foot - 0.27), (x + 0.16, foot - 0.27)], light.shadow((100, 60, 50)), 0.012)


def statue(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    """A cloaked figure with a raised sword, upon a plinth."""
    light, canvas = stage.light, stage.canvas
    stone = chance.pick(((176, 172, 168), (112, 150, 134), (150, 128, 100)))
    canvas.soft(x, foot + 0.01, 0.2, 0.05, light.shadow((50, 50, 60)), 0.55)
    masonry(
        stage,
        [(x - 0.1, foot - 0.13), (x + 0.1, foot - 0.13), (x + 0.12, foot), (x - 0.12, foot)],
        0,
        chance=chance,
        row=0.03,
    )
    canvas.box(x - 0.12, foot - 0.15, x + 0.12, foot - 0.12, light.tone(MASONRY, 0, 0.5))
    tone, dark = light.tone(stone, 0, 0.4), light.shadow(stone, 0, 0.4)
    canvas.poly(
        [
            (x - 0.08, foot - 0.15),
            (x - 0.05, foot - 0.36),
            (x, foot - 0.4),
            (x + 0.05, foot - 0.36),
            (x + 0.08, foot - 0.15),
        ],
        tone,
    )
    canvas.poly(
        [
            (x, foot - 0.4),
            (x - light.side * 0.05, foot - 0.36),
            (x - light.side * 0.08, foot - 0.15),
            (x, foot - 0.15),
        ],
        dark,
    )
    canvas.disc(x, foot - 0.425, 0.03, tone)
    way = -light.side
    canvas.line([(x + way * 0.04, foot - 0.36), (x + way * 0.08, foot - 0.46)], tone, 0.022)
    canvas.line([(x + way * 0.07, foot - 0.44), (x + way * 0.13, foot - 0.62)], lighter(tone, 0.2), 0.009)
    canvas.line([(x + way * 0.06, foot - 0.49), (x + way * 0.11, foot - 0.47)], tone, 0.01)


def folk(stage: Stage, x: float, foot: float, high: float, chance: Chance) -> None:
    """A small passer-by."""
    light, canvas = stage.light, stage.canvas
    cloth = chance.pick(
        ((148, 62, 56), (66, 92, 130), (96, 116, 70), (130, 100, 70), (112, 78, 120), (180, 146, 90))
    )
    way = chance.sign()
    canvas.soft(x - light.side * high * 0.15, foot, high * 0.3, high * 0.06, light.shadow((40, 40, 50)), 0.5)
    body = smooth(
        [
            (x - high * 0.2, foot),
            (x - high * 0.13, foot - high * 0.55),
            (x, foot - high * 0.82),
            (x + high * 0.13, foot - high * 0.55),
            (x + high * 0.2, foot),
        ],
        steps=4,
    )
    canvas.poly(body, light.tone(cloth, 0.04, 0.3))
    canvas.poly(
        [
            (x, foot - high * 0.8),
            (x - light.side * high * 0.13, foot - high * 0.55),
            (x - light.side * high * 0.2, foot),
            (x, foot),
        ],
        glaze(light.shadow(cloth), 0.6),
    )
    canvas.disc(x + way * high * 0.02, foot - high * 0.87, high * 0.1, light.tone((220, 172, 138), 0.03, 0.3))
    canvas.poly(
        smooth(
            [
                (x - high * 0.12, foot - high * 0.84),
                (x - high * 0.07, foot - high * 1.0),
                (x + high * 0.06, foot - high * 1.0),
                (x + high * 0.12, foot - high * 0.86),
            ],
            steps=3,
        ),
        light.shadow(darker(cloth, 0.25), 0.03),
    )
