"""The table that an item lies on: its backdrop, its materials, and the light that gives it body.

Items are drawn in a square of -0.5..0.5 around (0, 0), y down, and the bench turns, scales and moves
them. They are painted flat; `lift` then makes a shadow, a rim and a soft shade from their outline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, ImageChops, ImageFilter

from ..brushes.fire import flame, sparks
from ..canvas import Canvas, column, soft_disc
from ..chance import Chance
from ..colour import WHITE, Colour, Paint, darker, lighter, mix
from ..shapes import Point, ellipse, turned
from ..stage import Stage
from ..words import Meaning

METALS: dict[str, Colour] = {
    "golden": (226, 176, 72), "gold": (226, 176, 72), "silver": (198, 206, 216), "mithril": (200, 220, 232),
    "bronze": (176, 126, 66), "brass": (200, 158, 82), "copper": (192, 112, 70), "rusty": (146, 90, 60),
    "rusted": (146, 90, 60), "iron": (126, 128, 136), "black": (66, 62, 76), "obsidian": (52, 46, 66),
    "bone": (226, 214, 186), "steel": (176, 186, 198), "adamantine": (96, 112, 124), "crystal": (150, 206, 226),
}  # fmt: skip
#: Backdrops: (centre, edge) behind an item, muted so that the item stands out.
GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((96, 84, 112), (36, 30, 52)), ((78, 100, 112), (26, 36, 48)), ((126, 92, 76), (46, 30, 34)), ((88, 102, 84), (30, 38, 38)),
    ((112, 82, 96), (42, 28, 44)), ((84, 88, 126), (28, 28, 56)), ((134, 110, 80), (48, 36, 36)),
)  # fmt: skip


class Bench:
    """Paints an item's points; carries what the words say about its stuff."""

    def __init__(
        self, stage: Stage, ground: Canvas, canvas: Canvas, centre: Point, size: float, angle: float
    ) -> None:
        self.stage, self.ground, self.canvas = stage, ground, canvas
        self.centre, self.size, self.angle = centre, size, angle
        self.chance: Chance = stage.chance.child("item")
        meaning: Meaning = stage.meaning
        self.magic: Colour | None = meaning.glow
        named = next((METALS[word] for word in sorted(meaning.words) if word in METALS), None)
        self.metal: Colour = named or self.chance.pick(((176, 186, 198), (168, 176, 186), (186, 188, 194)))
        self.gold: Colour = named or (222, 174, 78)
        self.wood: Colour = self.chance.pick(((140, 96, 62), (118, 80, 56), (158, 114, 74)))
        self.leather: Colour = self.chance.pick(((136, 88, 56), (112, 74, 54), (150, 104, 68)))
        self.colours = meaning.colours
        self.accent: Colour = meaning.colours[0] if meaning.colours else self.chance.pick(
            ((178, 52, 58), (58, 102, 176), (66, 140, 98), (136, 78, 170), (208, 138, 56), (60, 156, 164))
        )  # fmt: skip

    def at(self, points: Sequence[Point]) -> list[Point]:
        return turned(points, *self.centre, self.angle, self.size)

    def poly(self, points: Sequence[Point], paint: Paint) -> None:
        self.canvas.poly(self.at(points), paint)

    def wash(self, points: Sequence[Point], *colours: Colour) -> None:
        self.canvas.wash(self.at(points), *colours)

    def line(self, points: Sequence[Point], paint: Paint, width: float) -> None:
        self.canvas.line(self.at(points), paint, width * self.size)

    def oval(self, x: float, y: float, rx: float, ry: float, paint: Paint) -> None:
        self.poly(ellipse(x, y, rx, ry), paint)

    def disc(self, x: float, y: float, radius: float, paint: Paint) -> None:
        self.oval(x, y, radius, radius, paint)

    def orb(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A round thing with body: shade below, light above, a spark."""
        self.wash(ellipse(x, y, radius, radius), lighter(colour, 0.35), colour, darker(colour, 0.5))
        self.oval(x - radius * 0.32, y - radius * 0.4, radius * 0.26, radius * 0.16, (*WHITE, 150))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.5) -> None:
        px, py = self.at([(x, y)])[0]
        self.canvas.glow(px, py, radius * self.size, colour, strength)

    def flame(self, x: float, y: float, high: float, colour: Colour | None = None) -> None:
        """A flame stands upright, however the item is turned."""
        px, py = self.at([(x, y)])[0]
        flame(self.canvas, px, py, high * self.size, chance=self.chance, colour=colour)

    @contextmanager
    def within(self, points: Sequence[Point]) -> Iterator[Bench]:
        with self.canvas.within(self.at(points)) as inner:
            yield Bench(self.stage, self.ground, inner, self.centre, self.size, self.angle)

    def shine(self, points: Sequence[Point], opacity: int = 90) -> None:
        self.poly(points, (255, 255, 250, opacity))

    def runes(self, spots: Sequence[Point], size: float) -> None:
        """Glowing signs, where the words speak of them."""
        if not self.magic or not (
            {"rune", "runes", "runic", "glowing", "magic", "magical", "enchanted", "glow"}
            & self.stage.meaning.words
        ):
            return
        bright, dark = lighter(self.magic, 0.55), darker(self.magic, 0.35)
        for x, y in spots:
            strokes: list[list[Point]] = [
                [(-0.5, -1), (-0.5, 1)],
                [(-0.5, -0.9), (0.6, -0.2)],
                [(-0.5, 0.2), (0.6, 0.9)],
                [(0.5, -1), (0.5, 1)],
            ]
            for stroke in self.chance.shuffled(strokes)[:3]:
                points = [(x + px * size, y + py * size) for px, py in stroke]
                self.line(points, dark, size * 0.6)
                self.line(points, bright, size * 0.28)
            self.glow(x, y, size * 5, self.magic, 0.7)

    def lift(self) -> None:
        """Put the painted item on its ground: shadow, own glow, shade, rim."""
        mask = self.canvas.mask
        assert mask is not None
        small = mask.reduce(8)
        _shadow(self.ground, small, self.stage)
        if self.magic:
            _halo(self.ground, small, self.magic)
        _shade(self.canvas, mask, small, self.stage.light.side)
        self.ground.image.paste(self.canvas.image, (0, 0), mask)
        if self.stage.has("magic") or self.magic:
            x, y = self.centre
            sparks(
                self.ground,
                self.chance,
                x,
                y + 0.4,
                0.4,
                0.8,
                lighter(self.magic or (255, 230, 170), 0.4),
                36,
            )


def lay_out(stage: Stage) -> Bench:
    """Backdrop, and the bench over it."""
    chance = stage.chance.child("bench")
    backdrop(stage, chance)
    item = Canvas(stage.canvas.image.copy(), stage.canvas.unit_px, glows=stage.canvas.glows)
    item.keep_mask()
    lean = chance.about(0, 0.1)
    return Bench(stage, stage.canvas, item, (stage.width / 2, stage.height * 0.47), 0.84, lean)


def backdrop(stage: Stage, chance: Chance, *, sill: bool = True) -> None:
    """Soft light on a wall, a faint ornament, and a ledge."""
    canvas, light = stage.canvas, stage.light
    centre, edge = chance.pick(GROUNDS)
    centre = mix(centre, light.low, 0.2 if light.time in ("dawn", "dusk") else 0.08)
    if light.night:
        centre, edge = darker(centre, 0.25), darker(edge, 0.2)
    size = canvas.image.size
    small = (max(4, size[0] // 16), max(4, size[1] // 16))
    spot = soft_disc().resize((round(small[0] * 1.5), round(small[1] * 1.5)), Image.Resampling.BILINEAR)
    spot = spot.crop((small[0] // 4, small[1] // 5, small[0] // 4 + small[0], small[1] // 5 + small[1]))
    wall = column((edge, mix(edge, centre, 0.25), edge), (0, 0, *small), (0, small[1]))
    wall.paste(centre, (0, 0), spot)
    cloud = chance.clouds("wall", *small, cells=(5, 5)).point([round(abs(v - 128) * 0.5) for v in range(256)])
    wall.paste(lighter(centre, 0.2), (0, 0), cloud)
    canvas.image.paste(wall.resize(size, Image.Resampling.BILINEAR), (0, 0))
    _ornament(stage, chance, lighter(centre, 0.3))
    if sill:
        _sill(stage, centre, edge)


def _ornament(stage: Stage, chance: Chance, tone: Colour) -> None:
    """A drawn circle with a few points, as on the cover of an old book."""
    canvas, x, y = stage.canvas, stage.width / 2, stage.height * 0.46
    for radius, opacity in ((0.43, 40), (0.4, 24), (0.455, 20)):
        ring = ellipse(x, y, radius, radius, steps=72)
        canvas.line([*ring, ring[0]], (*tone, opacity), 0.004)
    count = chance.pick((6, 8, 12))
    for n in range(count):
        angle = math.tau * n / count
        px, py = x + 0.43 * math.cos(angle), y + 0.43 * math.sin(angle)
        canvas.poly([(px - 0.011, py), (px, py - 0.015), (px + 0.011, py), (px, py + 0.015)], (*tone, 70))
    for n in range(count * 2):
        angle = math.tau * (n + 0.5) / (count * 2)
        near, far = 0.47 + 0.015 * (n % 2), 0.58 + 0.05 * (n % 2)
        canvas.line(
            [
                (x + near * math.cos(angle), y + near * math.sin(angle)),
                (x + far * math.cos(angle), y + far * math.sin(angle)),
            ],
            (*tone, 22),
            0.005,
        )


def _sill(stage: Stage, centre: Colour, edge: Colour) -> None:
    canvas, y = stage.canvas, stage.height * 0.47 + 0.4
    canvas.wash(
        [
            (-0.1, y),
            (stage.width + 0.1, y),
            (stage.width + 0.1, stage.height + 0.1),
            (-0.1, stage.height + 0.1),
        ],
        mix(edge, centre, 0.45),
        darker(edge, 0.3),
    )
    canvas.line([(-0.1, y), (stage.width + 0.1, y)], (*lighter(centre, 0.15), 70), 0.006)
    canvas.soft(stage.width / 2, y + 0.03, 0.6, 0.06, lighter(centre, 0.2), 0.35)


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    """The mask shifted; what leaves one edge does not come back at the other, the bottom row stays."""
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    if dy < 0:
        moved.paste(mask.crop((0, mask.height + dy, mask.width, mask.height)), (0, mask.height + dy))
    return moved


def _shadow(ground: Canvas, small: Image.Image, stage: Stage) -> None:
    """The item's outline, blurred and pushed away from the light."""
    soft = _moved(small, -stage.light.side * small.width // 40, small.height // 28)
    soft = soft.filter(ImageFilter.GaussianBlur(min(small.size) / 34)).point(
        [round(v * 0.62) for v in range(256)]
    )
    ground.image.paste((14, 10, 24), (0, 0), soft.resize(ground.image.size, Image.Resampling.BILINEAR))
    box = small.getbbox()
    if box:
        scale = 8 / ground.unit_px
        middle, foot = (box[0] + box[2]) / 2 * scale, min(box[3] * scale + 0.01, stage.height * 0.47 + 0.44)
        ground.soft(
            middle, foot + 0.012, max(0.12, (box[2] - box[0]) * scale * 0.62), 0.045, (10, 8, 18), 0.7
        )


def _halo(ground: Canvas, small: Image.Image, colour: Colour) -> None:
    soft = small.filter(ImageFilter.GaussianBlur(min(small.size) / 14)).point(
        [round(min(255, v * 1.1)) for v in range(256)]
    )
    ground.image.paste(
        lighter(colour, 0.15),
        (0, 0),
        soft.resize(ground.image.size, Image.Resampling.BILINEAR).point([round(v * 0.7) for v in range(256)]),
    )


def _shade(canvas: Canvas, mask: Image.Image, small: Image.Image, side: int) -> None:
    """Body from the outline: darker towards the edge away from the light, a bright rim towards it."""
    size = canvas.image.size
    step = max(1, min(small.size) // 26)
    blurred = small.filter(ImageFilter.GaussianBlur(min(small.size) / 44))
    away = ImageChops.subtract(blurred, _moved(blurred, side * step, -step))
    toward = ImageChops.subtract(blurred, _moved(blurred, -side * step, step))
    canvas.image.paste(
        (20, 12, 40),
        (0, 0),
        away.point([min(150, round(v * 0.75)) for v in range(256)]).resize(size, Image.Resampling.BILINEAR),
    )
    canvas.image.paste(
        (255, 246, 222),
        (0, 0),
        toward.point([min(120, round(v * 0.45)) for v in range(256)]).resize(size, Image.Resampling.BILINEAR),
    )
    thin = max(2, round(canvas.unit_px * 0.0045))
    half = mask.reduce(2)
    rim = ImageChops.subtract(half, _moved(half, -side * thin // 2 or -side, thin // 2 or 1))
    canvas.image.paste(
        (255, 244, 214),
        (0, 0),
        rim.point([round(v * 0.5) for v in range(256)]).resize(size, Image.Resampling.BILINEAR),
    )
