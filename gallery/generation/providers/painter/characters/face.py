"""Eyes, nose, mouth, and what life has left on a face."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import ellipse, smooth
from .figure import Figure

INK: Colour = (44, 30, 36)


def features(figure: Figure) -> None:
    if figure.race == "undead" and figure.said("skeleton", "lich", "skull"):
        _bones(figure)
        return
    if figure.race == "dragonborn":
        _snout(figure)
    else:
        _nose(figure)
        _mouth(figure)
    for way in (-1, 1):
        if way == 1 and "eyepatch" in figure.features:
            _patch(figure)
        else:
            _eye(figure, way)
        _brow(figure, way)
    if figure.old:
        _years(figure)
    if "scar" in figure.features:
        line = [(-0.12, -0.1), (-0.09, -0.02), (-0.1, 0.07)]
        figure.bench.line(line, glaze(mix(figure.skin, (226, 150, 140), 0.6), 0.9), 0.012)
        figure.bench.line(line, glaze(darker(figure.skin, 0.35), 0.6), 0.004)
    if figure.race in ("orc",):
        for way in (-1, 1):
            figure.bench.wash(
                [(way * 0.05, 0.13), (way * 0.065, 0.068), (way * 0.082, 0.128)],
                (250, 242, 220),
                (206, 190, 156),
            )


def _iris(figure: Figure) -> Colour:
    if figure.bench.magic:
        return figure.bench.magic
    fixed: dict[str, Colour] = {
        "goblin": (226, 196, 60),
        "orc": (196, 120, 50),
        "tiefling": (240, 200, 80),
        "dragonborn": (240, 190, 60),
        "undead": (150, 230, 190),
        "vampire": (190, 40, 50),
    }
    return fixed.get(figure.race) or figure.bench.chance.child("iris").pick(
        ((84, 116, 150), (96, 120, 74), (112, 76, 50), (70, 56, 48))
    )


def _eye(figure: Figure, way: int) -> None:
    bench, x, y = figure.bench, way * 0.078, -0.024
    big = 1.18 if figure.race in ("goblin", "halfling") else 1.08 if figure.woman else 1.0
    rx, ry = 0.037 * big, 0.019 * big
    slant = {"elf": 0.007, "tiefling": 0.007, "vampire": 0.006, "goblin": 0.009}.get(figure.race, 0.002)
    shape = smooth(
        [
            (x - rx, y + way * slant),
            (x - rx * 0.2, y - ry),
            (x + rx * 0.5, y - ry * 0.85),
            (x + rx, y - way * slant),
            (x + rx * 0.2, y + ry * 0.8),
        ],
        steps=4,
        closed=True,
    )
    white: Colour = (
        (246, 240, 230)
        if figure.race not in ("goblin", "tiefling", "dragonborn")
        else mix((246, 240, 200), _iris(figure), 0.55)
    )
    bench.poly(shape, white)
    with bench.within(shape) as ball:
        ball.poly(
            [(x - rx, y - ry), (x + rx, y - ry), (x + rx, y - ry * 0.35), (x - rx, y - ry * 0.35)],
            glaze(INK, 0.28),
        )
        ball.disc(x, y - 0.002, 0.0185 * big, _iris(figure))
        ball.disc(x, y - 0.002, 0.0185 * big, glaze(INK, 0.2))
        ball.disc(x, y + 0.004, 0.012 * big, glaze(lighter(_iris(figure), 0.35), 0.8))
        if figure.race in ("dragonborn", "goblin"):
            ball.oval(x, y - 0.002, 0.005, 0.018, INK)
        else:
            ball.disc(x, y - 0.002, 0.0092 * big, INK)
        ball.disc(x - 0.006, y - 0.009, 0.0046, (255, 255, 255))
    lid = smooth(
        [
            (x - rx * 1.06, y + way * slant + 0.002),
            (x - rx * 0.2, y - ry * 1.06),
            (x + rx * 0.5, y - ry * 0.92),
            (x + rx * 1.06, y - way * slant + 0.002),
        ],
        steps=4,
    )
    bench.line(lid, INK, 0.0085 if figure.woman else 0.006)
    bench.line([(px, py - 0.014) for px, py in lid], glaze(darker(figure.skin, 0.5), 0.55), 0.004)
    if bench.magic or figure.race in ("undead", "vampire"):
        bench.glow(x, y, 0.08, _iris(figure), 0.5)


def _brow(figure: Figure, way: int) -> None:
    if figure.race in ("dragonborn", "undead") and not figure.woman:
        return
    stern = (
        0.014
        if figure.calling in ("knight", "barbarian", "rogue", "smith")
        or figure.race in ("orc", "goblin", "dwarf")
        else 0.0
    )
    thick = 0.008 if figure.woman else 0.02 if figure.race in ("dwarf", "orc") or figure.old else 0.013
    tone = darker(figure.hair, 0.15) if figure.race not in ("goblin", "orc") else darker(figure.skin, 0.5)
    line = smooth(
        [(way * 0.03, -0.066 + stern), (way * 0.075, -0.084), (way * 0.122, -0.066 - stern * 0.4)], steps=5
    )
    figure.bench.line(line, tone, thick)


def _nose(figure: Figure) -> None:
    bench, skin, side = figure.bench, figure.skin, figure.bench.stage.light.side
    wide = {"dwarf": 0.048, "orc": 0.05, "goblin": 0.046, "halfling": 0.036}.get(
        figure.race, 0.026 if figure.woman else 0.033
    )
    tip = 0.075 if figure.race == "goblin" else 0.046
    if figure.race == "undead" and figure.said("zombie", "ghoul"):
        wide = 0.02
    bench.poly(
        smooth(
            [
                (0.004 * -side, -0.04),
                (-side * 0.02, 0.01),
                (-side * wide, tip),
                (0.0, tip + 0.016),
                (side * 0.004, tip - 0.02),
            ],
            steps=4,
            closed=True,
        ),
        glaze(darker(skin, 0.45), 0.5),
    )
    bench.line(
        smooth(
            [
                (-wide, tip),
                (-wide * 0.4, tip + 0.013),
                (0, tip + 0.008),
                (wide * 0.4, tip + 0.013),
                (wide, tip),
            ],
            steps=4,
        ),
        glaze(darker(skin, 0.6), 0.75),
        0.006,
    )
    bench.oval(side * 0.006, tip - 0.014, 0.013, 0.011, glaze(lighter(skin, 0.6), 0.6))
    bench.line([(side * 0.005, -0.03), (side * 0.007, tip - 0.03)], glaze(lighter(skin, 0.5), 0.5), 0.009)


def _mouth(figure: Figure) -> None:
    bench, skin = figure.bench, figure.skin
    y = 0.12 if figure.race != "goblin" else 0.125
    wide = 0.075 if figure.race in ("orc", "goblin") else 0.05
    lift = (
        bench.chance.pick((0.008, 0.004, -0.002))
        if figure.calling not in ("innkeeper", "bard", "merchant")
        else 0.013
    )
    lips = mix(skin, (176, 60, 66), 0.5 if figure.woman else 0.26)
    bench.poly(
        smooth(
            [
                (-wide, y - lift),
                (0, y + 0.004),
                (wide, y - lift),
                (wide * 0.4, y + 0.018),
                (-wide * 0.4, y + 0.018),
            ],
            steps=4,
            closed=True,
        ),
        glaze(lips, 0.85),
    )
    if figure.woman:
        bench.poly(
            smooth(
                [
                    (-wide, y - lift),
                    (-wide * 0.3, y - 0.012),
                    (0, y - 0.007),
                    (wide * 0.3, y - 0.012),
                    (wide, y - lift),
                    (0, y + 0.003),
                ],
                steps=4,
                closed=True,
            ),
            glaze(darker(lips, 0.15), 0.85),
        )
    bench.line(
        smooth([(-wide * 1.1, y - lift), (0, y + 0.003), (wide * 1.1, y - lift)], steps=5),
        darker(lips, 0.55),
        0.006,
    )
    bench.oval(0, y + 0.034, wide * 0.5, 0.008, glaze(darker(skin, 0.5), 0.4))
    if figure.race in ("vampire", "goblin"):
        for way in (-1, 1):
            bench.poly([(way * 0.022, y), (way * 0.03, y + 0.022), (way * 0.038, y - 0.001)], (250, 246, 236))


def _patch(figure: Figure) -> None:
    bench = figure.bench
    bench.line([(-0.17, -0.17), (0.08, -0.03), (0.18, 0.0)], (38, 32, 38), 0.011)
    bench.wash(
        smooth(
            [(0.035, -0.05), (0.12, -0.055), (0.115, 0.005), (0.075, 0.03), (0.04, 0.0)], steps=4, closed=True
        ),
        (66, 56, 62),
        (30, 24, 30),
    )


def _years(figure: Figure) -> None:
    tone = glaze(darker(figure.skin, 0.45), 0.5)
    for way in (-1, 1):
        figure.bench.line(
            smooth([(way * 0.04, 0.05), (way * 0.072, 0.085), (way * 0.07, 0.11)], steps=4), tone, 0.005
        )
        for n in range(2):
            figure.bench.line(
                [(way * 0.122, -0.022 + 0.016 * n), (way * 0.142, -0.03 + 0.024 * n)], tone, 0.004
            )
        figure.bench.line(
            smooth([(way * 0.045, 0.006), (way * 0.08, 0.014), (way * 0.11, 0.004)], steps=4), tone, 0.005
        )
    for n in range(2):
        figure.bench.line(
            smooth(
                [(-0.07, -0.125 - 0.022 * n), (0.0, -0.132 - 0.022 * n), (0.07, -0.125 - 0.022 * n)], steps=4
            ),
            tone,
            0.004,
        )


def _snout(figure: Figure) -> None:
    bench, skin = figure.bench, figure.skin
    muzzle = smooth(
        [
            (-0.075, 0.02),
            (0.0, -0.01),
            (0.075, 0.02),
            (0.115, 0.13),
            (0.075, 0.2),
            (0.0, 0.225),
            (-0.075, 0.2),
            (-0.115, 0.13),
        ],
        steps=4,
        closed=True,
    )
    bench.wash(muzzle, lighter(skin, 0.12), lighter(skin, 0.2), darker(skin, 0.2))
    for way in (-1, 1):
        bench.oval(way * 0.036, 0.085, 0.014, 0.01, darker(skin, 0.7))
        bench.poly([(way * 0.05, 0.15), (way * 0.06, 0.178), (way * 0.07, 0.15)], (250, 244, 226))
        bench.poly(
            smooth(
                [(way * 0.03, -0.06), (way * 0.12, -0.085), (way * 0.13, -0.06), (way * 0.05, -0.042)],
                steps=3,
                closed=True,
            ),
            darker(skin, 0.35),
        )
    bench.line(
        smooth([(-0.105, 0.135), (-0.04, 0.155), (0.0, 0.148), (0.04, 0.155), (0.105, 0.135)], steps=4),
        darker(skin, 0.6),
        0.008,
    )
    for n in range(4):
        y = -0.2 + 0.05 * n
        bench.wash(
            [(-0.018, y + 0.03), (0.0, y - 0.012), (0.018, y + 0.03)], lighter(skin, 0.4), darker(skin, 0.2)
        )


def _bones(figure: Figure) -> None:
    bench, bone = figure.bench, figure.skin
    glow = bench.magic or (120, 230, 180)
    for way in (-1, 1):
        bench.poly(
            smooth(
                [
                    (way * 0.03, -0.03),
                    (way * 0.075, -0.07),
                    (way * 0.125, -0.045),
                    (way * 0.12, 0.015),
                    (way * 0.07, 0.03),
                ],
                steps=4,
                closed=True,
            ),
            (30, 22, 30),
        )
        bench.orb(way * 0.078, -0.018, 0.017, glow)
        bench.glow(way * 0.078, -0.018, 0.13, glow, 0.8)
        bench.poly(
            smooth([(way * 0.11, 0.05), (way * 0.16, 0.03), (way * 0.12, 0.12)], steps=4, closed=True),
            glaze(darker(bone, 0.6), 0.6),
        )
    bench.poly([(0.0, 0.02), (0.026, 0.078), (-0.026, 0.078)], (30, 22, 30))
    bench.poly([(-0.08, 0.108), (0.08, 0.108), (0.07, 0.165), (-0.07, 0.165)], darker(bone, 0.3))
    for n in range(7):
        x = -0.069 + 0.023 * n
        bench.wash(ellipse(x, 0.122, 0.01, 0.016), lighter(bone, 0.4), bone)
        bench.wash(ellipse(x, 0.152, 0.009, 0.014), lighter(bone, 0.3), darker(bone, 0.1))
