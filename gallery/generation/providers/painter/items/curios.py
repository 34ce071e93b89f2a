"""Dice, eggs, skulls, and the unknown thing."""

from __future__ import annotations

import math

from ..colour import darker, glaze, lighter, mix
from ..shapes import mirrored, smooth
from .bench import Bench


def dice(bench: Bench) -> None:
    """A die of twenty sides, and a plain one behind it."""
    tone = bench.magic or bench.accent
    x0, y0, size = 0.28, 0.3, 0.15
    bench.wash(
        [(x0 - size, y0 - size * 0.5), (x0, y0 - size * 0.1), (x0, y0 + size), (x0 - size, y0 + size * 0.5)],
        (236, 226, 204),
        (200, 184, 160),
    )
    bench.wash(
        [(x0 + size, y0 - size * 0.5), (x0, y0 - size * 0.1), (x0, y0 + size), (x0 + size, y0 + size * 0.5)],
        (196, 180, 158),
        (150, 132, 118),
    )
    bench.wash(
        [
            (x0 - size, y0 - size * 0.5),
            (x0, y0 - size * 0.95),
            (x0 + size, y0 - size * 0.5),
            (x0, y0 - size * 0.1),
        ],
        (252, 246, 232),
        (236, 226, 206),
    )
    for x, y in ((x0 - 0.1, y0 + 0.0), (x0 - 0.05, y0 + 0.09), (x0 + 0.07, y0 + 0.06), (x0, y0 - 0.078)):
        bench.oval(x, y, 0.018, 0.016, (50, 40, 50))
    cx, cy, radius = -0.07, -0.02, 0.36
    hexagon = [
        (cx + radius * math.sin(math.tau * n / 6), cy - radius * math.cos(math.tau * n / 6)) for n in range(6)
    ]
    inner = [
        (cx + radius * 0.56 * math.sin(math.tau * n / 3), cy - radius * 0.56 * math.cos(math.tau * n / 3))
        for n in range(3)
    ]
    bench.wash(hexagon, lighter(tone, 0.2), tone, darker(tone, 0.4))
    shades = (0.28, -0.1, -0.35, -0.45, -0.2, 0.1)
    for n in range(3):
        a, b = inner[n], inner[(n + 1) % 3]
        corner, before, after = hexagon[2 * n], hexagon[(2 * n - 1) % 6], hexagon[2 * n + 1]
        for shape, k in (
            ([a, corner, after], 2 * n),
            ([a, corner, before], (2 * n + 5) % 6),
            ([a, b, after], 2 * n + 1),
        ):
            shade = shades[k % 6]
            bench.poly(shape, glaze(lighter(tone, shade) if shade > 0 else darker(tone, -shade), 0.85))
    bench.wash(inner, lighter(tone, 0.45), lighter(tone, 0.15))
    edges = [
        *[[inner[n], inner[(n + 1) % 3]] for n in range(3)],
        *[[inner[n], hexagon[(2 * n + d) % 6]] for n in range(3) for d in (-1, 0, 1)],
    ]
    for edge in edges:
        bench.line(edge, glaze(lighter(tone, 0.7), 0.7), 0.008)
    bench.orb(cx, cy + 0.01, 0.055, bench.gold)


def egg(bench: Bench) -> None:
    tone = bench.magic or bench.accent
    shell = mirrored(
        smooth([(0.0, -0.46), (0.17, -0.36), (0.3, -0.02), (0.28, 0.26), (0.14, 0.42), (0.0, 0.45)], steps=6)
    )
    bench.wash(shell, lighter(tone, 0.35), tone, darker(tone, 0.5))
    with bench.within(shell) as scales:
        for row in range(12):
            for n in range(9):
                x, y = -0.36 + 0.08 * n + 0.04 * (row % 2), -0.44 + 0.076 * row
                scales.poly(
                    [
                        (x - 0.04, y),
                        (x + 0.04, y),
                        (x + 0.03, y + 0.05),
                        (x, y + 0.075),
                        (x - 0.03, y + 0.05),
                    ],
                    glaze(lighter(tone, 0.3) if (n + row) % 3 else darker(tone, 0.35), 0.32),
                )
    for n in range(9):
        angle = math.pi * n / 8
        bench.line(
            smooth(
                [
                    (0.34 * math.cos(angle), 0.42),
                    (0.3 * math.cos(angle) + 0.05, 0.34),
                    (0.42 * math.cos(angle), 0.46),
                ],
                steps=4,
            ),
            (166, 130, 84),
            0.03,
        )
    bench.glow(0, 0, 0.55, tone, 0.4)


def skull(bench: Bench) -> None:
    bone = (228, 216, 188)
    bench.wash(
        mirrored(
            smooth(
                [(0.0, -0.44), (0.24, -0.38), (0.34, -0.14), (0.28, 0.08), (0.2, 0.16), (0.0, 0.18)], steps=6
            )
        ),
        lighter(bone, 0.3),
        bone,
        darker(bone, 0.25),
    )
    bench.wash([(-0.17, 0.1), (0.17, 0.1), (0.15, 0.4), (-0.15, 0.4)], bone, darker(bone, 0.3))
    for way in (-1, 1):
        bench.poly(
            smooth(
                [
                    (way * 0.05, -0.02),
                    (way * 0.13, -0.12),
                    (way * 0.23, -0.06),
                    (way * 0.19, 0.07),
                    (way * 0.08, 0.08),
                ],
                steps=4,
                closed=True,
            ),
            (36, 26, 34),
        )
        if bench.magic:
            bench.orb(way * 0.14, -0.02, 0.04, bench.magic)
            bench.glow(way * 0.14, -0.02, 0.2, bench.magic, 0.8)
    bench.poly([(0.0, 0.08), (0.05, 0.19), (-0.05, 0.19)], (36, 26, 34))
    for n in range(6):
        bench.line([(-0.125 + 0.05 * n, 0.25), (-0.125 + 0.05 * n, 0.4)], (110, 94, 82), 0.012)
    bench.line([(-0.16, 0.31), (0.16, 0.31)], (110, 94, 82), 0.01)


def artefact(bench: Bench) -> None:
    """Something wrapped in cloth, tied, with a light that will not stay inside."""
    cloth = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((122, 84, 96), (84, 96, 128), (140, 116, 84), (96, 112, 92), (110, 90, 130)))
    )
    light = bench.magic or bench.chance.pick(
        ((255, 196, 96), (110, 210, 240), (190, 130, 250), (130, 240, 160), (250, 110, 120))
    )
    top = bench.chance.between(-0.34, -0.22)
    body = smooth(
        [
            (-0.08, top + 0.14),
            (-0.3, 0.0),
            (-0.36, 0.26),
            (-0.26, 0.43),
            (0.0, 0.46),
            (0.28, 0.43),
            (0.37, 0.24),
            (0.28, -0.02),
            (0.08, top + 0.14),
        ],
        steps=5,
    )
    ears = smooth(
        [
            (-0.05, top + 0.14),
            (-0.28, top - 0.04),
            (-0.2, top - 0.14),
            (0.0, top + 0.04),
            (0.2, top - 0.16),
            (0.29, top - 0.02),
            (0.05, top + 0.14),
        ],
        steps=4,
        closed=True,
    )
    bench.wash(ears, lighter(cloth, 0.15), darker(cloth, 0.2))
    bench.wash(body, lighter(cloth, 0.2), cloth, darker(cloth, 0.45))
    for n in range(7):
        dx = -0.24 + 0.08 * n
        bench.line(
            smooth([(dx * 0.2, top + 0.16), (dx * 0.8 + 0.02, 0.1), (dx * 1.1, 0.4)], steps=6),
            glaze(darker(cloth, 0.5) if n % 2 else lighter(cloth, 0.3), 0.4),
            0.02,
        )
    crack = smooth(
        [(0.02, top + 0.2), (0.09, -0.02), (0.02, 0.1), (0.12, 0.26), (0.04, 0.08), (0.0, -0.04)], steps=4
    )
    bench.poly(crack, lighter(light, 0.5))
    bench.glow(0.05, 0.08, 0.5, light, 0.75)
    bench.line([(-0.09, top + 0.15), (0.09, top + 0.15)], bench.gold, 0.045)
    bench.line(
        smooth([(-0.33, 0.1), (0.0, 0.2), (0.34, 0.08)], steps=6),
        mix(bench.leather, (200, 170, 120), 0.3),
        0.03,
    )
    bench.orb(0.0, 0.19, 0.06, bench.gold)
    bench.orb(0.0, 0.19, 0.03, light)
