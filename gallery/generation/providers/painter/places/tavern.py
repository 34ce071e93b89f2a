"""A tavern."""

from __future__ import annotations

from ..brushes.fire import WARM, candle, lantern, sparks
from ..brushes.furniture import chandelier, hearth, shelf, stool, table
from ..brushes.plants import bush
from ..brushes.props import barrel, mug
from ..brushes.rooms import back_wall, beams, indoors, shell
from ..brushes.windows import casement
from ..chance import Chance
from ..colour import glaze
from ..shapes import smooth, spaced
from ..stage import Stage
from .castles import livery


def tavern(stage: Stage) -> None:
    room, outside, chance = indoors(stage), stage.light, stage.chance.child("tavern")
    back = back_wall(stage, chance)
    wall = chance.pick(((206, 172, 128), (188, 150, 114), (166, 150, 128), (172, 128, 104), (150, 140, 108)))
    shell(room, back, wall, chance.pick(((142, 98, 64), (124, 84, 58), (156, 112, 74))))
    left, top, right, bottom = back
    span = right - left
    fire, view, bar = (left + span * share for share in _tavern_plan(chance))
    beams(room, back)
    pane = min(chance.between(0.18, 0.28), span * 0.2)
    casement(room, outside, view, bottom - 0.17, pane, 0.27, round_=chance.maybe(), cast=0.8)
    size = min(chance.between(0.38, 0.48), span * 0.36)
    hearth(room, fire, bottom + 0.03, size, chance=chance)
    _wall_things(room, chance, fire, bottom - size * 1.16)
    _bar(room, bar, bottom, min(chance.between(0.44, 0.56), span * 0.4), chance)
    _tavern_tables(room, chance, fire)
    if chance.maybe(0.5):
        chandelier(room, (view + bar) / 2, top + 0.1, 0.26, chance=chance)
    else:
        for x in spaced(chance, left, right, 3):
            lantern(stage.canvas, x, top - 0.03, 0.1, colour=chance.pick((WARM, (255, 160, 80))))
    barrel(room, stage.width * (0.04 if fire > bar else 0.96), stage.height * 0.98, 0.28)
    sparks(stage.canvas, chance, fire, bottom, 0.5, 0.5, (255, 220, 160), 26)


def _tavern_plan(chance: Chance) -> tuple[float, float, float]:
    """Where along the wall the hearth, the window and the bar are."""
    plans = ((0.2, 0.52, 0.82), (0.5, 0.17, 0.83), (0.52, 0.84, 0.18), (0.82, 0.5, 0.18))
    return chance.pick(plans)


def _tavern_tables(room: Stage, chance: Chance, fire: float) -> None:
    """Tables in the foreground, none before the fire."""
    for n, x in enumerate(spaced(chance, 0.1, room.width - 0.1, max(1, round(room.width * 1.7)))):
        if abs(x - fire) < 0.3 and room.width > 1.2:
            x = fire + (0.38 if x > fire else -0.38)
        foot = room.height * (0.86 + 0.1 * (n % 2))
        for way in (-1, 1):
            stool(room, x + way * 0.23, foot + 0.015, 0.15)
        table(room, x, foot, 0.36, 0.15, chance=chance)


def _bar(stage: Stage, x: float, foot: float, wide: float, chance: Chance) -> None:
    """Shelves of bottles, a counter with mugs, barrels beside it."""
    canvas, light = stage.canvas, stage.light
    half = wide / 2
    canvas.box(x - half * 0.9, foot - 0.45, x + half * 0.9, foot - 0.16, light.shadow((92, 64, 48), 0, 0.25))
    for n in range(3):
        shelf(
            stage,
            x - half * 0.86,
            x + half * 0.86,
            foot - 0.19 - 0.1 * n,
            chance=chance,
            what="jars",
            high=0.085,
        )
    canvas.wash(
        [(x - half, foot - 0.17), (x + half, foot - 0.17), (x + half, foot + 0.04), (x - half, foot + 0.04)],
        light.tone((132, 88, 58), 0, 0.4),
        light.shadow((108, 72, 50)),
    )
    for n in range(4):
        px = x - half + wide * (n + 0.5) / 4
        canvas.box(
            px - wide * 0.1,
            foot - 0.13,
            px + wide * 0.1,
            foot + 0.015,
            glaze(light.shadow((90, 58, 42)), 0.55),
        )
    canvas.poly(
        [
            (x - half * 1.06, foot - 0.17),
            (x - half * 0.98, foot - 0.2),
            (x + half * 0.98, foot - 0.2),
            (x + half * 1.06, foot - 0.17),
        ],
        light.tone((168, 120, 78), 0, 0.6),
    )
    canvas.box(x - half * 1.06, foot - 0.172, x + half * 1.06, foot - 0.15, light.tone((128, 86, 58), 0, 0.3))
    for dx in (-0.6, -0.25, 0.4):
        mug(canvas, light, x + dx * half, foot - 0.18, 0.055)
    candle(canvas, x + 0.1 * half, foot - 0.185, 0.05, chance=chance)


def _wall_things(stage: Stage, chance: Chance, x: float, y: float) -> None:
    """A shield with crossed blades, antlers, or a picture."""
    canvas, light = stage.canvas, stage.light
    kind = chance.pick(("shield", "antlers", "picture", "wreath"))
    if kind == "shield":
        for way in (-1, 1):
            canvas.line(
                [(x - way * 0.07, y + 0.09), (x + way * 0.07, y - 0.07)],
                light.tone((180, 180, 186), 0, 0.5),
                0.008,
            )
        canvas.poly(
            smooth(
                [
                    (x - 0.05, y - 0.05),
                    (x + 0.05, y - 0.05),
                    (x + 0.046, y + 0.02),
                    (x, y + 0.075),
                    (x - 0.046, y + 0.02),
                ],
                steps=3,
                closed=True,
            ),
            light.tone(livery(stage), 0, 0.4),
        )
        canvas.box(x - 0.006, y - 0.055, x + 0.006, y + 0.065, light.tone((222, 184, 96), 0, 0.4))
    elif kind == "antlers":
        for way in (-1, 1):
            for reach, rise in ((0.09, 0.09), (0.05, 0.1), (0.1, 0.04)):
                canvas.line(
                    smooth(
                        [(x, y), (x + way * reach * 0.7, y - rise * 0.3), (x + way * reach, y - rise)],
                        steps=4,
                    ),
                    light.tone((214, 194, 160), 0, 0.4),
                    0.009,
                )
        canvas.poly(
            [(x - 0.035, y - 0.02), (x + 0.035, y - 0.02), (x + 0.02, y + 0.05), (x - 0.02, y + 0.05)],
            light.tone((120, 84, 58), 0, 0.4),
        )
    elif kind == "picture":
        canvas.box(x - 0.08, y - 0.06, x + 0.08, y + 0.06, light.tone((190, 146, 78), 0, 0.5))
        canvas.wash(
            [(x - 0.066, y - 0.047), (x + 0.066, y - 0.047), (x + 0.066, y + 0.047), (x - 0.066, y + 0.047)],
            light.tone((130, 170, 190)),
            light.tone((230, 200, 160)),
            light.tone((96, 120, 80)),
        )
        canvas.poly(
            [(x - 0.066, y + 0.03), (x - 0.02, y - 0.02), (x + 0.02, y + 0.03)], light.tone((96, 104, 120))
        )
    else:
        bush(stage, x, y + 0.05, 0.07, 0.0, chance=chance, local=(96, 128, 72), bloom=(220, 120, 80))
