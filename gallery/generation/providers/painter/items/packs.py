"""Bags, rope, chests."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter
from ..shapes import Point, arc, ellipse, mirrored, smooth
from .bench import Bench
from .potions import said


def bag(bench: Bench) -> None:
    tone = bench.colours[0] if bench.colours else bench.leather
    if said(bench, "backpack", "rucksack", "knapsack"):
        _backpack(bench, tone)
        return
    body = smooth(
        [
            (-0.1, -0.2),
            (-0.3, 0.02),
            (-0.36, 0.26),
            (-0.24, 0.43),
            (0.0, 0.46),
            (0.24, 0.43),
            (0.36, 0.26),
            (0.3, 0.02),
            (0.1, -0.2),
        ],
        steps=5,
    )
    neck = smooth(
        [
            (-0.2, -0.4),
            (-0.08, -0.34),
            (0.0, -0.38),
            (0.09, -0.33),
            (0.2, -0.39),
            (0.1, -0.18),
            (-0.1, -0.18),
        ],
        steps=4,
        closed=True,
    )
    bench.wash(neck, lighter(tone, 0.1), darker(tone, 0.25))
    bench.wash(body, lighter(tone, 0.2), tone, darker(tone, 0.35))
    for dx, lean in ((-0.14, -0.12), (-0.03, -0.03), (0.1, 0.09)):
        bench.line(
            smooth([(dx * 0.5, -0.17), (dx + lean * 0.4, 0.0), (dx + lean, 0.2)], steps=5),
            glaze(darker(tone, 0.5), 0.5),
            0.014,
        )
    bench.line([(-0.12, -0.19), (0.12, -0.19)], (214, 182, 120), 0.04)
    for dx in (0.1, 0.16):
        bench.line(smooth([(0.08, -0.18), (dx + 0.05, -0.06), (dx, 0.08)], steps=5), (206, 172, 110), 0.018)
        bench.orb(dx, 0.1, 0.022, (214, 182, 120))
    if said(bench, "coin", "coins", "gold", "money", "purse", "treasure") or bench.chance.maybe(0.4):
        for x, y in ((0.3, 0.42), (0.4, 0.44), (-0.38, 0.44), (0.34, 0.36)):
            bench.wash(ellipse(x, y, 0.06, 0.034), (255, 224, 130), (176, 122, 44))


def _backpack(bench: Bench, tone: Colour) -> None:
    bench.wash(
        smooth(
            [(-0.3, -0.3), (0.3, -0.3), (0.36, -0.42), (0.0, -0.48), (-0.36, -0.42)], steps=4, closed=True
        ),
        (176, 150, 110),
        (120, 96, 72),
    )
    for dx in (-0.36, 0.36):
        bench.disc(dx, -0.38, 0.065, (150, 124, 90))
        bench.disc(dx, -0.38, 0.035, (96, 76, 60))
    bench.wash(
        smooth(
            [
                (-0.26, -0.32),
                (0.26, -0.32),
                (0.34, 0.0),
                (0.34, 0.38),
                (0.2, 0.46),
                (-0.2, 0.46),
                (-0.34, 0.38),
                (-0.34, 0.0),
            ],
            steps=4,
            closed=True,
        ),
        lighter(tone, 0.15),
        tone,
        darker(tone, 0.35),
    )
    bench.wash(
        smooth([(-0.29, -0.3), (0.29, -0.3), (0.34, 0.0), (0.0, 0.12), (-0.34, 0.0)], steps=4, closed=True),
        lighter(tone, 0.25),
        darker(tone, 0.12),
    )
    bench.wash(
        [(-0.18, 0.18), (0.18, 0.18), (0.17, 0.4), (-0.17, 0.4)], lighter(tone, 0.08), darker(tone, 0.3)
    )
    for dx in (-0.16, 0.16):
        bench.wash(
            [(dx - 0.028, -0.26), (dx + 0.028, -0.26), (dx + 0.028, 0.26), (dx - 0.028, 0.26)],
            darker(tone, 0.35),
            darker(tone, 0.5),
        )
        bench.wash(
            [(dx - 0.045, 0.08), (dx + 0.045, 0.08), (dx + 0.045, 0.16), (dx - 0.045, 0.16)],
            lighter(bench.gold, 0.2),
            darker(bench.gold, 0.3),
        )


def rope(bench: Bench) -> None:
    """A coil, strand by strand."""
    tone = bench.colours[0] if bench.colours else (206, 168, 108)
    for n, (radius, y) in enumerate(((0.36, 0.14), (0.34, 0.07), (0.35, 0.0), (0.33, -0.07), (0.345, -0.14))):
        back = arc(0, y, radius, 0.17, 0.5, 1.0, 24)
        front = arc(0, y, radius, 0.17, 0.0, 0.5, 24)
        for line, dim in ((back, 0.3), (front, 0.0)):
            if dim or n >= 0:
                bench.line(line, darker(tone, 0.42 + dim), 0.086)
                bench.line(line, darker(tone, dim), 0.066)
        for i in range(26):
            x, py = front[min(24, i)]
            bench.line(
                [(x - 0.02, py - 0.03), (x + 0.016, py + 0.03)], glaze(darker(tone, 0.45), 0.75), 0.009
            )
    tail = smooth([(0.26, 0.2), (0.42, 0.3), (0.3, 0.42), (0.44, 0.46)], steps=7)
    bench.line(tail, darker(tone, 0.42), 0.075)
    bench.line(tail, tone, 0.056)
    bench.line([(-0.06, -0.2), (-0.09, 0.34)], darker(tone, 0.35), 0.1)
    bench.line([(-0.06, -0.2), (-0.09, 0.34)], lighter(tone, 0.1), 0.074)
    for i in range(9):
        y = -0.18 + 0.058 * i
        bench.line([(-0.115, y), (-0.035, y + 0.024)], glaze(darker(tone, 0.45), 0.75), 0.009)


def chest(bench: Bench) -> None:
    """Half open, with light and gold inside."""
    tone, half = bench.wood, 0.42
    if said(bench, "barrel"):
        _cask(bench)
        return
    ajar = bench.chance.maybe(0.65) and not said(bench, "closed", "locked", "crate", "box")
    if ajar:
        bench.wash(
            [(-half, -0.02), (-half * 0.93, -0.36), (half * 0.93, -0.36), (half, -0.02)],
            darker(tone, 0.45),
            (60, 36, 30),
        )
        lid = [(-half * 0.96, -0.3), *arc(0, -0.3, half * 0.96, 0.17, 0.5, 1.0, 16), (half * 0.96, -0.3)]
        bench.wash(lid, lighter(tone, 0.2), darker(tone, 0.1))
        for dx in (-0.3, 0.3):
            bench.line([(dx, -0.06), (dx * 0.96, -0.42)], bench.gold, 0.04)
        for _ in range(60):
            x = bench.chance.about(0, 0.34)
            y = -0.02 - 0.13 * (1 - (x / 0.4) ** 2) * bench.chance.random()
            bench.wash(ellipse(x, y, 0.036, 0.022, steps=12), (255, 232, 140), (190, 134, 50))
        bench.orb(-0.16, -0.13, 0.045, (196, 44, 66))
        bench.orb(0.14, -0.12, 0.04, (60, 130, 210))
        bench.glow(0, -0.12, 0.6, (255, 206, 110), 0.6)
    else:
        lid = [(-half, -0.06), *arc(0, -0.06, half, 0.28, 0.5, 1.0, 20), (half, -0.06)]
        bench.wash(lid, lighter(tone, 0.25), tone, darker(tone, 0.2))
        for dx in (-0.3, 0.3):
            bench.line([(dx, -0.05), (dx * 0.94, -0.25)], bench.gold, 0.05)
    box: list[Point] = [(-half, -0.04), (half, -0.04), (half * 0.95, 0.4), (-half * 0.95, 0.4)]
    bench.wash(box, lighter(tone, 0.1), tone, darker(tone, 0.35))
    for y in (0.1, 0.24):
        bench.line([(-half, y), (half, y)], glaze(darker(tone, 0.5), 0.9), 0.009)
    for dx in (-0.3, 0.3):
        bench.wash(
            [(dx - 0.03, -0.04), (dx + 0.03, -0.04), (dx + 0.03, 0.4), (dx - 0.03, 0.4)],
            lighter(bench.gold, 0.2),
            darker(bench.gold, 0.35),
        )
    bench.wash(
        [(-half * 1.02, -0.06), (half * 1.02, -0.06), (half * 1.02, 0.01), (-half * 1.02, 0.01)],
        lighter(bench.gold, 0.3),
        darker(bench.gold, 0.3),
    )
    bench.wash(
        [(-0.075, -0.07), (0.075, -0.07), (0.065, 0.13), (0.0, 0.17), (-0.065, 0.13)],
        lighter(bench.gold, 0.35),
        darker(bench.gold, 0.25),
    )
    bench.disc(0, 0.03, 0.024, (40, 28, 30))
    bench.poly([(-0.01, 0.03), (0.01, 0.03), (0.018, 0.1), (-0.018, 0.1)], (40, 28, 30))


def _cask(bench: Bench) -> None:
    body = mirrored(smooth([(0.0, -0.42), (0.24, -0.42), (0.34, 0.0), (0.24, 0.42), (0.0, 0.42)], steps=6))
    bench.wash(body, lighter(bench.wood, 0.2), bench.wood, darker(bench.wood, 0.3))
    for n in range(7):
        x = -0.24 + 0.08 * n
        bench.line(
            smooth([(x * 0.9, -0.42), (x * 1.25, 0.0), (x * 0.9, 0.42)], steps=5),
            glaze(darker(bench.wood, 0.5), 0.7),
            0.009,
        )
    for y, half in ((-0.32, 0.29), (-0.12, 0.33), (0.12, 0.33), (0.32, 0.29)):
        bench.wash(
            [(-half, y - 0.03), (half, y - 0.03), (half, y + 0.03), (-half, y + 0.03)],
            lighter(bench.metal, 0.1),
            darker(bench.metal, 0.4),
        )
    bench.oval(0, -0.41, 0.235, 0.05, lighter(bench.wood, 0.2))
