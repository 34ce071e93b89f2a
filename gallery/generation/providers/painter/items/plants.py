"""Herbs, mushrooms, flowers."""

from __future__ import annotations

import math

from ..colour import Colour, darker, lighter, mix
from ..shapes import ellipse, mirrored, smooth
from .bench import Bench


def herb(bench: Bench) -> None:
    leaf = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((92, 142, 72), (120, 158, 84), (78, 130, 96)))
    )
    for angle in (-0.5, -0.22, 0.05, 0.3, 0.55):
        tip = (math.sin(angle) * 0.78, 0.36 - math.cos(angle) * 0.84)
        stem = smooth([(0.0, 0.4), (tip[0] * 0.4, 0.05), tip], steps=8)
        bench.line(stem, darker(leaf, 0.3), 0.016)
        for n, (x, y) in enumerate(stem[5::2]):
            for way in (-1, 1):
                size = 0.1 * (1 - 0.07 * n)
                end = (x + way * size, y - size * 0.7)
                bench.wash(
                    [
                        (x, y),
                        (x + way * size * 0.4, y - size * 0.7),
                        end,
                        (x + way * size * 0.7, y - size * 0.05),
                    ],
                    lighter(leaf, 0.25) if way < 0 else leaf,
                    darker(leaf, 0.2),
                )
    for x, y in ((-0.3, -0.28), (0.34, -0.2), (0.03, -0.44)):
        if bench.chance.maybe(0.6):
            bench.orb(x, y, 0.04, bench.chance.pick(((224, 120, 150), (240, 216, 120), (170, 140, 220))))
    bench.line([(-0.07, 0.26), (0.07, 0.27)], (206, 172, 112), 0.05)
    for dx in (-0.1, 0.09):
        bench.line(smooth([(0, 0.27), (dx, 0.34), (dx * 1.6, 0.43)], steps=4), (196, 160, 102), 0.016)


def mushroom(bench: Bench) -> None:
    cap = bench.magic or (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((196, 52, 44), (150, 98, 60), (112, 92, 170), (70, 150, 160)))
    )
    for x, foot, size in ((0.24, 0.44, 0.42), (-0.28, 0.44, 0.36), (0.0, 0.44, 0.86)):
        stalk = [
            (x + px * size, foot - py * size)
            for px, py in mirrored(smooth([(0.11, 0.62), (0.09, 0.3), (0.14, 0.0), (0.0, -0.02)], steps=4))
        ]
        bench.wash(stalk, (216, 200, 170), (246, 236, 214), (196, 176, 150))
        gills = [(x + px * size, foot - py * size) for px, py in ellipse(0, 0.58, 0.38, 0.08)]
        bench.wash(gills, (176, 150, 128), (226, 206, 176))
        dome = [
            (x + px * size, foot - py * size)
            for px, py in smooth(
                [(-0.44, 0.58), (-0.36, 0.82), (0.0, 1.0), (0.36, 0.82), (0.44, 0.58), (0.0, 0.66)],
                steps=5,
                closed=True,
            )
        ]
        bench.wash(dome, lighter(cap, 0.3), cap, darker(cap, 0.35))
        for px, py, r in ((-0.2, 0.76, 0.05), (0.02, 0.88, 0.06), (0.22, 0.74, 0.045), (-0.02, 0.71, 0.035)):
            bench.oval(x + px * size, foot - py * size, r * size, r * size * 0.7, (248, 240, 222))
        if bench.magic:
            bench.glow(x, foot - 0.7 * size, size * 0.7, cap, 0.5)


def flower(bench: Bench) -> None:
    bloom = bench.magic or (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((200, 44, 64), (226, 150, 190), (236, 230, 220), (130, 110, 210)))
    )
    stem: Colour = (86, 128, 66)
    bench.line(smooth([(0.02, -0.14), (-0.03, 0.12), (0.03, 0.48)], steps=8), darker(stem, 0.2), 0.028)
    for way, y in ((-1, 0.2), (1, 0.3)):
        bench.wash(
            smooth(
                [(0.0, y), (way * 0.12, y - 0.14), (way * 0.32, y - 0.16), (way * 0.2, y + 0.0)],
                steps=5,
                closed=True,
            ),
            lighter(stem, 0.25),
            darker(stem, 0.2),
        )
    for ring, (radius, count) in enumerate(((0.27, 7), (0.2, 6), (0.12, 5))):
        for n in range(count):
            angle = math.tau * (n / count + ring * 0.09)
            cx, cy = radius * 0.55 * math.cos(angle), -0.22 + radius * 0.5 * math.sin(angle)
            tone = mix(darker(bloom, 0.3), lighter(bloom, 0.25), ring / 2.4 + 0.1 * (n % 2))
            bench.wash(
                ellipse(cx, cy, radius * 0.52, radius * 0.46, steps=18),
                lighter(tone, 0.18),
                darker(tone, 0.18),
            )
    bench.orb(0, -0.22, 0.05, lighter(bloom, 0.35))
    if bench.magic:
        bench.glow(0, -0.22, 0.6, bloom, 0.6)
