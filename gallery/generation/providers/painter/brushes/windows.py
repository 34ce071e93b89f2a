"""Windows that show the hour and the weather from inside."""

from __future__ import annotations

from PIL import Image

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, glaze, lighter, mix
from ..finish import fall
from ..light import Light
from ..shapes import Point, arch, smooth
from ..stage import Stage


def outlook(stage: Stage, outside: Light, outline: list[Point], *, name: str = "") -> None:
    """The hour and the weather through an opening, seen from a room."""
    canvas = stage.canvas
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    canvas.wash(outline, outside.top, outside.mid, outside.low)
    luck = stage.chance.child(f"outlook {name}")
    with canvas.within(outline) as view:
        skyline = [
            (left + (right - left) * n / 6, bottom - (bottom - top) * luck.between(0.12, 0.4))
            for n in range(7)
        ]
        view.poly(
            [*smooth(skyline, steps=3), (right, bottom), (left, bottom)], outside.tone((110, 124, 112), 0.5)
        )
        if outside.weather in ("clear", "wind"):
            if outside.night:
                view.disc(
                    left + (right - left) * 0.66,
                    top + (bottom - top) * 0.26,
                    (right - left) * 0.11,
                    outside.sun,
                )
                for _ in range(12):
                    view.disc(luck.between(left, right), luck.between(top, bottom), 0.0016, (230, 236, 255))
            elif outside.time != "day":
                view.disc(
                    left + (right - left) * 0.4,
                    bottom - (bottom - top) * 0.36,
                    (right - left) * 0.14,
                    lighter(outside.sun, 0.4),
                )
    if outside.weather in ("rain", "storm", "snow"):
        _weather_in(canvas, outside, luck, outline, (left, top, right, bottom))


def _weather_in(
    canvas: Canvas,
    outside: Light,
    luck: Chance,
    outline: list[Point],
    area: tuple[float, float, float, float],
) -> None:
    """Drops or flakes, only inside the opening: painted on a copy and put back."""
    left, top, right, bottom = (round(v * canvas.unit_px) for v in area)
    piece = Canvas(Image.new("RGB", (max(1, right - left), max(1, bottom - top))), canvas.unit_px)
    piece.image.paste(canvas.image.crop((left, top, right, bottom)))
    for n in range(5):
        fall(piece, outside, luck.child(str(n)), (0.0, 0.0, piece.width, piece.height))
    if outside.weather == "storm":
        x = piece.width * luck.between(0.3, 0.7)
        bolt = [(x + luck.between(-0.02, 0.02), piece.height * n / 6) for n in range(6)]
        piece.line(bolt, (236, 240, 255), 0.004)
    with canvas.within(outline) as view:
        view.image.paste(piece.image, (0, 0))


def casement(stage: Stage, outside: Light, x: float, foot: float, wide: float, high: float, *, pointed: bool = False,
             round_: bool = True, frame: Colour = (96, 66, 48), cast: float = 0.5) -> None:  # fmt: skip
    """A window in the back wall: the view, mullions, and the light that it lets in."""
    canvas, light = stage.canvas, stage.light
    if pointed or round_:
        outline = arch(x, foot, wide, high, pointed=pointed)
        rim = arch(x, foot + 0.02, wide + 0.05, high + 0.045, pointed=pointed)
    else:
        outline = [
            (x - wide / 2, foot),
            (x - wide / 2, foot - high),
            (x + wide / 2, foot - high),
            (x + wide / 2, foot),
        ]
        rim = [
            (x - wide / 2 - 0.02, foot + 0.02),
            (x - wide / 2 - 0.02, foot - high - 0.02),
            (x + wide / 2 + 0.02, foot - high - 0.02),
            (x + wide / 2 + 0.02, foot + 0.02),
        ]
    canvas.poly(rim, light.tone(frame, 0, 0.3))
    outlook(stage, outside, outline, name=f"{x:.2f}")
    bar = light.shadow(frame)
    with canvas.within(outline) as panes:
        panes.box(x - 0.004, foot - high, x + 0.004, foot, bar)
        for n in range(1, 4):
            panes.box(x - wide, foot - high * n / 4 - 0.003, x + wide, foot - high * n / 4 + 0.003, bar)
    canvas.box(
        x - wide / 2 - 0.035,
        foot,
        x + wide / 2 + 0.035,
        foot + 0.022,
        light.tone(lighter(frame, 0.2), 0, 0.4),
    )
    _daylight(stage, outside, x, foot, wide, high, cast)


def _daylight(
    stage: Stage, outside: Light, x: float, foot: float, wide: float, high: float, cast: float
) -> None:
    strength = {"dawn": 0.85, "day": 0.8, "dusk": 0.7, "night": 0.25}[outside.time] * cast
    if outside.weather not in ("clear", "wind"):
        strength *= 0.5
    colour = mix(outside.low, outside.sun, 0.5)
    stage.canvas.glow(x, foot - high / 2, max(wide, high) * 1.25, colour, strength * 0.8)
    lean = -outside.side * (0.28 + 0.1 * (outside.time in ("dawn", "dusk")))
    if outside.weather in ("clear", "wind"):
        far = stage.height - foot
        stage.canvas.poly(
            [
                (x - wide / 2, foot - high * 0.9),
                (x + wide / 2, foot - high * 0.9),
                (x + wide * 0.75 + lean, foot + far * 0.75),
                (x - wide * 0.6 + lean, foot + far * 0.75),
            ],
            glaze(colour, 0.14 * strength),
        )
