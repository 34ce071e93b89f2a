"""A field after the battle, and a portal."""

from __future__ import annotations

import math

from ..brushes.fire import smoke, sparks
from ..brushes.land import STONE, foreground, hills, soil, tufts
from ..brushes.masonry import banner, column_, ivy, masonry
from ..brushes.trees import treeline
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import Point, ellipse, height_at, spaced
from ..stage import Stage
from .castles import livery
from .vista import vista


def battlefield(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("battlefield")
    horizon = stage.height * chance.between(0.5, 0.58)
    vista(stage, horizon)
    ground = mix(soil(stage), (122, 98, 78), 0.6)
    line = hills(stage, horizon + 0.05, 0.05, ground, 0.4, name="back", mist=0.5)
    for x in spaced(chance, 0, stage.width, int(4 * stage.width)):
        smoke(canvas, chance, (x, height_at(line, x)), 0.3, mix(light.haze, (70, 60, 66), 0.5), opacity=0.3)
    near = hills(stage, horizon + 0.18, 0.05, ground, 0.08, name="near", mist=0.0)
    for n, x in enumerate(spaced(chance, 0.05, stage.width - 0.05, int(6 * stage.width))):
        y = height_at(near, x) + chance.between(0.02, 0.22)
        if n % 3 == 0:
            banner(stage, x, y, chance.between(0.22, 0.34), livery(stage) if n % 2 else (70, 66, 84), 0.04)
        else:
            _planted_sword(stage, x, y, chance.between(0.12, 0.2), chance)
    tufts(stage, near, int(70 * stage.width), name="near", local=ground)
    canvas.glow(stage.width * 0.5, horizon, 0.7, (230, 110, 60), 0.3)
    sparks(
        canvas,
        chance,
        stage.width / 2,
        stage.height,
        stage.width * 0.6,
        stage.height * 0.8,
        (255, 180, 110),
        40,
    )
    foreground(stage, local=(60, 48, 44))


def _planted_sword(stage: Stage, x: float, foot: float, high: float, chance: Chance) -> None:
    light, canvas, lean = stage.light, stage.canvas, chance.between(-0.25, 0.25)
    top = (x + lean * high, foot - high)
    guard = (x + lean * high * 0.74, foot - high * 0.74)
    canvas.line([(x, foot), guard], light.tone((176, 182, 192), 0.05, 0.6), high * 0.07)
    canvas.line([guard, top], light.shadow((92, 64, 48)), high * 0.05)
    canvas.line(
        [(guard[0] - high * 0.17, guard[1] - high * 0.03), (guard[0] + high * 0.17, guard[1] + high * 0.03)],
        light.tone((150, 118, 66), 0, 0.3),
        high * 0.05,
    )
    canvas.disc(*top, high * 0.04, light.tone((150, 118, 66), 0, 0.4))


def portal(stage: Stage) -> None:
    """A ring of stone with another place turning in it."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("portal")
    horizon = stage.height * chance.between(0.6, 0.66)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.05, soil(stage), 0.36, name="back", mist=0.4)
    treeline(stage, line, 0.08, 0.4, name="back")
    hills(stage, horizon + 0.12, 0.03, soil(stage), 0.08, name="near", mist=0.0)
    colour = stage.meaning.glow or (
        stage.meaning.colours[0]
        if stage.meaning.colours
        else chance.pick(((110, 150, 255), (180, 100, 240), (80, 220, 190), (255, 130, 80)))
    )
    x, y, radius = stage.width * chance.between(0.44, 0.56), stage.height * 0.5, 0.3
    foot = y + radius + 0.08
    for n in range(3):
        canvas.box(
            x - 0.44 - 0.06 * n,
            foot - 0.05 + 0.03 * n,
            x + 0.44 + 0.06 * n,
            foot - 0.02 + 0.035 * n,
            light.tone(lighter(STONE, 0.1), 0, 0.3),
        )
        canvas.box(
            x - 0.44 - 0.06 * n,
            foot - 0.03 + 0.03 * n,
            x + 0.44 + 0.06 * n,
            foot - 0.015 + 0.035 * n,
            light.shadow(STONE),
        )
    masonry(
        stage,
        ellipse(x, y, radius * 1.22, radius * 1.22),
        0,
        chance=chance,
        local=STONE,
        row=0.05,
        mossy=True,
    )
    _swirl(stage, x, y, radius, colour, chance)
    for n in range(14):
        angle = math.tau * n / 14
        rx, ry = x + radius * 1.11 * math.cos(angle), y + radius * 1.11 * math.sin(angle)
        canvas.poly(
            [(rx - 0.014, ry), (rx, ry - 0.02), (rx + 0.014, ry), (rx, ry + 0.02)], lighter(colour, 0.4)
        )
        canvas.glow(rx, ry, 0.06, colour, 0.5)
    canvas.glow(x, y, 0.85, colour, 0.5)
    canvas.soft(x, foot + 0.1, 0.6, 0.09, lighter(colour, 0.2), 0.35)
    for side in (-1, 1):
        column_(
            stage,
            x + side * 0.58,
            foot + 0.06,
            0.07,
            0.42,
            0.0,
            broken=chance.between(0.4, 1.0),
            chance=chance,
            local=(170, 166, 164),
        )
    ring = [
        *ellipse(x, y, radius * 1.22, radius * 1.22),
        (x + radius * 1.22, y),
        *reversed(ellipse(x, y, radius, radius)),
        (x + radius, y),
    ]
    ivy(stage, chance, ring, (x - 0.36, y - 0.37, x + 0.36, y + 0.1), 90)
    sparks(canvas, chance, x, foot, 0.6, 0.8, lighter(colour, 0.6), 60)
    foreground(stage)


def _swirl(stage: Stage, x: float, y: float, radius: float, colour: Colour, chance: Chance) -> None:
    canvas = stage.canvas
    ring = ellipse(x, y, radius, radius)
    canvas.wash(ring, darker(colour, 0.6), darker(colour, 0.35))
    with canvas.within(ring) as inside:
        spin = chance.random()
        for n in range(9):
            arm: list[Point] = []
            for i in range(18):
                t = i / 17
                angle = math.tau * (n / 9 + spin + 0.7 * t)
                arm.append(
                    (x + radius * (1.05 - t) * math.cos(angle), y + radius * (1.05 - t) * math.sin(angle))
                )
            inside.line(arm, glaze(mix(colour, (255, 255, 255), 0.15 * (n % 4)), 0.4), 0.03 - 0.012 * (n % 2))
        inside.soft(x, y, radius * 0.7, radius * 0.7, lighter(colour, 0.8), 0.9)
