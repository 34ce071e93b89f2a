"""Sky and distance behind a place, and the volcano that may stand there."""

from __future__ import annotations

from ..brushes.fire import EMBER, smoke, sparks
from ..brushes.land import hills, soil
from ..brushes.peaks import far_range, peak
from ..brushes.trees import treeline
from ..brushes.water import water
from ..canvas import Canvas
from ..chance import Chance
from ..colour import glaze, mix
from ..shapes import Point, rolling, smooth, spaced
from ..sky import paint_sky
from ..stage import Stage


def vista(stage: Stage, horizon: float) -> Point:
    """Sky and distance as the setting asks; gives the place of the sun."""
    sun = paint_sky(stage, horizon=horizon)
    chance = stage.chance.child("vista")
    if stage.has("mountain", "mine", "snow"):
        massif(stage, horizon + 0.05)
    elif stage.has("volcano"):
        cone(stage, stage.width * chance.between(0.3, 0.7), horizon + 0.04, 0.4, 0.55)
    elif stage.has("sea", "harbour", "lake", "river"):
        far_range(stage, horizon, chance.between(0.04, 0.09), 0.75, name="isles")
        water(stage, horizon, horizon + 0.2, sun_x=sun[0])
    elif stage.has("desert"):
        far_range(stage, horizon + 0.02, 0.1, 0.66, name="mesas", local=(196, 128, 92))
    else:
        far_range(stage, horizon + 0.02, chance.between(0.08, 0.22), 0.72, name="far")
        hills(stage, horizon, 0.05, mix(soil(stage), (110, 130, 120), 0.4), 0.58, name="far", mist=0.5)
    if stage.has("forest", "elven"):
        line = rolling(stage.chance.child("far wood"), stage.width, horizon + 0.03, 0.04)
        treeline(stage, line, 0.1, 0.5, name="far wood", round_=chance.maybe(0.4))
    return sun


def massif(stage: Stage, foot: float) -> None:
    luck = stage.chance.child("massif")
    far_range(stage, foot, luck.between(0.2, 0.3), 0.72, name="back")
    count = 2 + int(stage.width)
    for n, x in enumerate(luck.shuffled(spaced(luck, 0.0, stage.width, count))):
        high = foot * luck.between(0.36, 0.62)
        peak(
            stage,
            x,
            foot,
            high,
            high * luck.between(0.6, 0.85),
            0.5 - 0.08 * n / count,
            name=f"massif {n}",
            snow=luck.between(0.3, 0.5),
        )


def cone(stage: Stage, x: float, foot: float, high: float, depth: float) -> None:
    """A volcano with lava on its flanks and a glowing plume."""
    luck, light, canvas = stage.chance.child("cone"), stage.light, stage.canvas
    half, mouth, local = high * 0.95, high * 0.13, (104, 84, 84)
    plume = mix(light.shadow((96, 84, 92), depth), (140, 60, 50), 0.15)
    smoke(canvas, luck, (x, foot - high), high * 0.55, plume, drift=light.side * -0.3, opacity=0.7)
    left = smooth([(x - half, foot), (x - half * 0.45, foot - high * 0.4), (x - mouth, foot - high)], steps=5)
    right = smooth(
        [(x + mouth, foot - high), (x + half * 0.45, foot - high * 0.4), (x + half, foot)], steps=5
    )
    outline = [*left, (x, foot - high * 0.95), *right]
    canvas.wash(
        outline,
        light.tone(local, depth, 0.3),
        light.tone(local, depth + 0.1),
        mix(light.tone(local, depth), light.haze, 0.6),
    )
    with canvas.within(outline) as flank:
        side = -light.side
        flank.poly(
            [
                (x, foot - high),
                (x + side * half * 1.1, foot - high),
                (x + side * half * 1.1, foot),
                (x + side * half * 0.16, foot),
            ],
            glaze(light.shadow(local, depth, 0.6), 0.5),
        )
        for n in range(4):
            _lava_stream(
                flank,
                luck,
                x + (n - 1.5) * mouth * 0.5,
                foot - high,
                high * luck.between(0.5, 1.0),
                n - 1.5,
                depth,
            )
    canvas.oval(x, foot - high * 0.99, mouth, mouth * 0.24, (255, 176, 80))
    canvas.glow(x, foot - high * 1.05, high * 0.75, EMBER, 0.75)
    sparks(canvas, luck, x, foot - high, high * 0.3, high * 0.45, (255, 190, 90), 26)


def _lava_stream(
    flank: Canvas, luck: Chance, x: float, top: float, long: float, lean: float, depth: float
) -> None:
    points = [
        (x + lean * long * 0.24 * t * t + luck.between(-0.012, 0.012), top + long * t)
        for t in (n / 8 for n in range(9))
    ]
    flank.line(points, mix((214, 68, 32), (200, 140, 120), depth * 0.4), 0.013)
    flank.line(points, (255, 178, 84), 0.006)
