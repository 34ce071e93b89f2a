"""Camp and garden."""

from __future__ import annotations

import math

from ..brushes.fire import WARM, blaze, smoke, sparks
from ..brushes.land import EARTH, foreground, hills, path, rock, soil, tufts
from ..brushes.masonry import banner
from ..brushes.plants import bush
from ..brushes.trees import broadleaf, leaf_colour, wood
from ..chance import Chance
from ..colour import glaze, mix
from ..shapes import arch, blob
from ..stage import Stage
from .castles import livery
from .squares import fountain
from .vista import vista


def camp(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("camp")
    horizon = stage.height * chance.between(0.54, 0.62)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.06, 0.04, soil(stage), 0.32, name="back", mist=0.3)
    if not stage.has("desert"):
        wood(stage, line, int(13 * stage.width), 0.3, 0.3, name="back", kind=chance.pick(("pine", "mixed")))
    near = hills(stage, horizon + 0.16, 0.02, mix(soil(stage), EARTH, 0.3), 0.06, name="near", mist=0.0)
    x = stage.width * chance.between(0.42, 0.58)
    for dx, size in ((-0.42, 0.3), (0.44, 0.34), (0.14, 0.2)):
        if 0 < x + dx < stage.width:
            _tent(
                stage,
                x + dx,
                horizon + 0.2 + (0.05 if size > 0.25 else -0.03),
                size * chance.between(0.9, 1.1),
                chance,
            )
    foot = stage.height * 0.86
    canvas.soft(x, foot, 0.42, 0.11, (255, 150, 70), 0.25 + 0.2 * light.lamps)
    for dx in (-0.28, 0.27):
        tone = light.shadow((112, 84, 64))
        canvas.line([(x + dx - 0.09, foot + 0.03), (x + dx + 0.09, foot + 0.01)], tone, 0.045)
        canvas.disc(x + dx + 0.09, foot + 0.01, 0.022, light.tone((190, 150, 106)))
    for n in range(9):
        angle = math.tau * n / 9
        rock(stage, x + 0.12 * math.cos(angle), foot + 0.025 + 0.03 * math.sin(angle), 0.05, chance=chance)
    smoke(canvas, chance, (x, foot - 0.2), 0.2, mix(light.haze, (200, 200, 206), 0.4), opacity=0.22)
    blaze(canvas, x, foot + 0.01, 0.16, 0.19, chance=chance)
    tufts(stage, near, int(50 * stage.width), name="near")
    if stage.has("battlefield"):
        banner(stage, x + 0.6, horizon + 0.2, 0.2, livery(stage), 0.1)
    foreground(stage)


def _tent(stage: Stage, x: float, foot: float, size: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    cloth = chance.pick(((222, 204, 166), (176, 92, 70), (110, 130, 96), (196, 164, 112), (104, 118, 146)))
    way, top = chance.sign(), foot - size * 0.72
    canvas.soft(x, foot, size * 0.7, size * 0.1, light.shadow((50, 46, 50)), 0.55)
    front = [
        (x - way * size * 0.5, foot),
        (x - way * size * 0.12, top),
        (x + way * size * 0.2, foot + size * 0.04),
    ]
    canvas.poly(
        [
            (x - way * size * 0.12, top),
            (x + way * size * 0.3, top + size * 0.04),
            (x + way * size * 0.62, foot - size * 0.04),
            (x + way * size * 0.2, foot + size * 0.04),
        ],
        light.tone(cloth, 0.08, 0.6) if way == light.side else light.shadow(cloth, 0.08, 0.3),
    )
    canvas.poly(front, light.tone(cloth, 0.06, 0.35))
    flap = [
        (x - way * size * 0.26, foot + size * 0.015),
        (x - way * size * 0.12, top + size * 0.16),
        (x, foot + size * 0.025),
    ]
    canvas.poly(flap, mix((46, 36, 38), (255, 190, 110), 0.6 * light.lamps))
    canvas.line(
        [(x - way * size * 0.12, top - size * 0.06), (x - way * size * 0.12, top)],
        light.shadow((90, 66, 52)),
        size * 0.02,
    )
    for px, py in ((x - way * size * 0.66, foot + 0.01), (x + way * size * 0.74, foot + 0.005)):
        canvas.line([(x - way * size * 0.12, top), (px, py)], glaze(light.tone((210, 196, 160)), 0.6), 0.0025)
    if light.lamps > 0.4:
        canvas.glow(x - way * size * 0.12, foot - size * 0.2, size * 0.55, WARM, 0.4 * light.lamps)


def garden(stage: Stage) -> None:
    canvas, light, chance = stage.canvas, stage.light, stage.chance.child("garden")
    horizon = stage.height * chance.between(0.5, 0.56)
    vista(stage, horizon)
    line = hills(stage, horizon + 0.04, 0.04, soil(stage), 0.36, name="back", mist=0.3)
    wood(stage, line, int(9 * stage.width), 0.24, 0.32, name="back", kind="leaf")
    hedge, x = (92, 132, 76), stage.width * chance.between(0.44, 0.56)
    for side in (-1, 1):
        canvas.wash(
            [
                (x + side * 0.16, horizon + 0.0),
                (x + side * 3, horizon + 0.0),
                (x + side * 3, horizon + 0.13),
                (x + side * 0.16, horizon + 0.13),
            ],
            light.tone(hedge, 0.14, 0.6),
            light.shadow(hedge, 0.12),
        )
    canvas.poly(
        [
            (-0.1, horizon + 0.12),
            (stage.width + 0.1, horizon + 0.12),
            (stage.width + 0.1, stage.height + 0.1),
            (-0.1, stage.height + 0.1),
        ],
        light.tone((142, 164, 88), 0.05, 0.4),
    )
    path(stage, x, horizon + 0.12, (214, 196, 164), goal=x, wide=0.7)
    _rose_arch(stage, x, horizon + 0.14, chance)
    tones = [
        chance.pick(((214, 74, 90), (232, 176, 80), (236, 226, 220), (160, 110, 190), (226, 130, 160)))
        for _ in range(4)
    ]
    for row in range(4):
        t = row / 3
        y, size = horizon + 0.18 + (stage.height - horizon - 0.2) * t, 0.06 + 0.075 * t
        for side in (-1, 1):
            for n in range(5):
                bush(
                    stage,
                    x + side * (0.18 + 0.2 * t + n * size * 1.5),
                    y,
                    size,
                    0.1 * (1 - t),
                    chance=chance,
                    local=hedge,
                    bloom=tones[(row + n) % 4],
                )
    if chance.maybe(0.6) or "fountain" in stage.meaning.words:
        fountain(stage, x, stage.height * 0.88, chance, 0.28)
    broadleaf(
        stage,
        stage.width * chance.pick((0.08, 0.92)),
        stage.height * 0.9,
        0.62,
        0.0,
        chance=chance,
        local=leaf_colour(stage),
    )
    sparks(canvas, chance, stage.width / 2, stage.height * 0.9, stage.width * 0.5, 0.5, (255, 246, 210), 24)


def _rose_arch(stage: Stage, x: float, foot: float, chance: Chance) -> None:
    light, canvas = stage.light, stage.canvas
    ring = arch(x, foot, 0.3, 0.36)
    canvas.line(ring, light.shadow((120, 92, 70), 0.08), 0.02)
    bloom = chance.pick(((222, 90, 104), (240, 226, 214), (232, 150, 170)))
    for px, py in ring[::1]:
        for _ in range(3):
            tone = (
                light.tone((86, 126, 70), 0.06, 0.6)
                if chance.maybe(0.6)
                else light.shadow((74, 112, 66), 0.06)
            )
            canvas.poly(
                blob(chance, px + chance.about(0, 0.02), py + chance.about(0, 0.02), 0.022, 0.018), tone
            )
        canvas.disc(
            px + chance.about(0, 0.02), py + chance.about(0, 0.02), 0.0095, light.tone(bloom, 0.03, 0.4)
        )
