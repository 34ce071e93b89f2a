"""Every sample picture meets the fate that its manifest asks for."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gallery.errors import ImageRejected
from gallery.imaging import Picture, Provenance, Rendition, prepare

IMAGES = Path(__file__).parent / "samples" / "images"
MANIFEST = json.loads((IMAGES / "manifest.json").read_text())
UPLOADED = Provenance(model="", source="uploaded", created_at=datetime(2026, 11, 20, tzinfo=UTC))
ALL = pytest.mark.parametrize("case", MANIFEST["images"], ids=lambda case: case["file"])
# Where the manifest leaves the choice: an animation is kept as a still, a text bomb is left out.
KEPT_OF_EITHER = {"animated.gif", "bomb_ztxt_128MB.png"}


def prepared(case: dict[str, Any]) -> Picture:
    data = (IMAGES / case["file"]).read_bytes()
    return prepare(data, quality=85, thumbnail=(200, 200), max_bytes=5 * 1024 * 1024, provenance=UPLOADED)


def is_kept(case: dict[str, Any]) -> bool:
    return case["outcome"] == "accept" or case["file"] in KEPT_OF_EITHER


@ALL
def test_the_copy_of_each_sample_is_whole(case: dict[str, Any]) -> None:
    assert hashlib.sha256((IMAGES / case["file"]).read_bytes()).hexdigest() == case["sha256"]


@pytest.mark.parametrize(
    "case", [case for case in MANIFEST["images"] if not is_kept(case)], ids=lambda case: case["file"]
)
def test_a_bad_sample_is_refused_with_its_status(case: dict[str, Any]) -> None:
    with pytest.raises(ImageRejected) as refusal:
        prepared(case)
    assert refusal.value.status in case["ok_status"]
    assert refusal.value.detail["reason"]


@pytest.mark.parametrize(
    "case", [case for case in MANIFEST["images"] if is_kept(case)], ids=lambda case: case["file"]
)
def test_a_good_sample_becomes_a_clean_webp(case: dict[str, Any]) -> None:
    picture = prepared(case)
    for rendition in (picture.full, picture.thumbnail, *picture.widths):
        assert_clean(rendition, case["post"].get("forbidden_bytes", ()))
    assert picture.source_sha256 == case["sha256"]
    assert max(picture.thumbnail.width, picture.thumbnail.height) <= 200
    assert_corners(picture.full, case["post"])


def assert_clean(rendition: Rendition, forbidden: list[str]) -> None:
    with Image.open(io.BytesIO(rendition.data)) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("WEBP", 1)
        assert image.size == (rendition.width, rendition.height)
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
    assert not [word for word in forbidden if word.encode() in rendition.data]


def assert_corners(full: Rendition, post: dict[str, Any]) -> None:
    if "size" in post:
        assert [full.width, full.height] == post["size"]
    with Image.open(io.BytesIO(full.data)) as image:
        corners = {"top_left_rgb": (2, 2), "bottom_left_rgb": (2, image.height - 3)}
        for name, place in corners.items():
            if name in post:
                pixel = image.convert("RGB").getpixel(place)
                assert isinstance(pixel, tuple)
                assert all(abs(is_ - want) <= 12 for is_, want in zip(pixel, post[name], strict=True))
