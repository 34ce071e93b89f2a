"""Caves and mines."""

from __future__ import annotations

from dataclasses import replace

from ..brushes.fire import WARM, lantern, sparks
from ..brushes.land import STONE, dabs, rock
from ..brushes.mining import mine_cart, rails, timber_frame
from ..brushes.plants import glowing_mushroom
from ..brushes.props import gold_heap
from ..brushes.rooms import below
from ..brushes.water import water
from ..brushes.windows import outlook
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..light import Light
from ..shapes import Point, blob, jagged, smooth, spaced
from ..stage import Stage

DEEP: tuple[Colour, ...] = ((86, 92, 128), (78, 104, 116), (104, 88, 118), (112, 96, 92))


def cave(stage: Stage) -> None:
    canvas, chance, outside = stage.canvas, stage.chance.child("cave"), stage.light
    hue = chance.pick(DEEP)
    colour = stage.meaning.glow or (
        stage.meaning.colours[0]
        if stage.meaning.colours
        else chance.pick(((96, 200, 240), (150, 120, 250), (90, 226, 180), (240, 130, 200)))
    )
    hall = below(stage, hue, mix(darker(hue, 0.1), colour, 0.28))
    light = hall.light
    middle = stage.width * chance.between(0.4, 0.6)
    canvas.wash(
        [(0, 0), (stage.width, 0), (stage.width, stage.height), (0, stage.height)],
        darker(light.haze, 0.35),
        light.haze,
        darker(light.haze, 0.3),
    )
    floor = stage.height * chance.between(0.62, 0.7)
    if chance.maybe(0.55) and not stage.has("dark"):
        _opening(hall, outside, middle, floor + 0.01, chance)
    for row, depth in enumerate((0.66, 0.46, 0.24)):
        _ribs_of_rock(hall, chance, row, depth, mix(hue, STONE, 0.4), middle, floor)
        if row == 1:
            water(
                replace(
                    hall, light=replace(light, low=mix(light.haze, colour, 0.5), mid=darker(light.haze, 0.4))
                ),
                floor + 0.05,
                stage.height,
                name="pool",
                local=darker(colour, 0.4),
            )
    if stage.has("dragon"):
        gold_heap(hall, middle, stage.height * 0.94, 0.5, chance)
        _eyes(hall, middle + 0.2, floor - 0.2, (255, 190, 60))
    crystals = chance.maybe(0.62) or stage.has("crystal")
    if stage.has("mushroom"):
        crystals = False
    for x in spaced(chance, 0.02, stage.width - 0.02, int(6 * stage.width)):
        foot = stage.height - chance.between(0.02, 0.16)
        if crystals:
            crystal(hall, x, foot, chance.between(0.08, 0.24), colour)
        else:
            glowing_mushroom(
                canvas,
                light,
                x,
                foot,
                chance.between(0.06, 0.16),
                mix(colour, chance.pick(((120, 240, 200), (240, 150, 120))), 0.3),
            )
    for x in spaced(chance, 0, stage.width, 5):
        rock(
            hall,
            x,
            stage.height - chance.between(-0.02, 0.1),
            chance.between(0.08, 0.2),
            chance=chance,
            local=mix(hue, STONE, 0.3),
        )
    sparks(
        canvas, chance, middle, stage.height, stage.width * 0.5, stage.height * 0.8, lighter(colour, 0.5), 40
    )


def _opening(stage: Stage, outside: Light, x: float, foot: float, chance: Chance) -> None:
    """The way out, with the day or the night in it."""
    wide, high = chance.between(0.16, 0.24), chance.between(0.28, 0.38)
    ring = blob(chance, x, foot - high * 0.5, wide, high * 0.62, rough=0.14)
    outlook(stage, outside, ring)
    stage.canvas.glow(
        x, foot - high * 0.5, 0.55, mix(outside.low, outside.sun, 0.4), 0.28 if outside.night else 0.5
    )
    stage.canvas.poly(
        [
            (x - wide * 0.6, foot - high * 0.4),
            (x + wide * 0.6, foot - high * 0.4),
            (x + wide * 1.8, stage.height),
            (x - wide * 1.2, stage.height),
        ],
        glaze(outside.low, 0.06 if outside.night else 0.12),
    )


def _ribs_of_rock(
    stage: Stage, chance: Chance, row: int, depth: float, local: Colour, middle: float, floor: float
) -> None:
    """One frame of the cavern: roof with stalactites, floor with stalagmites."""
    canvas, light = stage.canvas, stage.light
    gap = (0.34, 0.5, 0.72)[row] * stage.width * 0.62
    roof = (0.24, 0.17, 0.08)[row] * stage.height
    count = 44
    ceiling: list[Point] = []
    ground: list[Point] = []
    for n in range(count + 1):
        x = -0.05 + (stage.width + 0.1) * n / count
        away = min(1.4, abs(x - middle) / gap)
        spike = chance.between(0.03, 0.16) * (1.15 - 0.2 * row) if n % 3 == 1 else 0.0
        ceiling.append((x, roof + stage.height * 0.36 * away**3 + spike + chance.between(0, 0.02)))
        stub = chance.between(0.02, 0.11) if n % 4 == 2 and row != 2 else 0.0
        ground.append(
            (
                x,
                floor
                + 0.09 * row
                + 0.015
                - stage.height * 0.24 * max(0.0, away - 0.45) ** 2
                - stub * min(1.0, away + 0.2),
            )
        )
    tone, dark = light.tone(local, depth, 0.2), light.shadow(local, depth, 0.5)
    canvas.wash(
        [(-0.05, -0.05), (stage.width + 0.05, -0.05), *reversed(ceiling)], dark, mix(dark, tone, 0.4), tone
    )
    if row != 2:
        canvas.wash(
            [*ground, (stage.width + 0.05, stage.height + 0.05), (-0.05, stage.height + 0.05)], tone, dark
        )
    for _ in range(int(30 * stage.width)):
        n = chance.whole(1, count - 1)
        x, y = ceiling[n]
        y *= chance.between(0.2, 0.9)
        canvas.poly(
            [(x, y), (x + 0.03, y + 0.02), (x + 0.01, y + 0.1), (x - 0.014, y + 0.05)],
            glaze(chance.pick((dark, lighter(tone, 0.14))), 0.35),
        )


def crystal(stage: Stage, x: float, foot: float, high: float, colour: Colour) -> None:
    """A cluster of shards that shine."""
    canvas, side = stage.canvas, stage.light.side
    for lean, share in ((-0.5, 0.55), (0.5, 0.6), (-0.2, 0.8), (0.16, 1.0)):
        tall, half = high * share, high * 0.11
        base, tip = (x + lean * high * 0.3, foot), (x + lean * high * 0.72, foot - tall)
        shoulder = 0.78
        mid = (base[0] + (tip[0] - base[0]) * shoulder, foot - tall * shoulder)
        canvas.wash(
            [
                (base[0] - half, foot),
                (mid[0] - half, mid[1]),
                tip,
                (mid[0] + half, mid[1]),
                (base[0] + half, foot),
            ],
            lighter(colour, 0.5),
            mix(colour, darker(colour, 0.3), 0.3),
            darker(colour, 0.45),
        )
        canvas.poly(
            [
                (base[0] + side * half, foot),
                (mid[0] + side * half, mid[1]),
                tip,
                (mid[0] + side * half * 0.2, mid[1] + half),
                (base[0] + side * half * 0.2, foot),
            ],
            glaze(lighter(colour, 0.75), 0.4),
        )
    canvas.glow(x, foot - high * 0.5, high * 1.5, colour, 0.5)


def _eyes(stage: Stage, x: float, y: float, colour: Colour) -> None:
    """Something large that watches from the dark."""
    canvas = stage.canvas
    for way in (-1, 1):
        canvas.poly(
            [
                (x + way * 0.02, y),
                (x + way * 0.05, y - 0.016),
                (x + way * 0.085, y - 0.014),
                (x + way * 0.055, y + 0.01),
            ],
            colour,
        )
        canvas.poly(
            [
                (x + way * 0.049, y - 0.014),
                (x + way * 0.053, y - 0.002),
                (x + way * 0.049, y + 0.008),
                (x + way * 0.046, y - 0.002),
            ],
            (30, 10, 10),
        )
        canvas.glow(x + way * 0.05, y, 0.1, colour, 0.6)


def mine(stage: Stage) -> None:
    """A gallery of timber frames, each further one smaller and dimmer."""
    canvas, chance = stage.canvas, stage.chance.child("mine")
    local = chance.pick(((138, 112, 92), (120, 116, 122), (134, 100, 84)))
    hall = below(stage, (190, 150, 110), (34, 26, 28))
    light = hall.light
    far, level = stage.width * chance.between(0.4, 0.6), stage.height * chance.between(0.48, 0.54)
    canvas.wash(
        [(0, 0), (stage.width, 0), (stage.width, stage.height), (0, stage.height)],
        light.shadow(local),
        light.tone(local),
        light.shadow(local),
    )
    near_x = stage.width * 0.5
    rings = 6
    for n in range(rings):
        t = 1 - n / rings
        size = 0.1 + 0.9 * t**1.7
        x = far + (near_x - far) * size
        half, up, down = size * stage.width * 0.46, size * level * 0.98, size * (stage.height - level) * 0.86
        depth = 0.75 * (1 - t)
        ring = [
            (x - half, level + down),
            *jagged(
                chance,
                (x - half * 0.96, level - up * 0.8),
                (x + half * 0.96, level - up * 0.8),
                rough=0.05,
                depth=3,
            ),
            (x + half, level + down),
        ]
        canvas.wash(
            ring, light.shadow(local, depth, 0.4), light.tone(local, depth, 0.3), light.shadow(local, depth)
        )
        with canvas.within(ring) as wall:
            tones = [light.tone(lighter(local, 0.25), depth, 0.4), light.shadow(darker(local, 0.2), depth)]
            dabs(
                wall,
                chance,
                (x - half, level - up, x + half, level + down),
                tones,
                60,
                size=0.13 * size,
                slope=chance.between(-0.8, 0.8),
                opacity=0.3,
            )
        framed = replace(hall, light=replace(light, ambient=mix(light.ambient, light.haze, depth * 0.7)))
        timber_frame(framed, x, level + down, half * 1.5, up * 0.72 + down)
        if n in (1, 3):
            lantern(canvas, x + half * 0.35 * (1 if n == 1 else -1), level - up * 0.7, 0.16 * size)
    canvas.glow(far, level, 0.34, (255, 170, 90), 0.5)
    floor = [
        (far - 0.06, level + 0.06),
        (far + 0.06, level + 0.06),
        (stage.width * 1.02, stage.height + 0.02),
        (-0.02, stage.height + 0.02),
    ]
    canvas.wash(floor, light.tone(darker(local, 0.2), 0.3), light.tone(local, 0, 0.3))
    rails(hall, far, level + 0.07, near_x + chance.between(-0.1, 0.1))
    _veins(hall, chance)
    mine_cart(hall, stage.width * chance.pick((0.26, 0.76)), stage.height * 0.93, 0.3)
    _leaning_pick(hall, stage.width * chance.pick((0.1, 0.9)), stage.height * 0.92)
    canvas.glow(stage.width * 0.5, level, 0.8, WARM, 0.2)


def _veins(stage: Stage, chance: Chance) -> None:
    """Ore that glints in the walls."""
    colour = stage.meaning.glow or (
        stage.meaning.colours[0]
        if stage.meaning.colours
        else chance.pick(((255, 206, 96), (110, 210, 240), (190, 130, 250)))
    )
    for _ in range(9):
        side = chance.pick((0.07, 0.93))
        x, y = stage.width * (side + chance.between(-0.06, 0.06)), stage.height * chance.between(0.2, 0.8)
        for _ in range(4):
            px, py, size = x + chance.about(0, 0.03), y + chance.about(0, 0.03), chance.between(0.006, 0.014)
            stage.canvas.poly(
                [(px - size, py), (px, py - size * 1.2), (px + size, py), (px, py + size * 1.2)],
                lighter(colour, chance.random() * 0.5),
            )
        stage.canvas.glow(x, y, 0.08, colour, 0.4)


def _leaning_pick(stage: Stage, x: float, foot: float) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.line([(x, foot), (x + 0.07, foot - 0.3)], light.tone((150, 108, 72), 0, 0.4), 0.016)
    head = smooth(
        [(x - 0.05, foot - 0.25), (x + 0.02, foot - 0.31), (x + 0.1, foot - 0.31), (x + 0.18, foot - 0.24)],
        steps=4,
    )
    canvas.line(head, light.tone((150, 152, 162), 0, 0.6), 0.018)
