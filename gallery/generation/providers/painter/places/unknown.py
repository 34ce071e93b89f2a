"""A place for a name without a known word."""

from __future__ import annotations

import math

from ..brushes.houses import house
from ..brushes.land import EARTH, foreground, hills, land, path, soil, tufts
from ..brushes.masonry import round_tower
from ..brushes.trees import broadleaf, leaf_colour, wood
from ..stage import Stage
from .castles import CASTLE_ROOFS, CASTLE_STONE, keep, livery
from .open_land import meadow, mountain
from .ruins import broken_arches, henge
from .vista import vista


def unknown(stage: Stage) -> None:
    """A land for a name without a known word: composed from the name's own luck."""
    luck = stage.chance.child("unknown")
    luck.pick((meadow, mountain, meadow, _lone_arch, _lone_arch, _lone_tree))(stage)


def _lone_tree(stage: Stage) -> None:
    luck = stage.chance.child("lone tree")
    horizon = stage.height * luck.between(0.58, 0.68)
    vista(stage, horizon)
    hills(stage, horizon + 0.05, 0.08, soil(stage), 0.3, name="back")
    x = stage.width * luck.between(0.3, 0.7)
    swell = [
        (px, stage.height * 0.86 - 0.16 * math.exp(-(((px - x) / 0.42) ** 2)))
        for px in (n * (stage.width + 0.2) / 40 - 0.1 for n in range(41))
    ]
    land(stage, swell, soil(stage), 0.06, name="knoll", mist=0.0)
    broadleaf(
        stage, x, stage.height * 0.72, luck.between(0.56, 0.72), 0.03, chance=luck, local=leaf_colour(stage)
    )
    tufts(stage, swell, int(110 * stage.width), name="knoll", flowers=luck.maybe())
    foreground(stage)


def _lone_arch(stage: Stage) -> None:
    """A land with a lone tower or stone in it: a place with a story."""
    luck = stage.chance.child("lone arch")
    horizon = stage.height * luck.between(0.54, 0.64)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.06, 0.08, soil(stage), 0.34, name="mid")
    wood(stage, line, int(5 * stage.width), 0.13, 0.34, name="mid")
    landmark(stage, stage.width * luck.between(0.3, 0.7), horizon + 0.14)
    near = hills(stage, horizon + 0.2, 0.05, soil(stage), 0.08, name="near", mist=0.0)
    path(stage, stage.width * luck.between(0.3, 0.7), horizon + 0.22, EARTH, wide=0.25)
    tufts(stage, near, int(90 * stage.width), name="near", flowers=luck.maybe())
    foreground(stage)


def landmark(stage: Stage, x: float, foot: float) -> None:
    """One thing in an open land that makes it a place."""
    luck = stage.chance.child("landmark")
    kind = luck.whole(0, 4)
    local = luck.pick(CASTLE_STONE)
    if kind == 0:
        round_tower(
            stage,
            x,
            foot,
            0.11,
            0.36,
            0.2,
            chance=luck,
            roof=luck.pick(CASTLE_ROOFS),
            local=local,
            flag=livery(stage),
        )
    elif kind == 1:
        keep(stage, luck, x, foot - 0.04, 0.3)
    elif kind == 2:
        broken_arches(stage, luck, foot, local)
    elif kind == 3:
        for dx in (-0.14, 0.02, 0.17):
            house(stage, x + dx, foot + luck.between(-0.02, 0.02), 0.15, 0.2, chance=luck)
    else:
        henge(stage, luck, foot, local)
