"""Bread, meat, apples."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter
from ..shapes import mirrored, smooth
from .bench import Bench
from .potions import said


def bread(bench: Bench) -> None:
    if said(bench, "cheese"):
        bench.wash(
            [(-0.4, 0.06), (0.12, -0.26), (0.42, 0.0), (0.42, 0.3), (-0.4, 0.34)],
            (252, 214, 112),
            (226, 166, 66),
        )
        bench.wash([(-0.4, 0.06), (0.42, 0.0), (0.42, 0.3), (-0.4, 0.34)], (248, 202, 92), (214, 148, 56))
        for x, y, r in ((-0.2, 0.2, 0.05), (0.06, 0.14, 0.035), (0.24, 0.22, 0.055), (0.02, -0.08, 0.04)):
            bench.oval(x, y, r, r * 0.8, (190, 124, 44))
        return
    crust: Colour = (204, 140, 74)
    bench.wash(
        smooth(
            [
                (-0.44, 0.16),
                (-0.34, -0.12),
                (0.0, -0.2),
                (0.3, -0.14),
                (0.46, 0.12),
                (0.36, 0.32),
                (0.0, 0.36),
                (-0.36, 0.34),
            ],
            steps=5,
            closed=True,
        ),
        lighter(crust, 0.3),
        crust,
        darker(crust, 0.45),
    )
    for n in range(4):
        x = -0.25 + 0.16 * n
        slash = smooth(
            [(x - 0.05, 0.08), (x, -0.06), (x + 0.08, -0.14), (x + 0.06, -0.03), (x + 0.0, 0.1)],
            steps=4,
            closed=True,
        )
        bench.wash(slash, (246, 220, 168), (226, 178, 110))
    for _ in range(40):
        bench.disc(
            bench.chance.about(0, 0.34), bench.chance.about(0.02, 0.16), 0.006, glaze((255, 240, 210), 0.6)
        )
    bench.wash(
        smooth([(0.26, 0.44), (0.3, 0.26), (0.44, 0.22), (0.5, 0.4), (0.46, 0.46)], steps=4, closed=True),
        (250, 228, 180),
        (220, 176, 116),
    )


def meat(bench: Bench) -> None:
    bench.angle -= 0.35
    bench.line([(0.18, 0.18), (0.4, 0.38)], (238, 226, 200), 0.075)
    for dx, dy in ((0.44, 0.36), (0.38, 0.43)):
        bench.orb(dx, dy, 0.06, (240, 230, 206))
    tone: Colour = (176, 96, 58)
    bench.wash(
        smooth(
            [
                (0.24, 0.22),
                (0.1, 0.28),
                (-0.16, 0.24),
                (-0.36, 0.04),
                (-0.36, -0.2),
                (-0.16, -0.36),
                (0.08, -0.3),
                (0.24, -0.06),
                (0.28, 0.12),
            ],
            steps=5,
            closed=True,
        ),
        lighter(tone, 0.3),
        tone,
        darker(tone, 0.45),
    )
    for n in range(5):
        x = -0.24 + 0.1 * n
        bench.line(
            smooth([(x, -0.2 + 0.03 * n), (x + 0.06, -0.02), (x + 0.02, 0.14)], steps=4),
            glaze(darker(tone, 0.5), 0.45),
            0.018,
        )
    bench.poly(
        smooth(
            [(-0.26, -0.16), (-0.14, -0.27), (0.0, -0.26), (-0.12, -0.18), (-0.22, -0.06)],
            steps=4,
            closed=True,
        ),
        (255, 230, 190, 110),
    )


def apple(bench: Bench) -> None:
    skin = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((200, 48, 46), (128, 172, 62), (226, 150, 60)))
    )
    half = smooth(
        [(0.0, -0.2), (0.14, -0.28), (0.34, -0.2), (0.38, 0.06), (0.26, 0.34), (0.1, 0.42), (0.0, 0.38)],
        steps=6,
    )
    bench.wash(mirrored(half), lighter(skin, 0.25), skin, darker(skin, 0.45))
    bench.poly(
        smooth(
            [(-0.26, -0.12), (-0.3, 0.04), (-0.24, 0.16), (-0.2, 0.02), (-0.18, -0.14)], steps=5, closed=True
        ),
        (255, 255, 250, 110),
    )
    bench.oval(0, -0.2, 0.1, 0.03, darker(skin, 0.5))
    bench.line(smooth([(0.0, -0.19), (0.02, -0.32), (0.08, -0.42)], steps=5), (96, 66, 46), 0.028)
    bench.wash(
        smooth([(0.04, -0.3), (0.16, -0.44), (0.34, -0.4), (0.22, -0.28)], steps=5, closed=True),
        (150, 184, 84),
        (76, 120, 58),
    )
