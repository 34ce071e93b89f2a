"""Dragons and snakes."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import ellipse, smooth
from .beast import INK, IVORY, Beast, bat_wings, fangs, half, shoulders


def dragon(beast: Beast) -> None:
    """Horns, wings, a long jaw, and a belly of plates."""
    bench = beast.bench
    tone = beast.tone((160, 52, 46), (62, 122, 78), (58, 92, 150), (176, 132, 62), (84, 74, 96))
    bat_wings(beast, tone)
    shoulders(beast, tone, broad=0.36, neck=0.17)
    _belly(beast, tone)
    horn: Colour = mix(IVORY, tone, 0.15)
    beast.both(
        [
            (0.07, -0.2),
            (0.13, -0.36),
            (0.25, -0.44),
            (0.3, -0.56),
            (0.33, -0.4),
            (0.24, -0.29),
            (0.16, -0.14),
        ],
        horn,
    )
    for n, (x, y) in enumerate(((0.16, -0.1), (0.17, 0.0), (0.14, 0.1))):
        beast.both(
            [(x - 0.03, y - 0.05), (x + 0.15 - 0.03 * n, y - 0.07 + 0.03 * n), (x - 0.03, y + 0.06)],
            darker(tone, 0.2),
            curved=False,
        )
    head = half(
        [
            (0, -0.26),
            (0.08, -0.25),
            (0.15, -0.18),
            (0.18, -0.07),
            (0.14, 0.03),
            (0.105, 0.1),
            (0.115, 0.19),
            (0.075, 0.27),
            (0, 0.29),
        ]
    )
    beast.shape(head, tone)
    with bench.within(head) as hide:
        for row in range(8):
            for n in range(9):
                x, y = -0.2 + 0.05 * n + 0.025 * (row % 2), -0.28 + 0.045 * row
                hide.poly(
                    [(x - 0.024, y), (x, y - 0.01), (x + 0.024, y), (x, y + 0.034)],
                    glaze(lighter(tone, 0.35) if (n + row) % 2 else darker(tone, 0.4), 0.28),
                )
        hide.poly(
            smooth(
                [(-0.05, -0.16), (0.05, -0.16), (0.075, 0.12), (0.06, 0.24), (-0.06, 0.24), (-0.075, 0.12)],
                steps=4,
                closed=True,
            ),
            glaze(lighter(tone, 0.35), 0.4),
        )
    beast.both(
        [(0.025, -0.07), (0.09, -0.13), (0.19, -0.16), (0.16, -0.08), (0.08, -0.05)], lighter(tone, 0.12)
    )
    beast.gaze(0.095, -0.045, 0.042, 0.022, slant=0.016)
    for way in (-1, 1):
        bench.oval(way * 0.045, 0.15, 0.018, 0.012, INK)
    bench.poly(
        smooth(
            [
                (-0.115, 0.19),
                (-0.06, 0.225),
                (0, 0.215),
                (0.06, 0.225),
                (0.115, 0.19),
                (0.06, 0.245),
                (0, 0.24),
                (-0.06, 0.245),
            ],
            steps=4,
            closed=True,
        ),
        darker(tone, 0.8),
    )
    fangs(beast, [(-0.085, 0.205), (-0.045, 0.22), (0.045, 0.22), (0.085, 0.205)], 0.045, wide=0.012)
    for n in range(3):
        x = 0.055 * (n - 1)
        bench.wash(
            [(x - 0.025, -0.22), (x, -0.34 + 0.03 * abs(n - 1)), (x + 0.025, -0.22)], horn, darker(tone, 0.2)
        )


def _belly(beast: Beast, tone: Colour) -> None:
    plate = mix(lighter(tone, 0.4), (226, 190, 120), 0.4)
    for n in range(7):
        y, wide = 0.24 + 0.08 * n, 0.1 + 0.014 * n
        beast.bench.wash(
            smooth(
                [
                    (-wide, y),
                    (0, y - 0.02),
                    (wide, y),
                    (wide * 0.9, y + 0.07),
                    (0, y + 0.1),
                    (-wide * 0.9, y + 0.07),
                ],
                steps=4,
                closed=True,
            ),
            plate,
            darker(plate, 0.4),
        )


def snake(beast: Beast) -> None:
    """Coils, a spread hood, a forked tongue."""
    bench = beast.bench
    tone = beast.tone((86, 128, 66), (132, 112, 56), (52, 112, 104))
    belly = mix(lighter(tone, 0.5), (236, 220, 160), 0.4)
    for y, rx in ((0.6, 0.52), (0.5, 0.42), (0.41, 0.3)):
        beast.shape(ellipse(0, y, rx, 0.105), tone, deep=0.65)
        for n in range(7):
            x = rx * 0.75 * (n - 3) / 3
            bench.poly(
                [(x - 0.04, y), (x, y - 0.055), (x + 0.04, y), (x, y + 0.055)], glaze(darker(tone, 0.5), 0.5)
            )
    beast.shape(
        half(
            [
                (0, -0.32),
                (0.1, -0.31),
                (0.2, -0.2),
                (0.25, -0.02),
                (0.19, 0.18),
                (0.1, 0.34),
                (0.1, 0.44),
                (0, 0.46),
            ]
        ),
        darker(tone, 0.1),
    )
    for n in range(9):
        y = -0.06 + 0.055 * n
        wide = 0.1 - 0.028 * abs(n - 3) / 3
        bench.wash(ellipse(0, y, wide, 0.034), belly, darker(belly, 0.35))
    for way in (-1, 1):
        bench.poly(ellipse(way * 0.165, -0.02, 0.03, 0.07), glaze(darker(tone, 0.6), 0.7))
    tongue: Colour = (196, 44, 70)
    bench.line([(0, 0.02), (0, 0.14)], tongue, 0.014)
    for way in (-1, 1):
        bench.line(smooth([(0, 0.13), (way * 0.02, 0.17), (way * 0.05, 0.19)], steps=4), tongue, 0.009)
    beast.shape(
        half([(0, -0.37), (0.07, -0.36), (0.125, -0.26), (0.12, -0.15), (0.07, -0.02), (0, 0.05)]),
        lighter(tone, 0.06),
    )
    beast.gaze(0.072, -0.19, 0.034, 0.025, slant=0.012)
    for way in (-1, 1):
        bench.disc(way * 0.022, -0.03, 0.007, INK)
    bench.line(smooth([(-0.08, -0.04), (0, 0.015), (0.08, -0.04)], steps=5), darker(tone, 0.6), 0.008)
    fangs(beast, [(-0.03, 0.002), (0.03, 0.002)], 0.05, wide=0.009)
