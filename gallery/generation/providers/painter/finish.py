"""What is laid over every picture: light, weather, the grain of the paper, dark corners."""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageDraw

from .canvas import COARSE, Canvas
from .chance import Chance
from .colour import Colour, mix
from .light import Light
from .shapes import Point

BENT = [round(185 * (1 - math.exp(-v / 175))) for v in range(256)]


def finish(
    canvas: Canvas, light: Light, chance: Chance, *, outdoors: bool, mist: Colour | None
) -> Image.Image:
    """The picture at its final size."""
    if outdoors:
        fall(canvas, light, chance)
    picture = canvas.halved()
    size = picture.size
    if mist or (outdoors and light.weather == "fog"):
        picture = banks(picture, chance, mist or light.haze, 0.75 if mist else 0.7)
    # light adds up steeply where lamps stand close: bend it, so that a bright room keeps its colours
    glow = canvas.light_map(size).point(BENT * 3).resize(size, Image.Resampling.BILINEAR)
    picture = ImageChops.screen(picture, glow)
    return ImageChops.multiply(_grained(picture, chance), _corners(size))


def banks(picture: Image.Image, chance: Chance, colour: Colour, most: float) -> Image.Image:
    """Drifting mist, thicker below."""
    small = (max(4, picture.width // COARSE), max(4, picture.height // COARSE))
    field = chance.clouds("mist", *small, cells=(4, 7))
    down = Image.linear_gradient("L").resize(small).point([round(60 + v * 0.76) for v in range(256)])
    mask = ImageChops.multiply(field.point([round(min(255, max(0, v - 50) * 1.7)) for v in range(256)]), down)
    mask = mask.point([round(v * most) for v in range(256)]).resize(picture.size, Image.Resampling.BILINEAR)
    picture.paste(colour, (0, 0), mask)
    return picture


def fall(
    canvas: Canvas, light: Light, chance: Chance, area: tuple[float, float, float, float] | None = None
) -> None:
    """Rain, snow or blown leaves over the sheet, or over a window."""
    luck, draw = chance.child("weather"), ImageDraw.Draw(canvas.image, "RGBA")
    left, top, right, bottom = area or (0.0, 0.0, canvas.width, canvas.height)
    scale = canvas.unit_px
    if light.weather in ("rain", "storm"):
        for start, end, width, opacity in _drops(luck, (left, top, right, bottom), light.weather == "storm"):
            pale = mix(light.haze, (226, 234, 246), 0.6)
            draw.line(
                [start[0] * scale, start[1] * scale, end[0] * scale, end[1] * scale],
                fill=(*pale, opacity),
                width=max(1, round(width * scale)),
            )
    if light.weather == "snow":
        for x, y, radius, opacity in _flakes(luck, (left, top, right, bottom)):
            box = [(x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale]
            draw.ellipse(
                box, fill=(*mix((250, 252, 255), light.haze, 0.15 if not light.night else 0.35), opacity)
            )
    if light.weather == "wind" and area is None:
        _blown(draw, luck, light, canvas, scale)


def _drops(
    luck: Chance, area: tuple[float, float, float, float], hard: bool
) -> list[tuple[Point, Point, float, int]]:
    left, top, right, bottom = area
    drops = []
    lean = 0.38 if hard else 0.16
    for _ in range(int((520 if hard else 330) * (right - left) * (bottom - top))):
        near = luck.random() ** 2
        long = (0.03 + 0.07 * near) * luck.between(0.7, 1.3)
        x, y = luck.between(left - 0.05, right + 0.05), luck.between(top - 0.05, bottom)
        drops.append(((x, y), (x - long * lean, y + long), 0.0012 + 0.0014 * near, int(46 + 80 * near)))
    return drops


def _flakes(luck: Chance, area: tuple[float, float, float, float]) -> list[tuple[float, float, float, int]]:
    left, top, right, bottom = area
    return [
        (
            luck.between(left, right),
            luck.between(top, bottom),
            0.0014 + 0.0075 * luck.random() ** 5,
            int(luck.between(110, 235)),
        )
        for _ in range(int(480 * (right - left) * (bottom - top)))
    ]


def _blown(draw: ImageDraw.ImageDraw, luck: Chance, light: Light, canvas: Canvas, scale: float) -> None:
    """Long pale strokes and a few leaves."""
    for _ in range(int(11 * canvas.width)):
        x, y, long = (
            luck.between(-0.2, canvas.width),
            luck.between(0.08, 0.9) * canvas.height,
            luck.between(0.2, 0.5),
        )
        points = [
            ((x + long * t / 12) * scale, (y - 0.03 * t * (12 - t) / 36 + 0.004 * t) * scale)
            for t in range(13)
        ]
        draw.line(
            points, fill=(*mix(light.low, (255, 255, 255), 0.4), 70), width=max(1, round(0.003 * scale))
        )
    for _ in range(int(60 * canvas.width)):
        x, y, size = (
            luck.between(0, canvas.width),
            luck.between(0.1, 0.95) * canvas.height,
            luck.between(0.005, 0.014),
        )
        tone = light.tone(luck.pick(((186, 150, 70), (150, 158, 80), (190, 110, 60))))
        leaf = [
            (x - size, y),
            (x, y - size * 0.5),
            (x + size * 1.2, y - size * 0.3),
            (x + size * 0.1, y + size * 0.4),
        ]
        draw.polygon([(px * scale, py * scale) for px, py in leaf], fill=(*tone, 225))


def _grained(picture: Image.Image, chance: Chance) -> Image.Image:
    """Dry-brush streaks and the tooth of the paper, a few levels up and down."""
    width, height = picture.size
    streaks = chance.speckle("streaks", max(4, width // 40), max(4, height // 5)).resize(
        picture.size, Image.Resampling.BILINEAR
    )
    blotches = chance.speckle("blotches", max(3, width // 48), max(3, height // 48)).resize(
        picture.size, Image.Resampling.BICUBIC
    )
    tooth = Image.blend(streaks, blotches, 0.45).point([round(128 + (v - 128) * 0.05) for v in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (tooth, tooth, tooth)), 1, -128)


def _corners(size: tuple[int, int]) -> Image.Image:
    small = (max(2, size[0] // COARSE), max(2, size[1] // COARSE))
    round_ = Image.radial_gradient("L").resize(small, Image.Resampling.BILINEAR)
    shade = round_.point([round(255 - 74 * (v / 255) ** 2.6) for v in range(256)])
    cool = round_.point([round(255 - 58 * (v / 255) ** 2.6) for v in range(256)])
    return Image.merge("RGB", (shade, shade, cool)).resize(size, Image.Resampling.BILINEAR)
