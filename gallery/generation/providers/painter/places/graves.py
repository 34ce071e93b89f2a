"""A graveyard."""

from __future__ import annotations

from ..brushes.land import foreground, hills, land, soil, tufts
from ..brushes.masonry import column_, masonry
from ..brushes.trees import bare, wood
from ..chance import Chance
from ..colour import glaze, mix
from ..shapes import arch, rolling, spaced
from ..stage import Stage
from .vista import vista


def graveyard(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("graveyard")
    horizon = stage.height * chance.between(0.54, 0.6)
    vista(stage, horizon)
    ground = mix(soil(stage), (96, 104, 92), 0.5)
    line = hills(stage, horizon + 0.04, 0.05, ground, 0.4, name="back", mist=0.5)
    wood(stage, line, int(7 * stage.width), 0.26, 0.42, name="back", kind="bare")
    if chance.maybe(0.6):
        _mausoleum(stage, stage.width * chance.between(0.3, 0.7), horizon + 0.12, chance)
    _fence(stage, horizon + 0.13, 0.22)
    for row, (size, depth) in enumerate(((0.1, 0.24), (0.15, 0.1), (0.22, 0.0))):
        y = horizon + 0.17 + 0.11 * row
        land(stage, rolling(chance, stage.width, y - 0.04, 0.02), ground, depth, name=f"row {row}", mist=0.1)
        for x in spaced(chance, -0.02, stage.width + 0.02, round(stage.width * (6 - 1.4 * row))):
            _gravestone(
                stage, x, y + chance.between(-0.02, 0.03), size * chance.between(0.8, 1.2), depth, chance
            )
        canvas.soft(chance.between(0, stage.width), y + 0.02, 0.7, 0.06, light.haze, 0.4)
    x = stage.width * chance.pick((0.12, 0.88))
    bare(stage, x, stage.height * 0.97, chance.between(0.7, 0.86), 0.0, chance=chance)
    tufts(stage, line, int(50 * stage.width), name="grave", local=ground)
    foreground(stage)


def _gravestone(stage: Stage, x: float, foot: float, high: float, depth: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    local = mix((150, 150, 156), (118, 124, 118), chance.random())
    lean = chance.between(-0.12, 0.12) * high
    canvas.soft(x - light.side * high * 0.2, foot, high * 0.5, high * 0.1, light.shadow((36, 38, 46)), 0.6)
    if chance.maybe(0.3):
        for shape in (
            [(-0.08, 0), (-0.07, 1), (0.07, 1), (0.08, 0)],
            [(-0.3, 0.6), (-0.3, 0.76), (0.3, 0.76), (0.3, 0.6)],
        ):
            canvas.poly(
                [(x + px * high + lean * py, foot - py * high) for px, py in shape],
                light.tone(local, depth, 0.4),
            )
        canvas.poly(
            [
                (x + lean, foot - high),
                (x - light.side * 0.07 * high + lean, foot - high),
                (x - light.side * 0.08 * high, foot),
                (x, foot),
            ],
            light.shadow(local, depth),
        )
        return
    slab = [
        (px + lean * (foot - py) / high, py)
        for px, py in arch(x, foot, high * 0.62, high * 0.86, pointed=chance.maybe(0.25))
    ]
    edge = [(px - light.side * -high * 0.07, py) for px, py in slab]
    canvas.poly(edge, light.shadow(local, depth, 0.5))
    canvas.wash(slab, light.tone(local, depth, 0.5), light.tone(local, depth, 0.1))
    for n in range(3):
        y = foot - high * (0.56 - 0.12 * n)
        canvas.line(
            [(x - high * 0.15 + lean * 0.5, y), (x + high * 0.15 + lean * 0.5, y)],
            glaze(light.shadow(local, depth), 0.7),
            high * 0.025,
        )


def _mausoleum(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas, local = stage.light, stage.canvas, (156, 154, 158)
    masonry(
        stage,
        [(x - 0.15, foot - 0.2), (x + 0.15, foot - 0.2), (x + 0.15, foot), (x - 0.15, foot)],
        0.24,
        chance=chance,
        local=local,
        row=0.024,
    )
    canvas.poly(
        [(x - 0.18, foot - 0.2), (x, foot - 0.3), (x + 0.18, foot - 0.2)], light.tone(local, 0.22, 0.4)
    )
    for dx in (-0.12, 0.12):
        column_(stage, x + dx, foot, 0.03, 0.2, 0.2, local=local, chance=chance)
    canvas.poly(arch(x, foot, 0.09, 0.15), light.shadow((44, 42, 50), 0.15))
    canvas.glow(x, foot - 0.06, 0.16, (140, 220, 180), 0.22 + 0.2 * light.lamps)


def _fence(stage: Stage, foot: float, depth: float) -> None:
    light, canvas = stage.light, stage.canvas
    iron = light.shadow((52, 50, 60), depth)
    for n in range(int(stage.width / 0.032) + 2):
        x = n * 0.032
        canvas.line([(x, foot), (x, foot - 0.1)], iron, 0.004)
        canvas.poly([(x - 0.006, foot - 0.1), (x, foot - 0.118), (x + 0.006, foot - 0.1)], iron)
    for y in (0.02, 0.085):
        canvas.line([(-0.1, foot - y), (stage.width + 0.1, foot - y)], iron, 0.005)
