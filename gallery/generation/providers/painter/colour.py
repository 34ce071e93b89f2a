"""Colours as (red, green, blue) of 0..255, and how they are mixed."""

from __future__ import annotations

Colour = tuple[int, int, int]
#: A colour and its opacity, 0..255.
Glaze = tuple[int, int, int, int]
Paint = Colour | Glaze

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
INK: Colour = (24, 20, 34)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` 0 is one, 1 is the other."""
    share = min(1.0, max(0.0, share))
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def tint(local: Colour, light: Colour) -> Colour:
    """A surface of the local colour under a light."""
    return (local[0] * light[0] // 255, local[1] * light[1] // 255, local[2] * light[2] // 255)


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 248, 232), share)


def darker(colour: Colour, share: float) -> Colour:
    """Towards a dark violet rather than black: shadows stay alive."""
    return mix(colour, (18, 14, 34), share)


def glaze(colour: Colour, opacity: float) -> Glaze:
    """``opacity`` 0..1."""
    return (*colour, round(255 * min(1.0, max(0.0, opacity))))


def grey(colour: Colour) -> Colour:
    value = (colour[0] * 30 + colour[1] * 59 + colour[2] * 11) // 100
    return (value, value, value)
