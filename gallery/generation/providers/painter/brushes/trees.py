"""Trees, from a far treeline to a near trunk."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, blob, height_at, spaced
from ..stage import Stage
from .land import AUTUMN, SNOW

PINE: Colour = (62, 98, 76)
LEAF: Colour = (98, 134, 66)
BARK: Colour = (104, 78, 60)
Tree = Callable[..., None]


def leaf_colour(stage: Stage) -> Colour:
    leaf = _season(stage)
    return mix(leaf, SNOW, 0.55) if stage.has("snow") or stage.light.weather == "snow" else leaf


def _season(stage: Stage) -> Colour:
    if stage.has("autumn"):
        return stage.chance.child("leaf").pick((AUTUMN, (206, 142, 58), (172, 84, 52)))
    if stage.has("spring"):
        return (222, 156, 176)
    if stage.has("dark"):
        return (66, 84, 70)
    return stage.chance.child("leaf").pick((LEAF, (118, 148, 74), (84, 128, 84), (126, 138, 58)))


def pine(
    stage: Stage, x: float, foot: float, high: float, depth: float, *, chance: Chance, local: Colour = PINE
) -> None:
    """A fir of drooping tiers, lit on one side."""
    canvas, light = stage.canvas, stage.light
    snowy = stage.has("snow") or light.weather == "snow"
    canvas.box(x - high * 0.022, foot - high * 0.14, x + high * 0.022, foot, light.shadow(BARK, depth))
    tiers = 6
    for n in range(tiers):
        t = n / tiers
        base, half = (
            foot - high * (0.08 + 0.78 * t),
            high * 0.22 * (1 - t) * chance.between(0.85, 1.12) + high * 0.02,
        )
        top, sag = base - high * (0.3 - 0.06 * t), high * 0.045
        tier = [(x, top), (x + half * 0.5, base - sag), (x + half, base + sag), (x + half * 0.35, base), (x, base + sag * 0.7),
                (x - half * 0.35, base), (x - half, base + sag), (x - half * 0.5, base - sag)]  # fmt: skip
        canvas.poly(tier, light.shadow(local, depth, 0.35))
        side = light.side
        lit = [
            (x, top),
            (x + side * half * 0.5, base - sag),
            (x + side * half, base + sag),
            (x + side * half * 0.3, base - sag * 0.3),
        ]
        canvas.poly(lit, light.tone(lighter(local, 0.1), depth, 0.7))
        if snowy:
            canvas.poly([(x, top), (x + half * 0.6, base - sag * 0.4), (x, base - high * 0.1), (x - half * 0.6, base - sag * 0.4)],
                        light.tone(SNOW, depth, 0.3))  # fmt: skip


def broadleaf(
    stage: Stage, x: float, foot: float, high: float, depth: float, *, chance: Chance, local: Colour = LEAF
) -> None:
    """A round crown in three tones upon a forked trunk."""
    canvas, light = stage.canvas, stage.light
    local = mix(local, (120, 110, 60), chance.between(0, 0.25))
    bark = light.shadow(BARK, depth, 0.3)
    wide = high * 0.035
    canvas.poly(
        [
            (x - wide * 1.5, foot),
            (x - wide * 0.7, foot - high * 0.55),
            (x + wide * 0.7, foot - high * 0.55),
            (x + wide * 1.5, foot),
        ],
        bark,
    )
    middle = foot - high * 0.66
    for dx in (-0.17, 0.16):
        canvas.line([(x, foot - high * 0.36), (x + dx * high, middle)], bark, wide)
    puffs = [(chance.about(0, 0.24), chance.about(0, 0.2), chance.between(0.13, 0.21)) for _ in range(8)]
    side = light.side
    for colour, shift, share in (
        (light.shadow(local, depth, 0.5), 0.0, 1.12),
        (light.tone(local, depth), 0.035, 0.92),
        (light.tone(lighter(local, 0.12), depth, 0.7), 0.085, 0.55),
    ):
        for dx, dy, radius in puffs:
            cx, cy = x + dx * high + side * shift * high, middle + dy * high - shift * high
            canvas.poly(blob(chance, cx, cy, radius * share * high, radius * share * high * 0.86), colour)
    _leaves(canvas, chance, (x, middle, high), light.tone(lighter(local, 0.25), depth, 0.9), side)


def _leaves(
    canvas: Canvas, chance: Chance, place: tuple[float, float, float], colour: Colour, side: int
) -> None:
    x, y, high = place
    for _ in range(14):
        dx, dy = chance.about(side * 0.08, 0.24), chance.about(-0.1, 0.18)
        canvas.oval(x + dx * high, y + dy * high, high * 0.022, high * 0.014, glaze(colour, 0.8))


def bare(
    stage: Stage, x: float, foot: float, high: float, depth: float, *, chance: Chance, local: Colour = BARK
) -> None:
    """A leafless, crooked tree."""
    colour = stage.light.shadow(darker(local, 0.3), depth, 0.35)
    wide = high * 0.045
    stage.canvas.poly(
        [
            (x - wide * 1.8, foot),
            (x - wide * 0.6, foot - high * 0.2),
            (x + wide * 0.6, foot - high * 0.2),
            (x + wide * 1.8, foot),
        ],
        colour,
    )
    _branch(
        stage.canvas,
        chance,
        (x, foot - high * 0.12),
        -math.pi / 2 + chance.between(-0.2, 0.2),
        high * 0.34,
        wide,
        colour,
        5,
    )


def _branch(canvas: Canvas, chance: Chance, start: Point, angle: float, length: float, wide: float, colour: Colour,
            left: int) -> None:  # fmt: skip
    kink = angle + chance.between(-0.35, 0.35)
    middle = (start[0] + math.cos(angle) * length * 0.5, start[1] + math.sin(angle) * length * 0.5)
    end = (middle[0] + math.cos(kink) * length * 0.5, middle[1] + math.sin(kink) * length * 0.5)
    canvas.line([start, middle, end], colour, wide * 1.3)
    if left:
        for way in (-1, 1):
            turn = kink + way * chance.between(0.25, 0.75)
            _branch(
                canvas, chance, end, turn, length * chance.between(0.6, 0.82), wide * 0.62, colour, left - 1
            )


def trunk(stage: Stage, x: float, foot: float, top: float, wide: float, depth: float, *, chance: Chance,
          local: Colour = BARK, birch: bool = False) -> None:  # fmt: skip
    """A near trunk that leaves the picture at its top."""
    canvas, light = stage.canvas, stage.light
    lean = chance.between(-0.35, 0.35) * wide
    half = wide / 2
    right = [(x + lean + half * 0.8, top), (x + half * 0.85, (top + foot) * 0.5), (x + half * 1.05, foot - wide * 0.7),
             (x + half * 2.0, foot + wide * 0.05)]  # fmt: skip
    left = [(x + lean - half * 0.8, top), (x - half * 0.85, (top + foot) * 0.5), (x - half * 1.05, foot - wide * 0.7),
            (x - half * 2.0, foot + wide * 0.05)]  # fmt: skip
    outline = [*right, (x, foot - wide * 0.12), *reversed(left)]
    canvas.poly(outline, light.shadow(local, depth, 0.3))
    side = light.side
    edge = left if side < 0 else right
    with canvas.within(outline) as bark:
        inner = [(px - side * wide * 0.32, py) for px, py in reversed(edge)]
        bark.poly([*edge, *inner], light.tone(local, depth, 0.6))
        for _ in range(int(10 + 30 * wide)):
            bx, by = x + chance.between(-half, half), chance.between(top, foot)
            if birch:
                bark.oval(bx, by, wide * 0.16, wide * 0.035, glaze((50, 44, 50), 0.75))
            else:
                tone = light.shadow(darker(local, 0.3), depth)
                bark.poly(
                    [(bx, by), (bx + wide * 0.05, by + wide * 0.8), (bx - wide * 0.03, by + wide * 1.5)],
                    glaze(tone, 0.5),
                )


def treeline(stage: Stage, line: Sequence[Point], high: float, depth: float, *, name: str, round_: bool = False,
             local: Colour | None = None) -> None:  # fmt: skip
    """A far wood as one silhouette along a skyline."""
    chance, light = stage.chance.child(f"treeline {name}"), stage.light
    local = (leaf_colour(stage) if round_ else PINE) if local is None else local
    tops: list[Point] = []
    x = -0.05
    while x < stage.width + 0.05:
        step = high * chance.between(0.25, 0.5) * (1.7 if round_ else 1)
        y = height_at(line, x) + high * 0.15
        tall = high * chance.between(0.55, 1.05)
        if round_:
            tops += [
                (x, y - tall * 0.6),
                (x + step * 0.2, y - tall * 0.9),
                (x + step * 0.5, y - tall),
                (x + step * 0.8, y - tall * 0.9),
            ]
        else:
            tops += [(x, y - tall * 0.3), (x + step * 0.5, y - tall), (x + step * 0.62, y - tall * 0.75)]
        x += step
    feet = [
        (px, height_at(line, px) + high * 0.35)
        for px in (tops[-1][0], *[p[0] for p in reversed(line)], tops[0][0])
    ]
    near = light.tone(darker(local, 0.15), depth)
    stage.canvas.wash([*tops, *feet], light.tone(local, depth, 0.3), near, mix(near, light.haze, 0.35))


def wood(stage: Stage, line: Sequence[Point], count: int, high: float, depth: float, *, name: str, kind: str = "mixed",
         keep_clear: tuple[float, float] | None = None) -> None:  # fmt: skip
    """Single trees along a skyline; ``keep_clear`` is a stretch of x without any."""
    chance, leaf = stage.chance.child(f"wood {name}"), leaf_colour(stage)
    for x in chance.shuffled(spaced(chance, -0.05, stage.width + 0.05, count)):
        if keep_clear and keep_clear[0] < x < keep_clear[1]:
            continue
        tall = high * chance.between(0.7, 1.2)
        foot = height_at(line, x) + high * chance.between(0.02, 0.1)
        if kind == "bare":
            bare(stage, x, foot, tall, depth, chance=chance)
        elif kind == "pine" or (kind == "mixed" and chance.maybe(0.4)):
            pine(stage, x, foot, tall, depth, chance=chance)
        else:
            broadleaf(stage, x, foot, tall * 0.85, depth, chance=chance, local=leaf)
