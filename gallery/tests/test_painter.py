"""The built-in painter: the same words give the same picture, other words another one."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageStat

from gallery.generation.providers.base import ASPECT_RATIOS, Call, PictureRequest, Usage
from gallery.generation.providers.painter import PainterProvider, paint

PLACES = (
    "Starting Tavern", "The Prancing Pony tavern", "Whispering Forest", "Frostpeak mountain", "Old mine", "Crystal cave",
    "Village of Aran", "Town Square", "Castle Black", "Wizard tower", "Sword Coast", "Mirror lake", "Stone bridge",
    "Temple of the Sun", "Ancient ruins", "Sunbaked desert", "Swamp of Zul", "Dungeon", "Graveyard", "Zorblax",
)  # fmt: skip


def request(name: str = "Starting Tavern", prompt: str = "", **more: str) -> PictureRequest:
    fields = {"subject_type": "scene", "aspect_ratio": "16:9", **more}
    return PictureRequest(subject_name=name, prompt=prompt, **fields)


def picture(name: str = "Starting Tavern", prompt: str = "", **more: str) -> Image.Image:
    return Image.open(io.BytesIO(paint(request(name, prompt, **more)))).convert("RGB")


def brightness(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, in levels of 0..255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def edges(image: Image.Image) -> list[bool]:
    """A difference hash of 16 × 16 bits."""
    small = image.convert("L").resize((17, 16), Image.Resampling.LANCZOS).tobytes()
    return [small[row * 17 + n] < small[row * 17 + n + 1] for row in range(16) for n in range(16)]


def test_the_same_request_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib\n"
        "from gallery.generation.providers.base import PictureRequest\n"
        "from gallery.generation.providers.painter import paint\n"
        "for kind, name in (('scene', 'Town Square'), ('item', 'Dagger'), ('character', 'Elf wizard')):\n"
        "    asked = PictureRequest(subject_type=kind, subject_name=name, prompt='')\n"
        "    print(hashlib.sha256(paint(asked)).hexdigest())\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    asked = [("scene", "Town Square"), ("item", "Dagger"), ("character", "Elf wizard")]
    here = [hashlib.sha256(paint(request(name, subject_type=kind))).hexdigest() for kind, name in asked]
    assert there.stdout.split() == here


def test_threads_that_paint_at_once_get_the_same_bytes() -> None:
    asked = [
        request("Town Square", weather="rain"),
        request("Dagger"),
        request("Orc", subject_type="character"),
    ] * 3
    alone = [paint(one) for one in asked[:3]] * 3
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(paint, asked)) == alone


def test_twenty_places_are_twenty_different_pictures() -> None:
    hashes = {name: edges(picture(name)) for name in PLACES}
    for i, one in enumerate(PLACES):
        for other in PLACES[i + 1 :]:
            apart = sum(a != b for a, b in zip(hashes[one], hashes[other], strict=True))
            assert apart > 25, f"{one} looks like {other}: {apart} of 256"


@pytest.mark.parametrize("name", ["Whispering Forest", "Town Square", "Starting Tavern"])
def test_night_is_darker_than_dusk_and_dusk_than_day(name: str) -> None:
    by_hour = [brightness(picture(name, time_of_day=hour)) for hour in ("night", "dusk", "day")]
    assert by_hour == sorted(by_hour)
    assert by_hour[2] - by_hour[0] > 15


@pytest.mark.parametrize("weather", ["cloudy", "rain", "storm", "snow", "fog", "wind"])
def test_every_weather_can_be_told_from_clear_sky(weather: str) -> None:
    assert difference(picture("Harbour", weather=weather), picture("Harbour", weather="clear")) > 1


def strokes(image: Image.Image) -> float:
    """How much of a picture is thin marks: its mean distance from itself without them."""
    grey = image.convert("L")
    return ImageStat.Stat(ImageChops.difference(grey, grey.filter(ImageFilter.MedianFilter(5)))).mean[0]


@pytest.mark.parametrize("weather", ["rain", "storm", "snow"])
def test_what_falls_from_the_sky_is_seen_falling(weather: str) -> None:
    sky = (0, 0, 1024, 160)
    falling = strokes(picture("Sword Coast", weather=weather).crop(sky))
    assert falling > 2 * strokes(picture("Sword Coast", weather="cloudy").crop(sky))


def test_rain_is_seen_through_the_windows_of_a_tavern_but_does_not_fall_inside() -> None:
    rain, clear = picture(weather="rain"), picture(weather="clear")
    floor = (0, 470, 1024, 576)
    assert difference(rain, clear) > 0.5
    assert strokes(rain.crop(floor)) < 1.2 * strokes(clear.crop(floor))


def test_sand_is_sandy_woods_are_green_the_sea_is_blue_and_a_tavern_is_warm() -> None:
    mean = {
        name: ImageStat.Stat(picture(name).crop((0, 320, 1024, 480))).mean
        for name in ("Desert", "Forest", "Sword Coast", "Tavern")
    }
    red, green, blue = mean["Desert"]
    assert red > green > blue
    red, green, blue = mean["Forest"]
    assert green > max(red, blue)
    red, green, blue = mean["Sword Coast"]
    assert blue > red
    red, green, blue = mean["Tavern"]
    assert red > green + 15 > blue + 30


@pytest.mark.parametrize("ratio", ASPECT_RATIOS)
def test_a_picture_has_the_ratio_that_was_asked_for(ratio: str) -> None:
    across, down = map(int, ratio.split(":"))
    width, height = picture("Mirror lake", aspect_ratio=ratio).size
    assert abs(width - height * across / down) <= max(1, across / down)
    assert width % 2 == height % 2 == 0
    assert max(width, height) >= 1024
    assert 1024 * 550 <= width * height <= 1024 * 1024


def test_an_item_sent_as_a_scene_is_the_picture_of_the_item() -> None:
    sent = picture("Dagger", aspect_ratio="1:1")
    as_item = picture("Dagger", subject_type="item", aspect_ratio="1:1")
    assert sent.tobytes() == as_item.tobytes()


def test_a_custom_prompt_changes_the_picture() -> None:
    assert edges(picture("Forest", "a forest")) != edges(picture("Forest", "a forest. With a hidden brook"))


def test_a_red_potion_is_redder_than_a_blue_one() -> None:
    red, blue = (picture("Potion", f"a {hue} potion", subject_type="item") for hue in ("red", "blue"))
    (red_r, _, red_b), (blue_r, _, blue_b) = (
        ImageStat.Stat(p.crop((400, 250, 620, 480))).mean for p in (red, blue)
    )
    assert red_r - red_b > blue_r - blue_b + 20


@pytest.mark.parametrize("subject_type", ["scene", "item", "character"])
@pytest.mark.parametrize("name", ["", " ", "🐉🔥", "مدينة الذهب", "e\u0301\u0302" * 40, "\ud800", "w" * 1000])
def test_odd_names_are_painted_all_the_same(name: str, subject_type: str) -> None:
    assert picture(name, subject_type=subject_type).size == (1024, 576)


@settings(max_examples=8)
@given(
    name=st.text(max_size=40),
    prompt=st.text(max_size=200),
    ratio=st.sampled_from(("16:9", "", "0:0", "x", "1:1000")),
)
def test_any_words_and_any_ratio_give_a_picture(name: str, prompt: str, ratio: str) -> None:
    assert min(picture(name, prompt, aspect_ratio=ratio).size) > 0


@dataclass
class OneCall:
    call_id: int = 7

    def charge(self, *, model: str, usage: Usage) -> None:
        raise AssertionError("the painter is free")


@dataclass
class Ledger:
    """A recorder that keeps what was announced, and whether it ended well."""

    models: list[str] = field(default_factory=list)
    finished: int = 0

    @contextmanager
    def call(self, model: str) -> Iterator[Call]:
        self.models.append(model)
        yield OneCall()
        self.finished += 1


def test_the_provider_records_its_call_and_says_where_the_picture_is_from() -> None:
    ledger, painter = Ledger(), PainterProvider()
    raw = painter.generate(request(), deadline=time.monotonic() + 10, recorder=ledger)
    assert (painter.name, painter.paid) == ("painter", False)
    assert (raw.source, raw.model, raw.call_id) == ("painted", "painter", 7)
    assert raw.data == paint(request())
    assert (ledger.models, ledger.finished) == (["painter"], 1)
