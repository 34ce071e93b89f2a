"""What all creatures' portraits share: the sitter's colours, and eyes, ears, fangs and fur to build it from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..brushes.fire import flame
from ..colour import Colour, darker, glaze, lighter, mix
from ..items.bench import Bench
from ..shapes import Point, ellipse, mirrored, smooth
from ..stage import Stage

INK: Colour = (24, 18, 32)
IVORY: Colour = (238, 226, 196)


@dataclass(frozen=True)
class Beast:
    """A creature before the backdrop; ``hue`` is a colour that was asked for, None where none was."""

    bench: Bench
    hue: Colour | None
    eyes: Colour

    def said(self, *words: str) -> bool:
        """Whether one of the words was told, in the singular or with an s."""
        told = self.bench.stage.meaning.words
        return any(word in told or f"{word}s" in told for word in words)

    def tone(self, *usual: Colour) -> Colour:
        """The asked for colour, toned down a little so that its shades show, or one of the usual ones."""
        return mix(self.hue, (110, 100, 104), 0.18) if self.hue else self.bench.chance.pick(usual)

    def shape(self, points: Sequence[Point], tone: Colour, *, deep: float = 0.45) -> None:
        self.bench.wash(points, lighter(tone, 0.2), tone, darker(tone, deep))

    def both(self, points: Sequence[Point], tone: Colour, *, deep: float = 0.45, curved: bool = True) -> None:
        """A shape on the right and its mirror image on the left."""
        drawn = smooth(points, steps=5, closed=True) if curved else list(points)
        for way in (1, -1):
            self.shape([(way * x, y) for x, y in drawn], tone, deep=deep)

    def eye(self, x: float, y: float, rx: float, ry: float, *, slant: float = 0.0, slit: bool = True) -> None:
        """A glowing eye in its socket; ``slant`` lifts its outer corner."""
        way = 1 if x >= 0 else -1
        for grow, paint in ((1.45, INK), (1.0, self.eyes), (0.6, lighter(self.eyes, 0.5))):
            lid = [(-rx, slant), (0.0, -ry), (rx, -slant), (0.0, ry)]
            ring = [(x + way * px * grow, y + py * grow) for px, py in lid]
            self.bench.poly(smooth(ring, steps=5, closed=True), paint)
        self.bench.oval(x, y, rx * (0.2 if slit else 0.36), ry * (0.85 if slit else 0.5), INK)
        self.bench.glow(x, y, rx * 3.6, self.eyes, 0.6)

    def flame(self, x: float, y: float, high: float) -> None:
        """One of several flames: each with little light of its own, so that together they do not blind."""
        px, py = self.bench.at([(x, y)])[0]
        flame(self.bench.canvas, px, py, high * self.bench.size, chance=self.bench.chance, glow=0.1)

    def gaze(
        self, x: float, y: float, rx: float, ry: float, *, slant: float = 0.0, slit: bool = True
    ) -> None:
        """Two eyes."""
        for way in (-1, 1):
            self.eye(way * x, y, rx, ry, slant=slant, slit=slit)


def seated(stage: Stage, bench: Bench) -> Beast:
    """Reads the colours: one that stands for the eyes or the glow is not the hide's."""
    meaning = stage.meaning
    colours = [colour for colour in meaning.colours if colour != meaning.glow]
    about_eyes = bool({"eye", "eyes", "eyed"} & meaning.words)
    eyes = meaning.glow if about_eyes else None
    if about_eyes and eyes is None and colours:
        eyes = colours.pop()
    if not about_eyes and not colours and meaning.glow:
        colours = [meaning.glow]
    usual: tuple[Colour, ...] = ((250, 206, 70), (160, 230, 110), (250, 150, 60), (130, 220, 240))
    return Beast(bench, colours[0] if colours else None, eyes or bench.chance.child("eyes").pick(usual))


def half(points: Sequence[Point]) -> list[Point]:
    """A smooth outline from its right half, crown to chin."""
    return mirrored(smooth(points, steps=5))


def shoulders(beast: Beast, tone: Colour, *, broad: float = 0.4, neck: float = 0.14) -> list[Point]:
    outline = half([(neck * 0.8, 0.02), (neck, 0.2), (broad * 0.75, 0.34), (broad, 0.5), (broad * 1.1, 0.78)])
    beast.shape(outline, darker(tone, 0.12), deep=0.6)
    return outline


def tufts(beast: Beast, tone: Colour, rings: Sequence[tuple[float, float, float, int]], *, y: float) -> None:
    """Fur or feathers in rings around (0, y), the outermost first: (across, down, length, count) each."""
    for layer, (rx, ry, long, count) in enumerate(rings):
        for n in range(count):
            angle = math.tau * (n + 0.5 * (layer % 2)) / count
            cos, sin = math.cos(angle), math.sin(angle)
            wide = math.pi * max(rx, ry) / count * 1.5
            tip = (cos * (rx + long), y + sin * (ry + long))
            root = (cos * rx * 0.6, y + sin * ry * 0.6)
            side = (-sin * wide, cos * wide)
            middle = (cos * rx, y + sin * ry)
            tuft = [
                root,
                (middle[0] + side[0], middle[1] + side[1]),
                tip,
                (middle[0] - side[0], middle[1] - side[1]),
            ]
            shade = darker(tone, 0.36 - 0.14 * layer + 0.07 * (n % 2)) if layer < 3 else lighter(tone, 0.1)
            beast.bench.poly(tuft, shade)


def chest_fur(beast: Beast, tone: Colour, *, broad: float = 0.3, feathers: bool = False) -> None:
    """Rows of tufts down the breast."""
    for row in range(6):
        count = 7 + row % 2
        for n in range(count):
            x = broad * (1.0 + 0.08 * row) * (2 * n / (count - 1) - 1)
            top = 0.24 + 0.07 * row + 0.1 * x * x
            shade = lighter(tone, 0.12) if (n + row) % 2 else darker(tone, 0.14 + 0.04 * row)
            tip = (
                ellipse(x, top + 0.04, 0.045, 0.06)
                if feathers
                else [(x - 0.05, top), (x + 0.05, top), (x, top + 0.13)]
            )
            beast.bench.poly(tip, glaze(shade, 0.85))


def fangs(beast: Beast, spots: Sequence[tuple[float, float]], long: float, *, wide: float = 0.016) -> None:
    for x, y in spots:
        beast.bench.wash([(x - wide, y), (x + wide, y), (x, y + long)], IVORY, darker(IVORY, 0.2))


def bat_wings(beast: Beast, tone: Colour, *, span: float = 0.72) -> None:
    """Spread behind the shoulders: an arm, fingers and the skin between."""
    tips = [(span, -0.34), (span * 0.98, 0.06), (span * 0.8, 0.3), (span * 0.56, 0.46)]
    wrist = (span * 0.62, -0.42)
    for way in (-1, 1):
        skin: list[Point] = [(0.1, 0.3), (0.2, 0.02), wrist, tips[0]]
        for (ax, ay), (bx, by) in pairwise(tips):
            skin += [((ax + bx) / 2 - 0.07, (ay + by) / 2 - 0.04), (bx, by)]
        beast.shape([(way * x, y) for x, y in [*skin, (0.2, 0.6)]], darker(tone, 0.3), deep=0.5)
        for tip in tips:
            beast.bench.line([(way * wrist[0], wrist[1]), (way * tip[0], tip[1])], darker(tone, 0.05), 0.014)
        arm = [(way * 0.12, 0.3), (way * 0.22, 0.0), (way * wrist[0], wrist[1])]
        beast.bench.line(arm, tone, 0.034)


def whiskers(beast: Beast, x: float, y: float, long: float) -> None:
    for way in (-1, 1):
        for rise in (-0.05, 0.0, 0.05):
            beast.bench.line(
                smooth([(way * x, y + rise * 0.3), (way * (x + long * 0.5), y + rise * 0.7 - 0.01), (way * (x + long), y + rise)], steps=4),
                (*IVORY, 210),
                0.005,
            )  # fmt: skip
