"""Ruins and standing stones."""

from __future__ import annotations

from ..brushes.fire import sparks
from ..brushes.land import foreground, hills, rock, soil, tufts
from ..brushes.masonry import column_, ivy, masonry
from ..brushes.openings import window
from ..brushes.trees import wood
from ..chance import Chance
from ..colour import Colour, glaze, lighter
from ..shapes import arch, jagged, spaced
from ..stage import Stage
from .vista import vista


def ruin(stage: Stage) -> None:
    canvas, chance = stage.canvas, stage.chance.child("ruin")
    horizon = stage.height * chance.between(0.54, 0.62)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.05, 0.06, soil(stage), 0.38, name="back", mist=0.35)
    wood(stage, line, int(6 * stage.width), 0.15, 0.36, name="back")
    local = chance.pick(((176, 168, 152), (150, 148, 150), (190, 168, 136)))
    if (
        "henge" in stage.meaning.words
        or "stonehenge" in stage.meaning.words
        or "standing-stone" in stage.meaning.words
        or "standing-stones" in stage.meaning.words
    ):
        henge(stage, chance, horizon + 0.2, local)
    else:
        _broken_wall(stage, chance, stage.width * chance.between(0.1, 0.3), horizon + 0.15, local)
        broken_arches(stage, chance, horizon + 0.17, local)
    near = hills(stage, horizon + 0.2, 0.03, soil(stage), 0.05, name="near", mist=0.0)
    for x in spaced(chance, 0.05, stage.width - 0.05, 3):
        column_(
            stage,
            x,
            stage.height * chance.between(0.86, 0.96),
            chance.between(0.06, 0.085),
            0.46,
            0.02,
            local=local,
            broken=chance.between(0.25, 0.85),
            chance=chance,
        )
    for _ in range(9):
        x, y = chance.between(0, stage.width), stage.height * chance.between(0.84, 1.0)
        rock(stage, x, y, chance.between(0.05, 0.12), chance=chance, local=local)
    tufts(stage, near, int(90 * stage.width), name="near", flowers=chance.maybe())
    if stage.has("magic") or stage.meaning.glow:
        colour = stage.meaning.glow or (120, 200, 240)
        canvas.glow(stage.width / 2, horizon + 0.05, 0.4, colour, 0.5)
        sparks(canvas, chance, stage.width / 2, horizon + 0.2, 0.6, 0.5, lighter(colour, 0.5), 30)
    foreground(stage)


def broken_arches(stage: Stage, chance: Chance, foot: float, local: Colour) -> None:
    count = 2 + int(stage.width * 0.7)
    start, span = stage.width * chance.between(0.3, 0.42), chance.between(0.26, 0.32)
    for n in range(count):
        x, tall = start + n * span, chance.between(0.34, 0.46)
        last = n == count - 1
        opening = arch(x, foot, span * 0.62, tall * 0.8, pointed=chance.maybe(0.3))
        crown = jagged(
            chance,
            (x - span * 0.5, foot - tall),
            (x + span * 0.5, foot - tall * (0.55 if last else 0.98)),
            rough=0.1,
            depth=4,
        )
        outline = [(x - span * 0.5, foot), *crown, (x + span * 0.5, foot), *reversed(opening)]
        masonry(stage, outline, 0.14, chance=chance, local=local, row=0.028, mossy=True)
        ivy(
            stage,
            chance,
            outline,
            (x - span * 0.5, foot - tall * 0.9, x + span * 0.4, foot - tall * 0.3),
            40,
            0.1,
        )


def _broken_wall(stage: Stage, chance: Chance, x: float, foot: float, local: Colour) -> None:
    top = jagged(
        chance, (x - 0.4, foot - 0.1), (x + 0.06, foot - chance.between(0.4, 0.55)), rough=0.2, depth=5
    )
    wall = [(x - 0.4, foot), *top, (x + 0.12, foot - 0.3), (x + 0.12, foot)]
    masonry(stage, wall, 0.2, chance=chance, local=local, row=0.03, mossy=True)
    window(stage, x, foot - 0.18, 0.05, 0.12, 0.2, round_=True, likelihood=0.0, chance=chance)
    ivy(stage, chance, wall, (x - 0.3, foot - 0.4, x + 0.1, foot), 50, 0.15)


def henge(stage: Stage, chance: Chance, foot: float, local: Colour) -> None:
    light, canvas = stage.light, stage.canvas
    for n in range(5):
        x = stage.width * (0.14 + 0.18 * n) + chance.between(-0.02, 0.02)
        y, high, half = (
            foot + 0.03 * (2 - abs(n - 2)),
            chance.between(0.28, 0.36) * (1 + 0.15 * (2 - abs(n - 2))),
            0.035,
        )
        for dx in (-0.085, 0.085):
            stone = [
                (x + dx - half, y),
                (x + dx - half * 0.8, y - high),
                (x + dx + half * 0.8, y - high * 0.98),
                (x + dx + half, y),
            ]
            canvas.soft(x + dx, y, 0.09, 0.02, light.shadow((40, 44, 50)), 0.5)
            masonry(stage, stone, 0.1, chance=chance, local=local, row=0.12, lit=0.5, mossy=True)
            canvas.poly(
                [
                    stone[0],
                    stone[1],
                    (x + dx - light.side * half * 0.3, y - high),
                    (x + dx - light.side * half * 0.2, y),
                ]
                if light.side > 0
                else [stone[3], stone[2], (x + dx + half * 0.3, y - high), (x + dx + half * 0.2, y)],
                glaze(light.shadow(local, 0.1), 0.5),
            )
        if chance.maybe(0.75):
            masonry(
                stage,
                [
                    (x - 0.14, y - high - 0.06),
                    (x + 0.14, y - high - 0.055),
                    (x + 0.135, y - high),
                    (x - 0.135, y - high),
                ],
                0.1,
                chance=chance,
                local=local,
                row=0.1,
                lit=0.6,
                mossy=True,
            )
