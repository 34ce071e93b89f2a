"""Telling pictures apart: exactly by their bytes, and by what they look like."""

from __future__ import annotations

import hashlib
import math

from PIL import Image

_SIDE = 32
# The 48 lowest frequencies after the mean, along the diagonals of the spectrum as JPEG orders them.
_FREQUENCIES = sorted(
    ((u, v) for u in range(10) for v in range(10) if 0 < u + v <= 9), key=lambda uv: (sum(uv), uv)
)[:48]
# Below this a wave is noise of the encoder: without it a sky or a plain wall flips bits at random (up to
# 29 of 64 measured; with it at most 2, from WebP at quality 40 to half the size).
_NOISE = 50.0
# Steps of the mean Y, Cb and Cr, 16 in all: they tell pictures apart that have no shapes. None lies at 128,
# where the Cb and Cr of every grey picture are.
_STEPS = ((20, 60, 100, 140, 180, 220), (80, 108, 120, 136, 164), (80, 108, 120, 136, 164))
_COSINES = [[math.cos(math.pi * u * (x + 0.5) / _SIDE) for x in range(_SIDE)] for u in range(10)]


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def phash(image: Image.Image) -> int:
    """64 bits that stay the same when a picture is encoded anew or scaled: signed, to fit a BIGINT.

    Pictures at a distance of up to 4 are the same one, up to 10 much alike. 16 bits hold the mean
    colour, 48 say which low frequencies of the cosine transform of the 32 × 32 grey picture are present.
    """
    small = _small(image)
    luma = small.getchannel("Y").tobytes()
    waves = _spectrum([luma[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)])
    bits = _color_bits(small) + [wave > _NOISE for wave in waves]
    unsigned = sum(1 << place for place, bit in enumerate(bits) if bit)
    return unsigned - (1 << 64) if unsigned >> 63 else unsigned


def distance(a: int, b: int) -> int:
    """In how many of the 64 bits two fingerprints differ."""
    return ((a ^ b) & (1 << 64) - 1).bit_count()


def _small(image: Image.Image) -> Image.Image:
    """32 × 32 in YCbCr, transparency as if on white."""
    small = image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    return small.convert("RGB").convert("YCbCr")


def _color_bits(small: Image.Image) -> list[bool]:
    means = (sum(band.tobytes()) / _SIDE**2 for band in small.split())
    return [mean > step for mean, steps in zip(means, _STEPS, strict=True) for step in steps]


def _spectrum(rows: list[bytes]) -> list[float]:
    """The chosen frequencies of a cosine transform (DCT-II), rows first, then columns."""
    across = [[sum(map(float.__mul__, wave, map(float, row))) for row in rows] for wave in _COSINES]
    return [sum(map(float.__mul__, _COSINES[v], across[u])) for u, v in _FREQUENCIES]
