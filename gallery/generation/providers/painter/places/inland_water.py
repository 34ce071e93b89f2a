"""Lake, river, waterfall, bridge."""

from __future__ import annotations

from PIL import Image

from ..brushes.fire import lantern
from ..brushes.land import EARTH, foreground, hills, land, path, rock, soil, tufts
from ..brushes.masonry import masonry
from ..brushes.peaks import far_range
from ..brushes.trees import treeline, wood
from ..brushes.water import water
from ..chance import Chance
from ..colour import darker, glaze, lighter, mix
from ..shapes import Point, arc, jagged, rolling, smooth, spaced
from ..sky import paint_sky
from ..stage import Stage
from .harbour import boat
from .vista import massif, vista


def lake(stage: Stage) -> None:
    chance = stage.chance.child("lake")
    horizon = stage.height * chance.between(0.48, 0.56)
    sun = paint_sky(stage, horizon=horizon)
    if chance.maybe(0.6) or stage.has("mountain"):
        massif(stage, horizon + 0.01)
    else:
        far_range(stage, horizon, 0.14, 0.66, name="far")
    line = rolling(stage.chance.child("shore"), stage.width, horizon, 0.02)
    hills(stage, horizon - 0.02, 0.05, soil(stage), 0.5, name="shore", mist=0.2)
    treeline(stage, line, 0.09, 0.42, name="shore", round_=chance.maybe())
    water(stage, horizon + 0.03, stage.height + 0.05, sun_x=sun[0])
    _reflection(stage, horizon + 0.03)
    if chance.maybe(0.6):
        boat(stage, stage.width * chance.between(0.35, 0.65), horizon + 0.2, 0.14, chance)
    _bank(stage, chance)


def _reflection(stage: Stage, shore: float) -> None:
    """What stands behind the shore, upside down and veiled."""
    image = stage.canvas.image
    y = round(shore * stage.canvas.unit_px)
    high = min(y, image.height - y, round(0.42 * stage.canvas.unit_px))
    mirror = image.crop((0, y - high, image.width, y)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    fade = (
        Image.linear_gradient("L")
        .resize((image.width, high))
        .point([round((255 - v) * 0.5) for v in range(256)])
    )
    image.paste(mirror, (0, y), fade)


def _bank(stage: Stage, chance: Chance) -> None:
    """The near bank with reeds, stones and a tree."""
    light, canvas = stage.light, stage.canvas
    line = rolling(chance, stage.width, stage.height * 0.92, 0.05, bumps=1.4)
    land(stage, line, soil(stage), 0.03, name="bank", mist=0)
    tufts(stage, line, int(60 * stage.width), name="bank", flowers=chance.maybe(0.6))
    for x in spaced(chance, 0, stage.width, int(14 * stage.width)):
        high = chance.between(0.1, 0.24)
        if abs(x / stage.width - 0.5) > 0.2:
            foot = stage.height * 0.95
            canvas.line([(x, foot), (x + 0.02, foot - high)], light.shadow((92, 112, 62)), 0.004)
            canvas.oval(x + 0.02, foot - high, 0.006, 0.022, light.tone((112, 78, 50), 0, 0.3))
    for x in spaced(chance, 0, stage.width, 4):
        rock(stage, x, stage.height * chance.between(0.92, 1.0), chance.between(0.06, 0.13), chance=chance)
    foreground(stage)


def river(stage: Stage) -> None:
    chance = stage.chance.child("river")
    horizon = stage.height * chance.between(0.46, 0.56)
    vista(stage, horizon)
    for row, depth in enumerate((0.42, 0.2)):
        line = hills(
            stage, horizon + 0.04 + 0.09 * row, 0.05, soil(stage), depth, name=f"bank {row}", mist=0.3
        )
        wood(
            stage,
            line,
            int((7 - row) * stage.width),
            0.13 + 0.09 * row,
            depth,
            name=f"bank {row}",
            keep_clear=(stage.width * 0.4, stage.width * 0.62),
        )
    _stream(stage, chance, horizon + 0.12)
    tufts(
        stage,
        rolling(chance, stage.width, horizon + 0.3, 0.01),
        int(70 * stage.width),
        name="meadow",
        flowers=chance.maybe(),
    )
    for x in spaced(chance, 0, stage.width, 6):
        rock(stage, x, stage.height - chance.between(0, 0.22), chance.between(0.05, 0.13), chance=chance)
    foreground(stage)


def _stream(stage: Stage, chance: Chance, top: float) -> None:
    """A river that winds towards the viewer, with banks and light on it."""
    canvas, light = stage.canvas, stage.light
    path(stage, stage.width * chance.between(0.4, 0.6), top, darker(EARTH, 0.2), name="bed", wide=1.04)
    middle = path(stage, stage.width * 0.5, top, (96, 140, 160), name="bed", wide=0.9)
    sky = mix(light.low, light.mid, 0.4)
    deep = mix(mix(light.top, light.mid, 0.4), light.tone((70, 126, 150)), 0.5)
    for n, (x, y) in enumerate(middle[:-1]):
        near = (1 - n / 25) ** 1.9
        for _ in range(9):
            dx, half = chance.about(0, 0.36) * near, (0.02 + 0.14 * near) * chance.between(0.4, 1)
            py = y + chance.between(-0.03, 0.03) * near
            canvas.poly(
                [
                    (x + dx - half, py),
                    (x + dx, py - 0.006 * near - 0.001),
                    (x + dx + half, py),
                    (x + dx, py + 0.006 * near + 0.001),
                ],
                glaze(chance.pick((sky, deep, light.tone((240, 246, 246)))), 0.4),
            )


def waterfall(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("waterfall")
    horizon = stage.height * 0.3
    paint_sky(stage, horizon=stage.height * 0.6)
    far_range(stage, stage.height * 0.4, 0.2, 0.7, name="far")
    local = chance.pick(((128, 128, 130), (142, 126, 112), (110, 118, 124)))
    x, pool = stage.width * chance.between(0.42, 0.58), stage.height * 0.72
    line = jagged(chance, (-0.1, horizon * 0.5), (stage.width + 0.1, horizon * 0.6), rough=0.1, depth=6)
    line = [(px, py + 0.1 * max(0.0, 1 - abs(px - x) / 0.3)) for px, py in line]
    canvas.wash(
        [*line, (stage.width + 0.1, pool + 0.05), (-0.1, pool + 0.05)],
        light.tone(local, 0.3, 0.5),
        light.tone(local, 0.25),
        light.shadow(local, 0.3),
    )
    for _ in range(int(80 * stage.width)):
        px, py = chance.between(-0.05, stage.width + 0.05), chance.between(horizon * 0.7, pool)
        tone = light.shadow(local, 0.15, 0.5) if chance.maybe() else light.tone(lighter(local, 0.2), 0.2, 0.6)
        canvas.poly(
            [(px, py), (px + 0.05, py + 0.02), (px + 0.035, py + 0.17), (px - 0.02, py + 0.1)],
            glaze(tone, 0.4),
        )
    treeline(stage, [(px, py + 0.01) for px, py in line], 0.12, 0.25, name="brow")
    top = min(py for px, py in line if abs(px - x) < 0.12) + 0.05
    _falling(stage, chance, x, top, pool)
    water(stage, pool, stage.height + 0.05, local=(70, 140, 150))
    for _ in range(4):
        canvas.soft(
            x + chance.between(-0.12, 0.12), pool, 0.3, 0.1, light.tone((238, 246, 248), 0.1, 0.3), 0.5
        )
    canvas.glow(x, pool - 0.05, 0.4, light.low, 0.25)
    _bank(stage, chance)


def _falling(stage: Stage, chance: Chance, x: float, top: float, pool: float) -> None:
    canvas, light = stage.canvas, stage.light
    half = chance.between(0.07, 0.12)
    sheet = [(x - half, top), (x + half, top), (x + half * 1.5, pool + 0.02), (x - half * 1.5, pool + 0.02)]
    canvas.wash(
        sheet,
        light.tone((214, 236, 244), 0.1, 0.4),
        light.tone((170, 210, 226), 0.12),
        light.tone((236, 246, 248), 0.1, 0.4),
    )
    with canvas.within(sheet) as fall:
        for _ in range(90):
            px, py, long = (
                x + chance.about(0, half * 1.4),
                chance.between(top, pool),
                chance.between(0.08, 0.22),
            )
            tone = (
                light.tone((255, 255, 255), 0, 0.5) if chance.maybe(0.6) else light.tone((110, 164, 190), 0.1)
            )
            fall.poly(
                [(px, py), (px + 0.006, py + long * 0.5), (px, py + long), (px - 0.006, py + long * 0.5)],
                glaze(tone, 0.5),
            )


def bridge(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("bridge")
    horizon = stage.height * chance.between(0.46, 0.54)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.06, soil(stage), 0.4, name="back")
    wood(stage, line, int(8 * stage.width), 0.16, 0.38, name="back")
    level = horizon + 0.24
    water(stage, level, stage.height + 0.05, name="under")
    deck = horizon + chance.between(0.06, 0.12)
    _arches(stage, chance, deck, level)
    for side in (0, 1):
        x = -0.1 if side == 0 else stage.width + 0.1
        way = 1 if side == 0 else -1
        bank = smooth(
            [
                (x, deck - 0.02),
                (x + way * 0.2, deck + 0.01),
                (x + way * 0.36, level + 0.03),
                (x + way * 0.3, level + 0.12),
                (x, level + 0.2),
            ],
            steps=5,
        )
        canvas.wash(bank, light.tone(soil(stage), 0.1, 0.5), light.shadow(soil(stage), 0.05))
    _reflection(stage, level + 0.02)
    _bank(stage, chance)


def _arches(stage: Stage, chance: Chance, deck: float, level: float) -> None:
    canvas, light = stage.canvas, stage.light
    local = chance.pick(((166, 156, 144), (140, 138, 140), (176, 150, 124)))
    rise = chance.between(0.03, 0.09)
    crown: list[Point] = [
        (stage.width * n / 30, deck - rise * (1 - (2 * n / 30 - 1) ** 2)) for n in range(-2, 33)
    ]
    count = max(1, round(stage.width * chance.between(1.0, 2.0)))
    span = stage.width / count
    outline: list[Point] = [*crown, (stage.width + 0.1, level + 0.06)]
    for n in reversed(range(count)):
        middle, half = (n + 0.5) * span, span * 0.38
        top = level - (level - deck + rise) * 0.72
        outline += [
            (middle + half, level + 0.06),
            *arc(middle, level, half, level - top, 1.0, 0.5, 18),
            (middle - half, level + 0.06),
        ]
    outline.append((-0.1, level + 0.06))
    masonry(stage, outline, 0.1, chance=chance, local=local, row=0.028, mossy=True)
    canvas.line([(x, y - 0.012) for x, y in crown], light.tone(lighter(local, 0.2), 0.08, 0.6), 0.03)
    canvas.line([(x, y + 0.008) for x, y in crown], light.shadow(local, 0.05), 0.008)
    for n in range(count + 1):
        x = n * span
        y = deck - rise * (1 - (2 * x / stage.width - 1) ** 2)
        canvas.box(x - 0.02, y - 0.07, x + 0.02, y, light.tone(local, 0.06, 0.4))
        if light.lamps > 0.3:
            lantern(canvas, x, y - 0.14, 0.06, lit=light.lamps)
