"""Rooms of a trade: smithy and shop."""

from __future__ import annotations

from ..brushes.fire import blaze, lantern, sparks
from ..brushes.furniture import WOOD, shelf
from ..brushes.masonry import masonry
from ..brushes.plants import bush
from ..brushes.props import barrel
from ..brushes.rooms import back_wall, beams, indoors, shell
from ..brushes.windows import casement
from ..chance import Chance
from ..colour import Colour, glaze, lighter
from ..shapes import smooth, spaced
from ..stage import Stage
from .library import desk_things


def smithy(stage: Stage) -> None:
    canvas, chance = stage.canvas, stage.chance.child("smithy")
    room, outside = indoors(stage, deep=0.72), stage.light
    back = back_wall(stage, chance)
    left, top, right, bottom = back
    shell(room, back, (140, 124, 116), (112, 98, 90), boards=False)
    light = room.light
    masonry(
        room,
        [(left, top), (right, top), (right, bottom), (left, bottom)],
        0,
        chance=chance,
        local=(132, 118, 112),
        row=0.045,
    )
    beams(room, back)
    way = chance.sign()
    x = stage.width * (0.5 - way * 0.2)
    casement(room, outside, stage.width * (0.5 + way * 0.26), bottom - 0.2, 0.2, 0.22, round_=False)
    canvas.poly(
        [(x - 0.15, bottom - 0.34), (x + 0.15, bottom - 0.34), (x + 0.08, top - 0.1), (x - 0.08, top - 0.1)],
        light.shadow((110, 98, 96), 0, 0.3),
    )
    masonry(
        room,
        [
            (x - 0.25, bottom - 0.12),
            (x + 0.25, bottom - 0.12),
            (x + 0.27, bottom + 0.09),
            (x - 0.27, bottom + 0.09),
        ],
        0,
        chance=chance,
        local=(150, 128, 114),
        row=0.04,
    )
    canvas.oval(x, bottom - 0.12, 0.22, 0.035, (60, 26, 22))
    for _ in range(40):
        canvas.disc(
            x + chance.about(0, 0.17),
            bottom - 0.125 + chance.about(0, 0.016),
            chance.between(0.006, 0.014),
            chance.pick(((255, 150, 50), (230, 80, 36), (255, 210, 110), (90, 40, 34))),
        )
    blaze(canvas, x, bottom - 0.13, 0.24, 0.2, chance=chance, logs=False)
    canvas.glow(x, bottom - 0.1, 0.9, (255, 120, 50), 0.55)
    _tools(room, chance, stage.width * (0.5 + way * 0.05), top + 0.16)
    _anvil(room, stage.width * (0.5 + way * 0.14), stage.height * 0.9, 0.34, chance)
    barrel(room, stage.width * (0.5 + way * 0.4), stage.height * 0.95, 0.26)
    sparks(
        canvas, chance, stage.width * (0.5 + way * 0.1), stage.height * 0.72, 0.22, 0.3, (255, 220, 130), 44
    )


def _anvil(stage: Stage, x: float, foot: float, size: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.soft(x, foot, size * 0.6, size * 0.1, (10, 8, 14), 0.65)
    canvas.wash(
        [
            (x - size * 0.26, foot - size * 0.36),
            (x + size * 0.26, foot - size * 0.36),
            (x + size * 0.3, foot),
            (x - size * 0.3, foot),
        ],
        light.tone((128, 88, 58), 0, 0.5),
        light.shadow((96, 64, 46)),
    )
    iron: Colour = (104, 104, 114)
    canvas.poly(
        [
            (x - size * 0.5, foot - size * 0.64),
            (x - size * 0.3, foot - size * 0.7),
            (x + size * 0.42, foot - size * 0.7),
            (x + size * 0.42, foot - size * 0.56),
            (x + size * 0.14, foot - size * 0.52),
            (x + size * 0.2, foot - size * 0.36),
            (x - size * 0.2, foot - size * 0.36),
            (x - size * 0.12, foot - size * 0.52),
            (x - size * 0.3, foot - size * 0.57),
        ],
        light.tone(iron, 0, 0.3),
    )
    canvas.poly(
        [
            (x - size * 0.5, foot - size * 0.64),
            (x - size * 0.3, foot - size * 0.7),
            (x + size * 0.42, foot - size * 0.7),
            (x + size * 0.42, foot - size * 0.66),
            (x - size * 0.3, foot - size * 0.66),
        ],
        light.tone(lighter(iron, 0.3), 0, 0.7),
    )
    canvas.line(
        [(x - size * 0.16, foot - size * 0.72), (x + size * 0.5, foot - size * 0.8)],
        (255, 150, 60),
        size * 0.05,
    )
    canvas.glow(x + size * 0.2, foot - size * 0.76, size * 0.5, (255, 140, 60), 0.7)
    canvas.line(
        [(x - size * 0.02, foot - size * 0.78), (x - size * 0.3, foot - size * 1.02)],
        light.tone((150, 106, 70), 0, 0.4),
        size * 0.05,
    )
    canvas.poly(
        [
            (x - size * 0.4, foot - size * 0.98),
            (x - size * 0.24, foot - size * 1.14),
            (x - size * 0.16, foot - size * 1.06),
            (x - size * 0.32, foot - size * 0.9),
        ],
        light.tone((124, 124, 134), 0, 0.5),
    )


def _tools(stage: Stage, chance: Chance, x: float, y: float) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.box(x - 0.2, y - 0.01, x + 0.2, y + 0.01, light.tone(WOOD, 0, 0.4))
    for n in range(6):
        px, long = x - 0.17 + 0.068 * n, chance.between(0.1, 0.18)
        canvas.line(
            [(px, y), (px, y + long)],
            light.tone((146, 104, 68), 0, 0.3) if n % 2 else light.tone((150, 150, 160), 0, 0.5),
            0.011,
        )
        if n % 2:
            canvas.box(
                px - 0.024,
                y + long - 0.014,
                px + 0.024,
                y + long + 0.014,
                light.tone((120, 120, 130), 0, 0.5),
            )
        else:
            canvas.poly(
                [
                    (px - 0.012, y + long * 0.2),
                    (px + 0.012, y + long * 0.2),
                    (px + 0.008, y + long),
                    (px, y + long + 0.02),
                    (px - 0.008, y + long),
                ],
                light.tone((170, 172, 180), 0, 0.6),
            )


def shop(stage: Stage) -> None:
    canvas, room, outside, chance = stage.canvas, indoors(stage), stage.light, stage.chance.child("shop")
    back = back_wall(stage, chance)
    left, top, right, bottom = back
    shell(
        room,
        back,
        chance.pick(((150, 140, 110), (132, 124, 132), (172, 142, 108))),
        chance.pick(((132, 92, 62), (118, 84, 62))),
    )
    beams(room, back)
    x = stage.width * chance.between(0.42, 0.58)
    casement(room, outside, x, bottom - 0.22, 0.24, 0.25, round_=chance.maybe(), cast=0.9)
    for low, high in ((left + 0.03, x - 0.19), (x + 0.19, right - 0.03)):
        if high - low > 0.1:
            for n in range(4):
                shelf(
                    room,
                    low,
                    high,
                    bottom - 0.06 - 0.115 * n,
                    chance=chance,
                    what=chance.pick(("jars", "jars", "books")),
                    high=0.1,
                )
    for hx in spaced(chance, left, right, int(5 * stage.width)):
        bush(
            room,
            hx,
            top + 0.11,
            0.045,
            0.0,
            chance=chance,
            local=chance.pick(((98, 128, 74), (140, 134, 80), (130, 96, 120))),
        )
        canvas.line([(hx, top + 0.01), (hx, top + 0.07)], room.light.shadow((110, 90, 70)), 0.003)
    foot = stage.height * 0.93
    half = stage.width * 0.34
    canvas.wash(
        [(x - half, foot - 0.2), (x + half, foot - 0.2), (x + half, foot + 0.03), (x - half, foot + 0.03)],
        room.light.tone((128, 86, 58), 0, 0.4),
        room.light.shadow((100, 68, 48)),
    )
    for n in range(6):
        px = x - half + half * 2 * (n + 0.5) / 6
        canvas.box(
            px - half * 0.12,
            foot - 0.16,
            px + half * 0.12,
            foot,
            glaze(room.light.shadow((88, 58, 42)), 0.55),
        )
    canvas.poly(
        [
            (x - half * 1.04, foot - 0.2),
            (x - half * 0.97, foot - 0.25),
            (x + half * 0.97, foot - 0.25),
            (x + half * 1.04, foot - 0.2),
        ],
        room.light.tone((170, 122, 80), 0, 0.6),
    )
    _cauldron(
        room,
        x - half * 0.55,
        foot - 0.22,
        0.16,
        stage.meaning.glow or chance.pick(((120, 220, 120), (170, 110, 230), (90, 200, 220))),
        chance,
    )
    desk_things(room, x + half * 0.3, foot - 0.24, chance)
    for hx in spaced(chance, left, right, 3):
        lantern(canvas, hx, top - 0.05, 0.09)
    sparks(canvas, chance, x, bottom, 0.5, 0.5, (255, 230, 180), 24)


def _cauldron(stage: Stage, x: float, foot: float, size: float, brew: Colour, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    iron = light.tone((64, 60, 68), 0, 0.3)
    canvas.poly(
        smooth(
            [
                (x - size * 0.42, foot - size * 0.7),
                (x - size * 0.5, foot - size * 0.35),
                (x - size * 0.25, foot),
                (x + size * 0.25, foot),
                (x + size * 0.5, foot - size * 0.35),
                (x + size * 0.42, foot - size * 0.7),
            ],
            steps=4,
        ),
        iron,
    )
    canvas.oval(x, foot - size * 0.7, size * 0.46, size * 0.11, lighter(iron, 0.15))
    canvas.oval(x, foot - size * 0.7, size * 0.38, size * 0.08, brew)
    canvas.disc(x - size * 0.24, foot - size * 0.4, size * 0.08, glaze((255, 255, 255), 0.18))
    for _ in range(9):
        canvas.disc(
            x + chance.about(0, 0.3) * size,
            foot - size * chance.between(0.7, 1.3),
            size * chance.between(0.02, 0.06),
            glaze(lighter(brew, 0.4), 0.6),
        )
    canvas.glow(x, foot - size * 0.8, size * 1.6, brew, 0.6)
