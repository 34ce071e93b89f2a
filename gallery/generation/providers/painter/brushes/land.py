"""Ground and what it is made of: hills, paths, rocks, grass."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, blob, down_to, height_at, rolling, smooth
from ..stage import Stage

GRASS: Colour = (112, 140, 74)
MEADOW: Colour = (146, 164, 84)
EARTH: Colour = (138, 106, 74)
STONE: Colour = (134, 132, 132)
SAND: Colour = (226, 186, 122)
SNOW: Colour = (238, 242, 250)
MOSS: Colour = (98, 122, 62)
AUTUMN: Colour = (188, 118, 54)


def soil(stage: Stage) -> Colour:
    """The local colour of open ground here."""
    if stage.has("snow") or stage.light.weather == "snow":
        return SNOW
    for kinds, colour in (
        (("desert",), SAND),
        (("volcano",), (92, 78, 76)),
        (("swamp",), (92, 100, 62)),
        (("autumn",), (170, 132, 66)),
        (("dark",), (98, 106, 78)),
        (("mountain", "ruin"), (124, 138, 88)),
    ):
        if stage.has(*kinds):
            return colour
    return stage.chance.child("soil").pick((GRASS, MEADOW, (122, 148, 92), (134, 150, 70)))


def dabs(canvas: Canvas, chance: Chance, area: tuple[float, float, float, float], colours: Sequence[Colour],
         count: int, *, size: float = 0.05, slope: float = 0.0, opacity: float = 0.16) -> None:  # fmt: skip
    """Short dry strokes of a flat brush over left, top, right, bottom."""
    left, top, right, bottom = area
    for _ in range(count):
        x, y = chance.between(left, right), chance.between(top, bottom)
        reach, lean = size * chance.between(0.5, 1.6), slope + chance.between(-0.12, 0.12)
        thick = size * chance.between(0.05, 0.14)
        end = (x + reach, y + reach * lean)
        canvas.poly(
            [
                (x, y),
                (x + reach * 0.5, y + reach * lean * 0.5 - thick),
                end,
                (x + reach * 0.45, y + reach * lean * 0.5 + thick),
            ],
            glaze(chance.pick(colours), opacity),
        )


def land(stage: Stage, line: Sequence[Point], local: Colour, depth: float, *, name: str, mist: float = 0.3,
         foot: float | None = None) -> None:  # fmt: skip
    """Ground under a skyline down to ``foot``, fading into haze there by ``mist``."""
    light, canvas, chance = stage.light, stage.canvas, stage.chance.child(f"land {name}")
    top, bottom = min(y for _, y in line), stage.height + 0.02 if foot is None else foot
    area = down_to(line, bottom)
    crest = light.tone(local, depth, 0.5)
    body = light.tone(local, depth)
    canvas.wash(area, crest, body, mix(light.shadow(local, depth, 0.25), light.haze, mist))
    with canvas.within(area) as inside:
        tones = [light.tone(lighter(local, 0.3), depth, 0.5), light.shadow(local, depth), body]
        reach = min(bottom, top + 0.5)
        dabs(inside, chance, (-0.05, top, stage.width, reach), tones, int(130 * stage.width * (1.2 - depth)),
             size=0.09 * (1.2 - depth))  # fmt: skip


def hills(stage: Stage, y: float, swell: float, local: Colour, depth: float, *, name: str,
          mist: float = 0.3) -> list[Point]:  # fmt: skip
    """A row of soft hills; gives their skyline."""
    line = rolling(stage.chance.child(f"hills {name}"), stage.width, y, swell)
    land(stage, line, local, depth, name=name, mist=mist)
    return line


def path(stage: Stage, start: float, horizon: float, local: Colour, *, name: str = "path", wide: float = 0.34,
         goal: float | None = None) -> list[Point]:  # fmt: skip
    """A way that winds from the bottom edge at ``start`` (x) to the horizon; gives its middle line."""
    chance, light, canvas = stage.chance.child(f"way {name}"), stage.light, stage.canvas
    end = stage.width * chance.between(0.4, 0.6) if goal is None else goal
    bottom, phase, swing = stage.height + 0.03, chance.random(), chance.sign() * chance.between(0.1, 0.2)
    middle: list[Point] = []
    left: list[Point] = []
    right: list[Point] = []
    for n in range(25):
        t = n / 24
        near = (1 - t) ** 1.9
        y = horizon + (bottom - horizon) * near
        x = (
            start
            + (end - start) * (1 - near)
            + swing * math.sin(math.tau * (t * 0.9 + phase * 0.2)) * (near**0.6) * (1 - near) * 2
        )
        half = wide / 2 * near + 0.006
        middle.append((x, y))
        left.append((x - half, y))
        right.append((x + half, y))
    area = smooth(left, steps=2) + list(reversed(smooth(right, steps=2)))
    canvas.wash(area, light.tone(local, 0.35), light.tone(local, 0.1, 0.4), light.tone(local, 0.0, 0.2))
    with canvas.within(area) as ground:
        tones = [light.tone(lighter(local, 0.3), 0, 0.4), light.shadow(local)]
        dabs(
            ground,
            chance,
            (0, horizon, stage.width, stage.height),
            tones,
            int(120 * stage.width),
            size=0.06,
            opacity=0.2,
        )
    return middle


def rock(stage: Stage, x: float, foot: float, size: float, depth: float = 0.0, *, chance: Chance,
         local: Colour = STONE) -> None:  # fmt: skip
    """A boulder with a lit top, a dark side and a shadow at its foot."""
    light, canvas = stage.light, stage.canvas
    wide, high = size * chance.between(0.8, 1.2), size * chance.between(0.55, 0.9)
    canvas.soft(x - light.side * wide * 0.2, foot, wide * 0.9, high * 0.2, light.shadow((50, 50, 60)), 0.55)
    side = light.side
    outline = [
        (x - wide * 0.5, foot), (x - wide * 0.48, foot - high * chance.between(0.3, 0.5)),
        (x - wide * 0.2, foot - high * chance.between(0.8, 1.0)), (x + wide * 0.2, foot - high * chance.between(0.8, 1.0)),
        (x + wide * 0.47, foot - high * chance.between(0.3, 0.55)), (x + wide * 0.5, foot), (x, foot + high * 0.06),
    ]  # fmt: skip
    canvas.wash(outline, light.tone(local, depth, 0.3), light.shadow(local, depth, 0.3))
    ridge = (x - side * wide * 0.1, foot - high * 0.5)
    edge = outline[1:4] if side < 0 else outline[2:5]
    canvas.poly([*edge, ridge], light.tone(lighter(local, 0.15), depth, 0.7))
    dark = (
        [outline[4], outline[5], outline[6], ridge]
        if side < 0
        else [outline[1], outline[0], outline[6], ridge]
    )
    canvas.poly(dark, light.shadow(local, depth, 0.5))
    if stage.light.weather == "snow" or stage.has("snow"):
        canvas.poly(
            [outline[1], outline[2], outline[3], outline[4], (x, foot - high * 0.66)],
            light.tone(SNOW, depth, 0.3),
        )


def tufts(stage: Stage, line: Sequence[Point], count: int, *, name: str, local: Colour | None = None, size: float = 0.03,
          flowers: bool = False) -> None:  # fmt: skip
    """Grass blades along and below a skyline, larger towards the viewer."""
    chance, light, canvas = stage.chance.child(f"tufts {name}"), stage.light, stage.canvas
    local = soil(stage) if local is None else local
    bloom = chance.pick(((232, 196, 92), (226, 120, 132), (240, 236, 224), (166, 130, 206)))
    spots = sorted((chance.random() ** 0.8, chance.between(0, stage.width)) for _ in range(count))
    for t, x in spots:
        y = height_at(line, x) + (stage.height - height_at(line, x)) * t
        high = size * (0.35 + 1.0 * t) * chance.between(0.7, 1.3)
        blade = light.tone(lighter(local, 0.2), 0, 0.5) if chance.maybe() else light.shadow(local, 0, 0.3)
        for lean in (-0.5, 0.1, 0.6):
            canvas.poly(
                [
                    (x + lean * high * 0.16, y),
                    (x + lean * high * 0.6, y - high),
                    (x + lean * high * 0.3 + high * 0.1, y),
                ],
                blade,
            )
        if flowers and chance.maybe(0.6):
            canvas.disc(
                x,
                y - high,
                high * 0.16,
                light.tone(mix(bloom, (240, 220, 200), chance.between(0, 0.4)), 0, 0.3),
            )


def foreground(stage: Stage, *, name: str = "fore", local: Colour | None = None) -> None:
    """Dark growth in the lower corners that frames the view."""
    chance, light, canvas = stage.chance.child(f"fore {name}"), stage.light, stage.canvas
    local = darker(soil(stage), 0.5) if local is None else local
    dark = light.shadow(local, 0, 0.55)
    for corner in (0, 1):
        reach = chance.between(0.3, 0.6)
        x0 = -0.05 if corner == 0 else stage.width + 0.05
        way = 1 if corner == 0 else -1
        for n in range(11):
            x = x0 + way * reach * n / 11
            size = chance.between(0.07, 0.13) * (1 - n / 14)
            canvas.poly(
                blob(chance, x, stage.height + 0.02, size, size * 0.9),
                mix(dark, light.tone(local), 0.1 * (n % 3)),
            )
        for _ in range(14):
            x, high = x0 + way * reach * chance.random(), chance.between(0.06, 0.17)
            lean = chance.between(-0.03, 0.05) * way
            canvas.poly(
                [(x, stage.height + 0.01), (x + lean, stage.height - high), (x + 0.009, stage.height + 0.01)],
                dark,
            )
