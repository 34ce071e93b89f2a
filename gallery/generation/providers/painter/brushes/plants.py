"""Bushes, cacti, palms, mushrooms that shine."""

from __future__ import annotations

import math

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, lighter, mix
from ..light import Light
from ..shapes import blob, mirrored
from ..stage import Stage


def bush(stage: Stage, x: float, foot: float, size: float, depth: float, *, chance: Chance, local: Colour,
         bloom: Colour | None = None) -> None:  # fmt: skip
    canvas, light = stage.canvas, stage.light
    for share, colour, lift in (
        (1.0, light.shadow(local, depth), 0.0),
        (0.8, light.tone(local, depth), 0.1),
        (0.5, light.tone(lighter(local, 0.1), depth, 0.7), 0.22),
    ):
        for dx in (-0.4, 0.05, 0.42):
            canvas.poly(
                blob(
                    chance,
                    x + dx * size + light.side * lift * size * 0.4,
                    foot - size * (0.3 + lift),
                    size * 0.42 * share,
                    size * 0.4 * share,
                ),
                colour,
            )
    if bloom:
        for _ in range(16):
            canvas.disc(
                x + chance.about(0, 0.7) * size,
                foot - size * chance.between(0.05, 0.75),
                size * chance.between(0.03, 0.055),
                light.tone(mix(bloom, (255, 240, 230), chance.between(0, 0.3)), depth, 0.3),
            )


def cactus(stage: Stage, x: float, foot: float, high: float, *, chance: Chance) -> None:
    light, canvas, local = stage.light, stage.canvas, (92, 128, 84)
    wide, side = high * 0.16, light.side
    for dx, low, top in ((0.0, 0.0, 1.0), (-0.26, 0.36, 0.78), (0.26, 0.28, 0.66)):
        half = wide / 2 * (1 if dx == 0 else 0.72)
        cx = x + dx * high
        if dx:
            canvas.line(
                [(x, foot - low * high), (cx, foot - low * high), (cx, foot - low * high - 0.05 * high)],
                light.tone(local),
                half * 2,
            )
        body = mirrored(
            [
                (cx, foot - top * high),
                (cx + half * 0.7, foot - top * high + half * 0.5),
                (cx + half, foot - top * high + half * 1.4),
                (cx + half, foot - low * high),
            ],
            cx,
        )
        canvas.poly(body, light.shadow(local))
        canvas.box(
            min(cx, cx + side * half * 0.8),
            foot - top * high + half,
            max(cx, cx + side * half * 0.8),
            foot - low * high,
            light.tone(local, 0, 0.8),
        )


def palm(stage: Stage, x: float, foot: float, high: float, *, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    bend = chance.sign() * high * 0.22
    stem = [(x + bend * (t / 8) ** 2, foot - high * t / 8) for t in range(9)]
    canvas.line(stem, light.shadow((128, 96, 66)), high * 0.05)
    top = stem[-1]
    for n in range(9):
        angle = math.pi * (1.0 + n / 8) + chance.between(-0.12, 0.12)
        tip = (top[0] + math.cos(angle) * high * 0.42, top[1] + math.sin(angle) * high * 0.26 + high * 0.16)
        knee = (top[0] + math.cos(angle) * high * 0.26, top[1] + math.sin(angle) * high * 0.3)
        lit = light.tone((106, 142, 72), 0, 0.6) if n % 2 else light.shadow((82, 118, 70))
        canvas.poly([top, (knee[0], knee[1] - high * 0.03), tip, (knee[0], knee[1] + high * 0.035)], lit)


def glowing_mushroom(
    canvas: Canvas, light: Light, x: float, foot: float, high: float, colour: Colour
) -> None:
    canvas.poly(
        [
            (x - high * 0.08, foot),
            (x - high * 0.05, foot - high * 0.7),
            (x + high * 0.05, foot - high * 0.7),
            (x + high * 0.08, foot),
        ],
        mix(light.tone((220, 210, 190)), colour, 0.25),
    )
    cap = [
        (x - high * 0.42, foot - high * 0.6),
        (x - high * 0.28, foot - high * 0.86),
        (x, foot - high),
        (x + high * 0.28, foot - high * 0.86),
        (x + high * 0.42, foot - high * 0.6),
        (x, foot - high * 0.66),
    ]
    canvas.wash(cap, lighter(colour, 0.35), colour)
    canvas.glow(x, foot - high * 0.7, high * 1.4, colour, 0.45)
