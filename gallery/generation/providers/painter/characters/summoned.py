"""Golems and elementals, ghosts, and birds of every feather."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, ellipse, smooth
from .beast import INK, Beast, chest_fur, half, shoulders, tufts


def golem(beast: Beast) -> None:
    """Blocks with a fire inside; an elemental of fire burns, one of water flows in blue."""
    bench = beast.bench
    fire, water = beast.said("fire", "flame", "magma", "lava"), beast.said("water", "ice", "frost")
    tone = (
        (112, 56, 44)
        if fire and not beast.hue
        else (84, 140, 176)
        if water and not beast.hue
        else beast.tone((128, 124, 118), (112, 108, 120), (132, 114, 96))
    )
    heart: Colour = (255, 150, 50) if fire else beast.eyes
    if fire:
        for x, y, high in (
            (-0.4, 0.16, 0.5),
            (0.4, 0.16, 0.5),
            (-0.14, -0.16, 0.4),
            (0.14, -0.16, 0.4),
            (0, -0.2, 0.5),
        ):
            beast.flame(x, y, high)
    blocks: tuple[list[Point], ...] = (
        [(0.0, 0.2), (0.3, 0.18), (0.34, 0.5), (0.26, 0.8), (0.0, 0.8)],
        [(0.26, 0.14), (0.48, 0.04), (0.66, 0.16), (0.62, 0.36), (0.34, 0.42)],
        [(0.4, 0.42), (0.62, 0.38), (0.68, 0.78), (0.44, 0.8)],
    )
    for block in blocks:
        beast.both(block, tone, curved=False, deep=0.55)
    face: list[Point] = [
        (0, -0.3),
        (0.13, -0.29),
        (0.2, -0.16),
        (0.18, 0.02),
        (0.2, 0.12),
        (0.12, 0.24),
        (0, 0.25),
    ]
    beast.both(face, lighter(tone, 0.08), curved=False)
    beast.both([(0.0, -0.14), (0.2, -0.18), (0.22, -0.1), (0.03, -0.07)], darker(tone, 0.15), curved=False)
    beast.both(
        [(0.0, 0.11), (0.12, 0.1), (0.19, 0.14), (0.12, 0.24), (0.0, 0.25)], darker(tone, 0.1), curved=False
    )
    cracks: tuple[list[Point], ...] = (
        [(0.04, 0.3), (0.1, 0.4), (0.06, 0.5), (0.14, 0.62)],
        [(-0.08, 0.46), (-0.16, 0.4), (-0.2, 0.5)],
        [(0.06, -0.28), (0.03, -0.22), (0.07, -0.17)],
        [(0.46, 0.1), (0.5, 0.2), (0.44, 0.28)],
        [(-0.54, 0.12), (-0.5, 0.22), (-0.56, 0.3)],
    )
    for crack in cracks:
        bench.line(crack, darker(tone, 0.6), 0.02)
        bench.line(crack, heart, 0.009)
        bench.glow(*crack[1], 0.12, heart, 0.5)
    bench.disc(0, 0.42, 0.062, darker(tone, 0.6))
    bench.disc(0, 0.42, 0.046, heart)
    bench.disc(0, 0.42, 0.028, lighter(heart, 0.5))
    bench.glow(0, 0.42, 0.3, heart, 0.6)
    beast.gaze(0.085, -0.045, 0.034, 0.02, slit=False)


def ghost(beast: Beast) -> None:
    """A torn shroud that floats, with hollow eyes."""
    bench = beast.bench
    tone = beast.tone((176, 204, 214), (190, 196, 220), (180, 214, 200))
    bench.glow(0, 0.0, 0.8, tone, 0.4)
    right: list[Point] = [
        (0, -0.38),
        (0.13, -0.35),
        (0.2, -0.2),
        (0.21, 0.0),
        (0.3, 0.12),
        (0.48, 0.1),
        (0.5, 0.2),
        (0.34, 0.28),
        (0.31, 0.42),
    ]
    hem: list[Point] = [(0.36, 0.6), (0.24, 0.5), (0.18, 0.64), (0.08, 0.52), (0.0, 0.62)]
    shroud = half([*right, *hem])
    bench.wash(shroud, lighter(tone, 0.55), tone, mix(darker(tone, 0.5), (60, 70, 130), 0.3))
    with bench.within(shroud) as cloth:
        for n in range(9):
            x = 0.07 * (n - 4)
            fold = smooth([(x * 0.4, 0.12), (x, 0.32), (x * 1.3, 0.66)], steps=5)
            cloth.line(fold, glaze(darker(tone, 0.5) if n % 2 else lighter(tone, 0.6), 0.4), 0.018)
        for way in (-1, 1):
            cloth.poly(
                smooth([(way * 0.22, 0.02), (way * 0.12, 0.2), (way * 0.3, 0.3)], steps=4, closed=True),
                glaze(darker(tone, 0.4), 0.3),
            )
    for way in (-1, 1):
        bench.poly(ellipse(way * 0.085, -0.14, 0.055, 0.068), mix(INK, tone, 0.15))
        bench.disc(way * 0.085, -0.13, 0.02, lighter(beast.eyes, 0.4))
        bench.glow(way * 0.085, -0.13, 0.14, beast.eyes, 0.8)
    bench.poly(ellipse(0, 0.05, 0.042, 0.075), mix(INK, tone, 0.15))
    bench.oval(-0.07, -0.28, 0.045, 0.025, (255, 255, 255, 130))


def bird(beast: Beast) -> None:
    """Beak and spread wings; owls have great round eyes, griffins ears, a phoenix burns."""
    owl, griffin, phoenix = (
        beast.said("owl"),
        beast.said("griffin", "gryphon", "griffon"),
        beast.said("phoenix"),
    )
    tone = _plumage(beast)
    pale = griffin or beast.said("eagle", "hippogriff", "falcon", "hawk")
    head_tone = mix(tone, (240, 232, 214), 0.7) if pale else lighter(tone, 0.06)
    if phoenix:
        for x, y, high in (
            (-0.5, 0.16, 0.5),
            (0.5, 0.16, 0.5),
            (-0.24, 0.0, 0.5),
            (0.24, 0.0, 0.5),
            (0, -0.16, 0.4),
        ):
            beast.flame(x, y, high)
    _wings(beast, tone)
    shoulders(beast, tone, broad=0.3, neck=0.17)
    chest_fur(beast, tone, broad=0.22, feathers=True)
    if griffin or owl:
        beast.both(
            [(0.06, -0.18), (0.2, -0.4 if griffin else -0.34), (0.2, -0.12)],
            darker(head_tone, 0.2),
            curved=False,
        )
    tufts(beast, head_tone, ((0.18, 0.2, 0.06, 26), (0.17, 0.18, 0.04, 22)), y=-0.02)
    wide = 1.22 if owl else 1.0
    beast.shape(
        half(
            [
                (0, -0.26),
                (0.11 * wide, -0.23),
                (0.165 * wide, -0.1),
                (0.15 * wide, 0.06),
                (0.09, 0.16),
                (0, 0.19),
            ]
        ),
        head_tone,
    )
    if owl:
        beast.both(ellipse(0.095, -0.04, 0.1, 0.105), lighter(tone, 0.45), deep=0.25, curved=False)
        beast.gaze(0.09, -0.04, 0.058, 0.058, slit=False)
        _beak(beast, 0.0, 0.035, 0.11)
    else:
        beast.both([(0.02, -0.06), (0.09, -0.13), (0.16, -0.13), (0.12, -0.08)], darker(head_tone, 0.3))
        beast.gaze(0.09, -0.05, 0.034, 0.027, slant=0.01, slit=False)
        _beak(beast, -0.06, 0.062, 0.26)


def _plumage(beast: Beast) -> Colour:
    if beast.said("raven", "crow", "kenku"):
        return beast.tone((50, 48, 66))
    if beast.said("phoenix"):
        return beast.tone((216, 92, 40))
    return beast.tone((138, 98, 62), (118, 92, 76), (150, 118, 80))


def _wings(beast: Beast, tone: Colour) -> None:
    """Three rows of feathers on each side, the longest behind."""
    for way in (-1, 1):
        for row, (count, long) in enumerate(((8, 0.62), (7, 0.46), (6, 0.3))):
            for n in range(count):
                t = n / (count - 1)
                x, y = 0.16 + 0.05 * t, 0.18 + 0.16 * t
                tip = (x + long * (1 - 0.4 * t * t), y - long * (0.86 - 1.35 * t))
                dx, dy = (tip[1] - y) * 0.1, (x - tip[0]) * 0.1
                middle = ((x + tip[0] * 2) / 3, (y + tip[1] * 2) / 3)
                feather = [(x, y), (middle[0] + dx, middle[1] + dy), tip, (middle[0] - dx, middle[1] - dy)]
                shade = darker(tone, 0.42 - 0.16 * row + 0.08 * (n % 2))
                beast.bench.poly(smooth([(way * px, py) for px, py in feather], steps=4, closed=True), shade)


def _beak(beast: Beast, y: float, wide: float, long: float) -> None:
    dark = beast.said("raven", "crow", "kenku")
    horn: Colour = (74, 70, 82) if dark else (232, 170, 62)
    hook = half(
        [
            (0, y),
            (wide * 0.7, y + long * 0.12),
            (wide, y + long * 0.4),
            (wide * 0.5, y + long * 0.75),
            (0, y + long),
        ]
    )
    beast.bench.wash(hook, lighter(horn, 0.4), horn, darker(horn, 0.45))
    beast.bench.line([(0, y + long * 0.08), (0, y + long * 0.9)], glaze(lighter(horn, 0.7), 0.4), 0.008)
    for way in (-1, 1):
        beast.bench.oval(way * wide * 0.42, y + long * 0.3, wide * 0.14, wide * 0.1, INK)
