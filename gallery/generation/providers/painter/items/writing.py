"""Books, scrolls, maps, quills."""

from __future__ import annotations

import math

from ..colour import Colour, darker, glaze, lighter
from ..shapes import arc, ellipse, smooth
from .bench import Bench

PARCHMENT: Colour = (236, 216, 172)


def scroll(bench: Bench) -> None:
    words = bench.stage.meaning.words
    if words & {"letter", "envelope", "missive"}:
        _letter(bench)
        return
    rolled = not words & {"map", "note", "page", "blueprint", "message", "parchment"}
    if not rolled:
        _sheet(bench, is_map=bool(words & {"map", "blueprint"}))
        return
    paper = PARCHMENT
    bench.wash(
        [(-0.26, -0.36), (0.26, -0.36), (0.28, 0.36), (-0.28, 0.36)],
        paper,
        lighter(paper, 0.2),
        darker(paper, 0.1),
    )
    _lines(bench, -0.2, 0.2, -0.24, 0.24)
    for y in (-0.38, 0.38):
        bench.wash(
            [(-0.3, y - 0.07), (0.3, y - 0.07), (0.3, y + 0.07), (-0.3, y + 0.07)],
            lighter(paper, 0.15),
            darker(paper, 0.05),
            darker(paper, 0.4),
        )
        for way in (-1, 1):
            bench.wash(
                [
                    (way * 0.3, y - 0.035),
                    (way * 0.38, y - 0.03),
                    (way * 0.38, y + 0.03),
                    (way * 0.3, y + 0.035),
                ],
                lighter(bench.wood, 0.2),
                darker(bench.wood, 0.3),
            )
            bench.orb(way * 0.4, y, 0.045, bench.gold)
    _seal(bench, 0.13, 0.2)
    bench.runes([(-0.12, -0.16), (0.02, -0.16), (0.14, -0.16)], 0.035)


def _lines(bench: Bench, left: float, right: float, top: float, bottom: float) -> None:
    """Writing that nobody can read."""
    ink: Colour = (92, 66, 54)
    y = top
    while y < bottom:
        x = left
        while x < right - 0.02:
            long = bench.chance.between(0.02, 0.07)
            bench.line(
                [(x, y), (min(right, x + long), y + bench.chance.between(-0.003, 0.003))],
                glaze(ink, 0.75),
                0.011,
            )
            x += long + 0.018
        y += 0.052


def _seal(bench: Bench, x: float, y: float) -> None:
    wax = bench.colours[0] if bench.colours else (168, 38, 44)
    bench.wash(
        smooth(
            [
                (
                    x + 0.075 * (1 + 0.14 * (n % 2)) * math.cos(n),
                    y + 0.075 * (1 + 0.14 * (n % 2)) * math.sin(n),
                )
                for n in range(6)
            ],
            steps=4,
            closed=True,
        ),
        lighter(wax, 0.25),
        darker(wax, 0.3),
    )
    bench.disc(x, y, 0.048, darker(wax, 0.2))
    bench.line([(x - 0.02, y + 0.02), (x, y - 0.026), (x + 0.02, y + 0.02)], lighter(wax, 0.3), 0.011)


def _sheet(bench: Bench, *, is_map: bool) -> None:
    edge = [
        (-0.36, -0.4),
        (-0.1, -0.42),
        (0.14, -0.39),
        (0.37, -0.42),
        (0.35, -0.1),
        (0.38, 0.16),
        (0.35, 0.42),
        (0.1, 0.4),
        (-0.12, 0.43),
        (-0.37, 0.4),
        (-0.35, 0.12),
        (-0.38, -0.14),
    ]
    bench.wash(edge, lighter(PARCHMENT, 0.2), PARCHMENT, darker(PARCHMENT, 0.18))
    with bench.within(edge) as paper:
        for _ in range(9):
            paper.oval(
                bench.chance.about(0, 0.4),
                bench.chance.about(0, 0.4),
                0.09,
                0.06,
                glaze((190, 150, 96), 0.16),
            )
        paper.line([(-0.4, 0.0), (0.4, 0.01)], glaze(darker(PARCHMENT, 0.4), 0.5), 0.007)
        paper.line([(0.0, -0.45), (0.01, 0.45)], glaze(darker(PARCHMENT, 0.4), 0.5), 0.007)
    if is_map:
        _chart(bench)
    else:
        _lines(bench, -0.27, 0.26, -0.3, 0.24)
        bench.line(
            smooth([(0.04, 0.33), (0.1, 0.28), (0.15, 0.34), (0.24, 0.29)], steps=5), (92, 66, 54), 0.011
        )


def _chart(bench: Bench) -> None:
    ink: Colour = (112, 78, 56)
    coast = smooth(
        [
            (-0.28, -0.2),
            (-0.1, -0.3),
            (0.12, -0.24),
            (0.26, -0.06),
            (0.2, 0.16),
            (0.26, 0.3),
            (0.0, 0.28),
            (-0.14, 0.18),
            (-0.28, 0.24),
            (-0.24, 0.02),
        ],
        steps=5,
        closed=True,
    )
    bench.poly(coast, glaze((196, 170, 108), 0.7))
    bench.line([*coast, coast[0]], ink, 0.012)
    for x, y in ((-0.12, -0.16), (-0.04, -0.12), (-0.16, -0.07)):
        bench.poly([(x - 0.05, y), (x, y - 0.08), (x + 0.05, y)], glaze(ink, 0.75))
    route = smooth([(-0.18, 0.14), (-0.04, 0.06), (0.04, 0.14), (0.13, -0.02)], steps=5)
    for a, b in zip(route[::2], route[1::2], strict=False):
        bench.line([a, b], (168, 48, 44), 0.016)
    for way in (-1, 1):
        bench.line(
            [(0.13 - 0.04, -0.05 - way * 0.04), (0.13 + 0.04, -0.05 + way * 0.04)], (178, 40, 40), 0.022
        )
    for n in range(4):
        angle = math.tau * n / 4
        bench.poly(
            [
                (0.26 + 0.075 * math.sin(angle), -0.3 - 0.075 * math.cos(angle)),
                (0.26 + 0.018 * math.cos(angle), -0.3 + 0.018 * math.sin(angle)),
                (0.26 - 0.018 * math.cos(angle), -0.3 - 0.018 * math.sin(angle)),
            ],
            ink,
        )


def _letter(bench: Bench) -> None:
    bench.wash(
        [(-0.42, -0.26), (0.42, -0.26), (0.42, 0.28), (-0.42, 0.28)], lighter(PARCHMENT, 0.25), PARCHMENT
    )
    bench.wash([(-0.42, 0.28), (0.0, -0.04), (0.42, 0.28)], lighter(PARCHMENT, 0.15), darker(PARCHMENT, 0.06))
    bench.wash([(-0.42, -0.26), (0.42, -0.26), (0.0, 0.09)], lighter(PARCHMENT, 0.35), darker(PARCHMENT, 0.1))
    bench.line([(-0.42, -0.26), (0.0, 0.09), (0.42, -0.26)], glaze(darker(PARCHMENT, 0.4), 0.8), 0.009)
    _seal(bench, 0, 0.07)


def book(bench: Bench) -> None:
    cover = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((126, 44, 48), (46, 72, 116), (62, 96, 70), (92, 58, 110), (110, 74, 48)))
    )
    bench.wash(
        [(-0.28, -0.42), (0.34, -0.42), (0.36, 0.46), (-0.26, 0.46)], darker(cover, 0.3), darker(cover, 0.5)
    )
    bench.wash(
        [(-0.26, -0.39), (0.33, -0.39), (0.345, 0.43), (-0.25, 0.43)], (240, 226, 190), (196, 174, 132)
    )
    for n in range(5):
        bench.line([(0.3 + 0.01 * n, -0.38), (0.305 + 0.01 * n, 0.42)], glaze((150, 124, 92), 0.6), 0.004)
    face = [(-0.34, -0.44), (0.29, -0.44), (0.29, 0.42), (-0.34, 0.42)]
    bench.wash(face, lighter(cover, 0.2), cover, darker(cover, 0.3))
    bench.wash(
        [(-0.34, -0.44), (-0.25, -0.44), (-0.25, 0.42), (-0.34, 0.42)],
        lighter(cover, 0.05),
        darker(cover, 0.45),
    )
    for y in (-0.34, -0.02, 0.3):
        bench.line([(-0.345, y), (-0.25, y)], bench.gold, 0.022)
    inset = [(-0.2, -0.38), (0.235, -0.38), (0.235, 0.36), (-0.2, 0.36), (-0.2, -0.38)]
    bench.line(inset, glaze(bench.gold, 0.9), 0.011)
    for x, y, dx, dy in (
        (0.29, -0.44, -1, 1),
        (0.29, 0.42, -1, -1),
        (-0.24, -0.44, 1, 1),
        (-0.24, 0.42, 1, -1),
    ):
        bench.wash(
            [(x, y), (x + dx * 0.11, y), (x, y + dy * 0.11)],
            lighter(bench.gold, 0.3),
            darker(bench.gold, 0.2),
        )
    _cover_sign(bench)
    bench.wash(
        [(0.24, -0.06), (0.38, -0.06), (0.38, 0.06), (0.24, 0.06)], bench.leather, darker(bench.leather, 0.3)
    )
    bench.orb(0.3, 0, 0.034, bench.gold)
    if bench.magic:
        bench.glow(0.02, 0, 0.6, bench.magic, 0.5)


def _cover_sign(bench: Bench) -> None:
    gold, x, y = lighter(bench.magic, 0.3) if bench.magic else bench.gold, 0.02, -0.01
    kind = bench.chance.pick(("star", "eye", "moon", "sun"))
    bench.line([*ellipse(x, y, 0.15, 0.15), (x + 0.15, y)], gold, 0.014)
    if kind == "star":
        for turn in (0.0, 0.125):
            corners = [math.tau * (n / 4 + turn) for n in range(5)]
            bench.line([(x + 0.13 * math.sin(a), y - 0.13 * math.cos(a)) for a in corners], gold, 0.013)
    elif kind == "eye":
        bench.poly(
            smooth([(x - 0.12, y), (x, y - 0.08), (x + 0.12, y), (x, y + 0.08)], steps=6, closed=True), gold
        )
        bench.orb(x, y, 0.05, bench.accent)
    elif kind == "moon":
        bench.poly(
            [*arc(x, y, 0.1, 0.1, 0.2, 0.8, 14), *reversed(arc(x + 0.045, y, 0.08, 0.085, 0.22, 0.78, 14))],
            gold,
        )
    else:
        for n in range(12):
            angle = math.tau * n / 12
            bench.line(
                [
                    (x + 0.06 * math.cos(angle), y + 0.06 * math.sin(angle)),
                    (x + 0.12 * math.cos(angle), y + 0.12 * math.sin(angle)),
                ],
                gold,
                0.014,
            )
        bench.orb(x, y, 0.055, bench.gold)


def feather(bench: Bench) -> None:
    bench.angle += 0.5 * bench.chance.sign()
    vane = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((232, 228, 220), (70, 110, 160), (160, 60, 60), (60, 60, 74)))
    )
    left = smooth([(0.0, -0.54), (-0.12, -0.36), (-0.15, -0.08), (-0.1, 0.16), (0.0, 0.24)], steps=6)
    right = smooth([(0.0, -0.54), (0.08, -0.36), (0.11, -0.08), (0.07, 0.16), (0.0, 0.24)], steps=6)
    bench.wash([*left, *reversed(right)], lighter(vane, 0.25), vane, darker(vane, 0.25))
    bench.poly([*right, (0.0, -0.54)], glaze(darker(vane, 0.4), 0.45))
    for n in range(16):
        y = -0.46 + 0.04 * n
        bench.line([(0.0, y + 0.05), (-0.12, y)], glaze(darker(vane, 0.45), 0.4), 0.006)
        bench.line([(0.0, y + 0.05), (0.09, y)], glaze(lighter(vane, 0.4), 0.4), 0.006)
    bench.line(smooth([(0.0, -0.5), (0.01, 0.1), (0.03, 0.54)], steps=6), (238, 226, 200), 0.018)
    bench.poly([(0.02, 0.44), (0.04, 0.44), (0.036, 0.57)], (50, 42, 50))
