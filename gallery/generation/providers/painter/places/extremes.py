"""Ice and fire: snow fields and volcanoes."""

from __future__ import annotations

import math

from ..brushes.fire import sparks
from ..brushes.land import SNOW, hills, path, rock
from ..brushes.peaks import far_range, peak
from ..brushes.trees import wood
from ..colour import glaze
from ..shapes import Point, blob, spaced
from ..sky import paint_sky
from ..stage import Stage
from .vista import cone


def snow(stage: Stage) -> None:
    chance, light, canvas = stage.chance.child("snow"), stage.light, stage.canvas
    horizon = stage.height * chance.between(0.54, 0.64)
    paint_sky(stage, horizon=horizon)
    if light.night and light.weather in ("clear", "wind"):
        _aurora(stage, horizon)
    far_range(stage, horizon + 0.02, chance.between(0.12, 0.24), 0.66, name="ice far", local=(168, 188, 214))
    for n in range(int(1 + 2 * stage.width)):
        high = horizon * chance.between(0.22, 0.44)
        peak(
            stage,
            stage.width * chance.random(),
            horizon + 0.03,
            high,
            high * 0.8,
            0.5,
            name=f"white {n}",
            snow=0.75,
            local=(142, 156, 184),
        )
    for row, depth in enumerate((0.4, 0.22, 0.08)):
        line = hills(stage, horizon + 0.05 + 0.12 * row, 0.05, SNOW, depth, name=f"drift {row}", mist=0.24)
        if row < 2:
            wood(
                stage,
                line,
                int((4 + 3 * row) * stage.width),
                0.1 + 0.1 * row,
                depth,
                name=f"white wood {row}",
                kind="pine",
            )
        if row == 1:
            for x in spaced(chance, 0, stage.width, int(2 + 2 * stage.width)):
                _ice(stage, x, horizon + 0.2 + chance.between(0, 0.08), chance.between(0.1, 0.26))
    if chance.maybe(0.5):
        canvas.poly(
            blob(chance, stage.width * 0.5, stage.height * 0.9, 0.5, 0.05),
            light.tone((150, 190, 214), 0.1, 0.3),
        )
    for x in (chance.between(0, 0.2), stage.width - chance.between(0, 0.2)):
        rock(stage, x, stage.height * chance.between(0.9, 1.0), chance.between(0.14, 0.26), chance=chance)


def _ice(stage: Stage, x: float, foot: float, high: float) -> None:
    luck, light, canvas = stage.chance.child(f"ice {x:.3f}"), stage.light, stage.canvas
    for lean, share in ((-0.3, 0.6), (0.32, 0.5), (0.04, 1.0)):
        tip = (x + lean * high, foot - high * share)
        half = high * 0.13 * luck.between(0.8, 1.3)
        base = x + lean * high * 0.5
        canvas.wash(
            [(base - half, foot), tip, (base + half, foot + 0.01)],
            light.tone((206, 232, 246), 0.1, 0.5),
            light.tone((120, 176, 210), 0.12),
        )
        canvas.poly(
            [(base, foot), tip, (base - light.side * half, foot + 0.01)],
            glaze(light.shadow((96, 150, 196), 0.1, 0.3), 0.7),
        )


def _aurora(stage: Stage, horizon: float) -> None:
    luck = stage.chance.child("aurora")
    for colour, strength in (((90, 230, 170), 0.3), ((110, 150, 250), 0.24), ((190, 110, 230), 0.16)):
        phase, y = luck.random(), horizon * luck.between(0.2, 0.55)
        for n in range(14):
            x = stage.width * n / 13
            stage.canvas.beam(
                x, y + 0.08 * math.sin(math.tau * (n / 9 + phase)), 0.11, 0.26, colour, strength
            )


def volcano(stage: Stage) -> None:
    chance, canvas = stage.chance.child("volcano"), stage.canvas
    horizon = stage.height * chance.between(0.56, 0.64)
    paint_sky(stage, horizon=horizon)
    canvas.glow(stage.width / 2, horizon, stage.width * 0.6, (210, 70, 40), 0.35)
    far_range(stage, horizon + 0.02, 0.14, 0.6, name="ash", local=(110, 84, 88))
    x = stage.width * chance.between(0.34, 0.66)
    cone(stage, x, horizon + 0.06, horizon * chance.between(0.62, 0.76), 0.28)
    for row, depth in enumerate((0.3, 0.12)):
        line = hills(
            stage, horizon + 0.06 + 0.12 * row, 0.05, (86, 72, 72), depth, name=f"ash {row}", mist=0.14
        )
        wood(stage, line, int(4 * stage.width), 0.16, depth, name=f"burnt {row}", kind="bare")
    middle = path(
        stage,
        stage.width * chance.between(0.3, 0.7),
        horizon + 0.12,
        (255, 120, 40),
        name="lava",
        goal=x,
        wide=0.36,
    )
    for px, py in middle[2:20:3]:
        canvas.glow(px, py, 0.2, (255, 110, 40), 0.4)
    _lava_skin(stage, middle)
    for rx in spaced(chance, 0, stage.width, 5):
        rock(
            stage,
            rx,
            stage.height - chance.between(0, 0.12),
            chance.between(0.1, 0.22),
            chance=chance,
            local=(78, 66, 68),
        )
    sparks(
        canvas,
        chance,
        stage.width / 2,
        stage.height,
        stage.width * 0.6,
        stage.height * 0.7,
        (255, 180, 90),
        40,
    )


def _lava_skin(stage: Stage, middle: list[Point]) -> None:
    """Plates of cooling crust, and the brightest of the heat between them."""
    luck, canvas = stage.chance.child("skin"), stage.canvas
    for n, (x, y) in enumerate(middle[:-4]):
        near = (1 - n / len(middle)) ** 1.9
        for _ in range(4):
            size = luck.between(0.02, 0.05) * near
            px, py = x + luck.about(0, 0.16) * near, y + luck.between(-0.03, 0.03) * near
            canvas.poly(blob(luck, px, py, size, size * 0.4), glaze((116, 34, 26), 0.7))
        canvas.poly(blob(luck, x, y, 0.035 * near, 0.012 * near), glaze((255, 214, 120), 0.6))
