"""Ways in: a stone archway, or the mouth of a mine, a cave, a dungeon."""

from __future__ import annotations

from itertools import pairwise

from ..brushes.fire import wall_torch
from ..brushes.houses import house
from ..brushes.land import EARTH, STONE, foreground, hills, path, rock, soil, tufts
from ..brushes.masonry import ivy, masonry, round_tower
from ..brushes.mining import mine_cart, rails, timber_frame
from ..brushes.trees import PINE, pine, treeline
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, arch, blob, jagged, smooth
from ..stage import Stage
from .castles import CASTLE_STONE, keep, livery
from .vista import vista


def gate(stage: Stage) -> None:
    """A stone archway on a cobbled way, torches on both sides; what lies beyond is seen through it."""
    chance = stage.chance.child("gate")
    if stage.has("mine", "cave", "dungeon", "crypt"):
        _mouth(stage, chance)
        return
    horizon = stage.height * chance.between(0.54, 0.6)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.05, 0.04, soil(stage), 0.4, name="back", mist=0.4)
    treeline(stage, line, 0.06, 0.42, name="back")
    x = stage.width * chance.between(0.44, 0.56)
    if stage.has("village", "town", "tavern", "market"):
        for hx, tall in ((-0.16, 1.0), (0.15, 1.1), (-0.02, 0.9)):
            house(stage, x + hx, horizon + 0.12, 0.13, 0.34, chance=chance, tall=tall)
    if stage.has("castle"):
        keep(stage, chance, x, horizon + 0.07, 0.3)
    foot = stage.height * 0.82
    ground = hills(stage, foot - 0.08, 0.02, soil(stage), 0.06, name="near", mist=0.0)
    path(stage, x + chance.between(-0.1, 0.1), horizon + 0.12, (150, 142, 136), goal=x, wide=0.8)
    cobbles(stage, chance, x, foot - 0.1)
    _archway(stage, chance, x, foot)
    tufts(stage, ground, int(50 * stage.width), name="near")
    for rx in (chance.between(0.02, 0.2), stage.width - chance.between(0.02, 0.2)):
        rock(stage, rx, stage.height * 0.97, chance.between(0.1, 0.2), chance=chance)
        if stage.has("mountain", "forest"):
            pine(
                stage,
                rx,
                stage.height * 0.95,
                chance.between(0.5, 0.7),
                0.02,
                chance=chance,
                local=darker(PINE, 0.2),
            )
    foreground(stage)


def _archway(stage: Stage, chance: Chance, x: float, foot: float) -> None:
    canvas, light = stage.canvas, stage.light
    local = chance.pick(CASTLE_STONE)
    half, inner, top = 0.34, 0.2, foot - chance.between(0.58, 0.66)
    pointed = chance.maybe(0.35)
    opening = arch(x, foot, inner * 2, foot - top - 0.13, pointed=pointed)
    towers = chance.maybe(0.55)
    crown: list[Point] = [
        (x - half, top + 0.02),
        (x - half * 0.5, top - 0.01),
        (x, top - 0.05 * (not towers)),
        (x + half * 0.5, top),
        (x + half, top + 0.02),
    ]
    outline = [(x - half, foot), *smooth(crown, steps=3), (x + half, foot), *reversed(opening)]
    masonry(stage, outline, 0.02, chance=chance, local=local, row=0.034, mossy=True)
    _keystones(stage, chance, opening, local)
    if towers:
        for way in (-1, 1):
            round_tower(
                stage,
                x + way * (half + 0.05),
                foot + 0.01,
                0.17,
                foot - top + 0.05,
                0.0,
                chance=chance,
                local=local,
                flag=livery(stage) if way > 0 else None,
            )
    for way in (-1, 1):
        wing = [
            (x + way * (half + 0.04), foot - 0.3),
            (x + way * 2.2, foot - 0.24),
            (x + way * 2.2, foot + 0.02),
            (x + way * (half + 0.04), foot + 0.01),
        ]
        if towers or chance.maybe():
            masonry(stage, wing, 0.04, chance=chance, local=local, row=0.034, mossy=True)
        wall_torch(canvas, x + way * 0.27, foot - 0.3, 0.1, chance=chance)
    ivy(stage, chance, outline, (x - half, top - 0.02, x + half, top + 0.3), 110)
    canvas.soft(x, foot, 0.5, 0.05, light.shadow((40, 40, 50)), 0.4)


def _keystones(stage: Stage, chance: Chance, opening: list[Point], local: Colour) -> None:
    """The ring of wedge stones around an opening."""
    light, canvas = stage.light, stage.canvas
    middle = (sum(p[0] for p in opening) / len(opening), max(p[1] for p in opening) - 0.2)
    ring = opening[1:-1:2]
    for a, b in pairwise(ring):
        tone = light.tone(lighter(local, chance.between(0, 0.25)), 0, 0.4)
        out = [(middle[0] + (px - middle[0]) * 1.2, middle[1] + (py - middle[1]) * 1.16) for px, py in (b, a)]
        canvas.poly([a, b, *out], tone)
        canvas.line([a, out[1]], light.shadow(local), 0.004)


def cobbles(stage: Stage, chance: Chance, x: float, top: float) -> None:
    light, canvas = stage.light, stage.canvas
    for _ in range(int(170 * stage.width)):
        t = chance.random() ** 0.8
        y = top + (stage.height - top) * t
        cx = x + chance.about(0, 0.1 + 0.62 * t)
        tone = light.tone(mix((158, 150, 142), (120, 116, 120), chance.random()), 0.1 * (1 - t), 0.3)
        size = 0.008 + 0.026 * t
        canvas.poly(blob(chance, cx, y, size, size * 0.4), glaze(tone, 0.75))


def _mouth(stage: Stage, chance: Chance) -> None:
    """A way into the mountain: timber for a mine, bare rock for a cave, dressed stone for a dungeon."""
    canvas, light = stage.canvas, stage.light
    horizon = stage.height * 0.5
    vista(stage, horizon)
    x, foot = stage.width * chance.between(0.42, 0.58), stage.height * 0.8
    local = mix(STONE, (150, 118, 96), chance.random() * 0.6)
    top = jagged(
        chance,
        (-0.1, stage.height * chance.between(0.1, 0.3)),
        (stage.width + 0.1, stage.height * chance.between(0.1, 0.34)),
        rough=0.14,
        depth=6,
    )
    canvas.wash(
        [*top, (stage.width + 0.1, foot), (-0.1, foot)],
        light.tone(local, 0.2, 0.5),
        light.tone(local, 0.12),
        light.shadow(local, 0.05, 0.3),
    )
    for _ in range(int(90 * stage.width)):
        rx, ry = chance.between(-0.05, stage.width), chance.between(stage.height * 0.3, foot)
        size = chance.between(0.03, 0.1)
        tone = (
            light.tone(lighter(local, 0.2), 0.08, 0.7)
            if chance.maybe(0.45)
            else light.shadow(local, 0.05, 0.5)
        )
        canvas.poly(
            [
                (rx, ry),
                (rx + size, ry + size * 0.3),
                (rx + size * 0.7, ry + size * 1.3),
                (rx - size * 0.3, ry + size),
            ],
            glaze(tone, 0.42),
        )
    treeline(stage, [(px, py + 0.015) for px, py in top], 0.13, 0.16, name="brow")
    hills(stage, foot - 0.02, 0.02, mix(EARTH, soil(stage), 0.4), 0.04, name="yard", mist=0.0)
    hole = arch(x, foot + 0.03, 0.36, 0.42)
    if not stage.has("mine"):
        masonry(
            stage, arch(x, foot + 0.03, 0.5, 0.52), 0.04, chance=chance, local=local, row=0.05, mossy=True
        )
    canvas.wash(hole, (16, 13, 22), (34, 24, 26))
    canvas.glow(x, foot - 0.08, 0.26, (255, 160, 70), 0.34)
    path(stage, x + chance.between(-0.1, 0.1), foot + 0.02, EARTH, goal=x, wide=0.5)
    if stage.has("mine"):
        timber_frame(stage, x, foot + 0.03, 0.4, 0.4)
        rails(stage, x, foot + 0.02, x + chance.between(-0.16, 0.16))
        mine_cart(stage, x + 0.32 * chance.sign(), stage.height * 0.95, 0.2)
    for way in (-1, 1):
        wall_torch(canvas, x + way * 0.3, foot - 0.24, 0.1, chance=chance)
        rock(
            stage,
            x + way * chance.between(0.4, 0.6),
            foot + 0.08,
            chance.between(0.12, 0.2),
            chance=chance,
            local=local,
        )
    foreground(stage)
