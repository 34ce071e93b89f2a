"""Torch, lantern, candle."""

from __future__ import annotations

from ..colour import darker, glaze, lighter
from ..shapes import ellipse, smooth
from .bench import Bench


def torch(bench: Bench) -> None:
    bench.angle += 0.16 * bench.chance.sign()
    bench.wash(
        [(-0.045, -0.04), (0.045, -0.04), (0.03, 0.52), (-0.03, 0.52)],
        lighter(bench.wood, 0.15),
        bench.wood,
        darker(bench.wood, 0.3),
    )
    for n in range(5):
        y = 0.06 + 0.09 * n
        bench.line([(-0.02, y), (-0.012, y + 0.06)], glaze(darker(bench.wood, 0.5), 0.7), 0.008)
    head = smooth(
        [(-0.06, 0.02), (-0.085, -0.08), (-0.075, -0.17), (0.075, -0.17), (0.085, -0.08), (0.06, 0.02)],
        steps=4,
        closed=True,
    )
    bench.wash(head, (150, 124, 92), (92, 70, 54))
    for n in range(4):
        bench.line([(-0.08, -0.12 + 0.04 * n), (0.08, -0.15 + 0.04 * n)], glaze((64, 46, 38), 0.8), 0.01)
    bench.line([(-0.055, 0.03), (0.055, 0.03)], bench.metal, 0.026)
    colour = bench.magic if bench.magic and bench.magic != (222, 122, 48) else None
    bench.flame(-0.05, -0.13, 0.24, colour)
    bench.flame(0.055, -0.13, 0.22, colour)
    bench.flame(0.0, -0.12, 0.4, colour)


def lantern(bench: Bench) -> None:
    iron = bench.metal if bench.colours else (86, 78, 78)
    colour = bench.magic or (255, 196, 104)
    ring = ellipse(0, -0.42, 0.09, 0.09)
    bench.line([*ring, ring[0]], lighter(iron, 0.2), 0.022)
    bench.wash(
        [(-0.07, -0.34), (0.07, -0.34), (0.21, -0.2), (-0.21, -0.2)], lighter(iron, 0.3), darker(iron, 0.3)
    )
    bench.wash(
        [(-0.17, -0.2), (0.17, -0.2), (0.19, 0.3), (-0.19, 0.3)],
        lighter(colour, 0.3),
        lighter(colour, 0.5),
        colour,
    )
    bench.flame(0, 0.26, 0.3, bench.magic)
    for x in (-0.18, 0.0, 0.18):
        bench.line([(x * 0.95, -0.2), (x * 1.05, 0.3)], iron, 0.022)
    for y in (-0.2, 0.3):
        bench.wash(
            [(-0.22, y - 0.025), (0.22, y - 0.025), (0.22, y + 0.03), (-0.22, y + 0.03)],
            lighter(iron, 0.3),
            darker(iron, 0.35),
        )
    bench.wash([(-0.24, 0.33), (0.24, 0.33), (0.2, 0.42), (-0.2, 0.42)], iron, darker(iron, 0.4))
    bench.glow(0, 0.06, 0.85, colour, 0.6)


def candle(bench: Bench) -> None:
    wax = bench.colours[0] if bench.colours else (240, 226, 194)
    for x, top, half in ((0.2, 0.02, 0.07), (-0.19, 0.1, 0.075), (0.0, -0.16, 0.085)):
        bench.wash(
            [(x - half, top), (x + half, top), (x + half, 0.36), (x - half, 0.36)],
            lighter(wax, 0.3),
            wax,
            darker(wax, 0.25),
        )
        for dx, drop in ((-0.8, 0.14), (-0.2, 0.07), (0.5, 0.2)):
            bench.line([(x + dx * half, top), (x + dx * half, top + drop)], lighter(wax, 0.35), 0.026)
        bench.oval(x, top, half, half * 0.26, lighter(wax, 0.4))
        bench.line([(x, top), (x, top - 0.04)], (60, 46, 42), 0.009)
        bench.flame(x, top - 0.02, 0.2, bench.magic)
    bench.wash(ellipse(0, 0.38, 0.36, 0.075), lighter(bench.gold, 0.3), darker(bench.gold, 0.3))
    bench.wash(
        smooth([(0.3, 0.36), (0.44, 0.34), (0.46, 0.42), (0.32, 0.42)], steps=4, closed=True),
        bench.gold,
        darker(bench.gold, 0.4),
    )
