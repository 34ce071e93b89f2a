"""A library."""

from __future__ import annotations

from ..brushes.fire import candle, sparks
from ..brushes.furniture import chandelier, shelf, table
from ..brushes.rooms import Walls, back_wall, indoors, shell
from ..brushes.windows import casement
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter
from ..shapes import ellipse, smooth
from ..stage import Stage
from .castles import livery


def library(stage: Stage) -> None:
    canvas, room, outside, chance = (
        stage.canvas,
        indoors(stage, deep=0.95),
        stage.light,
        stage.chance.child("library"),
    )
    back = back_wall(stage, chance)
    left, top, right, bottom = back
    shell(
        room,
        back,
        chance.pick(((150, 120, 96), (126, 112, 110), (140, 104, 80))),
        chance.pick(((128, 86, 58), (110, 78, 60))),
    )
    middle = stage.width * chance.between(0.44, 0.56)
    gap = 0.2
    for low, high in ((left, middle - gap), (middle + gap, right)):
        if high - low > 0.08:
            _bookcase(room, low, high, top + 0.02, bottom, chance)
    casement(
        room,
        outside,
        middle,
        bottom - 0.13,
        0.27,
        min(0.48, bottom - top - 0.2),
        pointed=True,
        frame=(132, 122, 116),
        cast=1.1,
    )
    for side in (0, 1):
        _side_case(room, side, back, chance)
    if chance.maybe(0.7):
        _ladder(
            room,
            left + (middle - gap - left) * 0.5 if middle - gap - left > 0.15 else left,
            top + 0.04,
            bottom + 0.05,
        )
    floor_rug(room, middle, stage.height * 0.9, 0.5, livery(stage))
    desk = stage.height * 0.9
    table(room, middle, desk, 0.52, 0.17, chance=chance, laid=False, tone=(122, 80, 52))
    desk_things(room, middle, desk - 0.19, chance)
    _book_pile(room, middle + chance.sign() * 0.42, stage.height * 0.93, chance)
    chandelier(room, middle, top + 0.07, 0.3, chance=chance)
    sparks(canvas, chance, middle, bottom, 0.3, 0.5, (255, 236, 190), 30)
    if stage.has("magic"):
        sparks(canvas, chance, middle, desk - 0.2, 0.4, 0.5, stage.meaning.glow or (140, 190, 255), 40)


def _bookcase(stage: Stage, left: float, right: float, top: float, bottom: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.box(left, top, right, bottom, light.shadow((72, 48, 38), 0, 0.3))
    rows = max(3, round((bottom - top) / 0.11))
    for n in range(rows):
        y = top + (bottom - top) * (n + 1) / rows - 0.016
        shelf(
            stage,
            left + 0.012,
            right - 0.012,
            y,
            chance=chance,
            what="books",
            high=(bottom - top) / rows - 0.016,
        )
    for x in (left, right):
        canvas.box(x - 0.012, top - 0.01, x + 0.012, bottom, light.tone((118, 78, 52), 0, 0.4))
    canvas.box(left - 0.016, top - 0.02, right + 0.016, top + 0.006, light.tone((136, 92, 60), 0, 0.5))


def _side_case(stage: Stage, side: int, back: Walls, chance: Chance) -> None:
    """A bookcase on a side wall, in perspective."""
    canvas, light = stage.canvas, stage.light
    left, top, right, bottom = back
    x0, x1 = (left, -0.02) if side == 0 else (right, stage.width + 0.02)
    rows = 5
    for n in range(rows):
        t0, t1 = n / rows, (n + 1) / rows
        y0a, y0b = top + (bottom - top) * t0, -0.02 + (stage.height + 0.02) * t0
        y1a, y1b = top + (bottom - top) * t1, -0.02 + (stage.height + 0.02) * t1
        canvas.poly([(x0, y0a), (x1, y0b), (x1, y1b), (x0, y1a)], light.shadow((64, 42, 36), 0, 0.35))
        books = 13
        for i in range(books):
            u0, u1 = (i / books) ** 1.15, ((i + 0.9) / books) ** 1.15
            spine = chance.pick(
                ((134, 56, 50), (62, 84, 112), (84, 104, 72), (150, 112, 64), (96, 66, 98), (110, 84, 66))
            )
            rise = chance.between(0.14, 0.36)
            pa, pb = x0 + (x1 - x0) * u0, x0 + (x1 - x0) * u1
            la, lb = y1a + (y1b - y1a) * u0, y1a + (y1b - y1a) * u1
            ha, hb = y0a + (y0b - y0a) * u0, y0a + (y0b - y0a) * u1
            canvas.poly(
                [(pa, la), (pb, lb), (pb, hb + (lb - hb) * rise), (pa, ha + (la - ha) * rise)],
                light.shadow(spine, 0, 0.12) if i % 3 else light.tone(spine, 0, 0.2),
            )
        canvas.line([(x0, y1a), (x1, y1b)], light.tone((118, 78, 52), 0, 0.3), 0.014)


def _ladder(stage: Stage, x: float, top: float, foot: float) -> None:
    tone = stage.light.tone((176, 126, 80), 0, 0.5)
    for dx in (0.0, 0.07):
        stage.canvas.line([(x + dx, top), (x + dx + 0.06, foot)], tone, 0.009)
    for n in range(9):
        t = (n + 0.5) / 9
        stage.canvas.line(
            [(x + 0.06 * t, top + (foot - top) * t), (x + 0.07 + 0.06 * t, top + (foot - top) * t)],
            tone,
            0.008,
        )


def floor_rug(stage: Stage, x: float, y: float, half: float, colour: Colour) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.oval(x, y, half, half * 0.2, light.shadow(darker(colour, 0.2), 0, 0.2))
    canvas.oval(x, y, half * 0.93, half * 0.182, light.tone((214, 176, 110), 0, 0.2))
    canvas.oval(x, y, half * 0.87, half * 0.168, light.tone(colour, 0, 0.2))
    canvas.oval(x, y, half * 0.5, half * 0.09, light.tone(lighter(colour, 0.2), 0, 0.2))


def desk_things(stage: Stage, x: float, y: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    page = light.tone((240, 226, 194), 0, 0.4)
    for way in (-1, 1):
        canvas.poly(
            smooth(
                [
                    (x, y),
                    (x + way * 0.04, y - 0.012),
                    (x + way * 0.085, y - 0.004),
                    (x + way * 0.095, y + 0.03),
                    (x + way * 0.045, y + 0.022),
                    (x, y + 0.034),
                ],
                steps=3,
            ),
            page if way == light.side else darker(page, 0.1),
        )
        for n in range(4):
            canvas.line(
                [(x + way * 0.015, y + 0.004 + 0.006 * n), (x + way * 0.075, y + 0.001 + 0.006 * n)],
                glaze((96, 76, 66), 0.6),
                0.0018,
            )
    candle(canvas, x - 0.16, y + 0.012, 0.09, chance=chance)
    gx = x + 0.17
    canvas.line([(gx, y + 0.01), (gx, y - 0.03)], light.tone((168, 126, 72), 0, 0.4), 0.012)
    canvas.disc(gx, y - 0.07, 0.045, light.tone((88, 130, 150), 0, 0.3))
    with canvas.within(ellipse(gx, y - 0.07, 0.045, 0.045)) as globe:
        globe.poly(
            smooth(
                [(gx - 0.04, y - 0.09), (gx - 0.01, y - 0.1), (gx + 0.01, y - 0.06), (gx - 0.02, y - 0.04)],
                steps=3,
                closed=True,
            ),
            light.tone((164, 156, 92), 0, 0.4),
        )
        globe.disc(gx + 0.03, y - 0.05, 0.035, glaze((30, 20, 30), 0.3))
    canvas.line(ellipse(gx, y - 0.07, 0.05, 0.05), light.tone((190, 146, 84), 0, 0.5), 0.004)


def _book_pile(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.soft(x, foot, 0.12, 0.025, (16, 10, 16), 0.6)
    for n in range(chance.whole(3, 6)):
        cover = chance.pick(((134, 56, 50), (62, 84, 112), (84, 104, 72), (150, 112, 64), (96, 66, 98)))
        dx, half, y = chance.between(-0.012, 0.012), chance.between(0.06, 0.08), foot - 0.028 * n
        canvas.box(x + dx - half, y - 0.028, x + dx + half, y, light.tone(cover, 0, 0.4))
        canvas.box(
            x + dx - half * 0.94,
            y - 0.022,
            x + dx + half * 1.0,
            y - 0.006,
            light.tone((232, 216, 182), 0, 0.2),
        )
        canvas.box(x + dx - half, y - 0.028, x + dx - half * 0.86, y, light.shadow(cover))
