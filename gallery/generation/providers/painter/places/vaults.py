"""Stone vaults: dungeon, crypt, hoard."""

from __future__ import annotations

from ..brushes.fire import candle, sparks, wall_torch
from ..brushes.land import rock
from ..brushes.masonry import masonry
from ..brushes.props import gold_heap, skull
from ..brushes.rooms import below, shell
from ..chance import Chance
from ..colour import Colour, darker, glaze, lighter, mix
from ..shapes import arch, blob, spaced
from ..stage import Stage


def hoard(stage: Stage) -> None:
    """A vault full of gold."""
    chance = stage.chance.child("hoard")
    hall = below(stage, (120, 104, 96), (66, 54, 52))
    _vaulted(hall, chance, (132, 118, 108))
    for dx, half in ((-0.5, 0.34), (0.5, 0.36), (0.0, 0.44)):
        gold_heap(hall, stage.width / 2 + dx, stage.height * (0.86 if dx else 0.98), half, chance)
    for way in (-1, 1):
        wall_torch(stage.canvas, stage.width / 2 + way * 0.44, stage.height * 0.4, 0.12, chance=chance)
    sparks(stage.canvas, chance, stage.width / 2, stage.height, 0.8, 0.8, (255, 226, 150), 60)


def _vaulted(stage: Stage, chance: Chance, local: Colour) -> tuple[float, float, float, float]:
    """A stone corridor under round arches; gives its far wall."""
    middle = stage.width * chance.between(0.45, 0.55)
    wide = min(0.34, stage.width * 0.3)
    back = (middle - wide / 2, stage.height * 0.3, middle + wide / 2, stage.height * 0.62)
    shell(stage, back, local, darker(local, 0.2), boards=False)
    _side_stones(stage, back, local, chance)
    for n in range(4):
        t = (n + 0.6) / 4
        t = t**1.5
        left, right = back[0] * (1 - t) - 0.06 * t, back[2] + (stage.width + 0.06 - back[2]) * t
        foot, top = back[3] + (stage.height + 0.05 - back[3]) * t, back[1] * (1 - t) - 0.1 * t
        rib = 0.02 + 0.06 * t
        depth = 0.5 * (1 - t)
        outer = arch((left + right) / 2, foot, right - left + rib, foot - top + rib * 0.5)
        inner = arch((left + right) / 2, foot, right - left - rib, foot - top - rib * 0.5)
        masonry(
            stage, [*outer, *reversed(inner)], depth, chance=chance, local=lighter(local, 0.06), row=rib * 0.9
        )
    return back


def _side_stones(
    stage: Stage, back: tuple[float, float, float, float], local: Colour, chance: Chance
) -> None:
    canvas, light = stage.canvas, stage.light
    left, top, right, bottom = back
    for side in (0, 1):
        x0, x1 = (left, -0.05) if side == 0 else (right, stage.width + 0.05)
        rows = 9
        for row in range(rows):
            for n in range(8):
                if chance.maybe(0.45):
                    continue
                u0, u1 = (n / 8) ** 1.4, ((n + 0.92) / 8) ** 1.4
                tone = glaze(
                    chance.pick(
                        (light.tone(lighter(local, 0.15), 0.1, 0.3), light.shadow(darker(local, 0.2)))
                    ),
                    0.45,
                )
                corners = []
                for u, v in ((u0, row), (u1, row), (u1, row + 0.9), (u0, row + 0.9)):
                    high, low = top + (-0.05 - top) * u, bottom + (stage.height + 0.05 - bottom) * u
                    corners.append((x0 + (x1 - x0) * u, high + (low - high) * v / rows))
                canvas.poly(corners, tone)


def dungeon(stage: Stage) -> None:
    canvas, chance = stage.canvas, stage.chance.child("dungeon")
    local = chance.pick(((124, 122, 132), (132, 118, 108), (104, 116, 116)))
    hall = below(stage, (140, 130, 140), (30, 26, 36))
    back = _vaulted(hall, chance, local)
    light, middle = hall.light, (back[0] + back[2]) / 2
    door = arch(middle, back[3], (back[2] - back[0]) * 0.6, (back[3] - back[1]) * 0.8)
    canvas.wash(door, (14, 11, 18), (40, 26, 24))
    with canvas.within(door) as dark:
        for n in range(7):
            x = back[0] + (back[2] - back[0]) * (0.2 + 0.1 * n)
            dark.line([(x, back[1]), (x, back[3])], light.tone((110, 106, 112), 0, 0.3), 0.007)
        dark.line(
            [(back[0], back[3] - 0.1), (back[2], back[3] - 0.1)], light.tone((110, 106, 112), 0, 0.3), 0.007
        )
    colour = stage.meaning.glow if stage.meaning.glow and not stage.meaning.mist else None
    for way in (-1, 1):
        wall_torch(canvas, middle + way * 0.27, stage.height * 0.4, 0.075, chance=chance, colour=colour)
        wall_torch(
            canvas,
            middle + way * min(0.62, stage.width * 0.42),
            stage.height * 0.36,
            0.14,
            chance=chance,
            colour=colour,
        )
        canvas.soft(middle + way * 0.4, stage.height * 0.9, 0.34, 0.07, colour or (255, 150, 70), 0.22)
    _chains(hall, chance)
    kind = chance.pick(("bones", "puddle", "barrels"))
    if kind == "bones":
        skull(hall, middle + chance.sign() * 0.3, stage.height * 0.93, 0.09)
        for _ in range(5):
            x, y, turn = (
                middle + chance.between(-0.5, 0.5),
                stage.height * chance.between(0.85, 0.97),
                chance.between(-0.05, 0.05),
            )
            canvas.line([(x, y), (x + 0.08, y + turn)], light.tone((222, 210, 182), 0, 0.2), 0.012)
    elif kind == "puddle":
        canvas.poly(
            blob(chance, middle + 0.2, stage.height * 0.9, 0.24, 0.03), light.tone((70, 90, 110), 0, 0.2)
        )
    for x in (stage.width * 0.06, stage.width * 0.95):
        rock(hall, x, stage.height * 0.99, 0.14, chance=chance, local=local)


def _chains(stage: Stage, chance: Chance) -> None:
    light = stage.light
    for _ in range(3):
        x, long = stage.width * chance.pick((0.12, 0.2, 0.8, 0.88)), chance.between(0.2, 0.42)
        for n in range(int(long / 0.03)):
            y = 0.03 * n
            stage.canvas.line(
                [(x - 0.005 * (n % 2), y), (x + 0.005 * (n % 2), y + 0.026)],
                light.tone((96, 92, 98), 0, 0.4),
                0.008,
            )
        stage.canvas.line(
            [
                (x - 0.02, long + 0.02),
                (x, long),
                (x + 0.02, long + 0.02),
                (x + 0.014, long + 0.045),
                (x - 0.014, long + 0.045),
                (x - 0.02, long + 0.02),
            ],
            light.tone((96, 92, 98), 0, 0.4),
            0.008,
        )


def crypt(stage: Stage) -> None:
    canvas, chance = stage.canvas, stage.chance.child("crypt")
    local = chance.pick(((126, 128, 142), (118, 126, 124), (136, 124, 130)))
    ghostly = stage.meaning.glow or chance.pick(((120, 220, 190), (130, 170, 250), (170, 230, 120)))
    hall = below(stage, mix((150, 150, 170), ghostly, 0.2), mix((30, 32, 42), ghostly, 0.12))
    back = _vaulted(hall, chance, local)
    middle = (back[0] + back[2]) / 2
    canvas.glow(middle, back[3] - 0.1, 0.45, ghostly, 0.4)
    canvas.poly(arch(middle, back[3], 0.14, 0.24, pointed=True), mix(ghostly, (20, 20, 30), 0.6))
    for way in (-1, 1):
        _sarcophagus(hall, middle + way * min(0.52, stage.width * 0.34), stage.height * 0.86, 0.3, local)
    _sarcophagus(hall, middle, stage.height * 0.8, 0.24, local)
    for x in spaced(chance, stage.width * 0.1, stage.width * 0.9, 7):
        candle(canvas, x, stage.height * chance.between(0.9, 0.99), chance.between(0.04, 0.07), chance=chance)
    skull(hall, middle + chance.sign() * 0.2, stage.height * 0.95, 0.08)
    for n in range(4):
        canvas.soft(
            chance.between(0, stage.width),
            stage.height * (0.74 + 0.07 * n),
            0.5,
            0.06,
            mix(ghostly, (200, 210, 220), 0.5),
            0.2,
        )
    sparks(canvas, chance, middle, stage.height * 0.8, 0.5, 0.5, ghostly, 30)


def _sarcophagus(stage: Stage, x: float, foot: float, size: float, local: Colour) -> None:
    canvas, light = stage.canvas, stage.light
    canvas.soft(x, foot, size * 0.75, size * 0.12, (8, 8, 14), 0.7)
    body = [
        (x - size * 0.46, foot - size * 0.34),
        (x + size * 0.46, foot - size * 0.34),
        (x + size * 0.42, foot),
        (x - size * 0.42, foot),
    ]
    canvas.wash(body, light.tone(local, 0, 0.3), light.shadow(local))
    for n in range(4):
        px = x - size * 0.33 + size * 0.22 * n
        canvas.poly(
            arch(px, foot - size * 0.04, size * 0.13, size * 0.23),
            glaze(light.shadow(darker(local, 0.2)), 0.7),
        )
    lid = [
        (x - size * 0.5, foot - size * 0.34),
        (x - size * 0.42, foot - size * 0.46),
        (x + size * 0.42, foot - size * 0.46),
        (x + size * 0.5, foot - size * 0.34),
    ]
    canvas.poly(lid, light.tone(lighter(local, 0.12), 0, 0.5))
    canvas.box(
        x - size * 0.5, foot - size * 0.34, x + size * 0.5, foot - size * 0.29, light.tone(local, 0, 0.2)
    )
    canvas.box(
        x - size * 0.26,
        foot - size * 0.41,
        x + size * 0.26,
        foot - size * 0.39,
        glaze(light.shadow(local), 0.6),
    )
    canvas.box(
        x + size * 0.12,
        foot - size * 0.44,
        x + size * 0.15,
        foot - size * 0.36,
        glaze(light.shadow(local), 0.6),
    )
