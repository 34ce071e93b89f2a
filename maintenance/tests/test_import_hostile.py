"""Damaged and hostile files: what is good in them is not lost, and none of them costs more than it weighs."""

from __future__ import annotations

import io
import json
import os
import struct
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from gallery import archive, images
from gallery.models import ImageAsset
from gallery.tests.making import make_image, png
from maintenance.localstorage import json_text
from maintenance.tests.archives import export, purge_everything, take_back
from maintenance.tests.dumps import GAME, URL, bare, bring, dump, item
from maintenance.tests.test_import_page import staff

pytestmark = pytest.mark.django_db
JSON = "application/json"
ENCRYPTED, PATCHED, STRONGLY_ENCRYPTED, MASKED = 0x1, 0x20, 0x40, 0x2000


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """An archive of three pictures, which are gone here."""
    for seed, name in enumerate(("Axe", "Rope", "Torch")):
        make_image(name, data=png(seed), created_at=timezone.now() - timedelta(days=seed))
    export(tmp_path / "good.zip", "--all")
    purge_everything()
    return tmp_path / "good.zip"


def refusal(path: Path) -> tuple[int, str]:
    with pytest.raises(CommandError) as problem:
        call_command("import_localstorage", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    return problem.value.returncode, str(problem.value)


def repacked(path: Path, method: int = zipfile.ZIP_DEFLATED, *, index: bytes = b"") -> Path:
    """The same with every member packed like this, perhaps with another index."""
    target = path.with_name("repacked.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, index if index and name == "index.json" else old.read(name))
    return target


def damaged(path: Path, member: int) -> Path:
    """One byte of this member's deflated stream is another: of no known kind of block."""
    raw, info = bytearray(path.read_bytes()), zipfile.ZipFile(path).infolist()[member]
    raw[info.header_offset + 30 + len(info.filename)] = 0x07
    path.write_bytes(raw)
    return path


def flagged(path: Path, flags: int) -> Path:
    """With these flags on its second picture, in the directory."""
    raw, info = bytearray(path.read_bytes()), zipfile.ZipFile(path).infolist()[1]
    at = raw.rindex(info.filename.encode()) - 46
    if raw[at : at + 4] != b"PK\x01\x02":  # the last mention is in the directory
        raise AssertionError("no directory there")
    raw[at + 8 : at + 10] = (info.flag_bits | flags).to_bytes(2, "little")
    path.write_bytes(raw)
    return path


def index_of(path: Path) -> dict[str, Any]:
    index: dict[str, Any] = json.loads(zipfile.ZipFile(path).read("index.json"))
    return index


# ── Damage ───────────────────────────────────────────────────────────────────────────────────────


def test_one_damaged_byte_costs_its_picture_and_not_the_neighbours(good: Path) -> None:
    code, told = take_back(damaged(repacked(good), 1))
    assert (code, told["status"]) == (1, "partial")
    assert [error["error"] for error in told["errors"]] == ["Its file is damaged"]
    assert sorted(ImageAsset.objects.values_list("subject_name", flat=True)) == ["Axe", "Torch"]


@pytest.mark.parametrize("cut", [0, 1])
def test_a_stream_that_ends_too_early_costs_its_picture_only(cut: int, good: Path) -> None:
    path = repacked(good)
    raw, info = bytearray(path.read_bytes()), zipfile.ZipFile(path).infolist()[1]
    at = raw.rindex(info.filename.encode()) - 46
    raw[at + 20 : at + 24] = (info.compress_size // 2 * cut).to_bytes(4, "little")
    path.write_bytes(raw)
    assert (take_back(path)[0], ImageAsset.objects.count()) == (1, 2)


def test_a_damaged_index_is_refused_and_the_page_says_it_in_a_sentence(good: Path) -> None:
    path = damaged(repacked(good), 3)
    assert refusal(path) == (3, "This archive is refused: it is damaged, or no zip")
    answer = staff("add_imageasset").post("/import", {"file": SimpleUploadedFile("a.zip", path.read_bytes())})
    assert (answer.status_code, "it is damaged, or no zip" in answer.text) == (422, True)


@pytest.mark.parametrize("flags", [ENCRYPTED, PATCHED, STRONGLY_ENCRYPTED, MASKED])
def test_a_picture_packed_in_another_way_is_refused_before_the_first_is_stored(
    flags: int, good: Path
) -> None:
    code, said = refusal(flagged(good, flags))
    assert (code, "in a way that we do not use" in said, ImageAsset.objects.count()) == (3, True, 0)


def test_what_other_packers_note_of_how_hard_they_tried_is_no_reason(good: Path) -> None:
    assert (take_back(flagged(good, 0x2))[0], ImageAsset.objects.count()) == (0, 3)


def test_half_a_character_in_a_tag_costs_its_picture_only(good: Path) -> None:
    index = index_of(good)
    index["pictures"][1]["tags"] = ["\ud800"]
    code, told = take_back(repacked(good, index=json.dumps(index).encode()))
    assert (code, len(told["errors"]), ImageAsset.objects.count()) == (1, 1, 2)


DEEP = "as deep as JSON goes"


def dug(given: Any) -> bytes:
    """JSON of it, with lists in lists where DEEP stands: more than Python can compare or print."""
    return json.dumps(given).replace(f'"{DEEP}"', "[" * 1_000 + "]" * 1_000).encode()


@pytest.mark.parametrize(
    "facts",
    [{"version": "\ud800"}, {"version": DEEP}, {"format": DEEP}, {"pictures": [{"file": DEEP}]}],
    ids=str,
)
def test_a_strange_index_is_refused_in_a_sentence(facts: dict[str, Any], good: Path) -> None:
    raw = repacked(good, index=dug(index_of(good) | facts)).read_bytes()
    answer = staff("add_imageasset").post("/import", {"file": SimpleUploadedFile("a.zip", raw)})
    assert (answer.status_code, "This archive is refused: " in answer.text) == (422, True)


SCENE = {
    "location": "a",
    "time_of_day": "b",
    "weather": "c",
    "use_count": 1,
    "created_at": "2025-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    "facts", [{"scenes": [SCENE | {"expires_at": DEEP}]}, {"tags": DEEP}, {"colors": DEEP}], ids=list
)
def test_a_strange_fact_costs_its_picture_only(facts: dict[str, Any], good: Path) -> None:
    index = index_of(good)
    index["pictures"][1] |= facts
    assert take_back(repacked(good, index=dug(index)))[0] == 1
    assert ImageAsset.objects.count() == 2


@pytest.mark.parametrize("inside", ['{"images":[{"image":"xx"}]}', '"\\ud800"', '{"images":["' + bare(3) + '"]}',
                                    '{"images":[{"image":"data:,\\ud800"}]}'])  # fmt: skip
def test_half_a_character_in_a_key_or_a_picture_is_no_reason_to_stop(inside: str, keyed: Any) -> None:
    body = f'{{"item_image_\\ud800":{inside},"item_image_Torch":{{"images":["{bare(9)}"]}}}}'
    answer = keyed("maintain").post(URL, body, content_type=JSON)
    assert (answer.status_code, answer.json()["report"]["found"]) == (200, 2)
    assert ImageAsset.objects.filter(subject_name="Torch").exists()
    assert staff("add_imageasset").post("/import", {"text": body}).status_code == 200


def test_a_featured_id_as_deep_as_json_goes_is_none(keyed: Any) -> None:
    body = dug({"item_image_Torch": {"featured": DEEP, "images": [{"id": DEEP, "image": bare(1)}]}})
    answer = keyed("maintain").post(URL, body, content_type=JSON)
    assert (answer.json()["items"], ImageAsset.objects.featured().count()) == (1, 0)


# ── Weight ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lists() -> bytes:
    return b"[" + b"[]," * (json_text.MOST_PARTS // 2) + b"0]"


def test_a_dump_of_nothing_but_lists_is_refused_at_each_layer(lists: bytes, keyed: Any) -> None:
    answer = keyed("maintain").post(URL, b'{"a":' + lists + b"}", content_type=JSON)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (413, "too_large")
    told = bring(keyed("maintain"), GAME | {"item_images": lists.decode()})
    assert [(error["key"], error["error"]) for error in told["errors"]] == [
        ("item_images", "The store has too many parts")
    ]
    assert told["scenes"] + told["items"] == 3


def test_what_stands_in_texts_is_not_counted(keyed: Any) -> None:
    savegame = json.dumps([0] * json_text.MOST_PARTS) + '\\"[{,'
    assert bring(keyed("maintain"), GAME | {"savegame": savegame})["items"] == 2


def test_an_index_that_unpacks_to_far_more_than_the_file_has_is_refused(good: Path, lists: bytes) -> None:
    many = b'{"x":' + lists + b"," + json.dumps(index_of(good)).encode()[1:]
    said = "This archive is refused: it unpacks to far more than it has"
    assert refusal(repacked(good, index=many * 3)) == (3, said)


def test_an_index_of_nothing_but_lists_is_refused(good: Path) -> None:
    lists = b"[" + b"[]," * (archive.MOST_INDEX_PARTS // 2) + b"0]"
    index = b'{"x":' + lists + b"," + json.dumps(index_of(good)).encode()[1:]
    path = repacked(good, zipfile.ZIP_STORED, index=index)
    assert refusal(path) == (3, "This archive is refused: its index.json has too many parts")


def directory(
    number: int, *, told: int, record: bytes = b"PK\x01\x02" + b"\0" * 24 + b"\1" + b"\0" * 17 + b"a"
) -> bytes:
    inside = record * number
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, told, told, len(inside), 4, 0)
    return b"PK\x03\x04" + inside + end


def directory64(number: int) -> bytes:
    size = 46 * number
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, number, number, size, 4)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 4 + size, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + b"\0" * size + record + locator + end


@pytest.mark.parametrize(
    "raw", [directory(60_000, told=60_000, record=b"\0" * 46), directory64(1_000_000)], ids=["zip", "zip64"]
)
def test_a_directory_with_too_many_names_is_refused_unread(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "many.zip").write_bytes(raw)
    assert refusal(tmp_path / "many.zip") == (3, "This archive is refused: it has more than 50,000 pictures")


@pytest.mark.parametrize("raw", [directory(60_000, told=1), directory(0, told=1)[:-8] + b"\xff" * 4 + b"\0" * 4, b"PK\x03\x04"],
                         ids=["more names than told", "longer than the file", "nothing"])  # fmt: skip
def test_a_directory_that_lies_is_refused_unread(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "lie.zip").write_bytes(raw)
    assert refusal(tmp_path / "lie.zip") == (3, "This archive is refused: it is damaged, or no zip")


# ── Pipes ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """Somebody writes a dump into it as soon as it is opened."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(json.dumps(dump(items={"Torch": item(bare())}))))
    writer.start()
    yield path
    writer.join()


def test_a_dump_may_come_through_a_pipe(pipe: Path) -> None:
    code, told = take_back(pipe)
    assert (code, told["items"]) == (0, 1)


# ── The same picture twice ───────────────────────────────────────────────────────────────────────


def test_a_trashed_picture_that_stands_in_a_dump_twice_is_restored_once(keyed: Any) -> None:
    twice = dump(items={"Torch": item(bare(3), bare(3))})
    bring(keyed("maintain"), twice)
    images.trash(ImageAsset.objects.get().pk, now=timezone.now())
    for query in ("?dry_run=1", ""):
        told = bring(keyed("maintain"), twice, query)
        assert (told["items"], told["skipped"], told["report"]["restored"]) == (1, 1, 1)
