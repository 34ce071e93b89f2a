"""The sky: a gradient, soft banks, sun or moon, stars, clouds with lit tops."""

from __future__ import annotations

from PIL import Image, ImageChops

from .canvas import Canvas, column, soft_disc
from .chance import Chance
from .colour import Colour, glaze, lighter, mix
from .light import Light
from .shapes import Point, ellipse, jagged
from .stage import Stage


def paint_sky(stage: Stage, *, horizon: float) -> Point:
    """Fill the sheet down to ``horizon`` (a y); gives the place of the sun or moon."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("sky")
    sun = _sun_place(stage, horizon, chance)
    canvas.image.paste(_backdrop(stage, horizon, sun, chance), (0, 0))
    hidden = light.weather in ("cloudy", "rain", "storm", "snow", "fog")
    if light.night and not hidden:
        _stars(canvas, chance, horizon)
    if not hidden:
        _sun(canvas, light, sun, chance)
    _clouds(canvas, light, chance, horizon)
    if light.weather == "storm":
        _lightning(stage, horizon, chance)
    return sun


def _sun_place(stage: Stage, horizon: float, chance: Chance) -> Point:
    across = 0.5 + stage.light.side * chance.between(0.12, 0.34)
    low = {"dawn": 0.84, "dusk": 0.86, "day": 0.3, "night": 0.32}[stage.light.time]
    return stage.width * across, horizon * chance.about(low, 0.06)


def _backdrop(stage: Stage, horizon: float, sun: Point, chance: Chance) -> Image.Image:
    """Gradient and soft banks, painted small and enlarged."""
    canvas, light = stage.canvas, stage.light
    small = (max(8, canvas.image.width // 12), max(8, canvas.image.height // 12))
    box = (0, 0, *small)
    unit = min(small)
    sky = column((light.top, mix(light.top, light.mid, 0.55), light.mid, light.low), box, (0, horizon * unit))
    banks = chance.clouds("banks", *small, cells=(3 + small[0] // 60, 6 + small[1] // 40))
    strength = 0.5 if light.weather in ("cloudy", "rain", "storm", "snow") else 0.3
    veil = banks.point([round(max(0, v - 105) * 1.7 * strength) for v in range(256)])
    sky.paste(mix(light.low, light.haze, 0.5), (0, 0), veil)
    under = banks.point([round(max(0, 118 - v) * 1.5 * strength) for v in range(256)])
    sky.paste(mix(light.top, light.mid, 0.25), (0, 0), under)
    if light.weather not in ("storm", "rain", "snow"):
        _halo(sky, light, sun, unit)
    return sky.resize(canvas.image.size, Image.Resampling.BILINEAR)


def _halo(sky: Image.Image, light: Light, sun: Point, unit: int) -> None:
    for reach, strength in ((1.3, 0.35), (0.55, 0.45)):
        radius = round(reach * unit)
        spot = soft_disc().resize((2 * radius, 2 * radius), Image.Resampling.BILINEAR)
        share = (
            strength * (0.55 if light.night else 1.0) * (0.5 if light.weather in ("fog", "cloudy") else 1.0)
        )
        bands = [spot.point([round(v * share * part / 255) for v in range(256)]) for part in light.sun]
        layer = Image.new("RGB", sky.size)
        layer.paste(Image.merge("RGB", bands), (round(sun[0] * unit) - radius, round(sun[1] * unit) - radius))
        sky.paste(ImageChops.screen(sky, layer))


def _stars(canvas: Canvas, chance: Chance, horizon: float) -> None:
    for _ in range(int(150 * canvas.width)):
        x, y = chance.between(0, canvas.width), horizon * chance.random() ** 1.4
        size = 0.0008 + 0.0017 * chance.random() ** 4
        canvas.disc(x, y, size, glaze(lighter((200, 214, 255), chance.random()), chance.between(0.3, 1)))
    for _ in range(int(5 * canvas.width)):
        x, y, arm = (
            chance.between(0, canvas.width),
            horizon * chance.between(0.02, 0.6),
            chance.between(0.004, 0.008),
        )
        canvas.poly(
            [(x - arm, y), (x, y - arm / 6), (x + arm, y), (x, y + arm / 6)], glaze((240, 244, 255), 0.9)
        )
        canvas.poly(
            [(x, y - arm), (x + arm / 6, y), (x, y + arm), (x - arm / 6, y)], glaze((240, 244, 255), 0.9)
        )


def _sun(canvas: Canvas, light: Light, sun: Point, chance: Chance) -> None:
    x, y = sun
    radius = chance.between(0.045, 0.062) * (1.5 if light.time in ("dawn", "dusk") else 1.0)
    for ring, opacity in ((2.6, 0.07), (1.9, 0.1), (1.4, 0.16)):
        canvas.disc(x, y, radius * ring, glaze(light.sun, opacity * (0.5 if light.night else 1)))
    canvas.disc(x, y, radius, mix(light.sun, (255, 255, 250), 0.55))
    canvas.glow(x, y, radius * 4, light.sun, 0.35)
    if light.night:
        _moon_face(canvas, light, sun, radius, chance)


def _moon_face(canvas: Canvas, light: Light, sun: Point, radius: float, chance: Chance) -> None:
    x, y = sun
    grey = mix(light.sun, light.mid, 0.22)
    with canvas.within(ellipse(x, y, radius, radius)) as face:
        for _ in range(5):
            dx, dy = chance.between(-0.7, 0.7), chance.between(-0.7, 0.7)
            face.oval(x + dx * radius, y + dy * radius, radius * 0.24, radius * 0.18, glaze(grey, 0.55))
        if chance.maybe(0.6):
            face.disc(
                x + light.side * -0.5 * radius, y - 0.12 * radius, radius * 1.02, glaze(light.mid, 0.86)
            )


def _clouds(canvas: Canvas, light: Light, chance: Chance, horizon: float) -> None:
    counts = {"clear": 3, "wind": 6, "cloudy": 9, "rain": 8, "storm": 10, "snow": 5, "fog": 0}
    count = round(counts[light.weather] * (0.6 + 0.4 * canvas.width) * chance.between(0.7, 1.25))
    heavy = light.weather in ("cloudy", "rain", "storm", "snow")
    for n in range(count):
        share = (n + 0.5) / count
        y = horizon * ((0.06 + 0.5 * share) if heavy else chance.between(0.1, 0.66))
        size = chance.between(0.1, 0.2) * (1.7 if heavy else 1.0) * (1.1 - 0.5 * y / horizon)
        _cloud(canvas, light, chance, (chance.between(-0.1, canvas.width + 0.1), y), size)


def _cloud(canvas: Canvas, light: Light, chance: Chance, at: Point, size: float) -> None:
    """Puffs on a flat base: the shaded body first, then the lit tops."""
    x, y = at
    stretch = 3.6 if light.weather == "wind" or light.time in ("dawn", "dusk") else 2.5
    puffs = [(chance.about(0, 1), chance.random()) for _ in range(13)]
    lit, shade, veil = _cloud_colours(light)
    reach = size * stretch
    base = [(x - reach, y - size * 2), (x + reach, y - size * 2), (x + reach, y), (x - reach, y)]
    with canvas.within(base) as sky:
        for colour, rise, share in ((shade, 0.0, 1.0), (mix(shade, lit, 0.5), 0.1, 0.9), (lit, 0.24, 0.7)):
            for dx, weight in puffs:
                radius = size * (0.16 + 0.34 * weight) * (1 - 0.6 * abs(dx)) * share
                px, py = x + dx * reach / 2.2, y - radius * 0.34 - rise * radius * 1.4
                sky.oval(
                    px + light.side * rise * radius * 0.6,
                    py,
                    radius * stretch / 2.3,
                    radius * 0.74,
                    glaze(colour, veil),
                )


def _cloud_colours(light: Light) -> tuple[Colour, Colour, float]:
    """Lit top, shaded base, opacity of one puff."""
    if light.night:
        return mix(light.mid, light.low, 0.45), mix(light.top, light.mid, 0.75), 0.8
    if light.weather == "storm":
        return mix(light.top, light.mid, 0.85), mix(light.top, (20, 24, 36), 0.3), 0.8
    if light.weather in ("rain", "cloudy", "snow"):
        return mix(light.mid, light.low, 0.6), mix(light.top, light.mid, 0.45), 0.8
    if light.time in ("dawn", "dusk"):
        return mix(light.sun, light.low, 0.45), mix(light.mid, light.haze, 0.55), 0.62
    return mix(light.low, light.sun, 0.7), mix(light.mid, light.haze, 0.6), 0.72


def _lightning(stage: Stage, horizon: float, chance: Chance) -> None:
    canvas = stage.canvas
    x = stage.width * (0.5 - stage.light.side * chance.between(0.12, 0.36))
    bolt = _bolt(chance, x, horizon * 0.08, horizon * chance.between(0.82, 0.98), 0.05)
    pale: Colour = (236, 240, 255)
    canvas.line(bolt, glaze((150, 170, 240), 0.5), 0.014)
    canvas.line(bolt, pale, 0.005)
    for _ in range(2):
        root = bolt[chance.whole(6, len(bolt) // 2)]
        canvas.line(_bolt(chance, root[0], root[1], root[1] + 0.22 * horizon, 0.09), pale, 0.0026)
    for share in (0.25, 0.6):
        px, py = bolt[int(len(bolt) * share)]
        canvas.glow(px, py, 0.5, (150, 160, 230), 0.5)


def _bolt(chance: Chance, x: float, top: float, bottom: float, lean: float) -> list[Point]:
    down = jagged(chance, (top, x), (bottom, x + chance.sign() * lean), rough=0.16, depth=5)
    return [(px, py) for py, px in down]
