"""Pictures downloaded as a zip: whole, with all that is needed to take them back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from gallery import archive, images, storage
from gallery.models import ImageAsset, Tag
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
LIST = "/admin/gallery/imageasset/"
HOSTILE = "../../etc/passwd \u202e<b>🐉 " + "x" * 160


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


def download(browser: Client, *chosen: ImageAsset) -> tuple[dict[str, Any], zipfile.ZipFile]:
    answer: Any = browser.post(
        LIST, {"action": "download_chosen", "_selected_action": [image.pk for image in chosen]}
    )
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    content = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content)
    packed = zipfile.ZipFile(io.BytesIO(content))
    assert packed.testzip() is None
    return json.loads(packed.read("index.json")), packed


def test_it_holds_the_pictures_and_every_fact(boss: Client) -> None:
    image = make_image(
        "Dagger", campaign="Winter", custom_prompt=None, rating=4, is_featured=True, model="m", use_count=7,
        generation_time_ms=12, component="inventory",
    )  # fmt: skip
    image.tags.set([Tag.objects.create(name=name) for name in ("cosy", "alt")])
    index, packed = download(boss, image)
    assert (index["format"], index["version"]) == ("dndimages-pictures", 1)
    (entry,) = index["pictures"]
    data = packed.read(entry["file"])
    assert hashlib.sha256(data).hexdigest() == entry["sha256"] == image.sha256
    same = set(entry) & {field.name for field in ImageAsset._meta.fields} - {"created_at", "last_used_at"}
    assert {name: entry[name] for name in same} == {name: getattr(image, name) for name in same}
    assert (entry["tags"], entry["created_at"][:19]) == (
        ["alt", "cosy"],
        f"{image.created_at:%Y-%m-%dT%H:%M:%S}",
    )


def test_every_field_of_a_picture_is_in_it_or_follows_from_the_file() -> None:
    """A new field must be thought of: the index is what an import takes back."""
    follow = {"token", "widths", "file_size_bytes"}
    told = {*archive._PLAIN, "created_at", "last_used_at"}
    assert {field.name for field in ImageAsset._meta.fields} - told == {*follow, "deleted_at"}


def test_names_in_it_are_harmless_whatever_the_subject_is_called(boss: Client) -> None:
    pictures = [make_image(HOSTILE), make_image("龍"), make_image("CON")]
    index, packed = download(boss, *pictures)
    assert [entry["subject_name"] for entry in index["pictures"]] == [HOSTILE, "龍", "CON"]
    for name in packed.namelist():
        assert name == "index.json" or name.startswith("pictures/")
        assert ".." not in name
        assert name.isascii()
        assert len(name) < 100


def test_a_picture_whose_file_is_gone_leaves_its_facts(boss: Client) -> None:
    image, whole = make_image("Dagger"), make_image("Sword")
    storage.delete(storage.pictures(), image.storage_path_full)
    index, packed = download(boss, image, whole)
    assert [entry["file"] is None for entry in index["pictures"]] == [True, False]
    assert len(packed.namelist()) == 2


def test_what_is_in_the_trash_is_not_given_out(boss: Client) -> None:
    image, other = make_image("Dagger"), make_image("Sword")
    images.trash(image.pk, now=timezone.now())
    with archive.pack([image.pk, other.pk], now=timezone.now()) as packed:
        assert len(zipfile.ZipFile(packed).namelist()) == 2


def test_more_than_fits_is_refused_before_anything_is_read(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    image = make_image()
    wanted = {"action": "download_chosen", "_selected_action": [image.pk]}
    assert "please choose fewer" in boss.post(LIST, wanted, follow=True).text
