"""Flames, lamps, smoke, sparks."""

from __future__ import annotations

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, glaze, lighter, mix
from ..shapes import Point, smooth

EMBER: Colour = (255, 132, 44)
WARM: Colour = (255, 176, 92)
TONGUES: tuple[tuple[float, Colour], ...] = (
    (1.0, (214, 70, 34)),
    (0.78, (242, 128, 44)),
    (0.54, (255, 190, 84)),
    (0.3, (255, 238, 180)),
)


def flame(canvas: Canvas, x: float, foot: float, high: float, *, chance: Chance, colour: Colour | None = None,
          glow: float = 0.55) -> None:  # fmt: skip
    """One flame of nested tongues, and its light; ``colour`` makes it a magic one."""
    lean = chance.between(-0.12, 0.12) * high
    for share, tone in TONGUES:
        tall, half = high * share, high * 0.26 * share
        shade = mix(tone, lighter(colour, 1 - share), 0.82) if colour else tone
        side = [
            (x - half * 0.5, foot), (x - half, foot - tall * 0.28), (x - half * 0.5 + lean * 0.3, foot - tall * 0.62),
            (x + lean * share, foot - tall), (x + half * 0.55 + lean * 0.2, foot - tall * 0.55), (x + half, foot - tall * 0.26),
            (x + half * 0.5, foot),
        ]  # fmt: skip
        # opaque where a mask is kept: a flame belongs to the item that burns
        canvas.poly(smooth(side, steps=4), shade if canvas.mask else glaze(shade, 0.92))
    canvas.glow(x, foot - high * 0.4, high * 3.4, colour or EMBER, glow)
    canvas.glow(x, foot - high * 0.4, high * 1.2, colour or WARM, glow * 0.6)


def blaze(canvas: Canvas, x: float, foot: float, wide: float, high: float, *, chance: Chance, colour: Colour | None = None,
          logs: bool = True) -> None:  # fmt: skip
    """A fire of several flames over logs."""
    if logs:
        for dx, lean in ((-0.3, 0.08), (0.3, -0.08), (0.0, 0.03)):
            canvas.line(
                [(x + (dx - 0.26) * wide, foot - lean * wide), (x + (dx + 0.26) * wide, foot + lean * wide)],
                (66, 40, 34),
                wide * 0.11,
            )
            canvas.disc(x + (dx + 0.26) * wide, foot + lean * wide, wide * 0.05, (150, 96, 66))
    for dx, share in ((-0.28, 0.6), (0.3, 0.66), (-0.12, 0.86), (0.14, 0.8), (0.0, 1.0)):
        flame(
            canvas,
            x + dx * wide,
            foot,
            high * share * chance.between(0.85, 1.1),
            chance=chance,
            colour=colour,
            glow=0.14,
        )
    canvas.glow(x, foot - high * 0.4, high * 3.4, colour or EMBER, 0.55)
    sparks(canvas, chance, x, foot - high * 0.5, wide * 0.8, high * 2.0, colour or (255, 200, 120))


def sparks(
    canvas: Canvas,
    chance: Chance,
    x: float,
    foot: float,
    wide: float,
    high: float,
    colour: Colour,
    count: int = 16,
) -> None:
    for _ in range(count):
        t = chance.random()
        canvas.disc(
            x + chance.about(0, 0.7) * wide * (0.4 + t),
            foot - high * t,
            0.0035 * (1.2 - t),
            glaze(colour, 1 - 0.6 * t),
        )


def lantern(
    canvas: Canvas, x: float, top: float, size: float, *, lit: float = 1.0, colour: Colour = WARM
) -> None:
    """A hanging lantern with its chain's end at ``top``."""
    iron: Colour = (44, 38, 42)
    canvas.line([(x, top), (x, top + size * 0.35)], iron, size * 0.06)
    canvas.poly(
        [(x - size * 0.26, top + size * 0.5), (x, top + size * 0.28), (x + size * 0.26, top + size * 0.5)],
        iron,
    )
    pane = mix((96, 92, 84), colour, lit)
    canvas.box(x - size * 0.2, top + size * 0.5, x + size * 0.2, top + size, lighter(pane, 0.25 * lit))
    for dx in (-0.2, 0.0, 0.2):
        canvas.line([(x + dx * size, top + size * 0.5), (x + dx * size, top + size)], iron, size * 0.05)
    canvas.box(x - size * 0.25, top + size, x + size * 0.25, top + size * 1.08, iron)
    if lit > 0.2:
        canvas.glow(x, top + size * 0.75, size * 3.2, colour, 0.55 * lit)


def candle(canvas: Canvas, x: float, foot: float, high: float, *, chance: Chance) -> None:
    canvas.box(x - high * 0.12, foot - high, x + high * 0.12, foot, (232, 218, 184))
    canvas.box(x + high * 0.02, foot - high, x + high * 0.12, foot, (190, 166, 134))
    flame(canvas, x, foot - high * 1.02, high * 0.8, chance=chance, glow=0.2)


def wall_torch(
    canvas: Canvas, x: float, y: float, size: float, *, chance: Chance, colour: Colour | None = None
) -> None:
    canvas.poly(
        [
            (x - size * 0.1, y),
            (x + size * 0.1, y),
            (x + size * 0.04, y + size * 0.7),
            (x - size * 0.04, y + size * 0.7),
        ],
        (84, 58, 44),
    )
    canvas.box(x - size * 0.14, y - size * 0.04, x + size * 0.14, y + size * 0.08, (58, 54, 58))
    flame(canvas, x, y, size * 0.8, chance=chance, colour=colour)


def smoke(
    canvas: Canvas,
    chance: Chance,
    at: Point,
    size: float,
    colour: Colour,
    *,
    drift: float = 0.5,
    opacity: float = 0.3,
) -> None:
    """A plume that rises from ``at`` and thins."""
    x, y = at
    for n in range(14):
        t = n / 14
        radius = size * (0.12 + 0.5 * t) * chance.between(0.8, 1.2)
        canvas.disc(
            x + drift * size * 2 * t * t + chance.about(0, 0.12) * size,
            y - size * 2.6 * t,
            radius,
            glaze(colour, opacity * (1 - t)),
        )
