"""The colours of a picture, and their names: what a search by colour stands on."""

from __future__ import annotations

import re
from functools import cache

from PIL import Image

_SAMPLE_PX = 64
_CLUSTERS = 32
_NOTICEABLE = 0.08
_HEX = re.compile(r"#[0-9a-f]{3}|#?[0-9a-f]{6}")

# The eleven basic colour terms (Berlin and Kay, 1969), each by the tones that people call so: the nearest
# tone decides. The order is that of the bits and must not change: masks are stored.
_TONES = {
    "black": ("#000000", "#141414", "#0a0a14", "#140c08"),
    "gray": ("#3c3c3c", "#606060", "#808080", "#a0a0a0", "#bebebe", "#708090"),
    "white": ("#ffffff", "#ebebeb", "#faf5eb", "#f0f8ff"),
    "red": ("#ff0000", "#c81e1e", "#8b0000", "#dc143c", "#5a0a0a", "#b22222"),
    "orange": ("#ff8c00", "#ffa500", "#ff6600", "#e07020", "#ffb464"),
    "yellow": ("#ffff00", "#ffd700", "#e6c828", "#f0e68c", "#fffacd"),
    "green": ("#008000", "#00ff00", "#228b22", "#0a3c14", "#6b8e23", "#90ee90", "#2e8b57", "#506e46"),
    "blue": ("#0000ff", "#00008b", "#1e90ff", "#87ceeb", "#00bfff", "#4682b4", "#14285a", "#00ffff"),
    "purple": ("#800080", "#4b0082", "#8a2be2", "#9370db", "#3c1450", "#b48cdc"),
    "pink": ("#ffc0cb", "#ff69b4", "#ff1493", "#ff00ff", "#e6a0b4", "#fa8072"),
    "brown": ("#8b4513", "#5c3317", "#a0522d", "#3c2412", "#a07850", "#c8a078", "#785032", "#d2691e"),
}
COLOR_NAMES: dict[str, int] = {name: 1 << position for position, name in enumerate(_TONES)}
COLOR_ALIASES = {"grey": "gray", "violet": "purple", "magenta": "pink", "gold": "yellow", "cyan": "blue"}

_Rgb = tuple[int, int, int]
_Lab = tuple[float, float, float]


def dominant_colors(image: Image.Image, count: int = 5) -> list[str]:
    """Up to ``count`` colours as #rrggbb, the most common first; none for a wholly transparent picture."""
    return [f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in _clusters(image, count)]


def color_mask(image: Image.Image) -> int:
    """The bits of the named colours that cover at least 8 % of what is not transparent."""
    clusters = _clusters(image, _CLUSTERS)
    total = sum(pixels for pixels, _ in clusters)
    covered: dict[int, int] = {}
    for pixels, color in clusters:
        bit = _nearest_bit(color)
        covered[bit] = covered.get(bit, 0) + pixels
    return sum(bit for bit, pixels in covered.items() if pixels >= _NOTICEABLE * total)


def color_bit(text: str) -> int | None:
    """The bit of a colour name or of the name nearest to #rgb, #rrggbb or rrggbb; None for other words."""
    word = text.strip().lower()
    name = COLOR_ALIASES.get(word, word)
    if name in COLOR_NAMES:
        return COLOR_NAMES[name]
    return _nearest_bit(_rgb(word)) if _HEX.fullmatch(word) else None


def _clusters(image: Image.Image, count: int) -> list[tuple[int, _Rgb]]:
    """Pixels and colour of each group of like colours, the largest first."""
    sample = _opaque_sample(image)
    if sample is None:
        return []
    grouped = sample.quantize(colors=count, method=Image.Quantize.MEDIANCUT, kmeans=1)
    palette = grouped.getpalette() or []
    found: list[tuple[int, _Rgb]] = []
    for pixels, index in grouped.getcolors() or []:
        assert isinstance(index, int)
        r, g, b = palette[3 * index : 3 * index + 3]
        found.append((pixels, (r, g, b)))
    return sorted(found, key=lambda group: (-group[0], group[1]))


def _opaque_sample(image: Image.Image) -> Image.Image | None:
    """At most 64 × 64 pixels; those less than half opaque are left out, hence the odd shape."""
    scale = min(1, _SAMPLE_PX / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode != "RGBA":
        return small
    raw = small.tobytes()
    kept = b"".join(raw[at : at + 3] for at in range(0, len(raw), 4) if raw[at + 3] >= 128)
    return Image.frombytes("RGB", (len(kept) // 3, 1), kept) if kept else None


def _nearest_bit(color: _Rgb) -> int:
    place = _oklab(color)
    return min(_tones(), key=lambda tone: sum((a - b) ** 2 for a, b in zip(tone[0], place, strict=True)))[1]


@cache
def _tones() -> list[tuple[_Lab, int]]:
    return [(_oklab(_rgb(tone)), COLOR_NAMES[name]) for name, tones in _TONES.items() for tone in tones]


def _rgb(text: str) -> _Rgb:
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _oklab(color: _Rgb) -> _Lab:
    """Björn Ottosson, "A perceptual color space for image processing", 2020: distances as eyes see them."""
    r, g, b = (_linear(channel / 255) for channel in color)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(channel: float) -> float:
    """sRGB's transfer curve undone (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
