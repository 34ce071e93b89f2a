"""What they wear, by calling, and what they hold."""

from __future__ import annotations

from ..colour import WHITE, Colour, darker, glaze, lighter, mix
from ..shapes import ellipse, mirrored, smooth
from .figure import Figure
from .headgear import bench_way, hooded


def behind(figure: Figure) -> None:
    """The back of a hood, a staff, a raised collar."""
    bench = figure.bench
    if "wings" in figure.features:
        _wings(figure)
    if figure.calling == "wizard" and bench.chance.child("staff").maybe(0.6):
        _staff(figure)
    if hooded(figure):
        shape = smooth(
            [
                (0.0, -0.36),
                (0.17, -0.31),
                (0.26, -0.1),
                (0.25, 0.12),
                (0.33, 0.3),
                (-0.33, 0.3),
                (-0.25, 0.12),
                (-0.26, -0.1),
                (-0.17, -0.31),
            ],
            steps=5,
            closed=True,
        )
        bench.wash(shape, darker(figure.cloth, 0.2), darker(figure.cloth, 0.5))
    if figure.calling in ("king", "merchant") or figure.race == "vampire":
        tone = (232, 222, 206) if figure.calling == "king" else darker(figure.cloth, 0.2)
        collar = smooth(
            [(-0.3, 0.34), (-0.25, 0.06), (-0.15, 0.16), (0.15, 0.16), (0.25, 0.06), (0.3, 0.34)], steps=4
        )
        bench.wash(collar, lighter(tone, 0.1), darker(tone, 0.25))


def _wings(figure: Figure) -> None:
    """Two pairs of dragonfly wings."""
    tone = lighter(figure.bench.magic or figure.bench.accent, 0.5)
    for way in (-1, 1):
        for tip, root in (((0.6, -0.36), 0.16), ((0.56, 0.3), 0.3)):
            (x, y), low = tip, root
            wing = [(0.06, low), (0.3, (y + low) / 2 - 0.16), (x, y), (x - 0.02, y + 0.14), (0.3, low + 0.08)]
            shape = smooth([(way * px, py) for px, py in wing], steps=6, closed=True)
            figure.bench.wash(shape, lighter(tone, 0.4), tone, darker(tone, 0.2))
            for n in range(4):
                end = (way * (x - 0.06 * n), y + 0.06 * n)
                figure.bench.line([(way * 0.08, low), end], glaze(WHITE, 0.5), 0.006)


def _staff(figure: Figure) -> None:
    bench, way = figure.bench, bench_way(figure)
    x = way * 0.4
    bench.line(
        smooth([(x + 0.01, -0.3), (x - 0.01, 0.1), (x, 0.62)], steps=6), darker(bench.wood, 0.1), 0.036
    )
    colour = bench.magic or bench.accent
    bench.orb(x, -0.36, 0.06, colour)
    for side in (-1, 1):
        bench.line(
            smooth([(x, -0.28), (x + side * 0.07, -0.34), (x + side * 0.05, -0.43)], steps=5),
            bench.wood,
            0.022,
        )
    bench.glow(x, -0.36, 0.3, colour, 0.7)


def body(figure: Figure) -> None:
    bench, tone = figure.bench, figure.cloth
    broad = (
        0.46
        if figure.race in ("orc", "dwarf", "dragonborn") or figure.calling in ("smith", "barbarian", "knight")
        else 0.36
        if figure.woman or figure.race in ("goblin", "halfling")
        else 0.41
    )
    outline = smooth(
        [
            (-0.1, 0.22),
            (-broad * 0.62, 0.28),
            (-broad, 0.4),
            (-broad * 1.12, 0.75),
            (broad * 1.12, 0.75),
            (broad, 0.4),
            (broad * 0.62, 0.28),
            (0.1, 0.22),
        ],
        steps=5,
    )
    if figure.calling == "barbarian" and not figure.woman:
        bench.wash(outline, figure.skin, darker(figure.skin, 0.25))
        _furs(figure, broad)
        return
    bench.wash(outline, lighter(tone, 0.14), tone, darker(tone, 0.45))
    with bench.within(outline) as cloth:
        for n in range(9):
            x = -0.4 + 0.1 * n
            cloth.poly(
                [(x * 0.7, 0.26), (x * 1.1 - 0.02, 0.75), (x * 1.1 + 0.03, 0.75)],
                glaze(darker(tone, 0.5) if n % 2 else lighter(tone, 0.3), 0.3),
            )
    if figure.calling == "knight":
        _plate(figure, broad)
    elif figure.calling in ("smith", "innkeeper"):
        _apron(figure)
    elif figure.calling in ("rogue", "ranger"):
        _straps(figure, broad)
    else:
        _neckline(figure)
    if figure.calling in ("king", "wizard", "cleric", "merchant", "bard"):
        _finery(figure, broad)
    if hooded(figure):
        _mantle(figure, broad)


def _neckline(figure: Figure) -> None:
    bench, tone = figure.bench, figure.cloth
    deep = 0.4 if figure.woman else 0.36
    bench.wash([(-0.1, 0.22), (0.1, 0.22), (0.0, deep)], darker(figure.skin, 0.15), figure.skin)
    under: Colour = (232, 222, 200)
    for way in (-1, 1):
        bench.poly(
            [(way * 0.13, 0.22), (way * 0.085, 0.215), (0.0, deep), (way * 0.005, deep + 0.05)],
            under if figure.calling == "commoner" or not figure.calling else lighter(tone, 0.35),
        )
        bench.poly(
            [(way * 0.13, 0.22), (way * 0.2, 0.27), (0.0, deep + 0.12), (0.0, deep + 0.03)],
            darker(tone, 0.12),
        )


def _mantle(figure: Figure, broad: float) -> None:
    bench, tone = figure.bench, figure.cloth
    for way in (-1, 1):
        bench.wash(
            smooth(
                [
                    (way * 0.05, 0.27),
                    (way * 0.22, 0.16),
                    (way * 0.34, 0.3),
                    (way * broad * 1.1, 0.5),
                    (way * 0.2, 0.56),
                    (way * 0.02, 0.44),
                ],
                steps=5,
                closed=True,
            ),
            lighter(tone, 0.1),
            darker(tone, 0.35),
        )
    bench.orb(0, 0.36, 0.032, bench.gold)


def _plate(figure: Figure, broad: float) -> None:
    bench, metal = figure.bench, figure.bench.metal
    chest = mirrored(smooth([(0.0, 0.3), (0.12, 0.27), (0.25, 0.34), (0.28, 0.55), (0.26, 0.78)], steps=4))
    bench.wash(chest, lighter(metal, 0.4), metal, darker(metal, 0.4))
    bench.line([(0, 0.31), (0, 0.78)], glaze(lighter(metal, 0.6), 0.6), 0.014)
    bench.wash(
        mirrored([(0.0, 0.42), (0.07, 0.4), (0.08, 0.6), (0.0, 0.68)]),
        lighter(figure.cloth, 0.1),
        darker(figure.cloth, 0.2),
    )
    for n in range(3):
        for way in (-1, 1):
            y = 0.3 + 0.085 * n
            guard = smooth(
                [
                    (way * 0.2, y),
                    (way * 0.32, y - 0.055),
                    (way * broad * 1.08, y + 0.03),
                    (way * broad * 1.13, y + 0.12),
                    (way * 0.3, y + 0.08),
                ],
                steps=4,
                closed=True,
            )
            bench.wash(guard, lighter(metal, 0.4), metal, darker(metal, 0.4))
    bench.wash(
        smooth([(-0.15, 0.2), (0.15, 0.2), (0.19, 0.3), (0.0, 0.35), (-0.19, 0.3)], steps=4, closed=True),
        lighter(metal, 0.3),
        darker(metal, 0.3),
    )
    for way in (-1, 1):
        bench.orb(way * 0.25, 0.4, 0.022, bench.gold)


def _apron(figure: Figure) -> None:
    bench = figure.bench
    shirt: Colour = (226, 212, 184)
    _neckline(figure)
    leather = (132, 88, 58) if figure.calling == "smith" else shirt
    bench.wash(
        [(-0.2, 0.42), (0.2, 0.42), (0.26, 0.78), (-0.26, 0.78)], lighter(leather, 0.12), darker(leather, 0.3)
    )
    for way in (-1, 1):
        bench.line([(way * 0.18, 0.43), (way * 0.13, 0.25)], darker(leather, 0.15), 0.04)
        bench.orb(way * 0.175, 0.44, 0.02, bench.gold)
    if figure.calling == "innkeeper":
        bench.line(smooth([(-0.4, 0.42), (-0.36, 0.6), (-0.3, 0.78)], steps=4), (240, 236, 226), 0.07)


def _straps(figure: Figure, broad: float) -> None:
    bench = figure.bench
    _neckline(figure)
    bench.line([(-broad * 0.7, 0.3), (0.28, 0.78)], bench.leather, 0.052)
    bench.line([(-broad * 0.7, 0.3), (0.28, 0.78)], glaze(lighter(bench.leather, 0.3), 0.5), 0.012)
    bench.wash(
        [(-0.06, 0.5), (0.05, 0.5), (0.05, 0.59), (-0.06, 0.59)],
        lighter(bench.gold, 0.2),
        darker(bench.gold, 0.3),
    )
    if figure.calling == "ranger":
        for n in range(4):
            x = 0.28 + 0.035 * n
            bench.line([(x, 0.3), (x + 0.04, 0.06)], lighter(bench.wood, 0.2), 0.011)
            bench.poly(
                [(x + 0.02, 0.14), (x + 0.05, 0.12), (x + 0.066, 0.02), (x + 0.034, 0.04)],
                bench.accent if n % 2 else (232, 224, 206),
            )


def _furs(figure: Figure, broad: float) -> None:
    bench = figure.bench
    for ring, (y, count) in enumerate(((0.3, 15), (0.36, 13), (0.43, 11))):
        for n in range(count):
            x = broad * 1.1 * (2 * n / (count - 1) - 1)
            fy = y + 0.1 * (x / broad) ** 2
            tone = darker((140, 108, 80), 0.14 * ring + 0.1 * (n % 2))
            bench.poly(
                [(x - 0.05, fy - 0.03), (x + 0.05, fy - 0.03), (x + 0.02, fy + 0.1), (x - 0.012, fy + 0.08)],
                tone,
            )
    bench.line([(-0.16, 0.25), (0.0, 0.42), (0.16, 0.25)], bench.leather, 0.014)
    bench.poly([(-0.025, 0.42), (0.025, 0.42), (0.0, 0.52)], (240, 230, 206))


def _finery(figure: Figure, broad: float) -> None:
    bench = figure.bench
    if figure.calling == "king":
        for n in range(15):
            x = broad * 1.06 * (n / 7 - 1)
            y = 0.34 + 0.1 * (x / broad) ** 2
            bench.wash(ellipse(x, y, 0.05, 0.06), (248, 242, 230), (206, 196, 182))
            bench.poly([(x - 0.008, y - 0.01), (x + 0.008, y - 0.01), (x, y + 0.025)], (50, 44, 50))
    if figure.calling in ("wizard", "cleric"):
        for way in (-1, 1):
            bench.poly(
                [(way * 0.11, 0.26), (way * 0.17, 0.28), (way * 0.1, 0.78), (way * 0.04, 0.78)],
                bench.gold if figure.calling == "cleric" else lighter(figure.cloth, 0.35),
            )
    chain = smooth([(-0.17, 0.28), (-0.1, 0.44), (0.0, 0.5), (0.1, 0.44), (0.17, 0.28)], steps=5)
    bench.line(chain, darker(bench.gold, 0.2), 0.018)
    bench.line(chain, lighter(bench.gold, 0.2), 0.008)
    bench.orb(0, 0.52, 0.045, bench.gold)
    bench.orb(0, 0.52, 0.026, bench.magic or bench.accent)


def in_hand(figure: Figure) -> None:
    """A tool of the trade at the picture's edge."""
    bench, way = figure.bench, bench_way(figure)
    x = way * 0.36
    if figure.calling == "knight" and bench.chance.maybe(0.7):
        bench.wash(
            [(x - 0.02, -0.3), (x + 0.02, -0.3), (x + 0.024, 0.44), (x - 0.024, 0.44)],
            lighter(bench.metal, 0.5),
            bench.metal,
        )
        bench.poly([(x - 0.02, -0.3), (x, -0.38), (x + 0.02, -0.3)], lighter(bench.metal, 0.5))
        bench.wash(
            [(x - 0.11, 0.43), (x + 0.11, 0.43), (x + 0.11, 0.47), (x - 0.11, 0.47)],
            lighter(bench.gold, 0.3),
            darker(bench.gold, 0.3),
        )
        bench.wash(ellipse(x, 0.54, 0.055, 0.06), lighter(bench.metal, 0.2), darker(bench.metal, 0.4))
    elif figure.calling == "bard":
        bench.line([(x + way * 0.02, 0.3), (x + way * 0.08, 0.02)], darker(bench.wood, 0.2), 0.045)
        bench.wash(
            smooth(
                [(x - 0.06, 0.26), (x + 0.08, 0.28), (x + 0.12, 0.5), (x, 0.62), (x - 0.12, 0.5)],
                steps=5,
                closed=True,
            ),
            (214, 160, 98),
            (150, 96, 58),
        )
        bench.disc(x, 0.46, 0.04, (52, 34, 32))
    elif figure.calling == "innkeeper":
        bench.wash(
            [(x - 0.07, 0.34), (x + 0.07, 0.34), (x + 0.08, 0.52), (x - 0.08, 0.52)],
            lighter(bench.wood, 0.2),
            darker(bench.wood, 0.2),
        )
        for dx in (-0.05, 0.0, 0.05):
            bench.wash(ellipse(x + dx, 0.32, 0.042, 0.036), WHITE, (230, 218, 196))
        bench.wash(ellipse(x + way * 0.08, 0.44, 0.045, 0.065), figure.skin, darker(figure.skin, 0.3))
    elif figure.calling == "smith":
        bench.line([(x, 0.6), (x + way * 0.04, 0.2)], lighter(bench.wood, 0.1), 0.04)
        bench.wash(
            [(x - 0.09, 0.08), (x + 0.13, 0.08), (x + 0.13, 0.22), (x - 0.09, 0.22)],
            lighter(bench.metal, 0.1),
            darker(bench.metal, 0.4),
        )
        bench.wash(
            ellipse(x, 0.5, 0.06, 0.06), mix(figure.skin, bench.leather, 0.5), darker(figure.skin, 0.4)
        )
