"""Timbered houses."""

from __future__ import annotations

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, glaze, mix
from ..shapes import arch
from ..stage import Stage
from .fire import smoke
from .land import SNOW
from .masonry import MASONRY
from .openings import TIMBER, window

PLASTER: tuple[Colour, ...] = (
    (226, 208, 178),
    (214, 190, 160),
    (232, 222, 200),
    (202, 184, 166),
    (222, 196, 150),
)
ROOFS: tuple[Colour, ...] = (
    (158, 84, 62),
    (136, 70, 58),
    (112, 92, 100),
    (96, 104, 122),
    (170, 108, 66),
    (124, 96, 68),
)


def house(stage: Stage, x: float, foot: float, size: float, depth: float, *, chance: Chance, tall: float = 1.0,
          roof: Colour | None = None) -> None:  # fmt: skip
    """A timbered house: its gable to the viewer, its long side running back.

    ``x`` is the middle, ``size`` the width of the whole.
    """
    light, canvas = stage.light, stage.canvas
    side = chance.sign()
    wall = chance.pick(PLASTER)
    roof = chance.pick(ROOFS) if roof is None else roof
    front, flank = size * 0.5, size * 0.5
    left = x - size / 2 if side > 0 else x + size / 2
    corner, far = left + side * front, left + side * (front + flank)
    eave = foot - size * 0.42 * tall
    ridge = eave - size * chance.between(0.36, 0.48)
    back = foot - size * 0.05
    gable_x = (left + corner) / 2
    canvas.soft(x, foot, size * 0.66, size * 0.1, light.shadow((40, 40, 50)), 0.5)
    face_lit = 0.7 if side == -light.side else 0.15
    canvas.poly(
        [(corner, foot), (corner, eave), (far, eave - size * 0.04), (far, back)],
        light.tone(wall, depth, 0.7) if side == light.side else light.shadow(wall, depth, 0.35),
    )
    canvas.poly(
        [(left, foot), (left, eave), (gable_x, ridge), (corner, eave), (corner, foot)],
        light.tone(wall, depth, face_lit),
    )
    _stone_foot(stage, left, corner, foot, size, depth)
    _timber(
        canvas, light.shadow(TIMBER, depth, 0.25), (left, corner, gable_x), (foot, eave, ridge), size, chance
    )
    _roof(stage, (left, corner, far, gable_x), (eave, ridge), side, size, roof, depth)
    _door_and_windows(stage, (left, corner, far, gable_x), (foot, eave, back), size, depth, chance, tall)
    if chance.maybe(0.75):
        _chimney(stage, gable_x + side * size * 0.34, ridge, size, depth, chance)


def _stone_foot(stage: Stage, left: float, corner: float, foot: float, size: float, depth: float) -> None:
    tone = stage.light.shadow(MASONRY, depth, 0.2)
    stage.canvas.poly(
        [(left, foot), (left, foot - size * 0.08), (corner, foot - size * 0.08), (corner, foot)], tone
    )


def _timber(canvas: Canvas, colour: Colour, xs: tuple[float, float, float], ys: tuple[float, float, float], size: float,
            chance: Chance) -> None:  # fmt: skip
    left, corner, gable_x = xs
    foot, eave, ridge = ys
    wide = size * 0.022
    canvas.line([(left, foot), (left, eave), (gable_x, ridge), (corner, eave), (corner, foot)], colour, wide)
    canvas.line([(left, eave), (corner, eave)], colour, wide)
    canvas.line([(gable_x, ridge), (gable_x, eave)], colour, wide)
    if chance.maybe():
        canvas.line([(left, eave), (gable_x, (eave + ridge) / 2), (corner, eave)], colour, wide * 0.8)
    middle = (foot + eave) / 2
    canvas.line([(left, middle), (corner, middle)], colour, wide * 0.8)
    canvas.line([(left, middle), (left + (corner - left) * 0.3, eave)], colour, wide * 0.8)
    canvas.line([(corner, middle), (corner - (corner - left) * 0.3, eave)], colour, wide * 0.8)


def _roof(stage: Stage, xs: tuple[float, float, float, float], ys: tuple[float, float], side: int, size: float, roof: Colour,
          depth: float) -> None:  # fmt: skip
    light, canvas = stage.light, stage.canvas
    left, corner, far, gable_x = xs
    eave, ridge = ys
    over = size * 0.05
    far_ridge = gable_x + (far - corner)
    slope = [
        (gable_x, ridge),
        (far_ridge, ridge - size * 0.02),
        (far + side * over, eave - size * 0.02),
        (corner + side * over, eave + over),
    ]
    lit = side == light.side
    snowy = light.weather == "snow" or stage.has("snow")
    local = mix(roof, SNOW, 0.82) if snowy else roof
    top = light.tone(local, depth, 0.7) if lit else light.shadow(local, depth, 0.25)
    canvas.poly(slope, top)
    row = light.shadow(local, depth, 0.5)
    for n in range(1, 5):
        t = n / 5
        start = (slope[0][0] + (slope[3][0] - slope[0][0]) * t, slope[0][1] + (slope[3][1] - slope[0][1]) * t)
        end = (slope[1][0] + (slope[2][0] - slope[1][0]) * t, slope[1][1] + (slope[2][1] - slope[1][1]) * t)
        canvas.line([start, end], glaze(row, 0.4), size * 0.012)
    edge = light.shadow(darker(local, 0.15), depth, 0.3)
    canvas.line(
        [(left - side * over, eave + over), (gable_x, ridge), (corner + side * over, eave + over)],
        edge,
        size * 0.055,
    )


def _door_and_windows(stage: Stage, xs: tuple[float, float, float, float], ys: tuple[float, float, float], size: float, depth: float,
                      chance: Chance, tall: float) -> None:  # fmt: skip
    left, corner, far, gable_x = xs
    foot, eave, back = ys
    light, canvas = stage.light, stage.canvas
    door = gable_x + (corner - left) * chance.pick((-0.2, 0.0, 0.2))
    canvas.poly(arch(door, foot, size * 0.15, size * 0.25), light.shadow(TIMBER, depth, 0.2))
    canvas.poly(arch(door, foot, size * 0.11, size * 0.22), light.tone((134, 92, 58), depth))
    if tall > 1.2 or abs(door - gable_x) > 0.01:
        window(
            stage, 2 * gable_x - door, foot - size * 0.2 * tall, size * 0.1, size * 0.12, depth, chance=chance
        )
    window(stage, gable_x, eave - size * 0.1, size * 0.09, size * 0.12, depth, chance=chance)
    for t in (0.3, 0.72):
        window(
            stage,
            corner + (far - corner) * t,
            (foot + eave) / 2 - size * 0.02 + (back - foot) * t * 0.5,
            size * 0.085,
            size * 0.12,
            depth,
            chance=chance,
        )


def _chimney(stage: Stage, x: float, ridge: float, size: float, depth: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    canvas.box(
        x - size * 0.045,
        ridge - size * 0.12,
        x + size * 0.045,
        ridge + size * 0.1,
        light.shadow(MASONRY, depth, 0.2),
    )
    canvas.box(
        x - size * 0.06, ridge - size * 0.14, x + size * 0.06, ridge - size * 0.11, light.tone(MASONRY, depth)
    )
    drift = 1.0 if light.weather in ("wind", "storm") else 0.3
    smoke(
        canvas,
        chance,
        (x, ridge - size * 0.15),
        size * 0.3,
        mix(light.haze, light.tone((220, 220, 224)), 0.5),
        drift=drift,
    )
