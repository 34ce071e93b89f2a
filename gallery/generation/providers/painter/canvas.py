"""The sheet that everything is painted on.

Lengths are in units of the picture's short side: a landscape sheet is 1.0 high and wider than that. It
is twice as large as the picture and halved at the end, which smooths every edge at the price of one
`reduce`. Soft light (glow) is kept aside and laid over the finished picture at an eighth of its size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from .colour import Colour, Paint
from .shapes import Point

#: How many sheet pixels make one picture pixel, each way.
FINE = 2
#: How many picture pixels make one pixel of the soft light.
COARSE = 8


@dataclass(frozen=True)
class Glow:
    x: float
    y: float
    rx: float
    ry: float
    colour: Colour
    strength: float


def soft_disc() -> Image.Image:
    """A round spot that fades to nothing at its edge, mode L, 256 px."""
    # Pillow's gradient reaches 255 in the corners, not at the edges
    far = [min(1.0, v / 255 * math.sqrt(2)) for v in range(256)]
    return Image.radial_gradient("L").point([round(255 * (1 - r) ** 1.5) for r in far])


class Canvas:
    def __init__(
        self,
        image: Image.Image,
        unit_px: float,
        *,
        origin: Point = (0.0, 0.0),
        glows: list[Glow] | None = None,
    ) -> None:
        self.image = image
        self.unit_px = unit_px
        self.width = image.width / unit_px
        self.height = image.height / unit_px
        self._origin = origin
        self.glows: list[Glow] = [] if glows is None else glows
        self._draw = ImageDraw.Draw(image, "RGBA")
        self.mask: Image.Image | None = None
        self._mask_draw: ImageDraw.ImageDraw | None = None

    @classmethod
    def blank(cls, width_px: int, height_px: int) -> Canvas:
        """A sheet for a picture of that size."""
        size = (width_px * FINE, height_px * FINE)
        return cls(Image.new("RGB", size), min(size))

    def keep_mask(self) -> None:
        """From now on remember what opaque paint has covered, for a shadow and a rim of light."""
        self.mask = Image.new("L", self.image.size)
        self._mask_draw = ImageDraw.Draw(self.mask)

    def _px(self, points: Sequence[Point]) -> list[Point]:
        scale, (left, top) = self.unit_px, self._origin
        return [(x * scale - left, y * scale - top) for x, y in points]

    def poly(self, points: Sequence[Point], paint: Paint) -> None:
        px = self._px(points)
        self._draw.polygon(px, fill=paint)
        if self._mask_draw and len(paint) == 3:
            self._mask_draw.polygon(px, fill=255)

    def line(self, points: Sequence[Point], paint: Paint, width: float) -> None:
        px, width_px = self._px(points), max(1, round(width * self.unit_px))
        joint = "curve" if width_px > 5 else None
        self._draw.line(px, fill=paint, width=width_px, joint=joint)
        if self._mask_draw and len(paint) == 3:
            self._mask_draw.line(px, fill=255, width=width_px, joint=joint)

    def oval(self, x: float, y: float, rx: float, ry: float, paint: Paint) -> None:
        (left, top), (right, bottom) = self._px([(x - rx, y - ry), (x + rx, y + ry)])
        self._draw.ellipse((left, top, right, bottom), fill=paint)
        if self._mask_draw and len(paint) == 3:
            self._mask_draw.ellipse((left, top, right, bottom), fill=255)

    def disc(self, x: float, y: float, radius: float, paint: Paint) -> None:
        self.oval(x, y, radius, radius, paint)

    def box(self, left: float, top: float, right: float, bottom: float, paint: Paint) -> None:
        self.poly([(left, top), (right, top), (right, bottom), (left, bottom)], paint)

    def wash(self, points: Sequence[Point], *colours: Colour) -> None:
        """An area filled from its top to its bottom through the colours."""
        box = self._bounds(points)
        if box is None:
            return
        ys = [y for _, y in self._px(points)]
        sheet = column(colours, box, (min(ys), max(ys)))
        self.image.paste(sheet, box[:2], self._area(points, box))
        if self._mask_draw:
            self._mask_draw.polygon(self._px(points), fill=255)

    @contextmanager
    def within(self, points: Sequence[Point]) -> Iterator[Canvas]:
        """A canvas on which paint takes only inside the area."""
        box = self._bounds(points) or (0, 0, 1, 1)
        origin = (self._origin[0] + box[0], self._origin[1] + box[1])
        inner = Canvas(self.image.crop(box), self.unit_px, origin=origin, glows=self.glows)
        inner.width, inner.height = self.width, self.height
        yield inner
        if self._bounds(points) is not None:
            self.image.paste(inner.image, box[:2], self._area(points, box))

    def soft(self, x: float, y: float, rx: float, ry: float, colour: Colour, opacity: float) -> None:
        """A spot that fades to its edge, painted at once (a shadow, a bank of mist)."""
        (left, top), (right, bottom) = self._px([(x - rx, y - ry), (x + rx, y + ry)])
        size = (max(1, round(right - left)), max(1, round(bottom - top)))
        spot = soft_disc().point([round(v * opacity) for v in range(256)])
        spot = spot.resize(size, Image.Resampling.BILINEAR)
        self.image.paste(colour, (round(left), round(top)), spot)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.6) -> None:
        """Light that spreads over whatever is painted, before or after."""
        self.glows.append(Glow(x, y, radius, radius, colour, strength))

    def beam(self, x: float, y: float, rx: float, ry: float, colour: Colour, strength: float) -> None:
        self.glows.append(Glow(x, y, rx, ry, colour, strength))

    def _bounds(self, points: Sequence[Point]) -> tuple[int, int, int, int] | None:
        px = self._px(points)
        xs, ys = [x for x, _ in px], [y for _, y in px]
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right, bottom = min(self.image.width, int(max(xs)) + 1), min(self.image.height, int(max(ys)) + 1)
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _area(self, points: Sequence[Point], box: tuple[int, int, int, int]) -> Image.Image:
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in self._px(points)], fill=255)
        return mask

    def halved(self) -> Image.Image:
        return self.image.reduce(FINE)

    def light_map(self, size: tuple[int, int]) -> Image.Image:
        """All glows added up on black, RGB, a picture's ``size`` divided by `COARSE`."""
        small = (max(1, size[0] // COARSE), max(1, size[1] // COARSE))
        unit_px = min(size) / COARSE
        sheet, spot = Image.new("RGB", small), soft_disc()
        for glow in self.glows:
            _shine(sheet, spot, glow, unit_px)
        return sheet


def _shine(sheet: Image.Image, spot: Image.Image, glow: Glow, unit_px: float) -> None:
    size = (max(2, round(2 * glow.rx * unit_px)), max(2, round(2 * glow.ry * unit_px)))
    at = (round((glow.x - glow.rx) * unit_px), round((glow.y - glow.ry) * unit_px))
    box = (
        max(0, at[0]),
        max(0, at[1]),
        min(sheet.width, at[0] + size[0]),
        min(sheet.height, at[1] + size[1]),
    )
    if box[2] <= box[0] or box[3] <= box[1]:
        return
    mask = spot.resize(size, Image.Resampling.BILINEAR).crop(
        (box[0] - at[0], box[1] - at[1], box[2] - at[0], box[3] - at[1])
    )
    bands = [mask.point([round(v * glow.strength * part / 255) for v in range(256)]) for part in glow.colour]
    sheet.paste(ImageChops.screen(sheet.crop(box), Image.merge("RGB", bands)), box[:2])


def column(
    colours: Sequence[Colour], box: tuple[int, int, int, int], span: tuple[float, float]
) -> Image.Image:
    """Vertical gradient for the pixels of ``box``, running over the rows of ``span``."""
    top, bottom = span
    height, last = max(1.0, bottom - top), len(colours) - 1
    rows = bytearray()
    for y in range(box[1], box[3]):
        place = min(1.0, max(0.0, (y - top) / height)) * last
        i = min(int(place), last - 1) if last else 0
        share, one, other = place - i, colours[i], colours[min(i + 1, last)]
        rows.extend(round(one[band] + (other[band] - one[band]) * share) for band in range(3))
    strip = Image.frombytes("RGB", (1, box[3] - box[1]), bytes(rows))
    return strip.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST)
