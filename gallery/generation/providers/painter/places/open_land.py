"""Mountains and meadows."""

from __future__ import annotations

from ..brushes.land import EARTH, foreground, hills, path, rock, soil, tufts
from ..brushes.peaks import far_range, peak
from ..brushes.trees import broadleaf, leaf_colour, pine, treeline, wood
from ..brushes.water import water
from ..colour import darker, mix
from ..shapes import rolling, spaced
from ..sky import paint_sky
from ..stage import Stage
from .vista import vista


def mountain(stage: Stage) -> None:
    chance = stage.chance.child("mountain")
    horizon = stage.height * chance.between(0.6, 0.7)
    paint_sky(stage, horizon=horizon)
    far_range(stage, horizon, chance.between(0.24, 0.36), 0.74, name="back")
    main = stage.width * chance.between(0.34, 0.66)
    for n in range(int(2 + 2 * stage.width)):
        x = stage.width * chance.random()
        high = horizon * chance.between(0.3, 0.5)
        peak(stage, x, horizon + 0.03, high, high * 0.7, 0.55, name=f"side {n}")
    high = horizon * chance.between(0.76, 0.9)
    peak(
        stage,
        main,
        horizon + 0.06,
        high,
        high * chance.between(0.55, 0.78),
        0.26,
        name="main",
        snow=chance.between(0.35, 0.5),
    )
    if stage.has("lake", "river") or chance.maybe(0.25):
        water(stage, horizon + 0.03, horizon + 0.2)
    line = hills(
        stage, horizon + 0.05, 0.05, mix(soil(stage), (96, 116, 96), 0.5), 0.42, name="foot", mist=0.55
    )
    treeline(stage, line, 0.07, 0.42, name="foot")
    line = hills(stage, horizon + 0.15, 0.06, soil(stage), 0.2, name="mid", mist=0.3)
    wood(stage, line, int(12 * stage.width), 0.19, 0.22, name="mid", kind="pine")
    _slope(stage, horizon)


def _slope(stage: Stage, horizon: float) -> None:
    """The near slope of a mountain view."""
    luck = stage.chance.child("slope")
    near = hills(stage, stage.height * 0.9, 0.06, darker(soil(stage), 0.1), 0.04, name="near", mist=0.0)
    if luck.maybe(0.6) or stage.has("road"):
        path(stage, stage.width * luck.between(0.3, 0.7), horizon + 0.16, EARTH, wide=0.26)
    tufts(stage, near, int(40 * stage.width), name="near")
    for x in spaced(luck, 0, stage.width, 4):
        rock(stage, x, stage.height - luck.between(0.01, 0.12), luck.between(0.08, 0.2), chance=luck)
    left = luck.maybe()
    x = luck.between(0.04, 0.16) if left else stage.width - luck.between(0.04, 0.16)
    pine(stage, x, stage.height + 0.04, luck.between(0.5, 0.72), 0.0, chance=luck, local=(48, 78, 62))
    foreground(stage)


def meadow(stage: Stage) -> None:
    chance = stage.chance.child("meadow")
    horizon = stage.height * chance.between(0.5, 0.62)
    vista(stage, horizon)
    base = soil(stage)
    for row, depth in enumerate((0.4, 0.24, 0.08)):
        line = hills(
            stage,
            horizon + 0.06 + 0.11 * row,
            0.07,
            mix(base, (176, 176, 96), 0.3 * (row % 2)),
            depth,
            name=f"roll {row}",
            mist=0.3 - 0.1 * row,
        )
        if row < 2:
            wood(
                stage,
                line,
                int((5 + 2 * row) * stage.width),
                0.1 + 0.1 * row,
                depth,
                name=f"roll {row}",
                kind=chance.pick(("leaf", "mixed")),
            )
    if chance.maybe(0.55) or stage.has("road"):
        path(stage, stage.width * chance.between(0.3, 0.7), horizon + 0.12, EARTH, wide=0.24)
    near = rolling(chance, stage.width, horizon + 0.22, 0.02)
    tufts(stage, near, int(190 * stage.width), name="bloom", flowers=True, size=0.034)
    if chance.maybe(0.6):
        side = chance.pick((0.12, 0.88))
        broadleaf(
            stage,
            stage.width * side,
            stage.height * 0.93,
            chance.between(0.5, 0.66),
            0.02,
            chance=chance,
            local=leaf_colour(stage),
        )
    foreground(stage)
