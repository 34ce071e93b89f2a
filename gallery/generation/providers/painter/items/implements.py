"""Key, hourglass, lute."""

from __future__ import annotations

from ..colour import WHITE, darker, glaze, lighter, mix
from ..shapes import ellipse, mirrored, smooth
from .bench import Bench


def key(bench: Bench) -> None:
    bench.angle += 0.6 * bench.chance.sign()
    metal = bench.gold if bench.chance.maybe(0.6) or bench.colours else bench.metal
    for radius, dx, dy in ((0.11, 0.0, -0.4), (0.1, -0.13, -0.25), (0.1, 0.13, -0.25)):
        ring = ellipse(dx, dy, radius, radius)
        bench.line([*ring, ring[0], ring[1]], darker(metal, 0.3), 0.056)
        bench.line([*ring, ring[0], ring[1]], lighter(metal, 0.15), 0.034)
    bench.wash(
        [(-0.032, -0.16), (0.032, -0.16), (0.032, 0.5), (-0.032, 0.5)],
        lighter(metal, 0.3),
        metal,
        darker(metal, 0.25),
    )
    for y, half in ((-0.14, 0.07), (-0.06, 0.052), (0.24, 0.046)):
        bench.wash(
            [(-half, y - 0.022), (half, y - 0.022), (half, y + 0.022), (-half, y + 0.022)],
            lighter(metal, 0.3),
            darker(metal, 0.35),
        )
    teeth = [
        (0.03, 0.3),
        (0.19, 0.3),
        (0.19, 0.36),
        (0.12, 0.36),
        (0.12, 0.39),
        (0.19, 0.39),
        (0.19, 0.5),
        (0.14, 0.5),
        (0.14, 0.45),
        (0.09, 0.45),
        (0.09, 0.49),
        (0.03, 0.49),
    ]
    bench.wash(teeth, lighter(metal, 0.25), metal, darker(metal, 0.35))
    bench.orb(0, -0.27, 0.05, bench.accent)
    if bench.magic:
        bench.glow(0, -0.27, 0.45, bench.magic, 0.6)


def hourglass(bench: Bench) -> None:
    sand = bench.magic or (bench.colours[0] if bench.colours else (230, 186, 110))
    glass = mirrored(smooth([(0.22, -0.36), (0.2, -0.16), (0.03, 0.0), (0.2, 0.18), (0.22, 0.38)], steps=6))
    bench.wash(glass, (196, 214, 222), (160, 182, 196), (190, 208, 216))
    with bench.within([(x * 0.9, y) for x, y in glass]) as inside:
        inside.wash([(-0.3, -0.17), (0.3, -0.14), (0.3, 0.0), (-0.3, 0.0)], lighter(sand, 0.2), sand)
        inside.wash(
            [(-0.3, 0.36), (0.0, 0.16), (0.3, 0.36), (0.3, 0.4), (-0.3, 0.4)],
            lighter(sand, 0.2),
            darker(sand, 0.2),
        )
        inside.line([(0, 0.0), (0, 0.3)], sand, 0.014)
        inside.poly([(-0.17, -0.33), (-0.13, -0.33), (-0.12, -0.16), (-0.15, -0.18)], (*WHITE, 150))
    for way in (-1, 1):
        bench.line([(way * 0.27, -0.38), (way * 0.27, 0.38)], bench.wood, 0.034)
        bench.orb(way * 0.27, 0.0, 0.034, bench.gold)
    for y in (-0.41, 0.4):
        bench.wash(
            [(-0.32, y - 0.045), (0.32, y - 0.045), (0.32, y + 0.045), (-0.32, y + 0.045)],
            lighter(bench.wood, 0.2),
            darker(bench.wood, 0.3),
        )


def lute(bench: Bench) -> None:
    bench.angle += 0.55 * bench.chance.sign()
    wood = mix(bench.wood, (196, 136, 78), 0.6)
    bench.wash(
        [(-0.04, -0.46), (0.04, -0.46), (0.045, 0.1), (-0.045, 0.1)],
        darker(bench.wood, 0.3),
        darker(bench.wood, 0.45),
    )
    bench.wash(
        [(-0.05, -0.58), (0.05, -0.58), (0.045, -0.44), (-0.045, -0.44)],
        lighter(bench.wood, 0.1),
        darker(bench.wood, 0.2),
    )
    for n in range(3):
        for way in (-1, 1):
            bench.line([(0, -0.56 + 0.045 * n), (way * 0.09, -0.565 + 0.045 * n)], bench.gold, 0.016)
    body = mirrored(smooth([(0.04, -0.06), (0.18, 0.06), (0.27, 0.26), (0.2, 0.44), (0.0, 0.5)], steps=6))
    bench.wash(body, lighter(wood, 0.3), wood, darker(wood, 0.35))
    bench.line(body, darker(bench.wood, 0.35), 0.016)
    bench.disc(0, 0.18, 0.085, (46, 30, 30))
    bench.line([*ellipse(0, 0.18, 0.09, 0.09), (0.09, 0.18)], bench.gold, 0.014)
    bench.wash(
        [(-0.1, 0.37), (0.1, 0.37), (0.1, 0.4), (-0.1, 0.4)], darker(bench.wood, 0.3), darker(bench.wood, 0.5)
    )
    for n in range(5):
        x = -0.028 + 0.014 * n
        bench.line([(x, -0.52), (x * 2, 0.38)], glaze((246, 238, 216), 0.9), 0.004)
    for n in range(6):
        y = -0.4 + 0.075 * n
        bench.line([(-0.042, y), (0.042, y)], glaze(bench.gold, 0.9), 0.006)
