"""What is stored: WebP in all sizes, each saying honestly where it comes from."""

from __future__ import annotations

import io
import random
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gallery.errors import ImageTooLarge
from gallery.imaging import Provenance, prepare
from gallery.imaging.encode import Renditions, encode_webp, renditions, xmp_packet

MADE_AT = datetime(2026, 11, 20, 14, 30, tzinfo=timezone(timedelta(hours=2)))
GENERATED = Provenance(model="gemini-image", source="generated", created_at=MADE_AT)
PAINTED = Provenance(model="painter", source="painted", created_at=MADE_AT)
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def properties(packet: bytes) -> dict[str, str]:
    (description,) = ET.fromstring(packet.decode()).iter(f"{RDF}Description")
    return description.attrib


def made(image: Image.Image, **options: object) -> Renditions:
    wanted: dict[str, object] = {"quality": 85, "provenance": GENERATED, "thumbnail": (200, 200)} | options
    return renditions(image, **wanted)  # type: ignore[arg-type]


def test_a_generated_picture_says_that_a_trained_model_made_it() -> None:
    said = properties(opened(encode_webp(noise((8, 8)), quality=85, provenance=GENERATED)).info["xmp"])
    assert said[f"{IPTC}DigitalSourceType"] == SOURCE_TYPE + "trainedAlgorithmicMedia"
    assert said[f"{IPTC}AISystemUsed"] == said[f"{XMP}CreatorTool"] == "gemini-image"
    assert said[f"{XMP}CreateDate"] == "2026-11-20T12:30:00Z"


def test_a_painted_picture_says_that_an_algorithm_made_it() -> None:
    said = properties(xmp_packet(PAINTED))
    assert said[f"{IPTC}DigitalSourceType"] == SOURCE_TYPE + "algorithmicMedia"
    assert f"{IPTC}AISystemUsed" not in said


@pytest.mark.parametrize("source", ["imported", "uploaded", "anything"])
def test_nothing_is_claimed_of_a_picture_of_unknown_origin(source: str) -> None:
    provenance = Provenance(model="gemini-image", source=source, created_at=MADE_AT)
    assert not {"xmp", "exif", "icc_profile"} & set(
        opened(encode_webp(noise((8, 8)), quality=85, provenance=provenance)).info
    )


def test_every_rendition_carries_its_origin() -> None:
    sizes = made(noise((700, 300)))
    for rendition in (sizes.full, sizes.thumbnail, *sizes.widths):
        assert properties(opened(rendition.data).info["xmp"])[f"{XMP}CreatorTool"] == "gemini-image"


@settings(max_examples=60)
@given(st.text(st.characters(codec=None), max_size=250))
def test_no_model_name_breaks_out_of_its_attribute(name: str) -> None:
    said = properties(xmp_packet(Provenance(model=name, source="generated", created_at=MADE_AT)))
    assert len(said) == 5
    assert len(said[f"{XMP}CreatorTool"]) <= 200


def test_a_hostile_model_name_is_kept_as_text() -> None:
    name = "\"/><script>alert('{0}')</script>&<?xpacket end='w'?>"
    packet = xmp_packet(Provenance(model=name, source="generated", created_at=MADE_AT))
    assert b"<script" not in packet
    assert properties(packet)[f"{XMP}CreatorTool"] == name


@pytest.mark.parametrize(
    ("full", "widths"),
    [(400, []), (426, []), (428, [320]), (853, [320]), (1024, [320, 640]), (1280, [320, 640, 960])],
)
def test_files_hardly_narrower_than_the_full_one_are_not_made(full: int, widths: list[int]) -> None:
    assert [one.width for one in made(noise((full, 40))).widths] == widths


def test_renditions_are_those_narrower_than_the_full_picture_in_rising_order() -> None:
    sizes = made(noise((800, 400)), widths=(960, 640, 320))
    assert (sizes.full.width, sizes.full.height) == (800, 400)
    assert [(r.width, r.height) for r in sizes.widths] == [(320, 160), (640, 320)]
    for rendition in (sizes.full, sizes.thumbnail, *sizes.widths):
        assert opened(rendition.data).size == (rendition.width, rendition.height)


@pytest.mark.parametrize(
    ("size", "thumbnail"),
    [
        ((800, 400), (200, 100)),
        ((400, 800), (100, 200)),
        ((1000, 1000), (200, 200)),
        ((150, 90), (150, 90)),
        ((1, 1), (1, 1)),
        ((16_383, 1), (200, 1)),
        ((1, 16_383), (1, 200)),
    ],
)
def test_a_thumbnail_fits_its_box_keeps_the_ratio_and_never_grows(
    size: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    small = made(Image.new("RGB", size), widths=()).thumbnail
    assert (small.width, small.height) == thumbnail


def test_transparency_survives_in_every_size() -> None:
    image = noise((700, 300)).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 350, 300))
    sizes = made(image)
    for rendition in (sizes.full, sizes.thumbnail, *sizes.widths):
        alpha = opened(rendition.data).getchannel("A")
        assert (alpha.getpixel((2, 2)), alpha.getpixel((rendition.width - 3, 2))) == (0, 255)


def test_a_full_picture_above_its_limit_loses_quality_before_size() -> None:
    image = noise((400, 300))
    best = len(made(image).full.data)
    smaller = made(image, max_bytes=best - 1).full
    assert len(smaller.data) < best
    assert (smaller.width, smaller.height) == (400, 300)


def test_a_full_picture_far_above_its_limit_is_made_smaller_rather_than_lost() -> None:
    full = made(noise((400, 300)), max_bytes=6_000).full
    assert len(full.data) <= 6_000
    assert full.width < 400
    assert full.width / full.height == pytest.approx(4 / 3, abs=0.05)


def test_the_picture_reports_the_size_that_was_stored() -> None:
    buffer = io.BytesIO()
    noise((400, 300)).save(buffer, "PNG")
    picture = prepare(
        buffer.getvalue(), quality=85, thumbnail=(200, 200), max_bytes=6_000, provenance=GENERATED
    )
    assert (picture.width, picture.height) == opened(picture.full.data).size


def test_a_limit_that_nothing_can_meet_is_an_error() -> None:
    with pytest.raises(ImageTooLarge) as refusal:
        made(noise((40, 30)), max_bytes=20)
    assert refusal.value.detail["reason"] == "encoded_bytes"


def test_a_naive_looking_midnight_keeps_its_day_in_utc() -> None:
    moment = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    said = properties(xmp_packet(Provenance(model="m", source="painted", created_at=moment)))
    assert said[f"{XMP}CreateDate"] == "2026-01-01T00:00:00Z"
