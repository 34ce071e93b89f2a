"""Creatures sit for portraits of their own."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageStat

from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.painter import paint
from gallery.generation.providers.painter.canvas import Canvas
from gallery.generation.providers.painter.chance import Chance
from gallery.generation.providers.painter.characters import paint_character
from gallery.generation.providers.painter.characters.creatures import CREATURES
from gallery.generation.providers.painter.light import light_for
from gallery.generation.providers.painter.stage import Stage
from gallery.generation.providers.painter.words import understand


def asked(name: str, prompt: str = "") -> PictureRequest:
    return PictureRequest(subject_type="character", subject_name=name, prompt=prompt, aspect_ratio="1:1")


@cache
def portrait(creature: str) -> Image.Image:
    """A small portrait where all but the creature is the same: backdrop, light, luck."""
    meaning = replace(understand(asked("Zorblax")), creature=creature)
    chance = Chance(meaning.seed)
    stage = Stage(Canvas.blank(256, 256), light_for("day", "clear", chance), chance, meaning)
    paint_character(stage)
    return stage.canvas.image.convert("RGB").resize((64, 64), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, in levels of 0..255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("creature", sorted(CREATURES))
def test_a_creature_looks_like_no_person_and_no_other_creature(creature: str) -> None:
    for other in {"", *CREATURES} - {creature}:
        assert difference(portrait(creature), portrait(other)) > 5, (
            f"{creature} looks like {other or 'a person'}"
        )


@pytest.mark.parametrize("name", ["Ancient red dragon", "Fire elemental", "Spider", "Fairy"])
def test_a_creature_is_painted_the_same_twice(name: str) -> None:
    assert paint(asked(name)) == paint(asked(name))


def colour_of(name: str, prompt: str = "") -> list[float]:
    picture = Image.open(io.BytesIO(paint(asked(name, prompt)))).convert("RGB")
    width, height = picture.size
    return ImageStat.Stat(picture.crop((width // 3, height // 3, width * 2 // 3, height))).mean


def test_a_red_dragon_is_redder_than_a_green_one_and_a_green_one_greener() -> None:
    red, green = colour_of("Red dragon"), colour_of("Green dragon")
    assert red[0] - red[1] > green[0] - green[1] + 40


def test_a_colour_said_of_the_eyes_does_not_dye_the_hide() -> None:
    plain, eyed, dyed = (
        colour_of("Panther", prompt) for prompt in ("", "its eyes glowing red", "a red panther")
    )
    assert dyed[0] - dyed[2] > eyed[0] - eyed[2] + 30
    assert abs(plain[0] - eyed[0]) < 30
