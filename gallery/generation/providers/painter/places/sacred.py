"""Temples and churches."""

from __future__ import annotations

from ..brushes.fire import flame
from ..brushes.land import EARTH, foreground, hills, path, soil, tufts
from ..brushes.masonry import column_, masonry
from ..brushes.plants import bush
from ..brushes.trees import leaf_colour, wood
from ..chance import Chance
from ..colour import Colour, darker, glaze, mix
from ..shapes import arc, arch
from ..stage import Stage
from .castles import CASTLE_STONE, livery
from .vista import vista


def temple(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("temple")
    horizon = stage.height * chance.between(0.56, 0.62)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.05, soil(stage), 0.4, name="back", mist=0.35)
    wood(stage, line, int(8 * stage.width), 0.18, 0.36, name="back", kind=chance.pick(("mixed", "leaf")))
    hills(stage, horizon + 0.14, 0.02, soil(stage), 0.12, name="near", mist=0.0)
    x, foot = stage.width * chance.between(0.42, 0.58), stage.height * 0.8
    local = chance.pick(((224, 214, 196), (206, 200, 204), (214, 190, 158)))
    wide, high = chance.between(0.62, 0.8), chance.between(0.28, 0.34)
    if chance.maybe(0.35):
        canvas.poly(
            arc(x, foot - high - 0.12, wide * 0.26, 0.26, 0.5, 1.0),
            light.tone(mix(local, livery(stage), 0.35), 0.12, 0.5),
        )
    canvas.box(
        x - wide * 0.42,
        foot - high - 0.06,
        x + wide * 0.42,
        foot - 0.06,
        light.shadow(darker(local, 0.35), 0.1),
    )
    canvas.poly(arch(x, foot - 0.05, 0.13, 0.24), (44, 32, 38))
    canvas.glow(x, foot - 0.12, 0.3, stage.meaning.glow or (255, 190, 100), 0.5)
    count = chance.pick((4, 6, 6))
    for n in range(count):
        cx = x + wide * (n / (count - 1) - 0.5) * 0.92
        column_(stage, cx, foot - 0.06, wide * 0.06, high, 0.04, local=local, chance=chance)
    top = foot - 0.06 - high
    canvas.wash(
        [
            (x - wide * 0.54, top - 0.06),
            (x + wide * 0.54, top - 0.06),
            (x + wide * 0.54, top),
            (x - wide * 0.54, top),
        ],
        light.tone(local, 0.03, 0.6),
        light.tone(local, 0.05, 0.2),
    )
    canvas.poly(
        [(x - wide * 0.57, top - 0.055), (x, top - 0.055 - wide * 0.2), (x + wide * 0.57, top - 0.055)],
        light.tone(local, 0.03, 0.6),
    )
    canvas.poly(
        [(x - wide * 0.46, top - 0.07), (x, top - 0.05 - wide * 0.165), (x + wide * 0.46, top - 0.07)],
        light.shadow(local, 0.05, 0.35),
    )
    _emblem(stage, x, top - 0.06 - wide * 0.06, wide * 0.045)
    _steps(stage, x, foot - 0.06, wide, local)
    for way in (-1, 1):
        _brazier(stage, x + way * wide * 0.66, foot + 0.05, 0.13, chance)
    for _ in range(4):
        bush(
            stage,
            x + chance.sign() * chance.between(0.6, 1.0),
            foot + chance.between(0, 0.08),
            0.08,
            0.02,
            chance=chance,
            local=leaf_colour(stage),
            bloom=livery(stage),
        )
    path(stage, x, foot + 0.06, (176, 164, 146), goal=x, wide=0.5)
    foreground(stage)


def _emblem(stage: Stage, x: float, y: float, size: float) -> None:
    gold = stage.light.tone((226, 182, 84), 0, 0.6)
    canvas = stage.canvas
    shape = stage.chance.child("emblem").pick(("sun", "moon", "eye"))
    canvas.disc(x, y, size, gold)
    if shape == "moon":
        canvas.disc(x + size * 0.4, y - size * 0.1, size * 0.85, stage.light.shadow((190, 180, 170), 0, 0.35))
    elif shape == "eye":
        canvas.disc(x, y, size * 0.6, stage.light.shadow((190, 180, 170)))
        canvas.disc(x, y, size * 0.3, gold)
    else:
        for n in range(8):
            tip = arc(x, y, size * 1.9, size * 1.9, n / 8, n / 8, 1)[0]
            side = arc(x, y, size * 0.9, size * 0.9, n / 8 - 0.03, n / 8 + 0.03, 1)
            canvas.poly([tip, *side], gold)


def _steps(stage: Stage, x: float, top: float, wide: float, local: Colour) -> None:
    light, canvas = stage.light, stage.canvas
    for n in range(4):
        half, y = wide * (0.56 + 0.05 * n), top + 0.03 * n
        canvas.box(x - half, y, x + half, y + 0.016, light.tone(local, 0.02, 0.6))
        canvas.box(x - half, y + 0.012, x + half, y + 0.034, light.shadow(local, 0.03, 0.3))


def _brazier(stage: Stage, x: float, foot: float, high: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    iron = light.tone((70, 64, 70))
    canvas.line([(x - high * 0.3, foot), (x, foot - high * 0.55), (x + high * 0.3, foot)], iron, high * 0.07)
    canvas.poly(
        [
            (x - high * 0.34, foot - high * 0.7),
            (x + high * 0.34, foot - high * 0.7),
            (x + high * 0.2, foot - high * 0.45),
            (x - high * 0.2, foot - high * 0.45),
        ],
        iron,
    )
    flame(canvas, x, foot - high * 0.66, high * 0.85, chance=chance, colour=stage.meaning.glow)


def church(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("church")
    horizon = stage.height * chance.between(0.58, 0.64)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.05, soil(stage), 0.36, name="back", mist=0.35)
    wood(stage, line, int(8 * stage.width), 0.17, 0.34, name="back")
    hills(stage, horizon + 0.13, 0.03, soil(stage), 0.1, name="near", mist=0.0)
    x, foot, way = stage.width * chance.between(0.42, 0.58), stage.height * 0.8, chance.sign()
    local, roof = chance.pick(CASTLE_STONE), chance.pick(((112, 92, 100), (136, 76, 60), (90, 100, 120)))
    long, eave = 0.46, foot - 0.22
    nave = [(x, eave), (x + way * long, eave), (x + way * long, foot), (x, foot)]
    masonry(stage, nave, 0.08, chance=chance, local=local, row=0.026, lit=0.4 if way == light.side else 0.05)
    canvas.poly(
        [
            (x, eave),
            (x + way * 0.06, eave - 0.16),
            (x + way * (long - 0.04), eave - 0.16),
            (x + way * (long + 0.03), eave),
        ],
        light.tone(roof, 0.07, 0.5),
    )
    for n in range(3):
        _stained(stage, x + way * (0.14 + 0.12 * n), foot - 0.04, 0.055, 0.14, chance)
    half, top = 0.085, foot - chance.between(0.46, 0.54)
    masonry(
        stage,
        [(x - half, top), (x + half, top), (x + half, foot + 0.01), (x - half, foot + 0.01)],
        0.05,
        chance=chance,
        local=local,
        row=0.026,
        lit=0.5,
    )
    spire = chance.between(0.22, 0.34)
    canvas.poly(
        [(x - half * 1.15, top), (x, top - spire), (x + half * 1.15, top), (x, top + 0.015)],
        light.shadow(roof, 0.05),
    )
    canvas.poly(
        [(x + light.side * half * 1.15, top), (x, top - spire), (x - light.side * half * 0.1, top + 0.015)],
        light.tone(roof, 0.05, 0.7),
    )
    canvas.line([(x, top - spire), (x, top - spire - 0.05)], light.tone((226, 190, 100)), 0.006)
    canvas.disc(x, top - spire - 0.055, 0.011, light.tone((226, 190, 100), 0, 0.5))
    _stained(stage, x, top + 0.17, 0.06, 0.11, chance)
    canvas.poly(arch(x, foot + 0.01, 0.1, 0.17, pointed=True), light.shadow((60, 44, 40)))
    canvas.poly(arch(x, foot + 0.01, 0.075, 0.145, pointed=True), light.tone((120, 80, 52), 0.05))
    path(stage, stage.width * chance.between(0.3, 0.7), foot + 0.01, EARTH, goal=x, wide=0.34)
    for _ in range(5):
        bush(
            stage,
            x + chance.sign() * chance.between(0.2, 0.7),
            foot + chance.between(0.01, 0.06),
            0.06,
            0.03,
            chance=chance,
            local=leaf_colour(stage),
        )
    tufts(stage, [(-1, foot), (stage.width + 1, foot)], int(70 * stage.width), name="yard", flowers=True)
    foreground(stage)


def _stained(stage: Stage, x: float, foot: float, wide: float, high: float, chance: Chance) -> None:
    """A pointed window of coloured panes."""
    light, canvas = stage.light, stage.canvas
    outline = arch(x, foot, wide, high, pointed=True)
    canvas.poly(
        arch(x, foot + wide * 0.1, wide * 1.35, high * 1.12, pointed=True), light.shadow((110, 104, 104))
    )
    canvas.poly(outline, light.lamp((255, 200, 120)))
    with canvas.within(outline) as panes:
        for n in range(6):
            colour = chance.pick(((190, 70, 70), (70, 110, 180), (220, 170, 80), (90, 150, 110)))
            y = foot - high * (n + 1) / 6
            panes.box(
                x - wide / 2 + (n % 2) * wide / 2,
                y,
                x + (n % 2) * wide / 2,
                y + high / 6,
                glaze(mix(light.shadow(colour), colour, light.lamps), 0.6),
            )
        panes.line([(x, foot), (x, foot - high)], light.shadow((60, 54, 60)), wide * 0.09)
    if light.lamps > 0.3:
        canvas.glow(x, foot - high / 2, high * 1.6, (255, 190, 110), 0.3 * light.lamps)
