"""Beasts with fur: wolves and foxes, bears, cats, rats, bats."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, ellipse, smooth
from .beast import INK, IVORY, Beast, bat_wings, chest_fur, fangs, half, shoulders, tufts, whiskers


def ears(beast: Beast, tone: Colour, points: list[Point], *, curved: bool = False) -> None:
    """Ears and the dark inside of them."""
    beast.both(points, tone, curved=curved)
    x = sum(px for px, _ in points) / len(points)
    y = sum(py for _, py in points) / len(points)
    inner = [(x + (px - x) * 0.55, y + (py - y) * 0.6) for px, py in points]
    beast.both(inner, mix(darker(tone, 0.45), (160, 90, 90), 0.25), curved=curved)


def _nose(beast: Beast, y: float, wide: float) -> None:
    nose = smooth(
        [(-wide, y - wide * 0.4), (0, y - wide * 0.6), (wide, y - wide * 0.4), (0, y + wide * 0.75)],
        steps=4,
        closed=True,
    )
    beast.bench.poly(nose, INK)
    beast.bench.oval(-wide * 0.3, y - wide * 0.3, wide * 0.3, wide * 0.14, (255, 255, 255, 110))
    beast.bench.line([(0, y + wide * 0.6), (0, y + wide * 1.5)], INK, 0.009)
    for way in (-1, 1):
        beast.bench.line(
            smooth(
                [(0, y + wide * 1.5), (way * wide * 0.9, y + wide * 1.9), (way * wide * 1.8, y + wide * 1.3)],
                steps=4,
            ),
            INK,
            0.009,
        )


def wolf(beast: Beast) -> None:
    """Wolves; dogs have hanging ears, foxes large ones and a white face."""
    fox, dog = beast.said("fox", "vixen", "kitsune"), beast.said("dog", "hound", "mastiff")
    tone = (
        beast.tone((196, 98, 44))
        if fox
        else beast.tone((150, 106, 68), (120, 92, 74))
        if dog
        else beast.tone((104, 108, 120), (82, 84, 98), (128, 118, 110))
    )
    pale = mix(tone, (236, 230, 220), 0.75 if fox else 0.45)
    shoulders(beast, tone, broad=0.34, neck=0.2)
    chest_fur(beast, pale if fox else tone, broad=0.26)
    if not dog:
        tall = 0.06 if fox else 0.0
        ears(beast, darker(tone, 0.1), [(0.05, -0.2), (0.15 + tall, -0.42 - tall), (0.21, -0.1)])
    beast.both(
        [
            (0.08, -0.12),
            (0.22, -0.08),
            (0.3, 0.04),
            (0.235, 0.05),
            (0.26, 0.13),
            (0.18, 0.12),
            (0.18, 0.2),
            (0.08, 0.18),
        ],
        darker(tone, 0.12),
        curved=False,
    )
    beast.shape(
        half([(0, -0.24), (0.1, -0.235), (0.18, -0.15), (0.2, -0.02), (0.14, 0.1), (0.08, 0.24), (0, 0.27)]),
        tone,
    )
    if dog:
        ears(
            beast,
            darker(tone, 0.25),
            [(0.08, -0.22), (0.19, -0.22), (0.28, -0.02), (0.24, 0.14), (0.17, 0.02)],
            curved=True,
        )
    beast.both(
        [(0.02, -0.02), (0.11, 0.02), (0.16, 0.06), (0.1, 0.15), (0.06, 0.25), (0.0, 0.26)], pale, deep=0.2
    )
    beast.shape(
        half([(0, -0.12), (0.035, -0.08), (0.045, 0.06), (0.06, 0.14), (0, 0.16)]),
        lighter(tone, 0.08),
        deep=0.15,
    )
    beast.both([(0.03, -0.07), (0.1, -0.14), (0.15, -0.12), (0.1, -0.08)], pale, deep=0.1)
    beast.gaze(0.09, -0.05, 0.038, 0.02, slant=0.015, slit=False)
    _nose(beast, 0.15, 0.045)
    if not dog and not fox:
        fangs(beast, [(-0.055, 0.222), (0.055, 0.222)], 0.045, wide=0.01)


def bear(beast: Beast) -> None:
    """Broad, with round ears and a pale muzzle."""
    tone = beast.tone((112, 76, 52), (88, 62, 50), (70, 58, 60))
    pale = mix(tone, (214, 182, 142), 0.55)
    shoulders(beast, tone, broad=0.5, neck=0.26)
    chest_fur(beast, tone, broad=0.38)
    ears(beast, tone, ellipse(0.19, -0.22, 0.085, 0.085, steps=12), curved=True)
    tufts(beast, tone, ((0.25, 0.22, 0.05, 30), (0.24, 0.21, 0.03, 26)), y=0.0)
    beast.shape(
        half([(0, -0.25), (0.13, -0.24), (0.23, -0.12), (0.25, 0.02), (0.2, 0.14), (0.11, 0.24), (0, 0.26)]),
        tone,
    )
    beast.shape(half([(0, -0.03), (0.07, 0.0), (0.13, 0.09), (0.11, 0.21), (0, 0.25)]), pale, deep=0.25)
    beast.gaze(0.105, -0.055, 0.027, 0.022, slant=0.006, slit=False)
    for way in (-1, 1):
        beast.bench.line(
            smooth([(way * 0.05, -0.09), (way * 0.1, -0.11), (way * 0.16, -0.08)], steps=4),
            darker(tone, 0.5),
            0.016,
        )
    _nose(beast, 0.06, 0.055)
    fangs(beast, [(-0.055, 0.155), (0.055, 0.155)], 0.045)


def cat(beast: Beast) -> None:
    """Cats great and small: lions have their mane, tigers their stripes, panthers are black."""
    lion, tiger = beast.said("lion", "sphinx"), beast.said("tiger")
    dark = beast.said("panther", "jaguar")
    tone = (
        beast.tone((206, 158, 92))
        if lion
        else beast.tone((216, 128, 54))
        if tiger
        else beast.tone((54, 50, 66))
        if dark
        else beast.tone((136, 128, 126), (196, 136, 78), (84, 78, 88))
    )
    shoulders(beast, tone, broad=0.34, neck=0.17)
    chest_fur(beast, tone, broad=0.24)
    if lion:
        tufts(
            beast,
            mix(tone, (130, 66, 30), 0.6),
            ((0.34, 0.34, 0.12, 26), (0.29, 0.29, 0.1, 24), (0.24, 0.24, 0.08, 22)),
            y=0.02,
        )
        ears(beast, tone, ellipse(0.18, -0.2, 0.06, 0.06, steps=12), curved=True)
    else:
        ears(beast, tone, [(0.04, -0.19), (0.18, -0.4), (0.23, -0.08)])
    beast.shape(
        half(
            [(0, -0.22), (0.12, -0.21), (0.21, -0.1), (0.225, 0.03), (0.16, 0.15), (0.07, 0.21), (0, 0.215)]
        ),
        tone,
    )
    if tiger or beast.said("cat", "kitten", "tabaxi"):
        _stripes(beast, darker(tone, 0.75 if tiger else 0.4))
    beast.both(
        ellipse(0.05, 0.115, 0.065, 0.055),
        mix(tone, (240, 232, 220), 0.3 if dark else 0.65),
        deep=0.15,
        curved=False,
    )
    beast.gaze(0.095, -0.02, 0.046, 0.034, slant=0.014)
    _nose(beast, 0.07, 0.032)
    whiskers(beast, 0.08, 0.12, 0.26)
    if lion or tiger or dark:
        fangs(beast, [(-0.045, 0.14), (0.045, 0.14)], 0.045, wide=0.01)


def _stripes(beast: Beast, dark: Colour) -> None:
    for way in (-1, 1):
        for x, y, out, down in (
            (0.0, -0.21, 0.03, -0.1),
            (0.06, -0.21, 0.07, -0.11),
            (0.22, -0.04, 0.14, -0.03),
            (0.225, 0.03, 0.15, 0.03),
            (0.2, 0.1, 0.14, 0.08),
        ):
            across = 0.012 if abs(out - x) < 0.05 else 0.0
            up = 0.0 if across else 0.014
            beast.bench.poly(
                [(way * (x - across), y - up), (way * (x + across), y + up), (way * out, down)], dark
            )


def rat(beast: Beast) -> None:
    """Round ears, a pointed snout, two long teeth; hares have long ears."""
    hare = beast.said("rabbit", "hare")
    tone = beast.tone((112, 100, 96), (92, 80, 76), (136, 114, 94))
    rosy: Colour = (204, 138, 132)
    shoulders(beast, tone, broad=0.34, neck=0.16)
    chest_fur(beast, tone, broad=0.22)
    spots = ellipse(0.1, -0.36, 0.06, 0.2, steps=14) if hare else ellipse(0.2, -0.2, 0.115, 0.125, steps=14)
    ears(beast, tone, spots, curved=True)
    beast.shape(
        half([(0, -0.22), (0.1, -0.2), (0.16, -0.1), (0.15, 0.0), (0.09, 0.12), (0.045, 0.22), (0, 0.24)]),
        tone,
    )
    beast.both([(0.02, 0.08), (0.08, 0.09), (0.07, 0.17), (0.01, 0.22)], lighter(tone, 0.25), deep=0.15)
    beast.gaze(0.085, -0.05, 0.026, 0.024, slant=0.006, slit=False)
    fangs(beast, [(-0.013, 0.215), (0.013, 0.215)], 0.06, wide=0.012)
    beast.bench.wash(ellipse(0, 0.19, 0.034, 0.026), lighter(rosy, 0.2), darker(rosy, 0.3))
    whiskers(beast, 0.05, 0.17, 0.26)
    for way in (-1, 1):
        paw = ellipse(way * 0.11, 0.45, 0.045, 0.035)
        beast.bench.wash(paw, lighter(rosy, 0.1), darker(rosy, 0.3))
        for n in range(3):
            x = way * (0.085 + 0.025 * n)
            beast.bench.line([(x, 0.46), (x - way * 0.008, 0.51)], darker(rosy, 0.1), 0.013)


def bat(beast: Beast) -> None:
    """Wide wings, tall ears, a crumpled nose."""
    tone = beast.tone((84, 66, 76), (70, 62, 84), (104, 76, 64))
    bat_wings(beast, tone, span=0.78)
    beast.shape(half([(0, 0.02), (0.15, 0.1), (0.19, 0.3), (0.14, 0.52), (0, 0.66)]), tone, deep=0.6)
    chest_fur(beast, tone, broad=0.12)
    ears(
        beast, tone, [(0.02, -0.14), (0.09, -0.36), (0.22, -0.48), (0.23, -0.22), (0.19, -0.02)], curved=True
    )
    beast.shape(
        half([(0, -0.17), (0.1, -0.17), (0.18, -0.08), (0.19, 0.03), (0.13, 0.14), (0.05, 0.19), (0, 0.19)]),
        tone,
    )
    snout = mix(tone, (170, 110, 106), 0.5)
    beast.shape(half([(0, 0.0), (0.035, 0.03), (0.06, 0.08), (0.03, 0.11), (0, 0.1)]), snout)
    beast.bench.poly(half([(0, 0.125), (0.06, 0.115), (0.1, 0.1), (0.06, 0.155), (0, 0.165)]), INK)
    for way in (-1, 1):
        beast.bench.oval(way * 0.022, 0.08, 0.01, 0.014, INK)
    fangs(beast, [(-0.05, 0.118), (0.05, 0.118)], 0.06, wide=0.011)
    beast.gaze(0.09, -0.04, 0.036, 0.03, slant=0.01, slit=False)
    beast.bench.line([(0, 0.26), (0, 0.5)], glaze(IVORY, 0.08), 0.02)
