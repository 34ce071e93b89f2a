"""Hats, hoods, helmets, crowns."""

from __future__ import annotations

import math

from ..colour import darker, glaze, lighter
from ..shapes import Point, ellipse, smooth
from .figure import Figure


def hooded(figure: Figure) -> bool:
    if {"hat", "crown", "helmet"} & figure.features:
        return "hood" in figure.features
    return "hood" in figure.features or (
        figure.calling in ("rogue", "ranger") and figure.bench.chance.child("hood").maybe(0.7)
    )


def bench_way(figure: Figure) -> int:
    return -figure.bench.stage.light.side


def headgear(figure: Figure) -> None:
    """One thing on the head at most: a helmet before a crown before a hat before a hood."""
    child = figure.bench.chance.child("headgear")
    if "helmet" in figure.features or (
        figure.calling == "knight"
        and not figure.features & {"crown", "hood", "hat"}
        and child.maybe(0.3)
        and not figure.woman
    ):
        _helmet(figure)
    elif "crown" in figure.features or figure.calling == "king":
        _crown(figure)
    elif "hat" in figure.features or (
        figure.calling in ("wizard", "bard", "merchant")
        and "hood" not in figure.features
        and child.maybe(0.7)
    ):
        _wizard_hat(figure) if figure.calling == "wizard" else _hat(figure)
    elif hooded(figure):
        _hood(figure)
    elif figure.calling == "cleric":
        _circlet(figure)


def _helmet(figure: Figure) -> None:
    bench, metal = figure.bench, figure.bench.metal
    dome = smooth(
        [
            (-0.2, 0.0),
            (-0.215, -0.14),
            (-0.14, -0.28),
            (0.0, -0.33),
            (0.14, -0.28),
            (0.215, -0.14),
            (0.2, 0.0),
            (0.17, -0.07),
            (0.0, -0.1),
            (-0.17, -0.07),
        ],
        steps=4,
        closed=True,
    )
    bench.wash(dome, lighter(metal, 0.45), metal, darker(metal, 0.3))
    bench.wash(
        [(-0.022, -0.34), (0.022, -0.34), (0.018, 0.03), (0.0, 0.045), (-0.018, 0.03)],
        lighter(bench.gold, 0.2),
        darker(bench.gold, 0.25),
    )
    bench.line(smooth([(-0.2, -0.05), (0.0, -0.1), (0.2, -0.05)], steps=5), bench.gold, 0.024)
    for way in (-1, 1):
        bench.wash(
            smooth(
                [
                    (way * 0.16, -0.06),
                    (way * 0.21, -0.04),
                    (way * 0.19, 0.12),
                    (way * 0.12, 0.17),
                    (way * 0.14, 0.04),
                ],
                steps=4,
                closed=True,
            ),
            lighter(metal, 0.2),
            darker(metal, 0.3),
        )


def _crown(figure: Figure) -> None:
    bench, gold = figure.bench, figure.bench.gold
    spikes: list[Point] = [
        (-0.19, -0.17),
        (-0.22, -0.36),
        (-0.12, -0.27),
        (-0.08, -0.4),
        (0.0, -0.29),
        (0.08, -0.4),
        (0.12, -0.27),
        (0.22, -0.36),
        (0.19, -0.17),
    ]
    if figure.woman:
        spikes = [
            (-0.18, -0.19),
            (-0.19, -0.28),
            (-0.1, -0.25),
            (-0.05, -0.33),
            (0.0, -0.27),
            (0.0, -0.4),
            (0.0, -0.27),
            (0.05, -0.33),
            (0.1, -0.25),
            (0.19, -0.28),
            (0.18, -0.19),
        ]
    bench.wash(
        [*spikes, (0.1, -0.15), (0.0, -0.14), (-0.1, -0.15)], lighter(gold, 0.4), gold, darker(gold, 0.3)
    )
    for x, y in spikes[1:-1:2]:
        bench.orb(x, y, 0.02, lighter(gold, 0.2))
    for x, tone in ((-0.12, (60, 120, 200)), (0.0, bench.accent), (0.12, (60, 120, 200))):
        bench.orb(x, -0.19 + abs(x) * -0.1, 0.024, tone)
    bench.glow(0, -0.25, 0.25, (255, 220, 140), 0.3)


def _wizard_hat(figure: Figure) -> None:
    bench, tone, way = figure.bench, figure.cloth, bench_way(figure)
    cone = smooth(
        [
            (-0.2, -0.15),
            (-0.12, -0.36),
            (way * 0.02 - 0.04, -0.52),
            (way * 0.17, -0.6),
            (way * 0.1 + 0.03, -0.46),
            (0.13, -0.34),
            (0.2, -0.15),
        ],
        steps=5,
    )
    bench.wash(cone, lighter(tone, 0.2), tone, darker(tone, 0.35))
    for dx in (-0.06, 0.05):
        bench.line(
            smooth([(dx * 2, -0.2), (dx * 1.3, -0.34), (way * 0.05 + dx * 0.4, -0.46)], steps=4),
            glaze(darker(tone, 0.5), 0.45),
            0.016,
        )
    brim = smooth(
        [
            (-0.4, -0.1),
            (-0.22, -0.18),
            (0.0, -0.2),
            (0.22, -0.18),
            (0.4, -0.1),
            (0.22, -0.11),
            (0.0, -0.12),
            (-0.22, -0.11),
        ],
        steps=5,
        closed=True,
    )
    bench.wash(brim, lighter(tone, 0.15), darker(tone, 0.35))
    bench.wash(
        smooth(
            [(-0.19, -0.18), (0.0, -0.205), (0.19, -0.18), (0.175, -0.235), (0.0, -0.26), (-0.175, -0.235)],
            steps=4,
            closed=True,
        ),
        bench.gold,
        darker(bench.gold, 0.35),
    )
    for _ in range(6):
        x, y = bench.chance.about(0, 0.1), bench.chance.between(-0.46, -0.28)
        star = [
            (
                x + (0.016 if n % 2 == 0 else 0.006) * math.sin(math.pi * n / 4),
                y - (0.016 if n % 2 == 0 else 0.006) * math.cos(math.pi * n / 4),
            )
            for n in range(8)
        ]
        bench.poly(star, glaze(lighter(bench.gold, 0.4), 0.9))


def _hat(figure: Figure) -> None:
    bench, tone, way = figure.bench, darker(figure.cloth, 0.15), bench_way(figure)
    bench.wash(
        smooth([(-0.18, -0.17), (-0.17, -0.31), (0.0, -0.36), (0.17, -0.31), (0.18, -0.17)], steps=4),
        lighter(tone, 0.2),
        darker(tone, 0.2),
    )
    bench.wash(
        smooth(
            [(-0.34, -0.17), (0.0, -0.22), (0.34, -0.17), (0.2, -0.12), (0.0, -0.13), (-0.2, -0.12)],
            steps=5,
            closed=True,
        ),
        lighter(tone, 0.15),
        darker(tone, 0.4),
    )
    bench.line(smooth([(-0.18, -0.195), (0.0, -0.225), (0.18, -0.195)], steps=4), bench.gold, 0.026)
    plume = smooth(
        [(way * 0.14, -0.2), (way * 0.24, -0.38), (way * 0.4, -0.42), (way * 0.34, -0.3), (way * 0.2, -0.2)],
        steps=5,
        closed=True,
    )
    bench.wash(plume, (*lighter(bench.accent, 0.25),), bench.accent, darker(bench.accent, 0.25))


def _hood(figure: Figure) -> None:
    bench, tone = figure.bench, figure.cloth
    outer: list[Point] = [
        (-0.24, 0.22),
        (-0.25, 0.0),
        (-0.23, -0.18),
        (-0.12, -0.33),
        (0.0, -0.375),
        (0.12, -0.33),
        (0.23, -0.18),
        (0.25, 0.0),
        (0.24, 0.22),
    ]
    inner: list[Point] = [
        (0.15, 0.22),
        (0.165, 0.0),
        (0.15, -0.13),
        (0.08, -0.22),
        (0.0, -0.25),
        (-0.08, -0.22),
        (-0.15, -0.13),
        (-0.165, 0.0),
        (-0.15, 0.22),
    ]
    shape = [*smooth(outer, steps=5), *smooth(inner, steps=5)]
    bench.wash(shape, lighter(tone, 0.2), tone, darker(tone, 0.25))
    bench.line(smooth(inner, steps=5), darker(tone, 0.5), 0.02)
    bench.poly(
        [*smooth(inner[2:7], steps=5), (-0.13, -0.1), (0.0, -0.13), (0.13, -0.1)], glaze((16, 10, 24), 0.5)
    )
    for way in (-1, 1):
        bench.line(
            smooth([(way * 0.1, -0.32), (way * 0.2, -0.14), (way * 0.21, 0.1)], steps=5),
            glaze(darker(tone, 0.5) if way == bench_way(figure) else lighter(tone, 0.4), 0.45),
            0.022,
        )


def _circlet(figure: Figure) -> None:
    bench = figure.bench
    bench.line(smooth([(-0.175, -0.11), (0.0, -0.15), (0.175, -0.11)], steps=6), bench.gold, 0.022)
    bench.orb(0, -0.15, 0.028, bench.magic or (120, 200, 240))
    ring = ellipse(0, -0.06, 0.34, 0.34, steps=60)
    bench.line([*ring, ring[0]], (255, 226, 150, 90), 0.016)
    bench.glow(0, -0.1, 0.5, (255, 226, 160), 0.25)
