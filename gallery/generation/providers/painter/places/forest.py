"""Inside the wood."""

from __future__ import annotations

from ..brushes.fire import sparks
from ..brushes.land import EARTH, foreground, land, path, rock, soil, tufts
from ..brushes.plants import bush, glowing_mushroom
from ..brushes.trees import BARK, leaf_colour, treeline, trunk
from ..brushes.water import water
from ..colour import Colour, darker, glaze, mix
from ..shapes import Point, blob, rolling, spaced
from ..sky import paint_sky
from ..stage import Stage


def forest(stage: Stage) -> None:
    """Inside the wood: pale trunks far off, dark ones near, light falling in."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("forest")
    floor = stage.height * chance.between(0.66, 0.74)
    sun = paint_sky(stage, horizon=floor)
    glade = stage.width * chance.between(0.36, 0.64)
    leaf, birch = leaf_colour(stage), chance.maybe(0.25)
    needles = chance.maybe(0.4) and not stage.has("autumn", "spring")
    bark = (206, 200, 190) if birch else chance.pick((BARK, (88, 74, 68), (122, 92, 66)))
    haze = mix(light.haze, light.low, 0.5)
    canvas.soft(glade, floor - 0.25, 0.9, 0.8, haze, 0.85)
    line = rolling(chance, stage.width, floor - 0.06, 0.02)
    treeline(stage, line, 0.5, 0.74, name="veil 1", round_=not needles, local=leaf)
    treeline(stage, line, 0.34, 0.6, name="veil 2", round_=not needles, local=leaf)
    ground = mix(soil(stage), (96, 104, 62), 0.4)
    for row, depth in enumerate((0.58, 0.38, 0.2)):
        foot = floor - 0.05 + 0.055 * row
        ridge = rolling(stage.chance.child(f"floor {row}"), stage.width, foot, 0.02, bumps=3)
        land(stage, ridge, ground, depth, name=f"floor {row}", mist=0.1)
        wide = 0.03 + 0.024 * row
        for x in spaced(chance, -0.05, stage.width + 0.05, round((9 - 2 * row) * (0.4 + 0.6 * stage.width))):
            if abs(x - glade) > 0.1 + 0.07 * row:
                trunk(
                    stage,
                    x,
                    foot + 0.012,
                    -0.05,
                    wide * chance.between(0.7, 1.3),
                    depth,
                    chance=chance,
                    local=bark,
                    birch=birch,
                )
                if chance.maybe(0.6):
                    bush(
                        stage,
                        x + chance.between(-0.1, 0.1),
                        foot + 0.02,
                        0.06 + 0.02 * row,
                        depth,
                        chance=chance,
                        local=leaf,
                    )
    _forest_way(stage, glade, floor)
    tufts(
        stage,
        line,
        int(60 * stage.width),
        name="floor",
        local=ground,
        size=0.035,
        flowers=stage.has("magic", "spring"),
    )
    _forest_guests(stage)
    _near_trunks(stage, bark, leaf, birch)
    _canopy(stage, leaf)
    _shafts(stage, sun, glade)


def _forest_way(stage: Stage, glade: float, floor: float) -> None:
    if stage.has("river", "lake", "waterfall"):
        water(stage, floor + 0.05, stage.height * 0.92, name="brook")
    elif stage.chance.child("has way").maybe(0.75) or stage.has("road"):
        path(
            stage,
            stage.width * stage.chance.child("way").between(0.35, 0.65),
            floor - 0.02,
            EARTH,
            goal=glade,
            wide=0.42,
        )


def _forest_guests(stage: Stage) -> None:
    luck, light, canvas = stage.chance.child("guests"), stage.light, stage.canvas
    glowing = stage.has("magic", "mushroom") or (light.night and luck.maybe(0.5))
    if glowing or luck.maybe(0.25):
        colour = stage.meaning.glow or luck.pick(((96, 220, 210), (150, 130, 250), (130, 230, 140)))
        for x in spaced(luck, 0.05, stage.width - 0.05, 8):
            if glowing:
                glowing_mushroom(
                    canvas, light, x, stage.height - luck.between(0.03, 0.2), luck.between(0.03, 0.07), colour
                )
    if glowing or light.night:
        sparks(
            canvas,
            luck,
            stage.width / 2,
            stage.height * 0.95,
            stage.width * 0.6,
            stage.height * 0.6,
            (236, 240, 150),
            34,
        )
    for x in spaced(luck, 0, stage.width, 3):
        rock(stage, x, stage.height - luck.between(0.02, 0.1), luck.between(0.06, 0.14), chance=luck)


def _near_trunks(stage: Stage, bark: Colour, leaf: Colour, birch: bool) -> None:
    luck = stage.chance.child("near trunks")
    for x in (luck.between(-0.02, 0.1), stage.width - luck.between(-0.02, 0.12)):
        trunk(
            stage,
            x,
            stage.height + 0.02,
            -0.05,
            luck.between(0.12, 0.2),
            0.0,
            chance=luck,
            local=darker(bark, 0.35),
            birch=birch,
        )
    foreground(stage, local=darker(leaf, 0.45))


def _canopy(stage: Stage, leaf: Colour) -> None:
    """Leaves hanging in from above, dark near the corners."""
    luck, light, canvas = stage.chance.child("canopy"), stage.light, stage.canvas
    for n in range(int(26 * stage.width)):
        x = luck.between(-0.05, stage.width + 0.05)
        edge = abs(x / stage.width - 0.5) * 2
        size = luck.between(0.04, 0.1) * (0.7 + 0.7 * edge)
        tone = light.shadow(darker(leaf, 0.35), 0.05, 0.4) if n % 3 else light.tone(leaf, 0.1, 0.7)
        canvas.poly(
            blob(luck, x, luck.between(-0.02, 0.03) + 0.07 * edge * luck.random(), size, size * 0.62), tone
        )


def _shafts(stage: Stage, sun: Point, glade: float) -> None:
    luck, light = stage.chance.child("shafts"), stage.light
    if light.weather not in ("clear", "wind", "fog"):
        return
    strength = 0.1 if light.night else 0.15
    for n in range(5):
        x = glade + (n - 2) * 0.13 + luck.between(-0.05, 0.05)
        lean = (glade - sun[0]) * 0.3
        wide = luck.between(0.02, 0.06)
        stage.canvas.poly([(x - lean, -0.02), (x - lean + wide, -0.02), (x + lean + wide * 2.4, stage.height * 0.8), (x + lean, stage.height * 0.8)],
                          glaze(light.sun, strength * luck.between(0.5, 1.1)))  # fmt: skip
    stage.canvas.glow(glade, stage.height * 0.45, 0.55, light.sun, 0.22)
