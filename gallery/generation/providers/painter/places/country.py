"""Village, farm, road."""

from __future__ import annotations

import math

from ..brushes.fire import lantern
from ..brushes.houses import house
from ..brushes.land import EARTH, dabs, foreground, hills, path, rock, soil, tufts
from ..brushes.masonry import round_tower
from ..brushes.openings import window
from ..brushes.plants import bush
from ..brushes.trees import broadleaf, leaf_colour, pine, wood
from ..chance import Chance
from ..colour import darker, glaze, lighter, mix
from ..shapes import arch, height_at, smooth, spaced
from ..stage import Stage
from .castles import keep
from .vista import vista


def village(stage: Stage) -> None:
    chance = stage.chance.child("village")
    horizon = stage.height * chance.between(0.48, 0.58)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.05, 0.06, soil(stage), 0.38, name="back", mist=0.35)
    wood(stage, line, int(6 * stage.width), 0.12, 0.36, name="back")
    if stage.has("castle", "tower"):
        keep(stage, chance, stage.width * chance.between(0.2, 0.8), horizon + 0.05, 0.3)
    elif chance.maybe(0.4):
        _steeple(stage, stage.width * chance.between(0.3, 0.7), horizon + 0.1, chance)
    way = stage.width * chance.between(0.4, 0.6)
    for row, (size, depth) in enumerate(((0.15, 0.3), (0.22, 0.17), (0.33, 0.05))):
        ground = horizon + 0.1 + 0.11 * row
        ridge = hills(
            stage,
            ground - 0.02,
            0.03,
            mix(soil(stage), EARTH, 0.1 * row),
            depth,
            name=f"green {row}",
            mist=0.2 - 0.08 * row,
        )
        if row == 0:
            path(stage, stage.width * chance.between(0.3, 0.7), ground, EARTH, goal=way, wide=0.34)
        gap = 0.08 + 0.1 * row
        for x in spaced(chance, -0.05, stage.width + 0.05, max(2, round(stage.width * (4.4 - 1.2 * row)))):
            if abs(x - way) > gap + size * 0.4:
                house(
                    stage,
                    x,
                    height_at(ridge, x) + 0.05,
                    size * chance.between(0.85, 1.15),
                    depth,
                    chance=chance,
                    tall=chance.between(0.85, 1.25),
                )
            elif chance.maybe(0.5):
                bush(stage, x, ground + 0.05, 0.05, depth, chance=chance, local=leaf_colour(stage))
        if row == 1:
            path(
                stage,
                stage.width * chance.between(0.35, 0.65),
                ground,
                EARTH,
                goal=way,
                wide=0.4,
                name="lane",
            )
    _village_life(stage, chance)
    foreground(stage)


def _steeple(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    round_tower(
        stage, x, foot, 0.06, 0.17, 0.32, chance=chance, roof=chance.pick(((112, 92, 100), (136, 76, 60)))
    )


def _village_life(stage: Stage, chance: Chance) -> None:
    """Fence, bushes, a tree, a lamp: the near edge of the green."""
    light, canvas = stage.light, stage.canvas
    foot = stage.height * 0.95
    side = chance.sign()
    start = 0.0 if side > 0 else stage.width
    tone = light.tone((140, 104, 74), 0, 0.3)
    for n in range(6):
        x = start + side * 0.07 * n
        canvas.poly(
            [
                (x - 0.008, foot),
                (x - 0.008, foot - 0.1),
                (x, foot - 0.11),
                (x + 0.008, foot - 0.1),
                (x + 0.008, foot),
            ],
            tone,
        )
    for y in (0.03, 0.075):
        canvas.line(
            [(start - side * 0.05, foot - y), (start + side * 0.4, foot - y)],
            light.shadow((120, 88, 62)),
            0.01,
        )
    x = stage.width - 0.1 if side > 0 else 0.1
    broadleaf(stage, x, foot, chance.between(0.46, 0.6), 0.0, chance=chance, local=leaf_colour(stage))
    lamp = stage.width * 0.5 - side * chance.between(0.16, 0.28)
    canvas.line([(lamp, foot), (lamp, foot - 0.24)], light.shadow((80, 62, 52)), 0.012)
    lantern(canvas, lamp, foot - 0.27, 0.07, lit=max(0.1, light.lamps))


def farm(stage: Stage) -> None:
    chance = stage.chance.child("farm")
    horizon = stage.height * chance.between(0.5, 0.58)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.05, soil(stage), 0.38, name="back", mist=0.35)
    wood(stage, line, int(5 * stage.width), 0.13, 0.36, name="back", kind="leaf")
    x, foot = stage.width * chance.between(0.26, 0.74), horizon + 0.16
    mill = "mill" in stage.meaning.words or "windmill" in stage.meaning.words or chance.maybe(0.45)
    hills(stage, horizon + 0.1, 0.03, soil(stage), 0.2, name="mid", mist=0.2)
    if mill:
        _windmill(stage, x, foot, chance)
    else:
        house(stage, x, foot, 0.34, 0.14, chance=chance, tall=1.25, roof=(150, 62, 52))
    house(stage, x + chance.sign() * chance.between(0.3, 0.4), foot + 0.02, 0.22, 0.14, chance=chance)
    _furrows(stage, chance, foot + 0.04)
    _scarecrow_or_bales(stage, chance)
    foreground(stage)


def _windmill(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    high = chance.between(0.36, 0.44)
    wall = light.tone((232, 220, 196), 0.12, 0.5)
    canvas.poly(
        [
            (x - high * 0.17, foot),
            (x - high * 0.11, foot - high * 0.72),
            (x + high * 0.11, foot - high * 0.72),
            (x + high * 0.17, foot),
        ],
        wall,
    )
    canvas.poly(
        [
            (x, foot),
            (x, foot - high * 0.72),
            (x - light.side * high * 0.11, foot - high * 0.72),
            (x - light.side * high * 0.17, foot),
        ],
        glaze(light.shadow((200, 188, 170), 0.12), 0.7),
    )
    canvas.poly(
        smooth(
            [
                (x - high * 0.14, foot - high * 0.71),
                (x - high * 0.08, foot - high * 0.88),
                (x + high * 0.08, foot - high * 0.88),
                (x + high * 0.14, foot - high * 0.71),
            ],
            steps=4,
        ),
        light.tone((140, 76, 58), 0.12, 0.4),
    )
    canvas.poly(arch(x, foot, high * 0.09, high * 0.16), light.shadow((96, 66, 48), 0.1))
    window(stage, x, foot - high * 0.42, high * 0.06, high * 0.08, 0.1, chance=chance)
    hub, spin = (x, foot - high * 0.74), chance.between(0.1, 0.7)
    for n in range(4):
        angle = spin + n * math.pi / 2
        cos, sin = math.cos(angle), math.sin(angle)
        tip = (hub[0] + cos * high * 0.5, hub[1] + sin * high * 0.5)
        out = (-sin * high * 0.09, cos * high * 0.09)
        root = (hub[0] + cos * high * 0.1, hub[1] + sin * high * 0.1)
        canvas.poly(
            [root, tip, (tip[0] + out[0], tip[1] + out[1]), (root[0] + out[0], root[1] + out[1])],
            light.tone((240, 230, 206), 0.1, 0.6),
        )
        canvas.line([hub, tip], light.shadow((96, 70, 52), 0.1), high * 0.018)
    canvas.disc(*hub, high * 0.025, light.shadow((80, 60, 50), 0.1))


def _furrows(stage: Stage, chance: Chance, top: float) -> None:
    """Rows of crop that run to one point."""
    light, canvas = stage.light, stage.canvas
    crop = chance.pick(((206, 172, 84), (132, 152, 72), (178, 150, 76)))
    area = [
        (-0.1, top),
        (stage.width + 0.1, top),
        (stage.width + 0.1, stage.height + 0.05),
        (-0.1, stage.height + 0.05),
    ]
    vanish = (stage.width * chance.between(0.3, 0.7), top - 0.2)
    canvas.wash(area, light.tone(crop, 0.18, 0.5), light.tone(crop, 0.02, 0.3))
    with canvas.within(area) as field:
        for n in range(-16, 34):
            x0, x1 = stage.width * n / 18, stage.width * (n + 0.5) / 18
            far = 0.16
            low = stage.height + 0.1
            field.poly(
                [
                    (vanish[0] + (x0 - vanish[0]) * far, top),
                    (vanish[0] + (x1 - vanish[0]) * far, top),
                    (vanish[0] + (x1 - vanish[0]) * 1.9, low),
                    (vanish[0] + (x0 - vanish[0]) * 1.9, low),
                ],
                glaze(light.shadow(darker(crop, 0.25), 0.05), 0.55),
            )
        dabs(
            field,
            chance,
            (0, top, stage.width, stage.height),
            [light.tone(lighter(crop, 0.3), 0, 0.6), light.shadow(crop)],
            int(110 * stage.width),
            size=0.03,
            slope=-1.6,
            opacity=0.4,
        )


def _scarecrow_or_bales(stage: Stage, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    x, foot = stage.width * chance.pick((0.2, 0.8)), stage.height * 0.9
    if chance.maybe(0.5):
        for dx in (0.0, 0.16):
            canvas.soft(x + dx, foot, 0.12, 0.03, light.shadow((60, 50, 40)), 0.5)
            canvas.oval(x + dx, foot - 0.06, 0.085, 0.066, light.tone((204, 166, 84), 0, 0.5))
            for r in (0.75, 0.5, 0.25):
                canvas.oval(
                    x + dx,
                    foot - 0.06,
                    0.085 * r,
                    0.066 * r,
                    glaze(
                        light.shadow((160, 120, 60)) if r != 0.5 else light.tone((220, 186, 104), 0, 0.4), 0.6
                    ),
                )
        return
    wood_ = light.shadow((110, 82, 60))
    canvas.line([(x, foot), (x, foot - 0.3)], wood_, 0.012)
    canvas.line([(x - 0.11, foot - 0.22), (x + 0.11, foot - 0.23)], wood_, 0.012)
    canvas.poly(
        [
            (x - 0.1, foot - 0.24),
            (x + 0.1, foot - 0.25),
            (x + 0.1, foot - 0.2),
            (x + 0.05, foot - 0.19),
            (x + 0.06, foot - 0.08),
            (x - 0.06, foot - 0.07),
            (x - 0.05, foot - 0.18),
            (x - 0.1, foot - 0.18),
        ],
        light.tone((110, 84, 110), 0, 0.3),
    )
    canvas.disc(x, foot - 0.285, 0.036, light.tone((226, 196, 140), 0, 0.3))
    canvas.poly(
        [
            (x - 0.07, foot - 0.3),
            (x - 0.03, foot - 0.31),
            (x, foot - 0.37),
            (x + 0.03, foot - 0.31),
            (x + 0.07, foot - 0.3),
        ],
        light.shadow((120, 90, 60)),
    )


def road(stage: Stage) -> None:
    chance = stage.chance.child("road")
    horizon = stage.height * chance.between(0.48, 0.58)
    vista(stage, horizon)
    for row, depth in enumerate((0.4, 0.24)):
        line = hills(
            stage, horizon + 0.05 + 0.08 * row, 0.07, soil(stage), depth, name=f"roll {row}", mist=0.3
        )
        wood(stage, line, int(6 * stage.width), 0.11 + 0.07 * row, depth, name=f"roll {row}")
    near = hills(stage, horizon + 0.17, 0.04, soil(stage), 0.06, name="near", mist=0.05)
    path(stage, stage.width * chance.between(0.3, 0.7), horizon + 0.14, EARTH, wide=chance.between(0.4, 0.6))
    tufts(stage, near, int(120 * stage.width), name="near", flowers=chance.maybe())
    _signpost(stage, stage.width * chance.pick((0.24, 0.76)), stage.height * 0.88, chance)
    side = chance.pick((0.05, 0.95))
    (pine if chance.maybe(0.4) else broadleaf)(
        stage, stage.width * side, stage.height * 0.98, chance.between(0.6, 0.78), 0.0, chance=chance
    )
    for x in spaced(chance, 0, stage.width, 4):
        rock(stage, x, stage.height - chance.between(0, 0.1), chance.between(0.05, 0.1), chance=chance)
    foreground(stage)


def _signpost(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    canvas.soft(x, foot, 0.06, 0.012, light.shadow((50, 50, 50)), 0.5)
    canvas.box(x - 0.012, foot - 0.32, x + 0.012, foot, light.shadow((112, 84, 62)))
    for n in range(chance.whole(2, 3)):
        way, y = (1, -1)[n % 2], foot - 0.28 + 0.075 * n
        canvas.poly(
            [
                (x - way * 0.05, y - 0.026),
                (x + way * 0.11, y - 0.03),
                (x + way * 0.15, y),
                (x + way * 0.11, y + 0.026),
                (x - way * 0.05, y + 0.022),
            ],
            light.tone((158, 120, 84), 0, 0.4 if way == light.side else 0.1),
        )
        canvas.line(
            [(x - way * 0.02, y), (x + way * 0.09, y - 0.002)], glaze(light.shadow((90, 66, 50)), 0.6), 0.005
        )
