"""The shell of a room: walls and floor in perspective, beams, the light inside."""

from __future__ import annotations

from dataclasses import replace

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix, tint
from ..shapes import Point
from ..stage import Stage
from .land import dabs

#: Left, top, right, bottom of the back wall.
Walls = tuple[float, float, float, float]


def back_wall(stage: Stage, chance: Chance) -> Walls:
    """The back wall of a room, to fit any shape of picture."""
    inset = min(0.22, stage.width * 0.13) * chance.between(0.8, 1.2)
    bottom = stage.height * chance.between(0.66, 0.72)
    top = min(stage.height * 0.12, 0.16)
    return inset, top, stage.width - inset, bottom


def below(stage: Stage, hue: Colour, haze: Colour) -> Stage:
    """The stage under the ground: no hour reaches it, only what glows there."""
    light = replace(
        stage.light,
        ambient=mix((150, 146, 160), hue, 0.25),
        haze=haze,
        top=(26, 24, 44),
        sun=(255, 214, 160),
        key=0.45,
        lamps=1.0,
        thick=0.0,
    )
    return replace(stage, light=light)


#: What falls on a wall inside, by the hour: daylight through panes, then fire and candles.
INDOORS = {"dawn": (214, 178, 160), "day": (226, 206, 186), "dusk": (190, 132, 116), "night": (122, 88, 88)}


def indoors(stage: Stage, *, deep: float = 1.0) -> Stage:
    """The same stage in the light of a room; ``deep`` below 1 is darker (a cellar)."""
    light = stage.light
    ambient = INDOORS[light.time]
    if light.weather in ("rain", "storm", "snow", "fog", "cloudy"):
        ambient = mix(ambient, (140, 122, 122), 0.4)
    inner = replace(
        light,
        ambient=tint(ambient, (round(255 * deep),) * 3),
        haze=mix((58, 40, 44), ambient, 0.3),
        top=(74, 52, 66),
        sun=(255, 206, 140),
        key=0.5,
        lamps=1.0,
        thick=0.0,
    )
    return replace(stage, light=inner)


def shell(
    stage: Stage, back: tuple[float, float, float, float], wall: Colour, floor: Colour, *, boards: bool = True
) -> None:
    """Back wall (left, top, right, bottom), side walls, ceiling and floor of a room."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("shell")
    left, top, right, bottom = back
    wide, high = stage.width, stage.height
    canvas.wash(
        [(0, 0), (wide, 0), (right, top), (left, top)],
        light.shadow(darker(floor, 0.4), 0, 0.3),
        light.shadow(floor, 0, 0.4),
    )
    canvas.wash(
        [(0, 0), (left, top), (left, bottom), (0, high)],
        light.shadow(darker(wall, 0.25), 0, 0.3),
        light.shadow(wall, 0, 0.2),
        light.shadow(darker(wall, 0.2)),
    )
    canvas.wash(
        [(wide, 0), (right, top), (right, bottom), (wide, high)],
        light.shadow(darker(wall, 0.25), 0, 0.3),
        light.shadow(wall, 0, 0.2),
        light.shadow(darker(wall, 0.2)),
    )
    canvas.wash(
        [(left, top), (right, top), (right, bottom), (left, bottom)],
        light.tone(darker(wall, 0.12)),
        light.tone(wall, 0, 0.2),
        light.tone(darker(wall, 0.1)),
    )
    dabs(
        canvas,
        chance,
        (left, top, right, bottom),
        [light.tone(lighter(wall, 0.3)), light.shadow(wall)],
        130,
        size=0.08,
        opacity=0.1,
    )
    area = [(left, bottom), (right, bottom), (wide + 0.02, high + 0.02), (-0.02, high + 0.02)]
    canvas.wash(area, light.tone(darker(floor, 0.1)), light.tone(floor, 0, 0.2), light.shadow(floor))
    with canvas.within(area) as ground:
        (_boards if boards else _flags)(ground, stage, back, floor, chance)


def _boards(
    ground: Canvas, stage: Stage, back: tuple[float, float, float, float], floor: Colour, chance: Chance
) -> None:
    """Planks towards the viewer, a few lighter ones, seams, joints."""
    light, (left, _, right, bottom) = stage.light, back
    middle, deep = (left + right) / 2, stage.height - bottom
    spread = stage.width / (right - left) * 1.15
    count = 15
    for n in range(count + 1):
        x0 = left + (right - left) * n / count
        x1 = middle + (x0 - middle) * spread
        step0, step1 = (right - left) / count, (right - left) / count * spread
        tone = chance.pick((lighter(floor, 0.14), darker(floor, 0.16), floor))
        ground.poly(
            [
                (x0, bottom),
                (x0 + step0, bottom),
                (x1 + step1, stage.height + 0.02),
                (x1, stage.height + 0.02),
            ],
            glaze(light.tone(tone, 0, 0.2), 0.6),
        )
        ground.poly(
            [
                (x0, bottom),
                (x0 + 0.002, bottom),
                (x1 + 0.007, stage.height + 0.02),
                (x1, stage.height + 0.02),
            ],
            light.shadow(darker(floor, 0.5)),
        )
        for _ in range(2):
            t = chance.random() ** 0.7
            y = bottom + deep * t
            xa, xb = x0 + (x1 - x0) * t, x0 + step0 + (x1 + step1 - x0 - step0) * t
            ground.line([(xa, y), (xb, y)], glaze(light.shadow(darker(floor, 0.5)), 0.8), 0.002 + 0.003 * t)


def _flags(
    ground: Canvas, stage: Stage, back: tuple[float, float, float, float], floor: Colour, chance: Chance
) -> None:
    """Stone flags in perspective."""
    light, (left, _, right, bottom) = stage.light, back
    middle, spread, rows, count = (left + right) / 2, stage.width / (right - left) * 1.2, 9, 11

    def at(n: float, t: float) -> Point:
        x0 = left + (right - left) * n / count
        return x0 + (middle + (x0 - middle) * spread - x0) * t, bottom + (stage.height + 0.02 - bottom) * t

    for row in range(rows):
        t0, t1 = (row / rows) ** 1.5, ((row + 1) / rows) ** 1.5
        for n in range(-1, count + 1):
            shift = 0.5 * (row % 2)
            tone = light.tone(mix(lighter(floor, 0.16), darker(floor, 0.22), chance.random()), 0, 0.2)
            ground.poly(
                [
                    at(n + shift + 0.03, t0),
                    at(n + shift + 0.97, t0),
                    at(n + shift + 0.97, t1 - 0.012),
                    at(n + shift + 0.03, t1 - 0.012),
                ],
                glaze(tone, 0.75),
            )


def beams(stage: Stage, back: tuple[float, float, float, float], *, tone: Colour = (92, 62, 46)) -> None:
    """Posts on the back wall and heavy beams under the ceiling."""
    canvas, light = stage.canvas, stage.light
    left, top, right, bottom = back
    lit, dark = light.tone(tone, 0, 0.35), light.shadow(tone, 0, 0.4)
    count = max(2, round((right - left) / 0.4))
    for n in range(count + 1):
        x = left + (right - left) * n / count
        canvas.box(x - 0.016, top, x + 0.016, bottom, lit)
        canvas.box(x + 0.006, top, x + 0.016, bottom, dark)
        mid = stage.width / 2
        far = mid + (x - mid) * (stage.width / (right - left)) * 1.2
        canvas.poly([(x - 0.02, top), (x + 0.02, top), (far + 0.05, -0.02), (far - 0.05, -0.02)], dark)
        canvas.poly([(x - 0.02, top), (x - 0.008, top), (far - 0.02, -0.02), (far - 0.05, -0.02)], lit)
    canvas.box(left - 0.01, top - 0.012, right + 0.01, top + 0.024, lit)
    canvas.box(left - 0.01, top + 0.014, right + 0.01, top + 0.028, dark)
    canvas.box(left, bottom - 0.03, right, bottom, dark)
