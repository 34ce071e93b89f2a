"""A town square."""

from __future__ import annotations

import math

from ..brushes.fire import lantern
from ..brushes.houses import house
from ..brushes.masonry import round_tower
from ..brushes.peaks import far_range
from ..brushes.props import barrel
from ..chance import Chance
from ..colour import glaze, mix
from ..shapes import blob, spaced
from ..sky import paint_sky
from ..stage import Stage
from .castles import CASTLE_STONE, keep, livery
from .squares import folk, fountain, statue, well


def row_of_houses(
    stage: Stage, chance: Chance, foot: float, size: float, depth: float, low: float, high: float
) -> None:
    x = low
    while x < high:
        wide = size * chance.between(0.8, 1.15)
        house(stage, x + wide * 0.5, foot, wide, depth, chance=chance, tall=chance.between(1.5, 2.3))
        x += wide * 0.86


def town(stage: Stage) -> None:
    """A square: houses all round, something in its middle, cobbles before it."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("town")
    horizon = stage.height * chance.between(0.6, 0.66)
    paint_sky(stage, horizon=horizon)
    skyline = chance.pick(("castle", "steeple", "clock"))
    if skyline == "castle" or stage.has("castle"):
        keep(stage, chance, stage.width * chance.between(0.4, 0.6), horizon - 0.08, 0.4)
    if stage.has("mountain"):
        far_range(stage, horizon, 0.34, 0.6, name="behind")
    row_of_houses(stage, chance, horizon - 0.02, 0.16, 0.36, -0.1, stage.width + 0.1)
    if skyline != "castle":
        x = stage.width * chance.between(0.38, 0.62)
        _clock_tower(stage, x, horizon + 0.02, chance)
    row_of_houses(stage, chance, horizon + 0.03, 0.24, 0.18, -0.14, stage.width * 0.26)
    row_of_houses(stage, chance, horizon + 0.03, 0.24, 0.18, stage.width * 0.72, stage.width + 0.1)
    pave = [
        (-0.1, horizon + 0.01),
        (stage.width + 0.1, horizon + 0.01),
        (stage.width + 0.1, stage.height + 0.05),
        (-0.1, stage.height + 0.05),
    ]
    stone = mix(
        chance.pick(((166, 152, 138), (146, 144, 148), (178, 158, 130))),
        (238, 242, 250),
        0.7 if light.weather == "snow" else 0,
    )
    canvas.wash(pave, light.tone(stone, 0.3), light.tone(stone, 0.05, 0.3), light.tone(stone, 0, 0.1))
    paving(stage, chance, horizon + 0.01)
    for x, way in ((0.02, 1), (stage.width - 0.02, -1)):
        house(stage, x, horizon + 0.13, 0.46, 0.05, chance=chance, tall=chance.between(1.5, 1.9))
        lantern(canvas, x + way * 0.3, horizon - 0.1, 0.08, lit=max(0.1, light.lamps))
    middle = stage.width * chance.between(0.42, 0.58)
    words = stage.meaning.words
    things = ("well", "fountain", "statue")
    thing = next((thing for thing in things if thing in words), chance.pick(things))
    if thing == "fountain":
        fountain(stage, middle, horizon + 0.2, chance)
    else:
        (well if thing == "well" else statue)(stage, middle, horizon + 0.2, chance)
    bustle(stage, chance, horizon + 0.14)
    wet(stage, chance, horizon + 0.05)
    if chance.maybe(0.5):
        bunting(stage, chance, horizon)


def _clock_tower(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    high = chance.between(0.42, 0.5)
    round_tower(
        stage,
        x,
        foot,
        0.11,
        high,
        0.24,
        chance=chance,
        roof=chance.pick(((74, 96, 140), (150, 72, 58), (84, 110, 104))),
        local=chance.pick(CASTLE_STONE),
    )
    y = foot - high + 0.06
    canvas.disc(x, y, 0.038, light.shadow((90, 70, 60), 0.2))
    canvas.disc(x, y, 0.031, mix(light.tone((240, 228, 200), 0.2), (255, 230, 160), light.lamps * 0.7))
    for angle, long in ((chance.random(), 0.024), (chance.random(), 0.017)):
        canvas.line(
            [(x, y), (x + math.cos(math.tau * angle) * long, y + math.sin(math.tau * angle) * long)],
            (60, 48, 46),
            0.005,
        )
    if light.lamps > 0.4:
        canvas.glow(x, y, 0.1, (255, 220, 140), 0.5 * light.lamps)


def paving(stage: Stage, chance: Chance, top: float) -> None:
    """Rows of setts that widen towards the viewer."""
    light, canvas = stage.light, stage.canvas
    rows = 16
    for n in range(rows):
        t0, t1 = (n / rows) ** 1.7, ((n + 1) / rows) ** 1.7
        y0, y1 = top + (stage.height - top) * t0, top + (stage.height - top) * t1
        step = 0.04 + 0.12 * t1
        x = -0.1 - step * chance.random()
        while x < stage.width + 0.1:
            if chance.maybe(0.6):
                tone = (
                    light.tone((196, 182, 162), 0.2 * (1 - t1), 0.5)
                    if chance.maybe()
                    else light.shadow((120, 112, 112), 0.2 * (1 - t1))
                )
                inset = (y1 - y0) * 0.12
                canvas.poly(
                    [
                        (x + inset, y0 + inset),
                        (x + step - inset, y0 + inset),
                        (x + step - inset, y1 - inset),
                        (x + inset, y1 - inset),
                    ],
                    glaze(tone, 0.3),
                )
            x += step


def wet(stage: Stage, chance: Chance, top: float) -> None:
    """Puddles in the rain and pools of lamplight at night."""
    light, canvas = stage.light, stage.canvas
    if light.weather in ("rain", "storm"):
        for _ in range(int(9 * stage.width)):
            t = chance.random()
            x, y = chance.between(0, stage.width), top + (stage.height - top) * t
            canvas.poly(
                blob(chance, x, y, 0.03 + 0.12 * t, 0.006 + 0.016 * t),
                glaze(mix(light.low, light.mid, 0.4), 0.5),
            )
            canvas.oval(x, y, 0.01 + 0.03 * t, 0.002 + 0.004 * t, glaze((255, 255, 255), 0.25))
    if light.lamps > 0.5:
        for _ in range(4):
            canvas.soft(
                chance.between(0, stage.width),
                stage.height * chance.between(0.8, 0.95),
                0.3,
                0.08,
                (255, 180, 100),
                0.2 * light.lamps,
            )


def bustle(stage: Stage, chance: Chance, foot: float) -> None:
    """Folk in cloaks, barrels, crates."""
    for x in spaced(chance, 0.1, stage.width - 0.1, int(4 * stage.width)):
        y = foot + chance.between(-0.06, 0.14)
        if chance.maybe(0.62):
            folk(stage, x, y, 0.1 + 0.34 * max(0.0, y - foot + 0.06), chance)
        elif chance.maybe():
            barrel(stage, x, y, 0.07)


def bunting(stage: Stage, chance: Chance, horizon: float) -> None:
    light, canvas = stage.light, stage.canvas
    tones = (livery(stage), (232, 220, 190), (214, 164, 72))
    for n in range(2):
        y0, y1 = horizon - chance.between(0.2, 0.4), horizon - chance.between(0.2, 0.4)
        rope = [
            (stage.width * t / 24, y0 + (y1 - y0) * t / 24 + 0.1 * (1 - (t / 12 - 1) ** 2)) for t in range(25)
        ]
        canvas.line(rope, light.shadow((90, 76, 66)), 0.003)
        for i, (x, y) in enumerate(rope[1::1]):
            canvas.poly(
                [(x - 0.018, y), (x + 0.018, y), (x, y + 0.04)], light.tone(tones[(i + n) % 3], 0.03, 0.4)
            )
