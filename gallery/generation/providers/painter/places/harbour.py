"""Harbours: quays, boats, a pier."""

from __future__ import annotations

from ..brushes.fire import WARM, lantern
from ..brushes.houses import house
from ..brushes.land import dabs
from ..brushes.masonry import masonry
from ..brushes.peaks import far_range
from ..brushes.props import barrel
from ..brushes.water import water
from ..chance import Chance
from ..colour import glaze
from ..shapes import spaced
from ..sky import paint_sky
from ..stage import Stage
from .coast import HULL, ship


def harbour(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("harbour")
    horizon = stage.height * chance.between(0.5, 0.56)
    sun = paint_sky(stage, horizon=horizon)
    far_range(stage, horizon, chance.between(0.08, 0.16), 0.7, name="coast")
    water(stage, horizon, stage.height + 0.05, sun_x=sun[0])
    left = chance.maybe()
    span = (0.0, stage.width * 0.5) if left else (stage.width * 0.5, stage.width)
    quay = horizon + 0.1
    for n, x in enumerate(spaced(chance, *span, max(3, int(4 * stage.width)))):
        house(
            stage,
            x,
            quay - 0.05 - 0.03 * (n % 2),
            chance.between(0.16, 0.24),
            0.3 - 0.1 * (n % 2),
            chance=chance,
            tall=chance.between(1.2, 2.0),
        )
    stones = [
        (span[0] - 0.1, quay - 0.06),
        (span[1] + 0.04, quay - 0.06),
        (span[1] + 0.06, quay + 0.04),
        (span[0] - 0.1, quay + 0.05),
    ]
    masonry(stage, stones, 0.18, chance=chance, row=0.02)
    for share, size, down in ((0.72, 0.3, 0.04), (0.58, 0.42, 0.16)):
        x = stage.width * (share if left else 1 - share)
        ship(stage, x + chance.between(-0.08, 0.08), quay + down, size, 0.2 - down, chance=chance)
    for _ in range(4):
        boat(stage, stage.width * chance.random(), quay + chance.between(0.1, 0.26), 0.1, chance)
    _pier(stage, chance)
    if light.lamps > 0.3:
        for x in spaced(chance, *span, 4):
            for n in range(4):
                canvas.oval(
                    x + chance.between(-0.01, 0.01),
                    quay + 0.08 + 0.035 * n,
                    0.03 - 0.004 * n,
                    0.006,
                    glaze(WARM, 0.4 * light.lamps),
                )


def boat(stage: Stage, x: float, foot: float, size: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    local = chance.pick((HULL, (150, 70, 56), (74, 100, 120)))
    canvas.poly(
        [
            (x - size * 0.5, foot - size * 0.18),
            (x + size * 0.5, foot - size * 0.2),
            (x + size * 0.34, foot),
            (x - size * 0.34, foot),
        ],
        light.tone(local, 0.1, 0.2),
    )
    canvas.oval(x, foot + size * 0.04, size * 0.42, size * 0.05, glaze(light.shadow((40, 60, 80)), 0.45))
    canvas.line([(x, foot - size * 0.15), (x, foot - size * 0.8)], light.shadow(HULL, 0.1), size * 0.03)


def _pier(stage: Stage, chance: Chance) -> None:
    """Planks that run out from the viewer, with bollards, barrels, a lantern."""
    canvas, light = stage.canvas, stage.light
    x, far = stage.width * chance.between(0.3, 0.7), stage.width * chance.between(0.42, 0.58)
    top, bottom = stage.height * 0.74, stage.height + 0.02
    deck = [(far - 0.07, top), (far + 0.07, top), (x + 0.34, bottom), (x - 0.34, bottom)]
    for side in (-1, 1):
        for t in (0.15, 0.4, 0.75):
            px, py = far + (x - far) * t + side * (0.07 + 0.27 * t), top + (bottom - top) * t
            canvas.box(
                px - 0.012 - 0.01 * t,
                py - 0.06 - 0.06 * t,
                px + 0.012 + 0.01 * t,
                py + 0.08,
                light.shadow((92, 70, 54)),
            )
    canvas.wash(deck, light.tone((150, 116, 84), 0.1, 0.3), light.tone((132, 98, 70)))
    with canvas.within(deck) as planks:
        for n in range(12):
            t = (n / 12) ** 1.4
            y = top + (bottom - top) * t
            planks.line([(0, y), (stage.width, y)], glaze(light.shadow((70, 52, 42)), 0.8), 0.003 + 0.006 * t)
        dabs(
            planks,
            chance,
            (0, top, stage.width, bottom),
            [light.tone((190, 156, 118)), light.shadow((90, 66, 50))],
            60,
        )
    for dx in (-0.2, 0.22):
        barrel(stage, x + dx, stage.height * 0.94, 0.11)
    lantern(canvas, far + 0.08, top - 0.12, 0.07, lit=light.lamps)
