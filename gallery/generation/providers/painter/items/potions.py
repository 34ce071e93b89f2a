"""Potions and what one drinks from."""

from __future__ import annotations

from ..colour import WHITE, Colour, darker, glaze, lighter, mix
from ..shapes import ellipse, mirrored, smooth
from .bench import Bench

GLASS: Colour = (190, 214, 222)


def said(bench: Bench, *words: str) -> bool:
    return bool(bench.stage.meaning.words & set(words))


def _brew(bench: Bench) -> Colour:
    """The colour of what is inside: said, or what its use suggests."""
    if bench.magic or bench.colours:
        return bench.magic or bench.colours[0]
    for words, colour in (
        (("healing", "health", "life", "strength"), (208, 44, 60)), (("mana", "magic", "frost", "water"), (64, 116, 224)),
        (("poison", "venom", "acid"), (110, 176, 60)), (("fire", "flame"), (240, 120, 40)),
        (("invisibility", "sleep", "shadow", "love"), (160, 96, 210)), (("speed", "luck", "stamina"), (236, 190, 70)),
    ):  # fmt: skip
        if said(bench, *words):
            return colour
    return bench.accent


def potion(bench: Bench) -> None:
    brew = _brew(bench)
    shape = bench.chance.whole(0, 2)
    bodies = (
        [(0.075, -0.2), (0.09, -0.1), (0.24, 0.02), (0.3, 0.2), (0.24, 0.38), (0.1, 0.44), (0.0, 0.44)],
        [(0.07, -0.22), (0.09, -0.12), (0.3, 0.36), (0.27, 0.43), (0.0, 0.44)],
        [(0.07, -0.22), (0.1, -0.14), (0.2, -0.06), (0.2, 0.36), (0.14, 0.44), (0.0, 0.44)],
    )
    half = [(0.07, -0.32), *smooth(bodies[shape], steps=5)]
    outline = mirrored(half)
    bench.wash(outline, mix(GLASS, brew, 0.2), mix(GLASS, brew, 0.4), darker(mix(GLASS, brew, 0.5), 0.2))
    with bench.within([(x * 0.91, y * 0.97) for x, y in outline]) as inside:
        level = bench.chance.between(-0.02, 0.08)
        inside.wash(
            [(-0.4, level), (0.4, level), (0.4, 0.5), (-0.4, 0.5)],
            lighter(brew, 0.25),
            brew,
            darker(brew, 0.45),
        )
        inside.oval(0, level, 0.3, 0.03, lighter(brew, 0.45))
        for _ in range(16):
            inside.disc(
                bench.chance.about(0, 0.18),
                bench.chance.between(level + 0.04, 0.4),
                bench.chance.between(0.006, 0.022),
                glaze(lighter(brew, 0.6), 0.6),
            )
        for _ in range(4):
            swirl = bench.chance.between(0.1, 0.34)
            inside.line(
                smooth(
                    [(-0.22, swirl), (-0.06, swirl - 0.05), (0.08, swirl + 0.03), (0.22, swirl - 0.03)],
                    steps=5,
                ),
                glaze(lighter(brew, 0.35), 0.35),
                0.018,
            )
    bench.poly(
        smooth(
            [(-0.17, 0.06), (-0.22, 0.18), (-0.2, 0.3), (-0.165, 0.29), (-0.175, 0.18), (-0.13, 0.08)],
            steps=4,
            closed=True,
        ),
        (*WHITE, 130),
    )
    bench.poly([(-0.045, -0.28), (-0.02, -0.28), (-0.025, -0.1), (-0.05, -0.1)], (*WHITE, 120))
    bench.wash(
        [(-0.1, -0.35), (0.1, -0.35), (0.1, -0.3), (-0.1, -0.3)], lighter(GLASS, 0.3), darker(GLASS, 0.2)
    )
    bench.wash(
        [(-0.06, -0.46), (0.06, -0.46), (0.068, -0.34), (-0.068, -0.34)], (206, 166, 118), (140, 100, 68)
    )
    bench.line([(-0.08, -0.2), (0.08, -0.2)], bench.leather, 0.022)
    if bench.chance.maybe(0.5):
        bench.wash(
            [(0.05, -0.19), (0.16, -0.12), (0.12, -0.02), (0.02, -0.08)], (236, 220, 184), (206, 184, 144)
        )
    bench.glow(0, 0.2, 0.6, brew, 0.5)


def bottle(bench: Bench) -> None:
    glass = (
        bench.colours[0]
        if bench.colours
        else bench.chance.pick(((62, 104, 70), (112, 66, 46), (70, 90, 110)))
    )
    outline = mirrored(
        smooth(
            [
                (0.055, -0.46),
                (0.055, -0.2),
                (0.15, -0.06),
                (0.17, 0.06),
                (0.17, 0.4),
                (0.13, 0.46),
                (0.0, 0.46),
            ],
            steps=5,
        )
    )
    bench.wash(outline, lighter(glass, 0.3), glass, darker(glass, 0.45))
    bench.poly([(-0.12, 0.02), (-0.09, 0.02), (-0.09, 0.38), (-0.12, 0.38)], (*WHITE, 100))
    bench.wash([(-0.165, 0.1), (0.165, 0.1), (0.165, 0.32), (-0.165, 0.32)], (238, 224, 190), (206, 186, 146))
    bench.orb(0, 0.21, 0.055, bench.accent)
    bench.wash(
        [(-0.05, -0.52), (0.05, -0.52), (0.056, -0.44), (-0.056, -0.44)], (206, 166, 118), (140, 100, 68)
    )
    bench.line([(-0.062, -0.4), (0.062, -0.4)], darker(glass, 0.3), 0.03)
    _goblet(bench, 0.3, 0.46, 0.26)


def _goblet(bench: Bench, x: float, foot: float, high: float) -> None:
    bowl = [
        (x + px * high, foot - py * high)
        for px, py in mirrored([(0.0, 0.5), (0.2, 0.56), (0.3, 0.78), (0.28, 1.0)])
    ]
    bench.wash(
        [
            (x - high * 0.05, foot - high * 0.55),
            (x + high * 0.05, foot - high * 0.55),
            (x + high * 0.05, foot),
            (x - high * 0.05, foot),
        ],
        bench.gold,
        darker(bench.gold, 0.3),
    )
    bench.oval(x, foot, high * 0.24, high * 0.06, darker(bench.gold, 0.15))
    bench.wash(bowl, lighter(bench.gold, 0.3), bench.gold, darker(bench.gold, 0.4))
    bench.oval(x, foot - high, high * 0.28, high * 0.07, lighter(bench.gold, 0.3))
    bench.oval(x, foot - high * 0.99, high * 0.23, high * 0.05, (126, 26, 46))


def mug(bench: Bench) -> None:
    if said(bench, "goblet", "chalice", "grail", "cup"):
        _goblet(bench, 0.0, 0.44, 0.86)
        for dx in (-0.15, 0.0, 0.15):
            bench.orb(dx, -0.18 + abs(dx) * 0.1, 0.04, bench.accent)
        return
    tone = bench.wood
    bench.line(
        smooth([(0.2, -0.14), (0.4, -0.12), (0.42, 0.14), (0.2, 0.26)], steps=8), darker(tone, 0.3), 0.062
    )
    bench.wash(
        [(-0.24, -0.26), (0.24, -0.26), (0.27, 0.42), (-0.27, 0.42)],
        lighter(tone, 0.2),
        tone,
        darker(tone, 0.25),
    )
    for n in range(6):
        x = -0.2 + 0.08 * n
        bench.line([(x, -0.25), (x * 1.1, 0.42)], glaze(darker(tone, 0.5), 0.7), 0.008)
    for y in (-0.16, 0.28):
        bench.wash(
            [(-0.26, y), (0.26, y), (0.265, y + 0.075), (-0.265, y + 0.075)],
            lighter(bench.metal, 0.2),
            darker(bench.metal, 0.4),
        )
    foam: Colour = (250, 242, 224)
    for dx, rise in ((-0.2, 0.0), (-0.1, 0.05), (0.02, 0.07), (0.13, 0.04), (0.21, 0.0)):
        bench.wash(ellipse(dx, -0.3 - rise, 0.09, 0.08), foam, darker(foam, 0.12))
    bench.poly(smooth([(-0.22, -0.27), (-0.2, -0.08), (-0.16, -0.1), (-0.15, -0.26)], steps=4), foam)
