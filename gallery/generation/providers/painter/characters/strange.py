"""Things with too many eyes, legs or arms."""

from __future__ import annotations

import math

from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import ellipse, smooth
from .beast import INK, IVORY, Beast, fangs, half


def spider(beast: Beast) -> None:
    """Eight legs, eight eyes."""
    bench = beast.bench
    tone = beast.tone((62, 52, 66), (92, 64, 52), (54, 60, 74))
    for way in (-1, 1):
        for n, (knee, foot) in enumerate(
            (
                ((0.3, -0.42), (0.56, -0.16)),
                ((0.42, -0.26), (0.7, 0.16)),
                ((0.42, -0.02), (0.68, 0.44)),
                ((0.32, 0.16), (0.5, 0.62)),
            )
        ):
            leg = [(way * 0.08, 0.02 + 0.04 * n), (way * knee[0], knee[1]), (way * foot[0], foot[1])]
            bench.line(smooth(leg, steps=7), darker(tone, 0.25), 0.05)
            bench.line(smooth(leg, steps=7), glaze(lighter(tone, 0.3), 0.7), 0.014)
    bench.orb(0, -0.16, 0.25, tone)
    mark = mix(bench.accent if beast.hue is None else lighter(beast.hue, 0.5), (220, 60, 50), 0.3)
    bench.poly([(-0.08, -0.33), (0.08, -0.33), (0, -0.24)], mark)
    bench.poly([(-0.08, -0.14), (0.08, -0.14), (0, -0.24)], mark)
    beast.shape(half([(0, -0.06), (0.13, -0.03), (0.19, 0.1), (0.14, 0.24), (0, 0.28)]), lighter(tone, 0.1))
    for x, y, radius in (
        (0.045, 0.07, 0.034),
        (0.115, 0.045, 0.025),
        (0.05, 0.0, 0.019),
        (0.1, -0.005, 0.014),
    ):
        beast.gaze(x, y, radius, radius, slit=False)
    for way in (-1, 1):
        fang = [
            (way * 0.02, 0.2),
            (way * 0.08, 0.22),
            (way * 0.09, 0.33),
            (way * 0.035, 0.42),
            (way * 0.05, 0.32),
        ]
        bench.wash(smooth(fang, steps=4, closed=True), darker(tone, 0.1), darker(tone, 0.7))


def beholder(beast: Beast) -> None:
    """One great eye, a mouth of teeth, and stalks with an eye each."""
    bench = beast.bench
    tone = beast.tone((150, 84, 92), (120, 92, 128), (142, 106, 74))
    for n in range(9):
        angle = math.pi * (1.06 + 0.88 * n / 8)
        x, y = 0.46 * math.cos(angle), 0.02 + 0.5 * math.sin(angle)
        stalk = smooth([(x * 0.5, y * 0.5 + 0.03), (x * 0.75 + 0.05 * (n % 2), y * 0.75), (x, y)], steps=6)
        bench.line(stalk, darker(tone, 0.3), 0.052)
        bench.line(stalk, tone, 0.034)
        bench.orb(x, y, 0.052, lighter(tone, 0.1))
        beast.eye(x, y, 0.026, 0.022)
    beast.shape(ellipse(0, 0.1, 0.36, 0.36), tone, deep=0.6)
    for n in range(14):
        angle = 2.4 * n
        far = 0.24 + 0.09 * ((n * 7) % 5) / 5
        bench.oval(
            far * math.cos(angle), 0.1 + far * math.sin(angle), 0.022, 0.018, glaze(darker(tone, 0.5), 0.4)
        )
    bench.wash(ellipse(0, -0.01, 0.165, 0.13), darker(tone, 0.5), darker(tone, 0.25))
    bench.wash(ellipse(0, 0.0, 0.145, 0.108), (250, 244, 228), (216, 196, 176))
    bench.disc(0, 0.0, 0.088, darker(beast.eyes, 0.3))
    bench.disc(0, 0.0, 0.072, beast.eyes)
    bench.disc(0, 0.0, 0.05, lighter(beast.eyes, 0.4))
    bench.oval(0, 0.0, 0.016, 0.07, INK)
    bench.oval(-0.035, -0.04, 0.022, 0.016, (255, 255, 255, 200))
    bench.glow(0, 0.0, 0.4, beast.eyes, 0.6)
    bench.poly(
        smooth(
            [(-0.25, 0.19), (-0.1, 0.25), (0.1, 0.25), (0.25, 0.19), (0.17, 0.34), (0, 0.39), (-0.17, 0.34)],
            steps=5,
            closed=True,
        ),
        darker((110, 20, 40), 0.6),
    )
    for n in range(9):
        x = 0.05 * (n - 4)
        sag = 0.05 * (x / 0.2) ** 2
        fangs(beast, [(x, 0.25 - sag)], 0.055, wide=0.022)
        if n % 2:
            fangs(beast, [(x, 0.365 - sag * 0.8)], -0.05, wide=0.018)


def flayer(beast: Beast) -> None:
    """A robed thinker with four feelers for a mouth."""
    bench = beast.bench
    tone = beast.tone((172, 134, 180), (140, 150, 188), (184, 140, 156))
    cloth: Colour = mix((40, 30, 52), (150, 40, 60), 0.25)
    collar = half([(0.0, 0.2), (0.2, 0.12), (0.36, -0.2), (0.34, 0.2), (0.46, 0.5), (0.5, 0.78)])
    beast.shape(collar, cloth, deep=0.6)
    beast.shape(
        half([(0, -0.38), (0.13, -0.37), (0.22, -0.26), (0.2, -0.1), (0.13, 0.02), (0.12, 0.18), (0, 0.24)]),
        tone,
    )
    for n in range(4):
        for way in (-1, 1):
            x = 0.02 + 0.045 * n
            bench.line(
                smooth([(way * x, -0.34 + 0.02 * n), (way * (x + 0.014), -0.24), (way * x, -0.17)], steps=4),
                glaze(darker(tone, 0.5), 0.4),
                0.01,
            )
    beast.both([(0.02, -0.07), (0.1, -0.14), (0.17, -0.15), (0.13, -0.09)], lighter(tone, 0.1))
    beast.gaze(0.085, -0.06, 0.04, 0.022, slant=0.014, slit=False)
    for x, tip, low in ((0.09, 0.21, 0.44), (0.035, 0.07, 0.56)):
        for way in (-1, 1):
            arm = smooth(
                [
                    (way * x, 0.04),
                    (way * (x + 0.03), 0.2),
                    (way * tip, low),
                    (way * (tip - 0.06), low + 0.05),
                ],
                steps=7,
            )
            for k, (px, py) in enumerate(arm):
                radius = 0.046 - 0.034 * k / len(arm)
                bench.disc(px, py, radius + 0.006, darker(tone, 0.5))
            for k, (px, py) in enumerate(arm):
                radius = 0.046 - 0.034 * k / len(arm)
                bench.disc(px, py, radius, mix(lighter(tone, 0.08), darker(tone, 0.25), k / len(arm)))
    for way in (-1, 1):
        bench.wash(
            smooth(
                [(way * 0.1, 0.78), (way * 0.2, 0.36), (way * 0.3, 0.4), (way * 0.26, 0.78)],
                steps=4,
                closed=True,
            ),
            lighter(cloth, 0.14),
            darker(cloth, 0.3),
        )
    bench.orb(0.0, 0.66, 0.04, bench.gold)


def kraken(beast: Beast) -> None:
    """A long soft head over eight arms with suckers."""
    bench = beast.bench
    tone = beast.tone((148, 66, 78), (70, 104, 126), (116, 78, 132))
    for x, y, tip in (
        (0.16, -0.06, (0.66, -0.36)),
        (0.2, 0.06, (0.74, 0.02)),
        (0.16, 0.14, (0.6, 0.5)),
        (0.07, 0.16, (0.2, 0.6)),
    ):
        for way in (-1, 1):
            arm = smooth(
                [
                    (x * 0.6, y + 0.1),
                    (x + 0.16, y + 0.18),
                    (tip[0] - 0.02, tip[1] + 0.16),
                    (tip[0], tip[1]),
                    (tip[0] - 0.1, tip[1] - 0.01),
                    (tip[0] - 0.08, tip[1] + 0.06),
                ],
                steps=8,
            )
            _arm(beast, [(way * px, py) for px, py in arm], tone)
    beast.shape(
        half(
            [
                (0, -0.46),
                (0.12, -0.44),
                (0.22, -0.32),
                (0.24, -0.16),
                (0.17, 0.02),
                (0.17, 0.16),
                (0.09, 0.26),
                (0, 0.28),
            ]
        ),
        tone,
    )
    for n in range(10):
        x, y = 0.14 * math.cos(2.4 * n), -0.28 + 0.13 * math.sin(2.4 * n)
        bench.oval(x, y, 0.02, 0.024, glaze(lighter(tone, 0.4), 0.4))
    beast.gaze(0.11, 0.04, 0.05, 0.036, slant=0.012)


def _arm(beast: Beast, arm: list[tuple[float, float]], tone: Colour) -> None:
    count = len(arm)
    for grow, paint in ((1.0, darker(tone, 0.5)), (0.82, darker(tone, 0.08))):
        for k, (x, y) in enumerate(arm):
            beast.bench.disc(x, y, (0.062 - 0.046 * k / count) * grow, paint)
    for k in range(6, count, 3):
        x, y = arm[k]
        beast.bench.disc(x, y, 0.02 - 0.013 * k / count, lighter(tone, 0.5))


def slime(beast: Beast) -> None:
    """A shining heap with things floating in it."""
    bench = beast.bench
    tone = beast.tone((96, 190, 92), (92, 176, 190), (176, 110, 190))
    heap = half(
        [
            (0, -0.36),
            (0.14, -0.33),
            (0.25, -0.18),
            (0.3, 0.04),
            (0.4, 0.26),
            (0.54, 0.42),
            (0.62, 0.62),
            (0.56, 0.78),
        ]
    )
    bench.wash(heap, lighter(tone, 0.5), tone, darker(tone, 0.45))
    with bench.within(heap) as jelly:
        jelly.poly(ellipse(0.04, 0.2, 0.27, 0.34), glaze(lighter(tone, 0.4), 0.25))
        for n in range(12):
            x, y = 0.3 * math.cos(2.4 * n) * (0.4 + n / 16), 0.3 + 0.3 * math.sin(2.4 * n) * (0.4 + n / 16)
            jelly.disc(x, y, 0.022 + 0.01 * (n % 3), glaze(lighter(tone, 0.6), 0.5))
            jelly.disc(x + 0.006, y + 0.006, 0.015 + 0.01 * (n % 3), glaze(darker(tone, 0.1), 0.5))
        jelly.line([(-0.2, 0.56), (-0.08, 0.46)], (*IVORY, 190), 0.03)
        jelly.disc(-0.21, 0.575, 0.026, (*IVORY, 190))
        jelly.disc(-0.07, 0.45, 0.026, (*IVORY, 190))
    bench.poly(
        smooth([(-0.16, -0.22), (-0.08, -0.3), (-0.05, -0.27), (-0.13, -0.16)], steps=4, closed=True),
        (255, 255, 255, 170),
    )
    beast.gaze(0.1, -0.04, 0.04, 0.045, slit=False)
    bench.poly(
        smooth(
            [(-0.13, 0.1), (0, 0.14), (0.13, 0.1), (0.08, 0.2), (0, 0.23), (-0.08, 0.2)], steps=5, closed=True
        ),
        darker(tone, 0.75),
    )
