"""A throne room."""

from __future__ import annotations

import math

from ..brushes.fire import candle, sparks
from ..brushes.masonry import column_
from ..brushes.rooms import back_wall, indoors, shell
from ..brushes.windows import casement
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter
from ..shapes import ellipse
from ..stage import Stage
from .castles import livery


def throne(stage: Stage) -> None:
    canvas, room, outside, chance = stage.canvas, indoors(stage), stage.light, stage.chance.child("throne")
    left, top, right, bottom = back_wall(stage, chance)
    bottom = stage.height * 0.62
    back = (left, top * 0.4, right, bottom)
    stone = chance.pick(((168, 158, 158), (186, 168, 146), (140, 138, 152)))
    colour = livery(stage)
    shell(room, back, stone, darker(stone, 0.15), boards=False)
    middle = stage.width / 2
    for dx in (-0.34, 0.34) if stage.width < 1.4 else (-0.62, -0.34, 0.34, 0.62):
        if left < middle + dx - 0.06 and middle + dx + 0.06 < right:
            casement(
                room,
                outside,
                middle + dx,
                bottom - 0.16,
                0.11,
                0.36,
                pointed=True,
                frame=(150, 138, 132),
                cast=0.8,
            )
    _great_window(room, middle, bottom - 0.2, chance)
    carpet = [
        (middle - 0.1, bottom - 0.02),
        (middle + 0.1, bottom - 0.02),
        (middle + 0.42, stage.height + 0.02),
        (middle - 0.42, stage.height + 0.02),
    ]
    light = room.light
    for n in range(3):
        half, y = 0.42 - 0.07 * n, bottom + 0.05 - 0.032 * n
        canvas.box(middle - half, y - 0.032, middle + half, y, light.shadow(stone, 0, 0.25))
        canvas.box(
            middle - half, y - 0.038, middle + half, y - 0.026, light.tone(lighter(stone, 0.15), 0, 0.5)
        )
    canvas.wash(carpet, light.shadow(colour, 0, 0.2), light.tone(colour, 0, 0.3))
    for way in (-1, 1):
        canvas.poly(
            [
                (middle + way * 0.086, bottom - 0.02),
                (middle + way * 0.094, bottom - 0.02),
                (middle + way * 0.4, stage.height + 0.02),
                (middle + way * 0.365, stage.height + 0.02),
            ],
            light.tone((226, 184, 92), 0, 0.4),
        )
    _seat(room, middle, bottom - 0.03, colour, chance)
    for row, (dx, wide, depth) in enumerate(((0.46, 0.075, 0.12), (0.72, 0.12, 0.0))):
        foot = bottom + 0.1 + 0.2 * row
        for way in (-1, 1):
            x = middle + way * dx
            if -0.1 < x < stage.width + 0.1:
                column_(room, x, foot, wide, foot + 0.1, depth, local=stone, chance=chance)
                _hanging(room, x, top + 0.12 - 0.05 * row, wide * 0.9, colour, depth)
    for x in (middle - 0.28, middle + 0.28):
        _stand(room, x, bottom + 0.1, 0.24, chance)
    sparks(canvas, chance, middle, bottom, 0.4, 0.6, (255, 236, 190), 30)


def _great_window(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    """A round window of coloured glass above the throne."""
    canvas, light = stage.canvas, stage.light
    radius, y = 0.14, max(0.18, foot - 0.3)
    canvas.disc(x, y, radius * 1.14, light.tone((170, 156, 148), 0, 0.3))
    canvas.disc(x, y, radius, (60, 50, 70))
    tones = [
        chance.pick(((206, 84, 70), (86, 130, 196), (232, 186, 92), (110, 166, 120), (160, 110, 190)))
        for _ in range(4)
    ]
    for ring, share in enumerate((1.0, 0.66, 0.34)):
        count = (12, 8, 1)[ring]
        for n in range(count):
            a, b = n / count + 0.006, (n + 1) / count - 0.006
            outer = [
                (x + radius * share * 0.97 * dx, y + radius * share * 0.97 * dy) for dx, dy in _turns(a, b)
            ]
            inner = [
                (x + radius * (share - 0.3) * dx, y + radius * (share - 0.3) * dy)
                for dx, dy in reversed(_turns(a, b))
            ]
            canvas.poly(
                [*outer, *inner] if count > 1 else ellipse(x, y, radius * 0.32, radius * 0.32),
                lighter(tones[(n + ring) % 4], 0.18),
            )
    strength = 0.3 if stage.light.night else 0.5
    canvas.glow(x, y, radius * 2.6, (255, 220, 170), strength)
    canvas.poly(
        [
            (x - radius * 0.8, y),
            (x + radius * 0.8, y),
            (x + 0.4, stage.height * 0.95),
            (x - 0.28, stage.height * 0.95),
        ],
        glaze((255, 226, 176), 0.1),
    )


def _turns(a: float, b: float) -> list[tuple[float, float]]:
    return [
        (math.cos(math.tau * (a + (b - a) * n / 4)), math.sin(math.tau * (a + (b - a) * n / 4)))
        for n in range(5)
    ]


def _seat(stage: Stage, x: float, foot: float, colour: Colour, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    gold, shade = light.tone((224, 178, 84), 0, 0.5), light.shadow((170, 124, 60))
    high = 0.4
    canvas.poly(
        [
            (x - 0.11, foot),
            (x - 0.12, foot - high * 0.82),
            (x - 0.06, foot - high * 0.92),
            (x, foot - high),
            (x + 0.06, foot - high * 0.92),
            (x + 0.12, foot - high * 0.82),
            (x + 0.11, foot),
        ],
        gold,
    )
    canvas.poly(
        [
            (x - 0.085, foot - 0.02),
            (x - 0.092, foot - high * 0.78),
            (x, foot - high * 0.9),
            (x + 0.092, foot - high * 0.78),
            (x + 0.085, foot - 0.02),
        ],
        light.tone(colour, 0, 0.3),
    )
    canvas.poly(
        [
            (x, foot - 0.02),
            (x, foot - high * 0.9),
            (x - light.side * 0.092, foot - high * 0.78),
            (x - light.side * 0.085, foot - 0.02),
        ],
        glaze(light.shadow(colour), 0.5),
    )
    canvas.poly(
        [(x - 0.12, foot - 0.13), (x + 0.12, foot - 0.13), (x + 0.13, foot - 0.08), (x - 0.13, foot - 0.08)],
        light.tone(lighter(colour, 0.1), 0, 0.5),
    )
    canvas.box(x - 0.13, foot - 0.085, x + 0.13, foot, shade)
    for way in (-1, 1):
        canvas.box(x + way * 0.13 - 0.02, foot - 0.19, x + way * 0.13 + 0.02, foot, gold)
        canvas.disc(x + way * 0.13, foot - 0.2, 0.024, lighter(gold, 0.15))
        canvas.disc(x + way * 0.12, foot - high * 0.85, 0.018, lighter(gold, 0.2))
    canvas.disc(x, foot - high * 1.02, 0.026, lighter(gold, 0.25))
    canvas.disc(x, foot - high * 1.02, 0.013, (196, 50, 60))
    canvas.glow(x, foot - high * 0.6, 0.3, (255, 210, 130), 0.3)


def _hanging(stage: Stage, x: float, top: float, half: float, colour: Colour, depth: float) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.poly(
        [(x - half, top), (x + half, top), (x + half, top + 0.26), (x, top + 0.32), (x - half, top + 0.26)],
        light.tone(colour, depth, 0.3),
    )
    canvas.poly(
        [(x, top), (x - light.side * half, top), (x - light.side * half, top + 0.26), (x, top + 0.32)],
        glaze(light.shadow(colour), 0.4),
    )
    canvas.line(
        [(x - half, top + 0.25), (x, top + 0.31), (x + half, top + 0.25)],
        light.tone((226, 184, 92), 0, 0.4),
        0.009,
    )
    canvas.disc(x, top + 0.12, half * 0.42, light.tone((226, 184, 92), 0, 0.4))
    canvas.disc(x, top + 0.12, half * 0.24, light.shadow(colour))


def _stand(stage: Stage, x: float, foot: float, high: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.line([(x, foot), (x, foot - high)], light.tone((196, 150, 78), 0, 0.4), 0.012)
    canvas.oval(x, foot, 0.04, 0.012, light.shadow((150, 110, 60)))
    for dx in (-0.05, 0.0, 0.05):
        candle(canvas, x + dx, foot - high + abs(dx) * 0.3, 0.05, chance=chance)
    canvas.line(
        [(x - 0.05, foot - high + 0.015), (x + 0.05, foot - high + 0.015)],
        light.tone((196, 150, 78), 0, 0.4),
        0.01,
    )
