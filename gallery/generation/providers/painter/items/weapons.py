"""Blades, axes, hammers."""

from __future__ import annotations

import math

from ..colour import darker, glaze, lighter
from ..shapes import Point, mirrored, smooth
from .bench import Bench


def lie_across(bench: Bench, quarter: float = 0.62) -> None:
    """Long things lie across the picture."""
    bench.angle += quarter * bench.chance.sign()


def grip(bench: Bench, top: float, bottom: float, half: float) -> None:
    bench.wash(
        [(-half, top), (half, top), (half * 0.9, bottom), (-half * 0.9, bottom)],
        bench.leather,
        darker(bench.leather, 0.25),
    )
    turns = max(4, int((bottom - top) / 0.03))
    for n in range(turns):
        y = top + (bottom - top) * (n + 0.2) / turns
        bench.line([(-half, y + 0.012), (half, y - 0.008)], glaze(darker(bench.leather, 0.5), 0.8), 0.009)


def _pommel(bench: Bench, y: float, radius: float) -> None:
    bench.orb(0, y, radius, bench.gold)
    bench.orb(0, y, radius * 0.5, bench.accent)


def _guard(bench: Bench, y: float, reach: float, thick: float) -> None:
    curve = bench.chance.between(-0.05, 0.05)
    top = smooth(
        [
            (-reach, y + curve),
            (-reach * 0.4, y - thick * 0.6),
            (0, y - thick),
            (reach * 0.4, y - thick * 0.6),
            (reach, y + curve),
        ],
        steps=5,
    )
    low = smooth(
        [
            (reach, y + curve + thick * 0.7),
            (reach * 0.4, y + thick * 0.7),
            (0, y + thick),
            (-reach * 0.4, y + thick * 0.7),
            (-reach, y + curve + thick * 0.7),
        ],
        steps=5,
    )
    bench.wash([*top, *low], lighter(bench.gold, 0.3), bench.gold, darker(bench.gold, 0.4))
    for way in (-1, 1):
        bench.orb(way * reach, y + curve + thick * 0.35, thick * 0.75, bench.gold)
    bench.orb(0, y, thick * 0.8, bench.accent)


def _blade(bench: Bench, tip: float, foot: float, half: float, *, waist: float = 1.0) -> list[Point]:
    """Two bevels, a fuller, an edge of light; gives spots for signs."""
    side = [
        (0.0, tip),
        (half * 0.62, tip + (foot - tip) * 0.16),
        (half * waist, tip + (foot - tip) * 0.55),
        (half, foot),
    ]
    outline = mirrored(side)
    bench.wash(outline, lighter(bench.metal, 0.45), bench.metal, lighter(bench.metal, 0.15))
    bench.poly([(0, tip), *[(x, y) for x, y in side[1:]], (0, foot)], glaze(darker(bench.metal, 0.42), 0.75))
    bench.poly(
        [
            (-half * 0.14, tip + (foot - tip) * 0.3),
            (half * 0.14, tip + (foot - tip) * 0.3),
            (half * 0.14, foot),
            (-half * 0.14, foot),
        ],
        glaze(darker(bench.metal, 0.3), 0.8),
    )
    bench.line([(-x * 0.92, y) for x, y in side], glaze(lighter(bench.metal, 0.85), 0.85), 0.006)
    if bench.stage.meaning.words & {"rusty", "rusted", "ancient", "worn"}:
        with bench.within(outline) as steel:
            for _ in range(26):
                y = bench.chance.between(tip, foot)
                steel.oval(bench.chance.about(0, half), y, half * 0.3, half * 0.2, glaze((126, 74, 46), 0.5))
    return [(0.0, tip + (foot - tip) * share) for share in (0.4, 0.55, 0.7, 0.85)]


def dagger(bench: Bench) -> None:
    lie_across(bench)
    spots = _blade(bench, -0.48, 0.12, 0.062, waist=bench.chance.between(0.8, 1.25))
    grip(bench, 0.13, 0.36, 0.032)
    _guard(bench, 0.13, bench.chance.between(0.11, 0.16), 0.024)
    _pommel(bench, 0.39, 0.044)
    bench.runes(spots, 0.02)


def sword(bench: Bench) -> None:
    lie_across(bench)
    spots = _blade(bench, -0.55, 0.24, bench.chance.between(0.038, 0.052))
    grip(bench, 0.25, 0.43, 0.024)
    _guard(bench, 0.25, bench.chance.between(0.14, 0.19), 0.021)
    _pommel(bench, 0.46, 0.036)
    bench.runes(spots, 0.018)


def _shaft(bench: Bench, top: float, bottom: float, half: float) -> None:
    bench.wash(
        [(-half, top), (half, top), (half, bottom), (-half, bottom)],
        lighter(bench.wood, 0.15),
        bench.wood,
        darker(bench.wood, 0.2),
    )
    bench.poly(
        [(half * 0.2, top), (half, top), (half, bottom), (half * 0.2, bottom)],
        glaze(darker(bench.wood, 0.5), 0.5),
    )
    for n in range(5):
        y = top + (bottom - top) * (n + 0.5) / 5
        bench.line(
            [(-half * 0.5, y), (-half * 0.3, y + (bottom - top) * 0.12)],
            glaze(darker(bench.wood, 0.4), 0.7),
            0.004,
        )


def axe(bench: Bench) -> None:
    lie_across(bench, 0.5)
    _shaft(bench, -0.42, 0.5, 0.024)
    double = bench.chance.maybe(0.45)
    for way in (-1, 1) if double else (bench.stage.light.side,):
        edge = smooth(
            [(way * 0.25, -0.5), (way * 0.33, -0.32), (way * 0.31, -0.15), (way * 0.2, 0.0)], steps=5
        )
        head = [(way * 0.02, -0.37), (way * 0.1, -0.38), *edge, (way * 0.1, -0.17), (way * 0.02, -0.18)]
        bench.wash(head, lighter(bench.metal, 0.2), bench.metal, darker(bench.metal, 0.3))
        bench.poly(
            [*edge, (way * 0.19, -0.06), (way * 0.25, -0.18), (way * 0.26, -0.32), (way * 0.21, -0.44)],
            glaze(lighter(bench.metal, 0.6), 0.8),
        )
        bench.runes([(way * 0.15, -0.27)], 0.03)
    bench.wash(
        [(-0.045, -0.4), (0.045, -0.4), (0.045, -0.16), (-0.045, -0.16)],
        lighter(bench.metal, 0.1),
        darker(bench.metal, 0.4),
    )
    grip(bench, 0.24, 0.46, 0.03)
    bench.orb(0, 0.5, 0.034, bench.metal)


def spear(bench: Bench) -> None:
    lie_across(bench)
    _shaft(bench, -0.3, 0.56, 0.016)
    _blade(bench, -0.6, -0.3, 0.06, waist=1.3)
    bench.wash(
        [(-0.035, -0.31), (0.035, -0.31), (0.024, -0.22), (-0.024, -0.22)],
        bench.gold,
        darker(bench.gold, 0.4),
    )
    for dx in (-0.06, -0.02, 0.03, 0.07):
        bench.poly([(0, -0.24), (dx, -0.08), (dx + 0.025, -0.1)], bench.accent)


def mace(bench: Bench) -> None:
    lie_across(bench, 0.5)
    _shaft(bench, -0.3, 0.46, 0.025)
    grip(bench, 0.2, 0.44, 0.032)
    for n in range(8):
        angle = math.tau * n / 8
        tip = (0.21 * math.cos(angle), -0.32 + 0.21 * math.sin(angle))
        left = (0.12 * math.cos(angle - 0.25), -0.32 + 0.12 * math.sin(angle - 0.25))
        right = (0.12 * math.cos(angle + 0.25), -0.32 + 0.12 * math.sin(angle + 0.25))
        bench.wash([left, tip, right], lighter(bench.metal, 0.35), darker(bench.metal, 0.3))
    bench.orb(0, -0.32, 0.135, bench.metal)
    bench.orb(0, 0.48, 0.04, bench.metal)


def hammer(bench: Bench) -> None:
    lie_across(bench, 0.5)
    _shaft(bench, -0.3, 0.5, 0.03)
    grip(bench, 0.22, 0.48, 0.036)
    head: list[Point] = [
        (-0.26, -0.44),
        (0.2, -0.44),
        (0.25, -0.4),
        (0.25, -0.2),
        (0.2, -0.16),
        (-0.26, -0.16),
    ]
    bench.wash(head, lighter(bench.metal, 0.3), bench.metal, darker(bench.metal, 0.45))
    for x0, x1 in ((-0.28, -0.2), (0.13, 0.17)):
        bench.wash(
            [(x0, -0.46), (x1, -0.46), (x1, -0.14), (x0, -0.14)],
            lighter(bench.gold, 0.2),
            bench.gold,
            darker(bench.gold, 0.4),
        )
    bench.runes([(-0.02, -0.3)], 0.05)


def pickaxe(bench: Bench) -> None:
    lie_across(bench, 0.5)
    _shaft(bench, -0.34, 0.52, 0.026)
    top = smooth([(-0.42, -0.12), (-0.25, -0.33), (0, -0.41), (0.25, -0.33), (0.42, -0.12)], steps=6)
    low = smooth([(0.42, -0.12), (0.22, -0.26), (0, -0.3), (-0.22, -0.26), (-0.42, -0.12)], steps=6)
    bench.wash([*top, *low], lighter(bench.metal, 0.35), bench.metal, darker(bench.metal, 0.3))
    bench.line(top, glaze(lighter(bench.metal, 0.7), 0.7), 0.009)
    bench.wash(
        [(-0.05, -0.44), (0.05, -0.44), (0.045, -0.25), (-0.045, -0.25)],
        darker(bench.metal, 0.1),
        darker(bench.metal, 0.5),
    )
