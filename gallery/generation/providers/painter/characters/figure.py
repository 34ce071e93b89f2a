"""Who sits for the portrait: decided once, from the words and then from luck."""

from __future__ import annotations

from dataclasses import dataclass

from ..canvas import Canvas
from ..chance import Chance
from ..colour import Colour, darker, lighter, mix
from ..items.bench import Bench, backdrop
from ..shapes import Point, mirrored, smooth
from ..stage import Stage

SKINS: dict[str, tuple[Colour, ...]] = {
    "human": ((240, 200, 170), (224, 176, 140), (196, 142, 106), (150, 102, 74), (110, 74, 56)),
    "elf": ((244, 212, 184), (226, 186, 156), (190, 146, 116), (214, 196, 200)),
    "dwarf": ((228, 172, 138), (214, 158, 124), (186, 130, 98)),
    "halfling": ((238, 194, 158), (216, 166, 128), (176, 124, 92)),
    "orc": ((124, 150, 92), (110, 134, 100), (134, 140, 96)),
    "goblin": ((146, 172, 84), (120, 160, 92), (166, 162, 82)),
    "tiefling": ((196, 84, 82), (156, 92, 150), (110, 110, 176)),
    "dragonborn": ((170, 74, 58), (84, 132, 96), (86, 118, 160), (190, 150, 74)),
    "undead": ((206, 204, 178), (158, 172, 146), (180, 186, 190)),
    "vampire": ((230, 222, 222), (216, 208, 214)),
}
HAIRS: tuple[Colour, ...] = (
    (58, 44, 40),
    (96, 64, 44),
    (136, 88, 50),
    (196, 154, 86),
    (162, 76, 44),
    (44, 40, 48),
    (150, 146, 144),
)
#: Half outlines of a head, from the crown to the chin.
HEADS: dict[str, list[Point]] = {
    "human": [
        (0.0, -0.245),
        (0.12, -0.215),
        (0.168, -0.09),
        (0.162, 0.03),
        (0.11, 0.145),
        (0.045, 0.195),
        (0.0, 0.2),
    ],
    "elf": [
        (0.0, -0.25),
        (0.11, -0.22),
        (0.155, -0.1),
        (0.148, 0.03),
        (0.09, 0.15),
        (0.032, 0.21),
        (0.0, 0.215),
    ],
    "dwarf": [
        (0.0, -0.225),
        (0.135, -0.2),
        (0.19, -0.08),
        (0.188, 0.05),
        (0.14, 0.15),
        (0.06, 0.19),
        (0.0, 0.195),
    ],
    "halfling": [
        (0.0, -0.23),
        (0.13, -0.205),
        (0.178, -0.08),
        (0.178, 0.04),
        (0.125, 0.14),
        (0.05, 0.18),
        (0.0, 0.185),
    ],
    "orc": [
        (0.0, -0.22),
        (0.12, -0.2),
        (0.17, -0.09),
        (0.18, 0.05),
        (0.17, 0.16),
        (0.08, 0.215),
        (0.0, 0.22),
    ],
    "goblin": [
        (0.0, -0.2),
        (0.13, -0.18),
        (0.19, -0.07),
        (0.165, 0.05),
        (0.09, 0.16),
        (0.03, 0.205),
        (0.0, 0.21),
    ],
    "dragonborn": [
        (0.0, -0.24),
        (0.12, -0.21),
        (0.16, -0.09),
        (0.15, 0.03),
        (0.13, 0.15),
        (0.07, 0.22),
        (0.0, 0.23),
    ],
}


@dataclass(frozen=True)
class Figure:
    bench: Bench
    race: str
    calling: str
    features: frozenset[str]
    skin: Colour
    hair: Colour
    cloth: Colour
    woman: bool
    old: bool

    @property
    def outline(self) -> list[Point]:
        """The head's outline on the bench."""
        half = HEADS.get(self.race, HEADS["human"])
        slim = 0.93 if self.woman else 1.0
        return mirrored([(x * slim, y) for x, y in smooth(half, steps=5)])

    def said(self, *words: str) -> bool:
        return bool(self.bench.stage.meaning.words & set(words))


def easel(stage: Stage, chance: Chance, size: float) -> Bench:
    """The backdrop of a portrait and the bench before it; ``size`` 1 fills the picture, (0, 0) is the nose."""
    backdrop(stage, chance, sill=False)
    _window_light(stage)
    item = Canvas(stage.canvas.image.copy(), stage.canvas.unit_px, glows=stage.canvas.glows)
    item.keep_mask()
    return Bench(stage, stage.canvas, item, (stage.width / 2, stage.height - 0.56 * size), size, 0.0)


def sit_down(stage: Stage) -> Figure:
    chance, meaning = stage.chance.child("figure"), stage.meaning
    tall = (
        meaning.race in ("tiefling", "dragonborn")
        or bool({"hat", "horns"} & meaning.features)
        or meaning.calling == "wizard"
    )
    size = 0.92 if tall else 1.04
    bench = easel(stage, chance, size)
    woman = "woman" in meaning.features or (
        not meaning.features & {"man", "beard", "moustache"}
        and chance.maybe(0.4)
        and meaning.race not in ("dwarf", "orc")
    )
    old = "old" in meaning.features or (
        meaning.calling == "wizard" and "young" not in meaning.features and not woman and chance.maybe(0.7)
    )
    skin = chance.pick(SKINS.get(meaning.race, SKINS["human"]))
    if (
        meaning.race in ("dragonborn", "tiefling", "orc", "goblin")
        and meaning.colours
        and meaning.hair is None
    ):
        skin = mix(skin, meaning.colours[0], 0.65)
    hair = meaning.hair or ((206, 204, 202) if old else chance.pick(HAIRS))
    return Figure(
        bench,
        meaning.race,
        meaning.calling,
        meaning.features,
        skin,
        hair,
        _cloth(bench, meaning.calling),
        woman,
        old,
    )


def _cloth(bench: Bench, calling: str) -> Colour:
    if bench.colours and bench.stage.meaning.hair is None:
        return bench.colours[0]
    tones: dict[str, tuple[Colour, ...]] = {
        "wizard": ((64, 72, 140), (96, 60, 130), (44, 96, 120)), "rogue": ((62, 60, 72), (74, 64, 56), (58, 72, 68)),
        "ranger": ((84, 108, 66), (106, 96, 62), (72, 98, 84)), "cleric": ((226, 216, 194), (190, 196, 206), (206, 186, 140)),
        "king": ((150, 40, 56), (84, 48, 120), (40, 70, 130)), "smith": ((126, 88, 62), (110, 92, 80)),
        "innkeeper": ((164, 116, 78), (126, 130, 96), (150, 92, 80)), "bard": ((176, 70, 80), (60, 128, 120), (186, 126, 60)),
        "merchant": ((136, 82, 120), (60, 110, 120), (176, 130, 62)), "barbarian": ((128, 96, 72), (110, 80, 64)),
        "knight": ((60, 84, 140), (150, 52, 52), (70, 110, 84)),
    }  # fmt: skip
    return bench.chance.pick(
        tones.get(calling, ((110, 96, 130), (96, 118, 100), (140, 92, 76), (84, 104, 130)))
    )


def _window_light(stage: Stage) -> None:
    """A round light behind the head, in the colours of the hour."""
    canvas, light = stage.canvas, stage.light
    x, y = stage.width / 2, stage.height - 0.66
    canvas.soft(x, y, 0.62, 0.6, mix(light.mid, light.low, 0.5), 0.5)
    for radius, tone in ((0.365, light.low), (0.345, light.mid)):
        canvas.disc(x, y, radius, (*mix(tone, (120, 100, 120), 0.35), 120))
    canvas.soft(x, y, 0.34, 0.34, lighter(light.low, 0.2), 0.4)
    canvas.soft(x, y + 0.5, 0.9, 0.3, darker(light.top, 0.5), 0.5)
