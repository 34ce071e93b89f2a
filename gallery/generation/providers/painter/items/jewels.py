"""Jewels, coins, crowns."""

from __future__ import annotations

import math

from ..colour import WHITE, Colour, darker, glaze, lighter
from ..shapes import Point, arc, blob, ellipse, smooth
from .bench import Bench


def _jewel(bench: Bench, x: float, y: float, size: float, colour: Colour, *, tall: float = 1.0) -> None:
    """A cut stone: a table, a crown and facets below."""
    top, wide = y - size * 0.55 * tall, size
    crown: list[Point] = [
        (x - wide * 0.55, top),
        (x + wide * 0.55, top),
        (x + wide, y - size * 0.12),
        (x - wide, y - size * 0.12),
    ]
    bench.wash(
        [*crown[:3], (x, y + size * tall), crown[3]], lighter(colour, 0.35), colour, darker(colour, 0.45)
    )
    girdle = [
        (x - wide, y - size * 0.12),
        (x - wide * 0.4, y - size * 0.12),
        (x + wide * 0.4, y - size * 0.12),
        (x + wide, y - size * 0.12),
    ]
    point = (x, y + size * tall)
    for a, b, tone in (
        (girdle[0], girdle[1], lighter(colour, 0.1)),
        (girdle[1], girdle[2], lighter(colour, 0.4)),
        (girdle[2], girdle[3], darker(colour, 0.4)),
    ):
        bench.poly([a, b, point], glaze(tone, 0.75))
    tops = [(x - wide * 0.55, top), (x, top), (x + wide * 0.55, top)]
    for shape, tone in (
        ([tops[0], girdle[0], girdle[1]], lighter(colour, 0.3)),
        ([tops[0], tops[1], girdle[1]], lighter(colour, 0.62)),
        ([tops[1], girdle[1], girdle[2]], lighter(colour, 0.45)),
        ([tops[1], tops[2], girdle[2]], lighter(colour, 0.15)),
        ([tops[2], girdle[2], girdle[3]], darker(colour, 0.2)),
    ):
        bench.poly(shape, glaze(tone, 0.85))
    bench.shine(
        [
            (x - wide * 0.4, top + size * 0.06),
            (x - wide * 0.06, top + size * 0.06),
            (x - wide * 0.26, y - size * 0.2),
        ],
        120,
    )
    bench.glow(x, y, size * 1.7, colour, 0.4)


def gem(bench: Bench) -> None:
    words = bench.stage.meaning.words
    named = {"ruby": (196, 28, 64), "emerald": (34, 160, 96), "sapphire": (44, 92, 200), "diamond": (206, 226, 240), "amethyst": (150, 92, 204), "topaz": (232, 168, 62), "opal": (206, 216, 226)}  # fmt: skip
    colour = (
        bench.magic or next((named[word] for word in sorted(words) if word in named), None) or bench.accent
    )
    if words & {"crystal", "crystals", "shard", "shards"}:
        _cluster(bench, colour)
    elif words & {"stone", "runestone", "stones"} and not words & set(named):
        outline = blob(bench.chance, 0, 0.06, 0.34, 0.38, rough=0.08)
        bench.wash(outline, (168, 164, 166), (122, 120, 130), (78, 76, 92))
        bench.magic = bench.magic or bench.accent
        strokes = [[(-0.1, -0.16), (-0.1, 0.24)], [(-0.1, -0.14), (0.12, 0.02)], [(-0.1, 0.1), (0.12, 0.24)]]
        for stroke in strokes:
            bench.line(stroke, lighter(bench.magic, 0.4), 0.032)
        bench.glow(0, 0.05, 0.5, bench.magic, 0.7)
    else:
        _jewel(bench, 0, -0.02, 0.36, colour, tall=1.12)


def _cluster(bench: Bench, colour: Colour) -> None:
    for lean, tall, half, x in (
        (-0.55, 0.48, 0.07, -0.12),
        (0.6, 0.52, 0.075, 0.12),
        (-0.25, 0.66, 0.085, -0.08),
        (0.3, 0.62, 0.08, 0.1),
        (0.02, 0.86, 0.105, 0.0),
    ):
        base, tip = (x, 0.4), (x + math.sin(lean) * tall, 0.4 - math.cos(lean) * tall)
        mid = (base[0] + (tip[0] - base[0]) * 0.8, base[1] + (tip[1] - base[1]) * 0.8)
        px, py = math.cos(lean) * half, math.sin(lean) * half
        bench.wash(
            [
                (base[0] - px, base[1] - py),
                (mid[0] - px, mid[1] - py),
                tip,
                (mid[0] + px, mid[1] + py),
                (base[0] + px, base[1] + py),
            ],
            lighter(colour, 0.55),
            colour,
            darker(colour, 0.4),
        )
        bench.poly(
            [(base[0], base[1]), mid, tip, (mid[0] - px, mid[1] - py), (base[0] - px, base[1] - py)],
            glaze(lighter(colour, 0.6), 0.45),
        )
        bench.poly([mid, tip, (mid[0] + px, mid[1] + py)], glaze(darker(colour, 0.3), 0.4))
    for dx in (-0.24, -0.08, 0.1, 0.26):
        bench.wash(blob(bench.chance, dx, 0.42, 0.13, 0.07), (126, 120, 132), (70, 64, 82))
    bench.glow(0, 0.05, 0.62, colour, 0.6)


def ring(bench: Bench) -> None:
    band, stone = bench.gold, bench.magic or bench.accent
    if "silver" in bench.stage.meaning.words and len(bench.colours) > 1:
        stone = bench.colours[1] if bench.colours[0] == (188, 196, 208) else bench.colours[0]
    elif bench.colours and bench.colours[0] in ((222, 172, 66), (188, 196, 208)):
        stone = bench.magic or (bench.colours[1] if len(bench.colours) > 1 else (190, 40, 70))
    loop = ellipse(0, 0.12, 0.29, 0.3, steps=64)
    for tone, wide in ((darker(band, 0.45), 0.105), (band, 0.085), (lighter(band, 0.3), 0.04)):
        bench.line([*loop, loop[0], loop[1]], tone, wide)
    bench.line(arc(0, 0.12, 0.29, 0.3, 0.52, 0.7, 12), glaze(lighter(band, 0.8), 0.9), 0.03)
    bench.wash(
        [(-0.13, -0.13), (0.13, -0.13), (0.1, -0.2), (-0.1, -0.2)], lighter(band, 0.3), darker(band, 0.35)
    )
    _jewel(bench, 0, -0.3, 0.15, stone)
    for way in (-1, 1):
        bench.poly(
            smooth(
                [(way * 0.13, -0.15), (way * 0.17, -0.25), (way * 0.12, -0.33), (way * 0.14, -0.24)], steps=4
            ),
            lighter(band, 0.2),
        )
    bench.runes([(-0.2, 0.33), (0.0, 0.42), (0.2, 0.33)], 0.026)


def amulet(bench: Bench) -> None:
    stone = bench.magic or bench.accent
    for way in (-1, 1):
        chain = smooth([(0.0, -0.08), (way * 0.16, -0.22), (way * 0.3, -0.42), (way * 0.22, -0.58)], steps=9)
        for n, (x, y) in enumerate(chain):
            bench.oval(
                x,
                y,
                0.02 if n % 2 else 0.014,
                0.014 if n % 2 else 0.02,
                lighter(bench.gold, 0.2) if n % 2 else darker(bench.gold, 0.2),
            )
    bench.wash(ellipse(0, 0.16, 0.25, 0.25), lighter(bench.gold, 0.35), bench.gold, darker(bench.gold, 0.45))
    for n in range(12):
        angle = math.tau * n / 12
        bench.orb(0.25 * math.cos(angle), 0.16 + 0.25 * math.sin(angle), 0.035, bench.gold)
    bench.wash(ellipse(0, 0.16, 0.19, 0.19), darker(bench.gold, 0.4), darker(bench.gold, 0.1))
    _jewel(bench, 0, 0.13, 0.135, stone)
    bench.orb(0, -0.1, 0.045, bench.gold)
    _jewel(bench, 0, 0.45, 0.06, stone)


def orb(bench: Bench) -> None:
    colour = bench.magic or bench.accent
    bench.wash(
        smooth([(-0.2, 0.28), (0.2, 0.28), (0.3, 0.46), (-0.3, 0.46)], steps=3, closed=True),
        lighter(bench.gold, 0.25),
        bench.gold,
        darker(bench.gold, 0.4),
    )
    ball = ellipse(0, -0.04, 0.36, 0.36, steps=64)
    bench.wash(ball, lighter(colour, 0.4), colour, darker(colour, 0.55))
    with bench.within(ball) as inside:
        for n in range(9):
            turn = bench.chance.random()
            arm = [
                (
                    0.32 * (1 - t) * math.cos(math.tau * (turn + t * 0.8)),
                    -0.04 + 0.32 * (1 - t) * math.sin(math.tau * (turn + t * 0.8)),
                )
                for t in (i / 12 for i in range(13))
            ]
            inside.line(arm, glaze(lighter(colour, 0.5 + 0.05 * (n % 4)), 0.35), 0.03)
        for _ in range(26):
            inside.disc(bench.chance.about(0, 0.3), bench.chance.about(-0.04, 0.3), 0.007, glaze(WHITE, 0.8))
    bench.oval(-0.13, -0.2, 0.1, 0.06, (*WHITE, 120))
    bench.glow(0, -0.04, 0.75, colour, 0.6)


def coin(bench: Bench) -> None:
    for x, y, count in ((-0.24, 0.4, 4), (0.25, 0.42, 3), (0.02, 0.34, 6)):
        for n in range(count):
            cy, dx = y - 0.055 * n, bench.chance.between(-0.014, 0.014)
            bench.wash(
                [
                    (x + dx - 0.16, cy - 0.02),
                    (x + dx + 0.16, cy - 0.02),
                    *arc(x + dx, cy + 0.028, 0.16, 0.05, 0.0, 0.5, 12),
                ],
                bench.gold,
                darker(bench.gold, 0.5),
            )
            bench.wash(ellipse(x + dx, cy - 0.02, 0.16, 0.05), lighter(bench.gold, 0.45), bench.gold)
    face = ellipse(0.04, -0.2, 0.25, 0.25, steps=56)
    bench.wash(
        ellipse(0.055, -0.185, 0.25, 0.25, steps=56), darker(bench.gold, 0.3), darker(bench.gold, 0.55)
    )
    bench.wash(face, lighter(bench.gold, 0.45), bench.gold, darker(bench.gold, 0.25))
    bench.line([*ellipse(0.04, -0.2, 0.205, 0.205, steps=40), (0.245, -0.2)], darker(bench.gold, 0.3), 0.014)
    kind = bench.chance.pick(("crown", "star", "dragon"))
    if kind == "crown":
        bench.poly(
            [
                (-0.08, -0.11),
                (-0.1, -0.28),
                (-0.03, -0.21),
                (0.04, -0.31),
                (0.11, -0.21),
                (0.18, -0.28),
                (0.16, -0.11),
            ],
            darker(bench.gold, 0.4),
        )
    else:
        points = 5 if kind == "star" else 7
        star = [
            (
                0.04 + (0.14 if n % 2 == 0 else 0.06) * math.sin(math.pi * n / points),
                -0.2 - (0.14 if n % 2 == 0 else 0.06) * math.cos(math.pi * n / points),
            )
            for n in range(points * 2)
        ]
        bench.poly(star, darker(bench.gold, 0.4))
    bench.shine(
        smooth(
            [(-0.14, -0.26), (-0.08, -0.36), (0.02, -0.4), (-0.06, -0.32), (-0.11, -0.22)],
            steps=4,
            closed=True,
        ),
        110,
    )
    bench.glow(0, 0.0, 0.7, (255, 210, 120), 0.25)


def ingot(bench: Bench) -> None:
    for x, y in ((-0.2, 0.36), (0.22, 0.36), (0.0, 0.12)):
        bench.wash(
            [(x - 0.2, y), (x + 0.2, y), (x + 0.15, y - 0.15), (x - 0.15, y - 0.15)],
            lighter(bench.gold, 0.1),
            darker(bench.gold, 0.35),
        )
        bench.wash(
            [(x - 0.15, y - 0.15), (x + 0.15, y - 0.15), (x + 0.1, y - 0.21), (x - 0.1, y - 0.21)],
            lighter(bench.gold, 0.5),
            lighter(bench.gold, 0.2),
        )


def crown(bench: Bench) -> None:
    gold = bench.gold
    back = [(-0.36, 0.1), (-0.3, -0.16), (-0.14, 0.0), (0.0, -0.24), (0.14, 0.0), (0.3, -0.16), (0.36, 0.1)]
    bench.wash([(x * 0.9, y - 0.06) for x, y in back], darker(gold, 0.4), darker(gold, 0.55))
    front = [
        (-0.4, 0.3),
        (-0.46, -0.22),
        (-0.26, 0.02),
        (-0.2, -0.34),
        (-0.07, 0.03),
        (0.0, -0.42),
        (0.07, 0.03),
        (0.2, -0.34),
        (0.26, 0.02),
        (0.46, -0.22),
        (0.4, 0.3),
        *arc(0, 0.3, 0.4, 0.08, 0.0, 0.5, 14),
    ]
    bench.wash(front, lighter(gold, 0.45), gold, darker(gold, 0.35))
    band = [*arc(0, 0.16, 0.405, 0.08, 0.5, 0.0, 14), *arc(0, 0.28, 0.4, 0.08, 0.0, 0.5, 14)]
    bench.wash(band, lighter(gold, 0.2), darker(gold, 0.25))
    for x, y in ((-0.46, -0.25), (-0.2, -0.37), (0.0, -0.45), (0.2, -0.37), (0.46, -0.25)):
        bench.orb(x, y, 0.042, lighter(gold, 0.2))
    stone = bench.magic or bench.accent
    for x, size in ((-0.26, 0.035), (0.0, 0.055), (0.26, 0.035)):
        bench.orb(x, 0.3 - abs(x) * 0.12, size, stone if x == 0 else (60, 120, 200))
    bench.orb(0.0, -0.1, 0.04, stone)
    bench.glow(0, 0, 0.6, (255, 214, 130), 0.25)
