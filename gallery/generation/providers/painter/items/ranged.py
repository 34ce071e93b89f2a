"""Bows, arrows, staves, wands."""

from __future__ import annotations

from ..colour import darker, lighter
from ..shapes import smooth
from .bench import Bench
from .weapons import grip, lie_across


def bow(bench: Bench) -> None:
    lie_across(bench, 0.4)
    limb = smooth(
        [
            (0.2, -0.52),
            (0.1, -0.46),
            (-0.06, -0.3),
            (-0.15, -0.1),
            (-0.13, 0.0),
            (-0.15, 0.1),
            (-0.06, 0.3),
            (0.1, 0.46),
            (0.2, 0.52),
        ],
        steps=7,
    )
    bench.line([(0.19, -0.51), (0.19, 0.51)], (226, 214, 190), 0.006)
    bench.line(limb, darker(bench.wood, 0.25), 0.052)
    bench.line([(x + 0.006, y) for x, y in limb], lighter(bench.wood, 0.12), 0.03)
    for y in (-0.42, 0.42):
        bench.disc(0.045 if y else 0, y, 0.026, bench.gold)
    bench.wash(
        [(-0.175, -0.09), (-0.1, -0.09), (-0.1, 0.09), (-0.175, 0.09)],
        bench.leather,
        darker(bench.leather, 0.3),
    )
    _shot(bench, -0.33, 0.3)
    bench.runes([(-0.11, -0.2), (-0.11, 0.2)], 0.018)


def _shot(bench: Bench, left: float, right: float, y: float = 0.0) -> None:
    """An arrow that lies across."""
    bench.line([(left, y), (right, y)], lighter(bench.wood, 0.2), 0.014)
    bench.wash(
        [(left - 0.1, y), (left, y - 0.035), (left + 0.02, y), (left, y + 0.035)],
        lighter(bench.metal, 0.4),
        darker(bench.metal, 0.2),
    )
    for way in (-1, 1):
        bench.poly(
            [(right - 0.11, y), (right - 0.07, y + way * 0.04), (right + 0.03, y + way * 0.04), (right, y)],
            bench.accent if way < 0 else darker(bench.accent, 0.3),
        )


def arrow(bench: Bench) -> None:
    """A quiver with feathered shafts."""
    lie_across(bench, 0.3)
    for n in range(5):
        x = -0.1 + 0.05 * n
        bench.line([(x * 0.7, 0.1), (x * 1.4, -0.4)], lighter(bench.wood, 0.25), 0.014)
        for way in (-1, 1):
            tone = bench.accent if n % 2 else (230, 222, 204)
            bench.poly(
                [
                    (x * 1.3, -0.3),
                    (x * 1.3 + way * 0.034, -0.34),
                    (x * 1.42 + way * 0.034, -0.5),
                    (x * 1.42, -0.46),
                ],
                tone if way < 0 else darker(tone, 0.25),
            )
    bench.wash(
        [(-0.15, -0.16), (0.15, -0.16), (0.1, 0.5), (-0.1, 0.5)],
        lighter(bench.leather, 0.15),
        bench.leather,
        darker(bench.leather, 0.3),
    )
    for y in (-0.15, 0.14, 0.44):
        half = 0.155 - (y + 0.16) * 0.08
        bench.wash(
            [(-half, y), (half, y), (half, y + 0.05), (-half, y + 0.05)],
            lighter(bench.gold, 0.2),
            darker(bench.gold, 0.3),
        )
    bench.line(smooth([(0.14, -0.1), (0.28, 0.1), (0.1, 0.42)], steps=6), darker(bench.leather, 0.2), 0.024)


def staff(bench: Bench) -> None:
    lie_across(bench, 0.42)
    wave = smooth([(0.02, -0.34), (-0.02, -0.1), (0.02, 0.16), (0.0, 0.58)], steps=7)
    bench.line(wave, darker(bench.wood, 0.2), 0.046)
    bench.line([(x - 0.008, y) for x, y in wave], lighter(bench.wood, 0.18), 0.018)
    colour = bench.magic or bench.accent
    for way in (-1, 1):
        claw = smooth([(0.01, -0.3), (way * 0.11, -0.36), (way * 0.12, -0.47), (way * 0.04, -0.57)], steps=6)
        bench.line(claw, bench.wood if way < 0 else darker(bench.wood, 0.2), 0.036)
    bench.orb(0.0, -0.44, 0.085, colour)
    bench.glow(0, -0.44, 0.34, colour, 0.7)
    for y in (-0.26, 0.1):
        bench.wash(
            [(-0.034, y), (0.036, y), (0.036, y + 0.045), (-0.034, y + 0.045)],
            lighter(bench.gold, 0.3),
            darker(bench.gold, 0.3),
        )
    bench.runes([(0, -0.08), (0.01, 0.22)], 0.018)


def wand(bench: Bench) -> None:
    lie_across(bench)
    colour = bench.magic or bench.accent
    bench.wash(
        [(-0.013, -0.42), (0.013, -0.42), (0.028, 0.44), (-0.028, 0.44)],
        lighter(bench.wood, 0.15),
        darker(bench.wood, 0.2),
    )
    grip(bench, 0.18, 0.4, 0.032)
    for y in (0.16, 0.42, -0.2):
        bench.wash(
            [(-0.038, y - 0.014), (0.038, y - 0.014), (0.038, y + 0.014), (-0.038, y + 0.014)],
            lighter(bench.gold, 0.3),
            darker(bench.gold, 0.3),
        )
    for way, share in ((-1, 0.05), (1, 0.05), (0, 0.11)):
        bench.wash(
            [(way * 0.045 - 0.022, -0.44), (way * 0.07, -0.44 - share), (way * 0.045 + 0.022, -0.44)],
            lighter(colour, 0.6),
            colour,
        )
    bench.glow(0, -0.5, 0.4, colour, 0.85)
    bench.glow(0, -0.48, 0.12, (255, 255, 240), 0.6)
