"""Hostile archives change nothing, and tell why."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gallery import images
from gallery.models import ImageAsset
from gallery.tests.encoding import with_metadata
from gallery.tests.making import make_image, png
from maintenance.tests.archives import export, take_back
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db


def parts(path: Path) -> dict[str, bytes]:
    archive = zipfile.ZipFile(path)
    return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    """Of an archive with one picture, which is gone here."""
    image = make_image("Torch", data=png(7))
    export(tmp_path / "good.zip", "--all")
    images.trash(image.pk, now=timezone.now())
    images.purge(image.pk)
    return parts(tmp_path / "good.zip")


def lying(**facts: Any) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        index = json.loads(members["index.json"])
        index["pictures"][0] |= facts
        return members | {"index.json": json.dumps(index).encode()}

    return change


def of_index(**facts: Any) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: (
        members | {"index.json": json.dumps(json.loads(members["index.json"]) | facts).encode()}
    )


REFUSED: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "a way up": lambda m: m | {"pictures/../../../etc/cron.d/x.webp": b"x"},
    "an absolute name": lambda m: m | {"/etc/passwd": b"x"},
    "a foreign file": lambda m: m | {"manage.py": b"x"},
    "a folder": lambda m: m | {"pictures/": b""},
    "a file that the index does not name": lambda m: m | {"pictures/99-x.webp": b"x"},
    "a file that is not there": lying(file="pictures/98-x.webp"),
    "a file named twice": lambda m: of_index(pictures=json.loads(m["index.json"])["pictures"] * 2)(m),
    "no index": lambda m: {name: data for name, data in m.items() if name != "index.json"},
    "an index that is no JSON": lambda m: m | {"index.json": b"{"},
    "another format": of_index(format="x"),
    "a later version": of_index(version=2),
    "pictures that are no list": of_index(pictures={}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_archive_that_is_not_built_like_ours_is_refused_as_a_whole(
    kind: str, members: dict[str, bytes], tmp_path: Path
) -> None:
    code, _ = take_back(packed(tmp_path / "bad.zip", REFUSED[kind](members)))
    assert (code, ImageAsset.objects.count(), SceneCache.objects.count()) == (3, 0, 0)


LIES: list[dict[str, Any]] = [
    {"sha256": "0" * 64}, {"sha256": "x"}, {"width": 9_999}, {"height": 0}, {"subject_name": ""}, {"subject_name": "x" * 201},
    {"subject_type": "spell"}, {"source": "stolen"}, {"rating": 6}, {"rating": True}, {"use_count": -1}, {"created_at": "soon"},
    {"created_at": "9999-12-31T00:00:00Z"}, {"tags": ["x" * 51]}, {"tags": [7]}, {"colors": ["red;background:url(//x)"]},
    {"placeholder": "javascript:alert(1)"}, {"phash": 2**70}, {"model": "x" * 101}, {"prompt": None}, {"scenes": "x"},
    {"scenes": [{"location": "x"}]}, {"scenes": [7]}, {"source_sha256": "../x"}, {"file": None},
]  # fmt: skip


@pytest.mark.parametrize("facts", LIES, ids=str)
def test_a_picture_of_which_the_index_lies_is_an_error(
    facts: dict[str, Any], members: dict[str, bytes], tmp_path: Path
) -> None:
    changed = lying(**facts)(members)
    if facts.get("file", "") is None:
        changed = {"index.json": changed["index.json"]}
    code, told = take_back(packed(tmp_path / "bad.zip", changed))
    assert (code, told["status"], len(told["errors"]), ImageAsset.objects.count()) == (1, "failed", 1, 0)


def test_what_unpacks_to_far_more_than_it_has_is_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    name = next(name for name in members if name != "index.json")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", members["index.json"])
        archive.writestr(name, b"\0" * 50_000_000)
    assert take_back(tmp_path / "bomb.zip")[0] == 3


def test_links_and_damage_are_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    link = zipfile.ZipInfo("pictures/97-x.webp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(packed(tmp_path / "link.zip", members), "a") as archive:
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "good.zip").read_bytes()[:-30])
    assert [take_back(tmp_path / name)[0] for name in ("link.zip", "cut.zip")] == [3, 3]


def test_a_file_with_foreign_metadata_is_made_anew_and_it_is_said(
    members: dict[str, bytes], tmp_path: Path, media: Path
) -> None:
    name = next(name for name in members if name != "index.json")
    data = with_metadata(members[name])
    changed = lying(sha256=hashlib.sha256(data).hexdigest())(members | {name: data})
    _, told = take_back(packed(tmp_path / "meta.zip", changed))
    assert "made anew" in told["report"]["notes"][0]["note"]
    assert b"SECRETPLACE" not in (media / ImageAsset.objects.get().storage_path_full).read_bytes()
