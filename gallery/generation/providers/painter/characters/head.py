"""Skull, ears, horns, hair, beard."""

from __future__ import annotations

from ..colour import Colour, darker, glaze, lighter, mix
from ..items.bench import Bench
from ..shapes import Point, ellipse, smooth
from .figure import Figure


def neck_and_ears(figure: Figure) -> None:
    bench, skin = figure.bench, figure.skin
    wide = 0.075 if figure.woman else 0.1 if figure.race not in ("orc", "dwarf", "dragonborn") else 0.13
    bench.wash(
        [(-wide, 0.08), (wide, 0.08), (wide * 1.25, 0.33), (-wide * 1.25, 0.33)],
        darker(skin, 0.45),
        darker(skin, 0.12),
    )
    if figure.race in ("dragonborn",):
        return
    reach = {"elf": 0.14, "goblin": 0.27, "tiefling": 0.1, "vampire": 0.08, "orc": 0.1, "halfling": 0.06}.get(
        figure.race, 0.0
    )
    for way in (-1, 1):
        base = 0.15 if figure.race != "dwarf" else 0.175
        if reach:
            tip = (way * (base + reach), -0.12 if figure.race != "goblin" else -0.1)
            ear = smooth(
                [(way * base, -0.07), tip, (way * (base + reach * 0.42), 0.01), (way * base, 0.05)],
                steps=4,
                closed=True,
            )
        else:
            ear = ellipse(way * (base + 0.012), -0.005, 0.03, 0.05)
        bench.wash(ear, skin, darker(skin, 0.25))
        middle = sum(x for x, _ in ear) / len(ear), sum(y for _, y in ear) / len(ear)
        bench.poly(
            [(middle[0] + (x - middle[0]) * 0.55, middle[1] + (y - middle[1]) * 0.5) for x, y in ear],
            glaze(darker(skin, 0.45), 0.6),
        )
        if figure.calling in ("rogue", "bard") or figure.said("pirate"):
            bench.disc(way * (base + 0.018), 0.055, 0.012, bench.gold)


def skull(figure: Figure) -> None:
    """The head and its big shadows."""
    bench, skin, side = figure.bench, figure.skin, figure.bench.stage.light.side
    bench.wash(figure.outline, lighter(skin, 0.12), skin, darker(skin, 0.14))
    with bench.within(figure.outline) as flesh:
        away = -side
        flesh.poly(
            smooth(
                [
                    (away * 0.06, -0.26),
                    (away * 0.1, -0.08),
                    (away * 0.075, 0.03),
                    (away * 0.05, 0.22),
                    (away * 0.3, 0.22),
                    (away * 0.3, -0.26),
                ],
                steps=4,
                closed=True,
            ),
            glaze(darker(skin, 0.5), 0.34),
        )
        for way in (-1, 1):
            flesh.oval(way * 0.082, -0.028, 0.05, 0.034, glaze(darker(skin, 0.5), 0.28))
            flesh.oval(way * 0.095, 0.055, 0.046, 0.032, glaze(mix(skin, (214, 84, 76), 0.6), 0.26))
        if figure.race == "dragonborn":
            _scales(figure, flesh)
    if figure.race in ("tiefling", "dragonborn") or "horns" in figure.features:
        horns(figure)


def _scales(figure: Figure, flesh: Bench) -> None:
    skin = figure.skin
    for row in range(9):
        for n in range(9):
            x, y = -0.18 + 0.045 * n + 0.022 * (row % 2), -0.24 + 0.05 * row
            tone = lighter(skin, 0.3) if (n + row) % 2 else darker(skin, 0.4)
            flesh.poly([(x - 0.022, y), (x, y - 0.012), (x + 0.022, y), (x, y + 0.034)], glaze(tone, 0.3))


def horns(figure: Figure) -> None:
    bench = figure.bench
    tone: Colour = (90, 78, 76) if figure.race == "tiefling" else (208, 190, 158)
    curl = bench.chance.pick((0.0, 0.1))
    for way in (-1, 1):
        horn = smooth([(way * 0.07, -0.2), (way * 0.14, -0.33 + curl), (way * (0.24 + curl * 0.4), -0.4 + curl), (way * (0.25 + curl), -0.5 + curl * 2.2),
                       (way * (0.19 + curl * 0.6), -0.42 + curl * 1.4), (way * 0.17, -0.3 + curl), (way * 0.14, -0.17)], steps=5, closed=True)  # fmt: skip
        bench.wash(horn, lighter(tone, 0.35), tone, darker(tone, 0.3))
        for n in range(4):
            t = n / 4
            bench.line(
                [
                    (way * (0.1 + 0.08 * t), -0.24 - 0.1 * t + curl * t),
                    (way * (0.15 + 0.05 * t), -0.2 - 0.13 * t + curl * t),
                ],
                glaze(darker(tone, 0.5), 0.6),
                0.008,
            )


def _has_hair(figure: Figure) -> bool:
    bony = figure.race == "undead" and figure.said("skeleton", "lich", "skull")
    return not (
        bony or figure.race in ("dragonborn", "goblin") or "bald" in figure.features or _covered(figure)
    )


def _covered(figure: Figure) -> bool:
    return "helmet" in figure.features or (figure.calling == "knight" and figure.said("helm", "helmet"))


def long_haired(figure: Figure) -> bool:
    return (
        figure.woman
        or "long-hair" in figure.features
        or figure.race == "elf"
        or (figure.old and figure.calling == "wizard")
        or figure.calling == "barbarian"
    )


def hair_behind(figure: Figure) -> None:
    if not _has_hair(figure) or not long_haired(figure):
        return
    bench, hair = figure.bench, figure.hair
    long = bench.chance.between(0.3, 0.46)
    wave = bench.chance.between(0.0, 0.04)
    right: list[Point] = [
        (0.0, -0.3),
        (0.15, -0.27),
        (0.215, -0.12),
        (0.2 + wave, 0.08),
        (0.235, long * 0.7),
        (0.19 + wave, long),
        (0.1, long * 0.96),
    ]
    shape = smooth([*right, *[(-x, y) for x, y in reversed(right[1:])]], steps=4, closed=True)
    bench.wash(shape, hair, darker(hair, 0.2), darker(hair, 0.5))
    for n in range(10):
        x = (-0.2 + 0.044 * n) * 1.0
        bench.line(
            smooth([(x * 0.7, -0.24), (x * 1.04, 0.0), (x + 0.01, long * 0.9)], steps=5),
            glaze(lighter(hair, 0.25) if n % 2 else darker(hair, 0.4), 0.4),
            0.01,
        )


def hair(figure: Figure) -> None:
    """The hair that falls over the brow, in one of a few cuts."""
    if not _has_hair(figure):
        return
    bench, tone, side = figure.bench, figure.hair, figure.bench.stage.light.side
    wide = 0.185 if figure.race != "dwarf" else 0.205
    kind = bench.chance.pick(("parted", "swept", "fringe", "back"))
    brow: dict[str, list[Point]] = {
        "parted": [(0.17, -0.03), (0.13, -0.12), (0.03, -0.185), (0.02, -0.2), (-0.1, -0.14), (-0.17, -0.03)],
        "swept": [
            (0.17, -0.05),
            (0.15, -0.13),
            (0.05, -0.12),
            (-0.08, -0.165),
            (-0.14, -0.13),
            (-0.17, -0.03),
        ],
        "fringe": [
            (0.17, -0.02),
            (0.14, -0.1),
            (0.07, -0.09),
            (0.0, -0.1),
            (-0.07, -0.09),
            (-0.14, -0.1),
            (-0.17, -0.02),
        ],
        "back": [
            (0.172, -0.04),
            (0.145, -0.14),
            (0.06, -0.19),
            (-0.06, -0.19),
            (-0.145, -0.14),
            (-0.172, -0.04),
        ],
    }
    crown: list[Point] = [
        (-wide, -0.02),
        (-wide * 1.04, -0.14),
        (-0.12, -0.27),
        (0.0, -0.3),
        (0.12, -0.27),
        (wide * 1.04, -0.14),
        (wide, -0.02),
    ]
    shape = [*smooth(crown, steps=5), *smooth(brow[kind], steps=4)]
    bench.wash(shape, lighter(tone, 0.15), tone, darker(tone, 0.25))
    with bench.within(shape) as locks:
        for n in range(13):
            x = -0.18 + 0.03 * n
            locks.line(
                smooth([(x * 0.25, -0.3), (x * 0.8, -0.22), (x * 1.08, -0.06)], steps=5),
                glaze(lighter(tone, 0.35) if n % 2 else darker(tone, 0.4), 0.45),
                0.008,
            )
        locks.poly(
            smooth(
                [(side * 0.04, -0.27), (side * 0.13, -0.2), (side * 0.12, -0.15), (side * 0.03, -0.23)],
                steps=4,
                closed=True,
            ),
            glaze(lighter(tone, 0.6), 0.3),
        )
    if (figure.woman and bench.chance.maybe(0.4)) or figure.said("braid", "braided"):
        _braid(figure, bench.chance.sign())


def _braid(figure: Figure, way: int) -> None:
    for n in range(7):
        x, y = way * (0.19 + 0.008 * n), 0.06 + 0.052 * n
        figure.bench.wash(
            ellipse(x, y, 0.04 - 0.002 * n, 0.034), lighter(figure.hair, 0.2), darker(figure.hair, 0.25)
        )
    figure.bench.line([(way * 0.215, 0.42), (way * 0.26, 0.42)], figure.bench.gold, 0.03)


def beard(figure: Figure) -> None:
    bench, chance = figure.bench, figure.bench.chance
    grows = (
        figure.race in ("human", "dwarf", "halfling") and not figure.woman and "young" not in figure.features
    )
    wanted = "beard" in figure.features or (
        grows
        and (
            figure.race == "dwarf"
            or figure.old
            or (figure.calling in ("smith", "king", "innkeeper", "barbarian") and chance.maybe(0.7))
            or chance.maybe(0.25)
        )
    )
    if not (wanted or "moustache" in figure.features) or figure.said("shaven", "beardless"):
        return
    tone = mix(figure.hair, (120, 80, 60), 0.08)
    wide = 0.19 if figure.race == "dwarf" else 0.165
    long = (
        0.5
        if figure.race == "dwarf" or (figure.old and figure.calling == "wizard") or figure.said("long")
        else chance.between(0.24, 0.32)
    )
    if wanted:
        _full_beard(figure, wide, long, tone)
    for way in (-1, 1):
        curl = smooth(
            [
                (0.0, 0.072),
                (way * 0.05, 0.066),
                (way * 0.105, 0.1),
                (way * 0.12, 0.128),
                (way * 0.06, 0.112),
                (0.0, 0.098),
            ],
            steps=4,
            closed=True,
        )
        bench.wash(curl, lighter(tone, 0.25), darker(tone, 0.1))


def _full_beard(figure: Figure, wide: float, long: float, tone: Colour) -> None:
    bench = figure.bench
    half: list[Point] = [
        (wide, -0.03),
        (wide * 1.04, 0.1),
        (wide * 0.9, 0.16 + (long - 0.2) * 0.35),
        (wide * 0.42, long * 0.86),
        (0.0, long),
    ]
    outer = smooth([*half, *[(-x, y) for x, y in reversed(half[:-1])]], steps=5)
    inner = smooth(
        [
            (-wide * 0.86, -0.01),
            (-wide * 0.66, 0.075),
            (-0.055, 0.075),
            (0.0, 0.085),
            (0.055, 0.075),
            (wide * 0.66, 0.075),
            (wide * 0.86, -0.01),
        ],
        steps=4,
    )
    shape = [*outer, *inner]
    bench.wash(shape, darker(tone, 0.1), tone, lighter(tone, 0.1))
    with bench.within(shape) as strands:
        for n in range(17):
            x = wide * (n / 8 - 1)
            strands.line(
                smooth([(x, 0.03), (x * 0.86, 0.14), (x * 0.42, long * 0.95)], steps=5),
                glaze(lighter(tone, 0.4) if n % 2 else darker(tone, 0.4), 0.42),
                0.009,
            )
    bench.poly(
        smooth([(-0.045, 0.118), (0.0, 0.112), (0.045, 0.118), (0.0, 0.134)], steps=3, closed=True),
        (120, 62, 58),
    )
    if figure.race == "dwarf" and bench.chance.maybe(0.75):
        for dx in (-0.07, 0.07):
            bench.line([(dx, 0.24), (dx * 0.8, long * 0.86)], darker(tone, 0.25), 0.04)
            for n in range(4):
                y = 0.26 + (long * 0.86 - 0.26) * n / 4
                bench.line([(dx - 0.02, y), (dx + 0.018, y + 0.03)], lighter(tone, 0.3), 0.012)
            bench.wash(
                [
                    (dx * 0.8 - 0.026, long * 0.84),
                    (dx * 0.8 + 0.026, long * 0.84),
                    (dx * 0.8 + 0.026, long * 0.9),
                    (dx * 0.8 - 0.026, long * 0.9),
                ],
                lighter(bench.gold, 0.3),
                darker(bench.gold, 0.3),
            )
