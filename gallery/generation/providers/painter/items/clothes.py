"""Boots, gloves, cloaks."""

from __future__ import annotations

from ..colour import darker, glaze, lighter
from ..shapes import mirrored, smooth
from .bench import Bench


def boots(bench: Bench) -> None:
    tone = bench.colours[0] if bench.colours else bench.leather
    for dx, dim in ((0.17, 0.18), (-0.15, 0.0)):
        shade = darker(tone, dim)
        boot = smooth(
            [
                (-0.15, -0.34),
                (0.1, -0.36),
                (0.08, 0.1),
                (0.12, 0.2),
                (0.3, 0.28),
                (0.33, 0.38),
                (-0.14, 0.4),
                (-0.13, 0.1),
            ],
            steps=4,
            closed=True,
        )
        boot = [(x + dx, y + dim * 0.1) for x, y in boot]
        bench.wash(boot, lighter(shade, 0.2), shade, darker(shade, 0.3))
        bench.wash(
            [(dx - 0.16, 0.37), (dx + 0.34, 0.36), (dx + 0.34, 0.43), (dx - 0.16, 0.43)],
            darker(shade, 0.45),
            darker(shade, 0.6),
        )
        bench.wash(
            smooth(
                [(dx - 0.19, -0.38), (dx + 0.13, -0.41), (dx + 0.13, -0.25), (dx - 0.18, -0.22)],
                steps=4,
                closed=True,
            ),
            lighter(shade, 0.35),
            darker(shade, 0.05),
        )
        for y in (-0.08, 0.12):
            bench.line([(dx - 0.13, y), (dx + 0.09, y - 0.01)], darker(shade, 0.4), 0.032)
            bench.orb(dx + 0.03, y - 0.005, 0.03, bench.gold)


def gloves(bench: Bench) -> None:
    tone = (
        bench.metal
        if "gauntlet" in bench.stage.meaning.words or "gauntlets" in bench.stage.meaning.words
        else (bench.colours[0] if bench.colours else bench.leather)
    )
    for way, lean in ((1, 0.06), (-1, -0.06)):
        x = way * 0.21
        for n, (dx, top) in enumerate(((-0.1, -0.3), (-0.035, -0.4), (0.03, -0.39), (0.095, -0.3))):
            fx = x + way * dx
            bench.wash(
                smooth(
                    [
                        (fx - 0.032, 0.0),
                        (fx - 0.034, top + 0.04),
                        (fx, top),
                        (fx + 0.034, top + 0.04),
                        (fx + 0.032, 0.0),
                    ],
                    steps=3,
                ),
                lighter(tone, 0.25),
                darker(tone, 0.1 + 0.05 * n),
            )
        bench.wash(
            smooth(
                [
                    (x - way * 0.1, 0.1),
                    (x - way * 0.2, -0.02),
                    (x - way * 0.22, -0.12),
                    (x - way * 0.16, -0.12),
                    (x - way * 0.1, -0.02),
                ],
                steps=4,
                closed=True,
            ),
            lighter(tone, 0.1),
            darker(tone, 0.2),
        )
        bench.wash(
            smooth(
                [(x - 0.14, -0.06), (x + 0.14, -0.06), (x + 0.13, 0.2), (x - 0.13, 0.2)], steps=4, closed=True
            ),
            lighter(tone, 0.15),
            darker(tone, 0.2),
        )
        bench.wash(
            [(x - 0.13, 0.16), (x + 0.13, 0.16), (x + 0.19, 0.46), (x - 0.19, 0.46)],
            darker(tone, 0.05),
            darker(tone, 0.35),
        )
        bench.line([(x - 0.14, 0.2), (x + 0.14, 0.2)], bench.gold, 0.03)
        bench.orb(x + lean * 0, 0.33, 0.035, bench.accent)
        bench.line([(x - 0.08, -0.02), (x - 0.06, 0.12)], glaze(darker(tone, 0.5), 0.5), 0.009)


def cloak(bench: Bench) -> None:
    tone = bench.accent
    body = mirrored(
        smooth([(0.0, -0.36), (0.13, -0.34), (0.24, -0.14), (0.36, 0.2), (0.44, 0.5), (0.0, 0.52)], steps=5)
    )
    bench.wash(body, lighter(tone, 0.15), tone, darker(tone, 0.45))
    for n, dx in enumerate((-0.3, -0.19, -0.08, 0.06, 0.18, 0.3)):
        fold = [
            (dx * 0.3, -0.22),
            (dx * 0.8 - 0.02, 0.14),
            (dx * 1.2 - 0.03, 0.5),
            (dx * 1.2 + 0.035, 0.5),
            (dx * 0.8 + 0.02, 0.14),
        ]
        bench.poly(fold, glaze(darker(tone, 0.45) if n % 2 else lighter(tone, 0.25), 0.5))
    bench.poly([(-0.1, -0.14), (0.1, -0.14), (0.15, 0.5), (-0.15, 0.5)], glaze(darker(tone, 0.55), 0.85))
    hood = smooth(
        [(0.0, -0.54), (0.2, -0.44), (0.22, -0.2), (0.1, -0.1), (-0.1, -0.1), (-0.22, -0.2), (-0.2, -0.44)],
        steps=5,
        closed=True,
    )
    bench.wash(hood, lighter(tone, 0.25), tone, darker(tone, 0.25))
    bench.wash(
        smooth(
            [(0.0, -0.44), (0.13, -0.36), (0.13, -0.2), (0.0, -0.12), (-0.13, -0.2), (-0.13, -0.36)],
            steps=5,
            closed=True,
        ),
        (24, 18, 30),
        darker(tone, 0.7),
    )
    bench.line(smooth([(-0.11, -0.1), (0.0, -0.06), (0.11, -0.1)], steps=5), bench.gold, 0.02)
    for way in (-1, 1):
        bench.orb(way * 0.11, -0.1, 0.034, bench.gold)
    bench.line(smooth([(-0.43, 0.49), (0.0, 0.51), (0.43, 0.49)], steps=6), bench.gold, 0.022)
