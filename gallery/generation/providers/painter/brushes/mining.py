"""Timber frames, rails and carts."""

from __future__ import annotations

from ..colour import Colour
from ..shapes import blob
from ..stage import Stage


def timber_frame(
    stage: Stage, x: float, foot: float, wide: float, high: float, tone: Colour = (126, 90, 60)
) -> None:
    light, canvas = stage.light, stage.canvas
    beam = wide * 0.1
    lit, dark = light.tone(tone, 0, 0.5), light.shadow(tone, 0, 0.4)
    for way in (-1, 1):
        px = x + way * wide / 2
        canvas.poly(
            [
                (px - beam / 2 - way * 0.0, foot - high),
                (px + beam / 2, foot - high),
                (px + beam / 2 + way * beam * 0.3, foot),
                (px - beam / 2 + way * beam * 0.3, foot),
            ],
            lit if way == light.side else dark,
        )
        canvas.line(
            [(px, foot - high * 0.74), (px - way * wide * 0.18, foot - high * 0.98)], dark, beam * 0.6
        )
    canvas.box(x - wide * 0.62, foot - high - beam * 0.6, x + wide * 0.62, foot - high + beam * 0.5, lit)
    canvas.box(x - wide * 0.62, foot - high + beam * 0.2, x + wide * 0.62, foot - high + beam * 0.5, dark)


def rails(stage: Stage, far: float, top: float, near: float) -> None:
    light, canvas = stage.light, stage.canvas
    bottom = stage.height + 0.03
    for n in range(11):
        t = (n / 11) ** 1.7
        y, x, half = top + (bottom - top) * t, far + (near - far) * t, 0.06 + 0.24 * t
        canvas.box(x - half, y, x + half, y + 0.006 + 0.022 * t, light.shadow((104, 76, 56)))
    for way in (-1, 1):
        rail = [
            (far + way * 0.04, top),
            (near + way * 0.19, bottom),
            (near + way * 0.215, bottom),
            (far + way * 0.045, top),
        ]
        canvas.poly(rail, light.tone((150, 150, 160), 0, 0.5))


def mine_cart(stage: Stage, x: float, foot: float, size: float, *, full: Colour | None = None) -> None:
    light, canvas = stage.light, stage.canvas
    canvas.soft(x, foot, size * 0.7, size * 0.16, (10, 8, 16), 0.6)
    body = [
        (x - size * 0.5, foot - size * 0.62),
        (x + size * 0.5, foot - size * 0.62),
        (x + size * 0.36, foot - size * 0.12),
        (x - size * 0.36, foot - size * 0.12),
    ]
    heap = stage.chance.child("heap")
    for n in range(9):
        colour = full or heap.pick(((120, 116, 118), (92, 90, 98), (190, 150, 70)))
        canvas.poly(
            blob(
                heap,
                x + size * (n / 9 - 0.45),
                foot - size * (0.62 + 0.06 * (n % 3)),
                size * 0.12,
                size * 0.1,
                rough=0.3,
            ),
            light.tone(colour, 0, 0.3),
        )
    canvas.wash(body, light.tone((126, 92, 66), 0, 0.3), light.shadow((112, 80, 58)))
    for y in (0.62, 0.38, 0.14):
        canvas.line(
            [(x - size * (0.3 + y * 0.32), foot - size * y), (x + size * (0.3 + y * 0.32), foot - size * y)],
            light.shadow((72, 72, 82)),
            size * 0.045,
        )
    for way in (-0.26, 0.26):
        canvas.disc(x + way * size, foot - size * 0.08, size * 0.12, light.shadow((64, 62, 70)))
        canvas.disc(x + way * size, foot - size * 0.08, size * 0.05, light.tone((120, 118, 124)))
