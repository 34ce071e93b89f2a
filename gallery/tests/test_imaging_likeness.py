"""Fingerprints, colours and placeholders: what a picture looks like in a few bytes."""

from __future__ import annotations

import base64
import io
import random

import pytest
from PIL import Image, ImageDraw

from gallery.imaging.fingerprint import distance, phash, sha256_hex
from gallery.imaging.palette import COLOR_NAMES, color_bit, color_mask, dominant_colors
from gallery.imaging.placeholder import placeholder_data_uri

SAME, ALIKE = 4, 10


def circles(seed: int, size: tuple[int, int] = (320, 180)) -> Image.Image:
    chance = random.Random(seed)
    image = Image.new("RGB", size, any_color(chance))
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        x, y, radius = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(6, 60)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=any_color(chance))
    return image


def any_color(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def sky() -> Image.Image:
    return Image.merge("RGB", [Image.linear_gradient("L").resize((320, 180))] * 3)


def again(image: Image.Image, form: str, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=quality)
    return Image.open(buffer).convert(image.mode)


PICTURES = [*(circles(seed) for seed in range(8)), sky(), Image.new("RGB", (90, 60), (120, 60, 30))]


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_a_picture_encoded_anew_or_scaled_keeps_its_fingerprint(number: int) -> None:
    image = PICTURES[number]
    print_ = phash(image)
    for form, quality in (("WEBP", 85), ("WEBP", 40), ("JPEG", 60)):
        assert distance(print_, phash(again(image, form, quality))) <= SAME
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    assert distance(print_, phash(half)) <= SAME


def test_different_pictures_are_far_apart() -> None:
    prints = [phash(circles(seed)) for seed in range(20)]
    assert min(distance(a, b) for i, a in enumerate(prints) for b in prints[i + 1 :]) > ALIKE


def test_pictures_without_shapes_differ_by_their_colour() -> None:
    prints = [phash(Image.new("RGB", (64, 64), name)) for name in ("red", "green", "blue", "white", "black")]
    assert min(distance(a, b) for i, a in enumerate(prints) for b in prints[i + 1 :]) > SAME


def test_fingerprints_are_signed_64_bit_numbers_and_distances_count_bits() -> None:
    prints = [phash(circles(seed)) for seed in range(20)]
    assert all(-(1 << 63) <= print_ < 1 << 63 for print_ in prints)
    assert any(print_ < 0 for print_ in prints)
    assert (distance(0, 0), distance(-1, 0), distance(-1, 1), distance(-(1 << 63), 0)) == (0, 64, 63, 1)


def test_a_transparent_picture_has_the_fingerprint_of_the_same_on_white() -> None:
    image = circles(1).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 160, 180))
    on_white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    assert distance(phash(image), phash(on_white)) <= SAME


def test_sha256_is_that_of_the_bytes() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def striped(*stripes: tuple[str, int]) -> Image.Image:
    image, left = Image.new("RGB", (sum(width for _, width in stripes), 100)), 0
    for color, width in stripes:
        image.paste(color, (left, 0, left + width, 100))
        left += width
    return image


def test_dominant_colours_come_most_common_first() -> None:
    colors = dominant_colors(striped(("#c81e1e", 320), ("#1e1ec8", 200), ("#ffffff", 120)), 3)
    assert colors == ["#c81e1e", "#1e1ec8", "#ffffff"]


def test_a_plain_picture_has_one_colour_and_a_clear_one_none() -> None:
    assert dominant_colors(Image.new("RGB", (9, 9), "#336699")) == ["#336699"]
    clear = Image.new("RGBA", (9, 9))
    assert dominant_colors(clear) == []
    assert color_mask(clear) == 0


def test_transparent_pixels_do_not_count_as_black() -> None:
    image = Image.new("RGBA", (100, 100))
    image.paste((255, 215, 0, 255), (0, 0, 20, 20))
    assert dominant_colors(image, 1) == ["#ffd700"]
    assert color_mask(image) == COLOR_NAMES["yellow"]


def test_the_mask_names_what_covers_a_noticeable_share() -> None:
    mask = color_mask(striped(("red", 600), ("#1e5cc8", 340), ("white", 60)))
    assert mask == COLOR_NAMES["red"] | COLOR_NAMES["blue"]


def test_the_bits_are_stored_and_therefore_never_move() -> None:
    order = ["black", "gray", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"]
    assert {name: 1 << place for place, name in enumerate(order)} == COLOR_NAMES


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("red", "red"),
        (" Grey ", "gray"),
        ("violet", "purple"),
        ("#f00", "red"),
        ("#C81E1E", "red"),
        ("228b22", "green"),
        ("#87ceeb", "blue"),
        ("#101418", "black"),
        ("#f5f5f0", "white"),
        ("#777", "gray"),
        ("#8b4513", "brown"),
        ("#ff8c00", "orange"),
        ("#ffd700", "yellow"),
        ("#7a30a0", "purple"),
        ("#ff80b0", "pink"),
    ],
)
def test_a_colour_word_or_code_finds_its_name(text: str, name: str) -> None:
    assert color_bit(text) == COLOR_NAMES[name]


@pytest.mark.parametrize("text", ["", "shiny", "#12", "#12345", "#gggggg", "reds", "#1234567", "12345６"])
def test_other_words_are_no_colour(text: str) -> None:
    assert color_bit(text) is None


@pytest.mark.parametrize("size", [(1, 1), (1024, 1024), (300, 900), (1, 2000), (2000, 1)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_placeholder_is_a_tiny_webp_without_metadata(size: tuple[int, int], mode: str) -> None:
    uri = placeholder_data_uri(circles(3, size).convert(mode))
    head, _, body = uri.partition(",")
    assert head == "data:image/webp;base64"
    assert len(uri) <= 400
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.format == "WEBP"
        assert image.width == 16
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)


def test_the_noisiest_placeholder_still_is_tiny() -> None:
    noise = Image.frombytes("RGBA", (16, 32), random.Random(1).randbytes(16 * 32 * 4))
    assert len(placeholder_data_uri(noise)) <= 400


def test_a_placeholder_has_the_colours_of_its_picture() -> None:
    uri = placeholder_data_uri(striped(("#c81e1e", 200), ("#1e1ec8", 200)))
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        assert image.convert("RGB").getpixel((2, 2)) == pytest.approx((200, 30, 30), abs=25)
        assert image.convert("RGB").getpixel((13, 2)) == pytest.approx((30, 30, 200), abs=25)
