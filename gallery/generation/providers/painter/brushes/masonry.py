"""Stone walls, towers, columns, ivy."""

from __future__ import annotations

from collections.abc import Sequence

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, blob
from ..stage import Stage
from .land import MOSS, SNOW
from .openings import TIMBER, window

MASONRY: Colour = (150, 146, 144)


def courses(canvas: Canvas, area: tuple[float, float, float, float], chance: Chance, tones: Sequence[Colour], *, row: float,
            opacity: float = 0.5) -> None:  # fmt: skip
    """Single stones in a wall: some lighter, some darker."""
    left, top, right, bottom = area
    count = int((right - left) * (bottom - top) / (row * row * 2) * 0.55)
    for _ in range(min(count, 420)):
        n = int(chance.random() * (bottom - top) / row)
        y = top + n * row
        x = left + row * 2 * int(chance.random() * (right - left) / (row * 2)) + (row if n % 2 else 0)
        long = row * chance.pick((1.8, 1.8, 1.2))
        canvas.box(
            x, y, x + long, y + row * 0.88, glaze(chance.pick(tones), opacity * chance.between(0.3, 1))
        )


def masonry(stage: Stage, outline: Sequence[Point], depth: float, *, chance: Chance, local: Colour = MASONRY, row: float = 0.03,
            lit: float = 0.3, mossy: bool = False) -> None:  # fmt: skip
    """A stone wall filling an outline."""
    light, canvas = stage.light, stage.canvas
    canvas.wash(
        outline,
        light.tone(local, depth, lit),
        light.tone(local, depth, lit * 0.4),
        light.shadow(local, depth, 0.3),
    )
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    area = (min(xs), min(ys), max(xs), max(ys))
    tones = [
        light.tone(lighter(local, 0.22), depth, lit),
        light.shadow(local, depth, 0.5),
        light.shadow(darker(local, 0.2), depth),
    ]
    with canvas.within(outline) as wall:
        courses(wall, area, chance, tones, row=row)
        if mossy:
            for _ in range(22):
                x, y = chance.between(area[0], area[2]), chance.between(area[1], area[3])
                wall.poly(
                    blob(chance, x, y, row * chance.between(0.5, 2), row * chance.between(0.3, 1.1)),
                    glaze(light.tone(MOSS, depth, 0.3), 0.7),
                )


def round_tower(stage: Stage, x: float, foot: float, wide: float, high: float, depth: float, *, chance: Chance,
                roof: Colour | None = None, local: Colour = MASONRY, flag: Colour | None = None) -> None:  # fmt: skip
    """A tower with battlements, or with a pointed roof when it has a colour; ``high`` without the roof."""
    light, canvas = stage.light, stage.canvas
    half, top = wide / 2, foot - high
    side = light.side
    masonry(
        stage,
        [(x - half, top), (x + half, top), (x + half * 1.08, foot), (x - half * 1.08, foot)],
        depth,
        chance=chance,
        local=local,
        row=wide * 0.14,
        lit=0.5,
    )
    dark = (x, x + half) if side < 0 else (x - half, x)
    canvas.box(
        dark[0] - side * half * 0.1 * (side < 0),
        top,
        dark[1],
        foot,
        glaze(light.shadow(local, depth, 0.6), 0.42),
    )
    canvas.box(
        x + side * half * 0.66 - half * 0.16,
        top,
        x + side * half * 0.66 + half * 0.16,
        foot,
        glaze(light.tone(lighter(local, 0.25), depth, 0.8), 0.35),
    )
    rim = half * 1.2
    canvas.box(x - rim, top - wide * 0.1, x + rim, top + wide * 0.06, light.tone(local, depth, 0.25))
    canvas.box(
        min(x, x - side * rim),
        top - wide * 0.1,
        max(x, x - side * rim),
        top + wide * 0.06,
        glaze(light.shadow(local, depth), 0.5),
    )
    if roof is None:
        for n in range(4):
            left = x - rim + n * rim * 2 / 3.5
            canvas.box(
                left,
                top - wide * 0.24,
                left + rim * 0.3,
                top - wide * 0.1,
                light.tone(local, depth, 0.35) if n < 2 else light.shadow(local, depth, 0.3),
            )
    else:
        _cone(stage, x, top - wide * 0.1, rim, wide * chance.between(1.1, 1.5), roof, depth)
    slit = top + high * 0.28
    for n in range(max(1, round(high / (wide * 1.3)))):
        window(
            stage,
            x + chance.between(-0.2, 0.2) * half,
            slit + n * wide * 1.1,
            wide * 0.13,
            wide * 0.3,
            depth,
            round_=True,
            chance=chance,
        )
    if flag:
        tip = top - wide * (0.24 if roof is None else 1.25)
        banner(stage, x, tip, wide * 0.55, flag, depth)


def _cone(stage: Stage, x: float, foot: float, half: float, high: float, roof: Colour, depth: float) -> None:
    light, canvas = stage.light, stage.canvas
    local = mix(roof, SNOW, 0.75) if light.weather == "snow" or stage.has("snow") else roof
    tip = (x, foot - high)
    canvas.poly(
        [(x - half * 1.1, foot), tip, (x + half * 1.1, foot), (x, foot + half * 0.12)],
        light.shadow(local, depth, 0.4),
    )
    canvas.poly(
        [(x + light.side * half * 1.1, foot), tip, (x - light.side * half * 0.1, foot + half * 0.1)],
        light.tone(local, depth, 0.65),
    )


def banner(stage: Stage, x: float, foot: float, size: float, colour: Colour, depth: float) -> None:
    light, canvas = stage.light, stage.canvas
    way = 1 if light.side < 0 else -1
    top = foot - size * 0.9
    canvas.line([(x, foot + size * 0.3), (x, top)], light.shadow(TIMBER, depth), size * 0.05)
    fly = size * (1.2 if light.weather in ("wind", "storm") else 0.85)
    canvas.poly(
        [
            (x, top),
            (x + way * fly, top + size * 0.16),
            (x + way * fly * 0.7, top + size * 0.24),
            (x + way * fly, top + size * 0.36),
            (x, top + size * 0.42),
        ],
        light.tone(colour, depth, 0.4),
    )


def column_(stage: Stage, x: float, foot: float, wide: float, high: float, depth: float, *, local: Colour = (214, 206, 192),
            broken: float = 1.0, chance: Chance) -> None:  # fmt: skip
    """A fluted column; ``broken`` is the share of it that still stands."""
    light, canvas = stage.light, stage.canvas
    half, top = wide / 2, foot - high * broken
    shaft = [(x - half * 0.84, top), (x + half * 0.84, top), (x + half, foot), (x - half, foot)]
    if broken < 1:
        shaft = [
            (x - half * 0.9, top + half * 0.4),
            (x - half * 0.3, top - half * 0.4),
            (x + half * 0.2, top + half * 0.5),
            (x + half * 0.9, top - half * 0.2),
            (x + half, foot),
            (x - half, foot),
        ]
    canvas.wash(
        shaft, light.tone(local, depth, 0.3), light.tone(local, depth, 0.2), light.shadow(local, depth, 0.2)
    )
    with canvas.within(shaft) as stone:
        side = light.side
        for n in range(5):
            cx = x + half * (n - 2) * 0.42
            stone.box(
                cx - half * 0.05,
                top - half,
                cx + half * 0.06,
                foot,
                glaze(light.shadow(local, depth, 0.5), 0.4),
            )
        stone.box(
            min(x - side * half * 0.25, x - side * half),
            top - half,
            max(x - side * half * 0.25, x - side * half),
            foot,
            glaze(light.shadow(local, depth, 0.6), 0.5),
        )
        stone.box(
            min(x + side * half * 0.5, x + side * half * 0.9),
            top - half,
            max(x + side * half * 0.5, x + side * half * 0.9),
            foot,
            glaze(light.tone(lighter(local, 0.3), depth, 0.8), 0.5),
        )
    for y, grow in ((foot, 1.35), *(((top, 1.35),) if broken >= 1 else ())):
        canvas.box(
            x - half * grow, y - half * 0.35, x + half * grow, y + half * 0.12, light.tone(local, depth, 0.35)
        )
        canvas.box(x - half * grow, y, x + half * grow, y + half * 0.16, light.shadow(local, depth))


def ivy(stage: Stage, chance: Chance, outline: Sequence[Point], area: tuple[float, float, float, float], count: int,
        depth: float = 0.0) -> None:  # fmt: skip
    """Leaves on the wall of that outline, thicker towards the top of the area."""
    with stage.canvas.within(outline) as wall:
        _creep(wall, stage, chance, area, count, depth)


def _creep(
    wall: Canvas,
    stage: Stage,
    chance: Chance,
    area: tuple[float, float, float, float],
    count: int,
    depth: float,
) -> None:
    light = stage.light
    left, top, right, bottom = area
    for _ in range(count):
        x, y = chance.between(left, right), top + (bottom - top) * chance.random() ** 1.8
        size = chance.between(0.008, 0.018)
        tone = light.tone(MOSS, depth, 0.6) if chance.maybe() else light.shadow(MOSS, depth, 0.4)
        wall.poly(blob(chance, x, y, size, size * 0.8), tone)
