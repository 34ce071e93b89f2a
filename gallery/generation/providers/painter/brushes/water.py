"""Water that gives back the sky."""

from __future__ import annotations

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..light import Light
from ..stage import Stage

WATER: Colour = (70, 126, 150)


def water(stage: Stage, top: float, bottom: float, *, name: str = "water", calm: bool = True, sun_x: float | None = None,
          local: Colour = WATER, left: float = -0.1, right: float | None = None) -> None:  # fmt: skip
    """A level sheet of water that gives back the sky."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child(f"water {name}")
    right = stage.width + 0.1 if right is None else right
    far = mix(light.low, light.tone(local), 0.35)
    near = mix(mix(light.top, light.mid, 0.35), light.tone(local), 0.55)
    shore = [(left, top), (right, top), (right, bottom), (left, bottom)]
    canvas.wash(shore, far, mix(far, near, 0.6), near)
    with canvas.within(shore) as sheet:
        ripples(sheet, light, chance, (left, top, right, bottom), far, near, calm)
        if sun_x is not None and light.weather in ("clear", "wind", "fog"):
            _sun_road(sheet, light, chance, sun_x, top, bottom)


def ripples(sheet: Canvas, light: Light, chance: Chance, area: tuple[float, float, float, float], far: Colour,
            near: Colour, calm: bool) -> None:  # fmt: skip
    left, top, right, bottom = area
    for _ in range(int(150 * (right - left))):
        t = chance.random() ** 1.5
        y, reach = top + (bottom - top) * t, (0.02 + 0.2 * t) * chance.between(0.4, 1.2)
        x, thick = chance.between(left, right), 0.0012 + 0.006 * t * (1 if calm else 1.6)
        colour = chance.pick((far, lighter(far, 0.35), darker(near, 0.25), mix(light.haze, far, 0.4)))
        sheet.poly(
            [(x - reach / 2, y), (x, y - thick), (x + reach / 2, y), (x, y + thick)], glaze(colour, 0.42)
        )


def _sun_road(sheet: Canvas, light: Light, chance: Chance, x: float, top: float, bottom: float) -> None:
    for n in range(70):
        t = (n / 70) ** 1.5
        y, half = top + (bottom - top) * t, (0.02 + 0.11 * t) * chance.between(0.3, 1)
        px, thick = x + chance.between(-0.03, 0.03) * (1 + 2 * t), 0.0015 + 0.004 * t
        sheet.poly(
            [(px - half, y), (px, y - thick), (px + half, y), (px, y + thick)],
            glaze(light.sun, 0.7 - 0.4 * t),
        )
