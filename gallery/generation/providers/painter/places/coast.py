"""The sea, its cliffs and ships."""

from __future__ import annotations

from ..brushes.fire import WARM
from ..brushes.land import SAND, land, rock, soil
from ..brushes.peaks import far_range
from ..brushes.trees import wood
from ..brushes.water import water
from ..chance import Chance
from ..colour import Colour, glaze, lighter, mix
from ..shapes import jagged, rolling, smooth, spaced
from ..sky import paint_sky
from ..stage import Stage
from .vista import cone

HULL: Colour = (112, 76, 52)
SAILCLOTH: Colour = (236, 224, 198)


def ship(stage: Stage, x: float, foot: float, size: float, depth: float, *, chance: Chance) -> None:
    """A sailing ship, ``size`` its length."""
    canvas, light = stage.canvas, stage.light
    way = chance.sign()
    hull = smooth(
        [
            (x - way * size * 0.5, foot - size * 0.2),
            (x - way * size * 0.42, foot),
            (x + way * size * 0.32, foot),
            (x + way * size * 0.56, foot - size * 0.24),
        ],
        steps=4,
    )
    cloth = chance.pick((SAILCLOTH, SAILCLOTH, (176, 68, 58), (84, 108, 140)))
    for dx, tall in ((-0.2, 0.78), (0.16, 0.92)):
        mast = x + way * dx * size
        canvas.line(
            [(mast, foot - size * 0.1), (mast, foot - size * tall)], light.shadow(HULL, depth), size * 0.022
        )
        for low, top, wide in ((0.2, 0.52, 0.2), (0.55, 0.8, 0.15)):
            if top < tall:
                _sail(stage, mast, foot - size * top, foot - size * low, size * wide, way, cloth, depth)
        canvas.poly(
            [
                (mast, foot - size * tall),
                (mast - way * size * 0.13, foot - size * (tall - 0.03)),
                (mast, foot - size * (tall - 0.06)),
            ],
            light.tone((186, 62, 54), depth),
        )
    canvas.wash([*hull, (x, foot - size * 0.13)], light.tone(HULL, depth, 0.5), light.shadow(HULL, depth))
    canvas.line(hull[:: len(hull) - 1], glaze(light.tone((206, 164, 100), depth), 0.8), size * 0.015)
    canvas.oval(
        x, foot + size * 0.03, size * 0.5, size * 0.035, glaze(light.shadow((50, 70, 90), depth), 0.5)
    )
    if light.lamps > 0.4:
        canvas.glow(x - way * size * 0.46, foot - size * 0.25, size * 0.2, WARM, 0.7 * light.lamps)


def _sail(
    stage: Stage, mast: float, top: float, low: float, half: float, way: int, cloth: Colour, depth: float
) -> None:
    light = stage.light
    belly = way * half * 0.5
    shape = smooth(
        [
            (mast - half, top),
            (mast + half, top),
            (mast + half + belly * 0.7, (top + low) / 2),
            (mast + half * 1.1, low),
            (mast - half * 1.1, low),
            (mast - half + belly * 0.7, (top + low) / 2),
        ],
        steps=4,
        closed=True,
    )
    stage.canvas.wash(shape, light.tone(cloth, depth, 0.6), light.shadow(cloth, depth, 0.25))


def sea(stage: Stage) -> None:
    light, chance = stage.light, stage.chance.child("sea")
    horizon = stage.height * chance.between(0.44, 0.54)
    sun = paint_sky(stage, horizon=horizon)
    far_range(stage, horizon + 0.005, chance.between(0.03, 0.08), 0.72, name="isles")
    rough = light.weather in ("storm", "wind", "rain")
    water(stage, horizon, stage.height + 0.05, sun_x=sun[0], calm=not rough)
    if stage.has("volcano"):
        cone(stage, stage.width * 0.5, horizon + 0.01, 0.26, 0.5)
    feature = chance.pick(("lighthouse", "ship", "stacks"))
    side = chance.pick((0, 1))
    _cliff(stage, side, horizon, chance, lighthouse=feature == "lighthouse" or stage.has("tower"))
    if feature != "lighthouse" or chance.maybe() or stage.has("harbour"):
        ship(
            stage,
            stage.width * (0.62 if side == 0 else 0.36),
            horizon + 0.1,
            chance.between(0.22, 0.36),
            0.22,
            chance=chance,
        )
    if feature == "stacks":
        for n in range(2):
            rock(
                stage,
                stage.width * (0.55 + 0.2 * n) * (1 if side == 0 else 0.7),
                horizon + 0.12 + 0.06 * n,
                0.16,
                0.3,
                chance=chance,
                local=(124, 122, 130),
            )
    _surf(stage, horizon, chance, rough)
    _beach(stage, chance)


def _cliff(stage: Stage, side: int, horizon: float, chance: Chance, *, lighthouse: bool) -> None:
    light, canvas = stage.light, stage.canvas
    way = 1 if side == 0 else -1
    edge = -0.1 if side == 0 else stage.width + 0.1
    reach, top = stage.width * chance.between(0.26, 0.36), horizon - chance.between(0.1, 0.2)
    brow = edge + way * (reach + 0.1)
    crown = jagged(chance, (edge, top - 0.05), (brow, top + 0.02), rough=0.05, depth=4)
    drop = [
        (brow + way * 0.02, top + 0.1),
        (brow - way * 0.01, horizon),
        (brow + way * 0.06, horizon + 0.16),
        (brow + way * 0.1, horizon + 0.2),
    ]
    local = chance.pick(((150, 136, 126), (176, 164, 146), (126, 122, 126)))
    outline = [*crown, *drop, (edge, horizon + 0.22)]
    canvas.wash(outline, light.tone(local, 0.16, 0.5), light.tone(local, 0.2), light.shadow(local, 0.2))
    with canvas.within(outline) as face:
        for _ in range(26):
            x, y = edge + way * reach * chance.random() * 1.2, chance.between(top, horizon + 0.15)
            tone = (
                light.shadow(local, 0.1, 0.5)
                if chance.maybe()
                else light.tone(lighter(local, 0.2), 0.15, 0.6)
            )
            face.poly(
                [(x, y), (x + 0.03, y + 0.02), (x + 0.02 * way, y + 0.14), (x - 0.015, y + 0.07)],
                glaze(tone, 0.4),
            )
    turf = [*crown, *[(x, y + 0.03 + chance.between(0, 0.02)) for x, y in reversed(crown)]]
    canvas.poly(turf, light.tone(soil(stage), 0.12, 0.5))
    if lighthouse:
        lighthouse_(stage, edge + way * (0.1 + reach * 0.6), top - 0.0, chance.between(0.3, 0.4), chance)
    else:
        wood(stage, [(edge - 1, top), (stage.width + 1, top)] if side == 0 else [(-1, top), (edge + 1, top)], int(9 * stage.width), 0.12, 0.18, name="cliff",
             keep_clear=(brow - 0.05, stage.width + 1) if side == 0 else (-1, brow + 0.05))  # fmt: skip


def lighthouse_(stage: Stage, x: float, foot: float, high: float, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    half = high * 0.12
    body = [
        (x - half * 0.62, foot - high),
        (x + half * 0.62, foot - high),
        (x + half, foot + 0.02),
        (x - half, foot + 0.02),
    ]
    canvas.wash(body, light.tone((240, 234, 222), 0.1, 0.6), light.tone((226, 216, 204), 0.12))
    with canvas.within(body) as tower:
        stripe = chance.pick(((190, 66, 58), (60, 92, 140), (70, 70, 84)))
        for n in range(3):
            tower.box(
                x - half,
                foot - high * (0.86 - 0.32 * n),
                x + half,
                foot - high * (0.7 - 0.32 * n),
                light.tone(stripe, 0.1, 0.3),
            )
        tower.box(
            min(x, x - light.side * half),
            foot - high,
            max(x, x - light.side * half),
            foot + 0.05,
            glaze(light.shadow((80, 80, 110)), 0.4),
        )
    canvas.box(x - half * 0.85, foot - high * 1.02, x + half * 0.85, foot - high, light.shadow((70, 70, 84)))
    canvas.box(
        x - half * 0.46, foot - high * 1.14, x + half * 0.46, foot - high * 1.02, light.lamp((255, 226, 150))
    )
    canvas.poly(
        [(x - half * 0.7, foot - high * 1.14), (x, foot - high * 1.26), (x + half * 0.7, foot - high * 1.14)],
        light.tone((170, 62, 54), 0.1),
    )
    if light.lamps > 0.3:
        canvas.glow(x, foot - high * 1.08, 0.22, (255, 226, 150), light.lamps)
        for way in (-1, 1):
            canvas.poly(
                [
                    (x, foot - high * 1.08),
                    (x + way * 1.6, foot - high * 1.34),
                    (x + way * 1.6, foot - high * 0.98),
                ],
                glaze((255, 232, 170), 0.13 * light.lamps),
            )


def _surf(stage: Stage, horizon: float, chance: Chance, rough: bool) -> None:
    canvas, light = stage.canvas, stage.light
    foam = light.tone((240, 246, 246), 0.05, 0.5)
    for n in range(int((9 if rough else 5) * stage.width)):
        t = chance.random()
        y, x, half = (
            horizon + (stage.height - horizon) * (0.15 + 0.6 * t),
            chance.between(0, stage.width),
            (0.04 + 0.16 * t) * chance.between(0.6, 1.3),
        )
        lift = (0.022 if rough else 0.007) * (0.4 + t)
        crest = smooth(
            [(x - half, y), (x - half * 0.4, y - lift), (x + half * 0.2, y - lift * 0.6), (x + half, y)],
            steps=4,
        )
        canvas.poly([*crest, (x, y + lift * 0.3)], glaze(foam, 0.55 if n % 2 else 0.35))


def _beach(stage: Stage, chance: Chance) -> None:
    canvas, light = stage.canvas, stage.light
    line = rolling(chance, stage.width, stage.height * 0.9, 0.035, bumps=1.3)
    canvas.line([(x, y - 0.008) for x, y in line], glaze(light.tone((245, 248, 246), 0, 0.4), 0.8), 0.014)
    land(stage, line, mix(SAND, (190, 170, 140), 0.3), 0.02, name="beach", mist=0.0)
    for x in spaced(chance, 0, stage.width, 4):
        rock(stage, x, stage.height - chance.between(0, 0.05), chance.between(0.05, 0.14), chance=chance)
