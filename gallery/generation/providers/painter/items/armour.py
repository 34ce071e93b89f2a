"""Shield, armour, helmet."""

from __future__ import annotations

import math

from ..colour import Colour, darker, glaze, lighter
from ..shapes import arc, ellipse, mirrored, smooth
from .bench import Bench


def shield(bench: Bench) -> None:
    if bench.chance.maybe(0.4) or "round" in bench.stage.meaning.words:
        _round_shield(bench)
        return
    outline = smooth(
        [
            (0.0, -0.44),
            (0.2, -0.42),
            (0.38, -0.38),
            (0.36, 0.02),
            (0.22, 0.32),
            (0.0, 0.5),
            (-0.22, 0.32),
            (-0.36, 0.02),
            (-0.38, -0.38),
            (-0.2, -0.42),
        ],
        steps=4,
        closed=True,
    )
    bench.wash(outline, lighter(bench.metal, 0.3), bench.metal, darker(bench.metal, 0.35))
    inner = [(x * 0.86, y * 0.87 + 0.01) for x, y in outline]
    bench.wash(inner, lighter(bench.accent, 0.12), bench.accent, darker(bench.accent, 0.35))
    second: Colour = bench.colours[1] if len(bench.colours) > 1 else (232, 218, 186)
    with bench.within(inner) as field:
        kind = bench.chance.pick(("halves", "cross", "chevron", "bend"))
        if kind == "halves":
            field.poly([(0, -0.5), (0.5, -0.5), (0.5, 0.5), (0, 0.5)], glaze(second, 0.9))
        elif kind == "cross":
            field.poly([(-0.06, -0.5), (0.06, -0.5), (0.06, 0.5), (-0.06, 0.5)], second)
            field.poly([(-0.5, -0.16), (0.5, -0.16), (0.5, -0.05), (-0.5, -0.05)], second)
        elif kind == "chevron":
            field.poly([(-0.5, 0.24), (0, -0.16), (0.5, 0.24), (0.5, 0.4), (0, 0.0), (-0.5, 0.4)], second)
        else:
            field.poly([(-0.5, -0.42), (-0.26, -0.5), (0.5, 0.26), (0.3, 0.5)], second)
        field.poly([(0, -0.5), (0.5, -0.5), (0.5, 0.55), (0, 0.55)], glaze((20, 12, 36), 0.16))
    _star(bench, 0, -0.02, 0.13)
    for x, y in outline[::4]:
        bench.disc(x * 0.93, y * 0.94, 0.014, lighter(bench.gold, 0.2))
    bench.runes([(-0.2, -0.28), (0.2, -0.28), (0, 0.3)], 0.03)


def _star(bench: Bench, x: float, y: float, radius: float) -> None:
    for n in range(8):
        a, b, c = (math.tau * (n + d) / 8 for d in (-0.5, 0, 0.5))
        reach = radius if n % 2 == 0 else radius * 0.66
        tip = (x + reach * math.sin(b), y - reach * math.cos(b))
        for edge, tone in ((a, lighter(bench.gold, 0.3)), (c, darker(bench.gold, 0.25))):
            bench.poly(
                [(x, y), (x + radius * 0.3 * math.sin(edge), y - radius * 0.3 * math.cos(edge)), tip], tone
            )
    bench.orb(x, y, radius * 0.28, bench.gold)


def _round_shield(bench: Bench) -> None:
    bench.wash(
        ellipse(0, 0, 0.44, 0.44, steps=64), lighter(bench.metal, 0.3), bench.metal, darker(bench.metal, 0.4)
    )
    ring = ellipse(0, 0, 0.385, 0.385, steps=64)
    bench.wash(ring, lighter(bench.wood, 0.1), bench.wood, darker(bench.wood, 0.25))
    with bench.within(ring) as boards:
        for n in range(1, 9):
            x = -0.4 + 0.09 * n
            boards.line([(x, -0.4), (x, 0.4)], glaze(darker(bench.wood, 0.5), 0.8), 0.007)
        for n in (0, 2):
            points = [(0.0, 0.0), *arc(0, 0, 0.4, 0.4, n / 4, n / 4 + 0.25, 10)]
            boards.poly(points, glaze(bench.accent, 0.8))
    bench.orb(0, 0, 0.12, bench.metal)
    for n in range(12):
        angle = math.tau * n / 12
        bench.orb(0.413 * math.cos(angle), 0.413 * math.sin(angle), 0.016, lighter(bench.metal, 0.2))


def armour(bench: Bench) -> None:
    half = [
        (0.1, -0.38),
        (0.18, -0.44),
        (0.3, -0.36),
        (0.27, -0.14),
        (0.3, 0.0),
        (0.24, 0.2),
        (0.25, 0.3),
        (0.0, 0.36),
    ]
    body = mirrored([(0.0, -0.3), *half])
    bench.wash(body, lighter(bench.metal, 0.35), bench.metal, darker(bench.metal, 0.35))
    for n in range(4):
        y = 0.24 + 0.055 * n
        plate = mirrored(
            [(0.0, y), (0.25 + 0.012 * n, y - 0.03), (0.26 + 0.014 * n, y + 0.05), (0.0, y + 0.085)]
        )
        bench.wash(plate, lighter(bench.metal, 0.2), darker(bench.metal, 0.35))
    bench.line([(0, -0.28), (0, 0.22)], glaze(lighter(bench.metal, 0.6), 0.7), 0.012)
    for way in (-1, 1):
        bench.line(
            smooth([(way * 0.05, -0.04), (way * 0.16, 0.02), (way * 0.25, -0.04)], steps=5),
            glaze(darker(bench.metal, 0.5), 0.6),
            0.014,
        )
        for n in range(3):
            y = -0.36 + 0.075 * n
            pauldron = smooth(
                [
                    (way * 0.16, y),
                    (way * 0.26, y - 0.08),
                    (way * 0.4, y - 0.03 + 0.02 * n),
                    (way * 0.41, y + 0.07),
                    (way * 0.26, y + 0.05),
                ],
                steps=4,
                closed=True,
            )
            bench.wash(pauldron, lighter(bench.metal, 0.3), darker(bench.metal, 0.3))
        bench.line([(way * 0.1, -0.38), (way * 0.14, -0.44)], bench.gold, 0.03)
    bench.line(mirrored([(0.0, -0.27), (0.07, -0.31), (0.12, -0.41)])[:3], bench.gold, 0.022)
    bench.line([(-0.12, -0.41), (-0.07, -0.31), (0.0, -0.27)], bench.gold, 0.022)
    bench.wash(
        [(-0.26, 0.17), (0.26, 0.17), (0.255, 0.23), (-0.255, 0.23)],
        bench.leather,
        darker(bench.leather, 0.3),
    )
    bench.orb(0, 0.2, 0.045, bench.gold)
    _star(bench, 0, -0.1, 0.09)
    bench.runes([(-0.14, -0.14), (0.14, -0.14)], 0.026)


def helmet(bench: Bench) -> None:
    dome = mirrored(
        smooth([(0.0, -0.38), (0.2, -0.33), (0.3, -0.14), (0.3, 0.14), (0.24, 0.36), (0.15, 0.4)], steps=6)
    )
    plume = smooth(
        [(0.0, -0.36), (0.12, -0.54), (0.36, -0.46), (0.42, -0.16), (0.4, 0.1), (0.32, -0.16), (0.2, -0.3)],
        steps=5,
        closed=True,
    )
    if bench.chance.maybe(0.7):
        bench.wash(plume, lighter(bench.accent, 0.2), bench.accent, darker(bench.accent, 0.4))
    else:
        for way in (-1, 1):
            horn = smooth(
                [
                    (way * 0.26, -0.16),
                    (way * 0.42, -0.2),
                    (way * 0.5, -0.44),
                    (way * 0.38, -0.28),
                    (way * 0.24, -0.28),
                ],
                steps=5,
                closed=True,
            )
            bench.wash(horn, (240, 230, 206), (176, 152, 120))
    bench.wash(dome, lighter(bench.metal, 0.4), bench.metal, darker(bench.metal, 0.35))
    bench.poly(
        mirrored([(0.0, -0.04), (0.22, -0.07), (0.24, 0.03), (0.06, 0.05), (0.05, 0.36), (0.0, 0.38)]),
        (24, 18, 30),
    )
    bench.wash(
        [(-0.035, -0.4), (0.035, -0.4), (0.03, 0.12), (0.0, 0.16), (-0.03, 0.12)],
        lighter(bench.gold, 0.3),
        bench.gold,
        darker(bench.gold, 0.3),
    )
    bench.wash(
        mirrored([(0.0, -0.13), (0.3, -0.15), (0.305, -0.08), (0.0, -0.06)]),
        lighter(bench.gold, 0.2),
        darker(bench.gold, 0.3),
    )
    for way in (-1, 1):
        for n in range(4):
            bench.disc(way * 0.15, 0.12 + 0.06 * n, 0.012, (24, 18, 30))
        bench.disc(way * 0.26, -0.115, 0.02, lighter(bench.gold, 0.2))
