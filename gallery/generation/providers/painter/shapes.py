"""Points of lines and outlines, in canvas units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from .chance import Chance

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, steps: int = 6, closed: bool = False) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        p0 = points[(i - 1) % count] if closed or i > 0 else points[i]
        p1, p2 = points[i], points[(i + 1) % count]
        p3 = points[(i + 2) % count] if closed or i + 2 < count else p2
        curve.extend(_segment(p0, p1, p2, p3, k / steps) for k in range(steps))
    if not closed:
        curve.append(points[-1])
    return curve


def _segment(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    a, b = t * t, t * t * t
    w0, w1, w2, w3 = -b + 2 * a - t, 3 * b - 5 * a + 2, -3 * b + 4 * a + t, b - a
    return (
        (p0[0] * w0 + p1[0] * w1 + p2[0] * w2 + p3[0] * w3) / 2,
        (p0[1] * w0 + p1[1] * w1 + p2[1] * w2 + p3[1] * w3) / 2,
    )


def ellipse(x: float, y: float, rx: float, ry: float, *, steps: int = 40) -> list[Point]:
    turn = math.tau / steps
    return [(x + rx * math.cos(i * turn), y + ry * math.sin(i * turn)) for i in range(steps)]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 16) -> list[Point]:
    """From ``start`` to ``end`` in turns: 0 is right, 0.25 is down, 0.5 left, 0.75 up."""
    span = (end - start) / steps
    return [
        (x + rx * math.cos(math.tau * (start + i * span)), y + ry * math.sin(math.tau * (start + i * span)))
        for i in range(steps + 1)
    ]


def arch(x: float, foot: float, width: float, height: float, *, pointed: bool = False) -> list[Point]:
    """The outline of a door with a round or pointed top, ``x`` its middle and ``foot`` its ground."""
    half = width / 2
    spring = foot - height + half * (1.5 if pointed else 1.0)
    if not pointed:
        return [(x - half, foot), *arc(x, spring, half, half, 0.5, 1.0), (x + half, foot)]
    top = (x, foot - height)
    left = smooth([(x - half, spring), (x - half * 0.72, spring - half * 0.8), top], steps=5)
    right = smooth([top, (x + half * 0.72, spring - half * 0.8), (x + half, spring)], steps=5)
    return [(x - half, foot), *left, *right, (x + half, foot)]


def jagged(chance: Chance, start: Point, end: Point, *, rough: float, depth: int = 5) -> list[Point]:
    """A broken line by midpoint displacement; ``rough`` is the first displacement over the length."""
    points = [start, end]
    spread = math.dist(start, end) * rough
    for _ in range(depth):
        finer: list[Point] = []
        for (ax, ay), (bx, by) in pairwise(points):
            middle = ((ax + bx) / 2, (ay + by) / 2 + chance.between(-spread, spread))
            finer.extend(((ax, ay), middle))
        points = [*finer, points[-1]]
        spread *= 0.52
    return points


def rolling(chance: Chance, width: float, y: float, swell: float, *, bumps: float = 2.0) -> list[Point]:
    """A soft skyline from beyond the left edge to beyond the right one."""
    waves = [
        (bumps * factor * chance.between(0.8, 1.25), chance.random(), swell / (factor * 1.5))
        for factor in (0.6, 1.3, 2.9)
    ]
    steps = max(24, int(30 * width))
    line: list[Point] = []
    for i in range(steps + 1):
        x = -0.06 + (width + 0.12) * i / steps
        lift = sum(high * math.sin(math.tau * (often * x / 1.8 + phase)) for often, phase, high in waves)
        line.append((x, y - lift))
    return line


def height_at(line: Sequence[Point], x: float) -> float:
    """The y of a skyline (points in order of x) at ``x``."""
    for (ax, ay), (bx, by) in pairwise(line):
        if ax <= x <= bx:
            return ay + (by - ay) * ((x - ax) / (bx - ax) if bx > ax else 0.0)
    return line[-1][1] if x > line[-1][0] else line[0][1]


def down_to(line: Sequence[Point], y: float) -> list[Point]:
    """The area under a skyline."""
    return [*line, (line[-1][0], y), (line[0][0], y)]


def blob(chance: Chance, x: float, y: float, rx: float, ry: float, *, rough: float = 0.16) -> list[Point]:
    """A round thing drawn by hand."""
    count = 9
    ring = [
        (
            x + rx * chance.about(1, rough) * math.cos(math.tau * i / count),
            y + ry * chance.about(1, rough) * math.sin(math.tau * i / count),
        )
        for i in range(count)
    ]
    return smooth(ring, steps=4, closed=True)


def turned(points: Iterable[Point], x: float, y: float, angle: float, scale: float = 1.0) -> list[Point]:
    """Points drawn around (0, 0), turned by ``angle`` radians, scaled and moved to (x, y)."""
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def mirrored(half: Sequence[Point], x: float = 0.0) -> list[Point]:
    """An outline from its right half, top to bottom."""
    return [*half, *[(2 * x - px, py) for px, py in reversed(half)]]


def spaced(chance: Chance, low: float, high: float, count: int) -> list[float]:
    """``count`` places from low to high, about evenly apart."""
    step = (high - low) / max(1, count)
    return [low + step * (i + chance.between(0.2, 0.8)) for i in range(count)]
