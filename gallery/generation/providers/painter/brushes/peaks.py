"""Mountains, far and near."""

from __future__ import annotations

from collections.abc import Sequence

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, glaze, mix
from ..shapes import Point, down_to, jagged
from ..stage import Stage
from .land import SNOW


def far_range(
    stage: Stage, y: float, height: float, depth: float, *, name: str, local: Colour = (112, 116, 134)
) -> None:
    """A jagged silhouette at the horizon."""
    chance, light = stage.chance.child(f"range {name}"), stage.light
    line: list[Point] = []
    x = -0.1
    while x < stage.width + 0.2:
        step = chance.between(0.14, 0.3) * (height / 0.2 + 0.5)
        peak = (x + step * chance.between(0.4, 0.6), y - height * chance.between(0.45, 1.0))
        line += jagged(chance, (x, y - height * 0.15), peak, rough=0.1, depth=3)[:-1]
        line += jagged(chance, peak, (x + step, y - height * 0.15), rough=0.1, depth=3)[:-1]
        x += step
    near = light.tone(local, depth)
    stage.canvas.wash(down_to(line, y + 0.08), near, mix(near, light.haze, 0.7))


def peak(stage: Stage, x: float, foot: float, height: float, half: float, depth: float, *, name: str,
         snow: float = 0.38, local: Colour = (120, 118, 130)) -> None:  # fmt: skip
    """One big mountain: a lit flank, a shaded flank, snow down to ``snow`` of its height."""
    chance, light, canvas = stage.chance.child(f"peak {name}"), stage.light, stage.canvas
    top = (x, foot - height)
    left = jagged(chance, (x - half * chance.between(0.9, 1.15), foot), top, rough=0.07, depth=5)
    right = jagged(chance, top, (x + half * chance.between(0.9, 1.15), foot), rough=0.07, depth=5)
    outline = [*left, *right]
    lit, dark = light.tone(local, depth, 0.7), light.shadow(local, depth, 0.5)
    hazy = mix(light.tone(local, depth), light.haze, 0.72)
    canvas.wash(outline, lit, mix(lit, hazy, 0.35), hazy)
    spine = [top]
    for n in range(1, 9):
        spine.append((x + half * chance.between(-0.13, 0.13) * (0.4 + n / 8), foot - height * (1 - n / 8)))
    flank = right if light.side < 0 else list(reversed(left))
    with canvas.within(outline) as rock:
        rock.wash([*flank, (flank[-1][0], foot), *reversed(spine)], dark, mix(dark, hazy, 0.4), hazy)
        _ribs(rock, chance, spine, half, foot, (glaze(dark, 0.4), glaze(lit, 0.35)), light.side)
        if snow > 0:
            _snowcap(rock, stage, chance, (x, top[1], half, height), snow, depth)


def _ribs(rock: Canvas, chance: Chance, spine: Sequence[Point], half: float, foot: float,
          paints: tuple[tuple[int, int, int, int], tuple[int, int, int, int]], side: int) -> None:  # fmt: skip
    """Gullies that run down from the spine on both flanks."""
    for x, y in spine[1:-1]:
        for way, paint in ((-side, paints[1]), (side, paints[0])):
            drop = (foot - y) * chance.between(0.3, 0.6)
            reach = half * chance.between(0.16, 0.42) * -way
            tip = (x + reach, y + drop)
            rock.poly(
                [(x, y), (x + reach * 0.55, y + drop * 0.4), tip, (x + reach * 0.2, y + drop * 0.62)], paint
            )


def _snowcap(rock: Canvas, stage: Stage, chance: Chance, shape: tuple[float, float, float, float], snow: float,
             depth: float) -> None:  # fmt: skip
    x, top, half, height = shape
    light = stage.light
    edge = top + height * snow
    count = 12
    teeth = [
        (
            x + half * 1.1 * (2 * n / count - 1),
            edge
            + height * (0.09 if n % 2 else -0.07) * chance.between(0.5, 1.5)
            + height * 0.16 * abs(2 * n / count - 1),
        )
        for n in range(count + 1)
    ]
    cap = [(x - half * 1.2, top - 0.05), (x + half * 1.2, top - 0.05), *reversed(teeth)]
    rock.poly(cap, light.tone(SNOW, depth * 0.6, 0.5))
    shaded = [(px, py) for px, py in reversed(teeth) if (px - x) * light.side < 0.01]
    if light.side > 0:
        shaded.reverse()
    middle = (x + half * 0.04, edge + height * 0.02)
    rock.poly([(x, top - 0.01), (x - light.side * half * 1.2, top - 0.05), *_ordered(shaded, x), middle],
              light.shadow((196, 206, 230), depth * 0.6, 0.3))  # fmt: skip


def _ordered(points: Sequence[Point], x: float) -> list[Point]:
    return sorted(points, key=lambda p: -abs(p[0] - x))
