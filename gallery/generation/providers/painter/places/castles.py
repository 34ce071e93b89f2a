"""Castles and towers, and the colours that they fly."""

from __future__ import annotations

from ..brushes.fire import sparks
from ..brushes.land import EARTH, STONE, foreground, hills, path, soil, tufts
from ..brushes.masonry import masonry, round_tower
from ..brushes.trees import treeline, wood
from ..brushes.water import water
from ..chance import Chance
from ..colour import Colour, glaze, lighter, mix
from ..shapes import Point, arch, jagged
from ..stage import Stage
from .vista import vista

BANNERS: tuple[Colour, ...] = ((178, 52, 50), (52, 84, 150), (74, 122, 80), (196, 150, 60), (112, 66, 136))
CASTLE_STONE: tuple[Colour, ...] = ((168, 160, 152), (146, 148, 158), (184, 166, 140), (128, 126, 136))
CASTLE_ROOFS: tuple[Colour, ...] = ((74, 96, 140), (150, 72, 58), (84, 110, 104), (104, 84, 124))


def livery(stage: Stage) -> Colour:
    """The colour of this place's banners: what the words say, else its own."""
    colours = stage.meaning.colours
    return colours[0] if colours else stage.chance.child("livery").pick(BANNERS)


def castle(stage: Stage) -> None:
    chance = stage.chance.child("castle")
    horizon = stage.height * chance.between(0.56, 0.64)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.05, 0.05, soil(stage), 0.42, name="back", mist=0.4)
    treeline(stage, line, 0.07, 0.42, name="back")
    x, foot = stage.width * chance.between(0.36, 0.64), horizon + 0.08
    _crag(stage, chance, x, foot)
    keep(stage, chance, x, foot - 0.06, chance.between(0.4, 0.5))
    if stage.has("lake", "sea", "river"):
        water(stage, horizon + 0.14, stage.height * 0.9, name="moat")
    near = hills(stage, stage.height * 0.84, 0.05, soil(stage), 0.12, name="near", mist=0.1)
    path(stage, stage.width * chance.between(0.25, 0.75), horizon + 0.1, EARTH, goal=x, wide=0.26)
    wood(
        stage,
        near,
        int(7 * stage.width),
        0.2,
        0.12,
        name="near",
        kind="mixed",
        keep_clear=(x - 0.24, x + 0.24),
    )
    tufts(stage, near, int(60 * stage.width), name="near")
    foreground(stage)


def _crag(stage: Stage, chance: Chance, x: float, foot: float) -> None:
    """The rock that a castle stands on."""
    light, canvas = stage.light, stage.canvas
    top = jagged(chance, (x - 0.42, foot - 0.05), (x + 0.42, foot - 0.05), rough=0.025, depth=4)
    outline = [
        (x - 0.62, foot + 0.2),
        (x - 0.5, foot + 0.05),
        *top,
        (x + 0.5, foot + 0.06),
        (x + 0.66, foot + 0.2),
    ]
    local = mix(STONE, soil(stage), 0.35)
    canvas.wash(
        outline,
        light.tone(local, 0.25, 0.5),
        light.tone(local, 0.3),
        mix(light.tone(soil(stage), 0.3), light.haze, 0.2),
    )
    with canvas.within(outline) as stone:
        for _ in range(30):
            rx, ry = x + chance.between(-0.55, 0.55), foot + chance.between(-0.04, 0.14)
            tone = (
                light.shadow(local, 0.2)
                if rx * -light.side > x * -light.side
                else light.tone(lighter(local, 0.2), 0.2, 0.6)
            )
            stone.poly(
                [(rx, ry), (rx + 0.025, ry + 0.01), (rx + 0.03, ry + 0.08), (rx - 0.02, ry + 0.06)],
                glaze(tone, 0.5),
            )


def keep(stage: Stage, chance: Chance, x: float, foot: float, high: float) -> None:
    """Towers behind walls behind a gate."""
    canvas, light = stage.canvas, stage.light
    local, roof, flag = chance.pick(CASTLE_STONE), chance.pick(CASTLE_ROOFS), livery(stage)
    if stage.has("dark"):
        local, roof = (96, 92, 104), (70, 60, 84)
    pointed = chance.maybe(0.7)
    wide = high * 0.2
    for dx, tall, share in (
        (-0.2, 0.98, 0.9),
        (0.24, 0.84, 0.9),
        (0.02, 1.22, 1.15),
        (-0.46, 0.66, 0.85),
        (0.5, 0.6, 0.85),
    ):
        cap = roof if pointed or abs(dx) < 0.1 else None
        round_tower(
            stage,
            x + (dx + chance.between(-0.04, 0.04)) * high,
            foot,
            wide * share,
            high * tall * chance.between(0.88, 1.1) * 0.74,
            0.2,
            chance=chance,
            roof=cap,
            local=local,
            flag=flag if tall > 0.9 else None,
        )
    wall = high * 0.36
    half = high * 0.66
    outline: list[Point] = [(x - half, foot + 0.02)]
    for n in range(13):
        left = x - half + n * half * 2 / 12.5
        outline += [
            (left, foot - wall),
            (left, foot - wall - high * 0.05),
            (left + half * 0.09, foot - wall - high * 0.05),
            (left + half * 0.09, foot - wall),
        ]
    outline.append((x + half, foot + 0.02))
    masonry(stage, outline, 0.16, chance=chance, local=local, row=high * 0.034, lit=0.4)
    for dx in (-1.0, 1.0):
        round_tower(
            stage,
            x + dx * half,
            foot + 0.015,
            wide * 1.02,
            high * 0.5,
            0.13,
            chance=chance,
            roof=roof if pointed else None,
            local=local,
        )
    gate_ = arch(x, foot + 0.02, high * 0.17, high * 0.27)
    canvas.poly(arch(x, foot + 0.02, high * 0.23, high * 0.32), light.shadow(local, 0.1))
    canvas.poly(gate_, light.shadow((48, 40, 44), 0.1))
    with canvas.within(gate_) as dark:
        for n in range(6):
            dark.line(
                [
                    (x - high * 0.08 + n * high * 0.032, foot - high * 0.3),
                    (x - high * 0.08 + n * high * 0.032, foot),
                ],
                light.tone((90, 78, 70), 0.1),
                high * 0.008,
            )
    if light.lamps > 0.3:
        canvas.glow(x, foot - high * 0.08, high * 0.32, (255, 170, 80), 0.5 * light.lamps)
    for dx in (-0.3, 0.3):
        top = foot - wall + high * 0.03
        canvas.poly(
            [
                (x + (dx - 0.045) * high, top),
                (x + (dx + 0.045) * high, top),
                (x + (dx + 0.045) * high, top + high * 0.2),
                (x + dx * high, top + high * 0.16),
                (x + (dx - 0.045) * high, top + high * 0.2),
            ],
            light.tone(flag, 0.12, 0.4),
        )


def tower(stage: Stage) -> None:
    """One tall tower on a rise, its top window alight."""
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("tower")
    horizon = stage.height * chance.between(0.62, 0.7)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.06, soil(stage), 0.4, name="back", mist=0.4)
    treeline(stage, line, 0.07, 0.4, name="back")
    x, foot = stage.width * chance.between(0.34, 0.66), horizon + 0.03
    _crag(stage, chance, x, foot + 0.05)
    high = foot * chance.between(0.6, 0.68)
    local = chance.pick(CASTLE_STONE)
    roof = stage.meaning.colours[0] if stage.meaning.colours else chance.pick(CASTLE_ROOFS)
    wide = chance.between(0.12, 0.16)
    if chance.maybe(0.6):
        round_tower(
            stage,
            x + wide * 0.75 * chance.sign(),
            foot + 0.01,
            wide * 0.6,
            high * chance.between(0.4, 0.6),
            0.14,
            chance=chance,
            roof=roof,
            local=local,
        )
    round_tower(
        stage,
        x,
        foot + 0.02,
        wide,
        high * 0.84,
        0.08,
        chance=chance,
        roof=roof if chance.maybe(0.85) else None,
        local=local,
        flag=livery(stage),
    )
    colour = stage.meaning.glow or ((120, 190, 255) if stage.has("magic") else (255, 206, 120))
    y = foot - high * 0.73
    canvas.poly(arch(x, y + 0.05, 0.042, 0.075), lighter(colour, 0.35))
    canvas.glow(x, y, 0.24, colour, 0.35 + 0.4 * light.lamps)
    if stage.has("magic"):
        sparks(canvas, chance, x, foot - high * 0.6, 0.2, high * 0.5, lighter(colour, 0.4), 26)
    canvas.poly(arch(x, foot + 0.02, wide * 0.34, wide * 0.55), light.shadow((84, 58, 44), 0.05))
    near = hills(stage, stage.height * 0.86, 0.05, soil(stage), 0.06, name="near", mist=0.05)
    path(stage, stage.width * chance.between(0.25, 0.75), foot + 0.04, EARTH, goal=x, wide=0.24)
    wood(stage, near, int(6 * stage.width), 0.22, 0.1, name="near", keep_clear=(x - 0.26, x + 0.26))
    tufts(stage, near, int(70 * stage.width), name="near")
    foreground(stage)
