"""Desert and swamp."""

from __future__ import annotations

from ..brushes.land import SAND, foreground, land, rock
from ..brushes.peaks import far_range
from ..brushes.plants import cactus, palm
from ..brushes.trees import bare, treeline, wood
from ..brushes.water import water
from ..colour import darker, glaze, lighter, mix
from ..shapes import blob, jagged, rolling, smooth, spaced
from ..sky import paint_sky
from ..stage import Stage


def desert(stage: Stage) -> None:
    chance, light, canvas = stage.chance.child("desert"), stage.light, stage.canvas
    horizon = stage.height * chance.between(0.5, 0.6)
    sun = paint_sky(stage, horizon=horizon)
    far_range(stage, horizon + 0.02, chance.between(0.05, 0.12), 0.66, name="mesas", local=(196, 128, 92))
    feature = (
        "pyramid"
        if "pyramid" in stage.meaning.words or "pyramids" in stage.meaning.words
        else chance.pick(("pyramid", "butte", "oasis", "dunes"))
    )
    if "oasis" in stage.meaning.words:
        feature = "oasis"
    if feature == "pyramid":
        for share, size in ((chance.between(0.25, 0.45), 0.3), (chance.between(0.55, 0.8), 0.2)):
            _pyramid(stage, stage.width * share, horizon + 0.05, size * chance.between(0.8, 1.2))
    if feature == "butte":
        for share in (0.22, 0.7):
            _butte(stage, stage.width * (share + chance.between(-0.08, 0.08)), horizon + 0.05)
    for row, depth in enumerate((0.4, 0.25, 0.12, 0.0)):
        _dune(stage, horizon + 0.05 + (stage.height - horizon) * 0.21 * row, depth, row)
        if row == 1 and feature == "oasis":
            water(
                stage,
                horizon + 0.24,
                horizon + 0.31,
                left=stage.width * 0.26,
                right=stage.width * 0.74,
                sun_x=sun[0],
            )
            for x in spaced(chance, stage.width * 0.24, stage.width * 0.76, 6):
                palm(stage, x, horizon + chance.between(0.24, 0.33), chance.between(0.18, 0.3), chance=chance)
    for x in spaced(chance, 0.05, stage.width - 0.05, 3):
        if feature in ("dunes", "butte") and chance.maybe(0.7):
            cactus(
                stage, x, stage.height - chance.between(0.03, 0.24), chance.between(0.14, 0.3), chance=chance
            )
        else:
            rock(
                stage,
                x,
                stage.height - chance.between(0.0, 0.2),
                chance.between(0.05, 0.12),
                chance=chance,
                local=(184, 134, 96),
            )
    canvas.soft(stage.width / 2, horizon + 0.03, stage.width * 0.8, 0.12, light.haze, 0.4)


def _dune(stage: Stage, y: float, depth: float, row: int) -> None:
    """A crest with a sharp edge between its lit and its shaded slope."""
    luck, light, canvas = stage.chance.child(f"dune {row}"), stage.light, stage.canvas
    line = rolling(luck, stage.width, y, 0.07 + 0.03 * row, bumps=1.2)
    land(stage, line, SAND, depth, name=f"dune {row}", mist=0.1)
    tops = [p for a, p, b in zip(line, line[1:], line[2:], strict=False) if p[1] < a[1] and p[1] < b[1]]
    for x, top in tops:
        side, reach, drop = -light.side, luck.between(0.2, 0.4), luck.between(0.16, 0.3)
        ridge = smooth(
            [
                (x, top),
                (x + side * reach * 0.12, top + drop * 0.35),
                (x - side * reach * 0.08, top + drop * 0.7),
                (x + side * reach * 0.1, top + drop),
            ],
            steps=5,
        )
        skyline = [p for p in line if 0 < (p[0] - x) * side < reach]
        if side < 0:
            skyline.reverse()
        canvas.poly(
            [*reversed(ridge), *skyline, (x + side * reach, top + drop * 0.6)],
            glaze(light.shadow(darker(SAND, 0.1), depth, 0.35), 0.75),
        )


def _pyramid(stage: Stage, x: float, foot: float, size: float) -> None:
    light, canvas = stage.light, stage.canvas
    tip, side = (x, foot - size * 0.86), light.side
    edge = (x - side * size * 0.24, foot)
    local = (214, 172, 112)
    canvas.wash(
        [tip, (x + side * size * 0.7, foot), edge], light.tone(local, 0.4, 0.8), light.tone(local, 0.5, 0.5)
    )
    canvas.wash(
        [tip, (x - side * size * 0.7, foot), edge],
        light.shadow(local, 0.34, 0.4),
        light.shadow(local, 0.5, 0.4),
    )


def _butte(stage: Stage, x: float, foot: float) -> None:
    luck, light, canvas = stage.chance.child(f"butte {x:.2f}"), stage.light, stage.canvas
    wide, high = luck.between(0.14, 0.26), luck.between(0.2, 0.34)
    local = (190, 112, 78)
    outline = [(x - wide * 0.9, foot), (x - wide * 0.55, foot - high * 0.4), *jagged(luck, (x - wide * 0.5, foot - high), (x + wide * 0.5, foot - high), rough=0.06, depth=3),
               (x + wide * 0.55, foot - high * 0.4), (x + wide * 0.9, foot)]  # fmt: skip
    canvas.wash(outline, light.tone(local, 0.3, 0.6), light.tone(local, 0.42, 0.4), light.tone(local, 0.5))
    with canvas.within(outline) as stone:
        near, far = sorted((x - light.side * wide * 0.1, x - light.side * wide))
        stone.box(near, foot - high * 1.2, far, foot, glaze(light.shadow(local, 0.2, 0.5), 0.55))
        for n in range(5):
            y = foot - high * (0.2 + 0.15 * n)
            stone.line(
                [(x - wide, y), (x + wide, y + luck.between(-0.01, 0.01))],
                glaze(light.shadow(local, 0.3), 0.35),
                0.006,
            )


def swamp(stage: Stage) -> None:
    chance, light, canvas = stage.chance.child("swamp"), stage.light, stage.canvas
    horizon = stage.height * chance.between(0.48, 0.56)
    paint_sky(stage, horizon=horizon)
    canvas.wash(
        [(-0.1, 0), (stage.width + 0.1, 0), (stage.width + 0.1, horizon), (-0.1, horizon)],
        *(mix(c, (112, 128, 96), 0.4) for c in (light.top, light.mid, light.low)),
    )
    line = rolling(chance, stage.width, horizon, 0.015)
    treeline(stage, line, 0.22, 0.68, name="swamp far", round_=True, local=(88, 104, 74))
    wood(stage, line, int(9 * stage.width), 0.42, 0.52, name="drowned far", kind="bare")
    water(stage, horizon, stage.height + 0.05, local=(62, 84, 58))
    canvas.soft(stage.width / 2, horizon, stage.width * 0.7, 0.16, light.haze, 0.55)
    green = light.tone((98, 118, 58), 0.1, 0.4)
    for x in spaced(chance, -0.1, stage.width + 0.1, int(9 * stage.width)):
        t = chance.random()
        y = horizon + 0.05 + (stage.height - horizon) * t * 0.9
        canvas.poly(
            blob(chance, x, y, 0.07 + 0.13 * t, 0.008 + 0.024 * t), light.tone((92, 102, 58), 0.35 * (1 - t))
        )
        for _ in range(6):
            rx, high = x + chance.between(-0.1, 0.1), (0.04 + 0.1 * t) * chance.between(0.6, 1.2)
            canvas.line(
                [(rx, y), (rx + 0.01, y - high)],
                green if chance.maybe() else light.shadow((92, 102, 58)),
                0.003 + 0.003 * t,
            )
            canvas.oval(rx + 0.01, y - high, 0.004 + 0.003 * t, 0.012 + 0.01 * t, light.tone((112, 82, 52)))
    for x in (stage.width * chance.between(0.08, 0.26), stage.width * chance.between(0.7, 0.92)):
        bare(
            stage,
            x,
            stage.height * chance.between(0.8, 0.98),
            chance.between(0.66, 0.86),
            0.0,
            chance=chance,
            local=(84, 80, 64),
        )
    _wisps(stage)
    foreground(stage, local=(58, 66, 40))


def _wisps(stage: Stage) -> None:
    luck, light, canvas = stage.chance.child("wisps"), stage.light, stage.canvas
    colour = stage.meaning.glow or luck.pick(((150, 240, 170), (120, 220, 230), (220, 240, 130)))
    strength = 0.6 if light.lamps > 0.4 else 0.34
    for _ in range(5):
        x, y = luck.between(0.1, stage.width - 0.1), stage.height * luck.between(0.5, 0.85)
        canvas.disc(x, y, 0.006, lighter(colour, 0.6))
        canvas.glow(x, y, luck.between(0.08, 0.16), colour, strength)
    for n in range(3):
        canvas.soft(
            luck.between(0, stage.width),
            stage.height * (0.62 + 0.12 * n),
            0.6,
            0.07,
            mix(light.haze, (150, 170, 130), 0.3),
            0.34,
        )
