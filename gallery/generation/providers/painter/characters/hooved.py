"""Horses and their kin."""

from __future__ import annotations

from ..colour import Colour, darker, lighter, mix
from ..shapes import smooth
from .beast import INK, Beast, half, shoulders
from .furred import ears


def horse(beast: Beast) -> None:
    """Horses; a unicorn is white and has its horn."""
    unicorn = beast.said("unicorn")
    fiery = beast.said("nightmare")
    tone = (
        beast.tone((232, 228, 226))
        if unicorn
        else beast.tone((52, 44, 56))
        if fiery
        else beast.tone((136, 88, 58), (104, 72, 56), (170, 150, 132), (74, 62, 62))
    )
    mane = mix((200, 190, 220), beast.bench.accent, 0.35) if unicorn else darker(tone, 0.55)
    shoulders(beast, tone, broad=0.34, neck=0.19)
    _mane(beast, mane)
    ears(beast, tone, [(0.05, -0.28), (0.11, -0.42), (0.15, -0.32), (0.13, -0.22)], curved=True)
    beast.shape(
        half(
            [
                (0, -0.3),
                (0.09, -0.29),
                (0.145, -0.2),
                (0.14, -0.08),
                (0.1, 0.08),
                (0.095, 0.2),
                (0.11, 0.27),
                (0.07, 0.35),
                (0, 0.36),
            ]
        ),
        tone,
    )
    blaze = half([(0, -0.22), (0.035, -0.18), (0.03, 0.05), (0.05, 0.2), (0, 0.24)])
    beast.shape(blaze, mix(tone, (246, 240, 232), 0.6), deep=0.1)
    beast.shape(
        half([(0, 0.2), (0.07, 0.215), (0.095, 0.27), (0.06, 0.345), (0, 0.35)]),
        mix(tone, (110, 86, 92), 0.55),
        deep=0.25,
    )
    for way in (-1, 1):
        beast.bench.oval(way * 0.055, 0.265, 0.018, 0.024, INK)
    beast.bench.line(smooth([(-0.06, 0.325), (0, 0.31), (0.06, 0.325)], steps=4), INK, 0.007)
    beast.gaze(0.11, -0.1, 0.027, 0.026, slant=0.005, slit=False)
    for n in range(5):
        x = 0.022 * (n - 2)
        beast.bench.poly(
            [(x - 0.02, -0.32), (x + 0.02, -0.32), (x * 2.2 + 0.015, -0.17 + 0.02 * (n % 2))],
            lighter(mane, 0.1 * (n % 2)),
        )
    if unicorn:
        _horn(beast)
    if fiery:
        for x, y in ((-0.2, -0.1), (0.2, -0.1), (-0.24, 0.12), (0.24, 0.12), (0.0, -0.28)):
            beast.flame(x, y, 0.24)


def _mane(beast: Beast, tone: Colour) -> None:
    for n in range(9):
        y = -0.3 + 0.075 * n
        for way in (-1, 1):
            long = 0.13 + 0.04 * (n % 3)
            lock = [
                (way * 0.05, y),
                (way * (0.14 + long * 0.5), y + 0.03),
                (way * (0.16 + long), y + 0.15),
                (way * 0.13, y + 0.13),
            ]
            beast.bench.poly(
                smooth(lock, steps=4, closed=True), lighter(tone, 0.14) if n % 2 else darker(tone, 0.1)
            )


def _horn(beast: Beast) -> None:
    gold = beast.bench.gold
    beast.bench.wash([(-0.03, -0.23), (0.0, -0.6), (0.03, -0.23)], lighter(gold, 0.6), gold)
    for n in range(6):
        y, wide = -0.26 - 0.05 * n, 0.027 - 0.0036 * n
        beast.bench.line([(-wide, y), (wide, y - 0.022)], darker(gold, 0.35), 0.007)
    beast.bench.glow(0, -0.5, 0.2, lighter(gold, 0.4), 0.5)
