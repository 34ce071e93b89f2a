"""Rows and files that do not belong together: all are found, what can be is mended, nothing is deleted."""

from __future__ import annotations

import json
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gallery import storage
from gallery.errors import StorageUnavailable
from gallery.models import ImageAsset, Job
from gallery.tests.making import make_image, png
from maintenance.fsck.examine import examine
from maintenance.fsck.finding import Finding, Kind
from maintenance.fsck.repair import repair
from maintenance.models import CommandRun
from maintenance.restore import journal
from maintenance.tests.backing_up import files, refused, run, shelved

__all__ = ["shelved"]
ORPHAN = f"images/full/ab/ab{'0' * 30}-1.webp"


def big(name: str = "Big") -> ImageAsset:
    """With a thumbnail and two narrower files."""
    return make_image(name, data=png(len(name), (900, 400)))


def found(**options: bool) -> dict[str, list[str]]:
    """Names by kind, as --json tells them; the exit code fits."""
    from io import StringIO

    from django.core.management import CommandError, call_command

    out, code = StringIO(), 0
    try:
        call_command("fsck", json=True, stdout=out, stderr=StringIO(), **options)
    except CommandError as error:
        code = error.returncode
    told = json.loads(out.getvalue())["findings"]
    assert code == int(any(not one["repaired"] for one in told))
    kinds: dict[str, list[str]] = {}
    for one in told:
        kinds.setdefault(one["kind"] + ("" if not one["repaired"] else " repaired"), []).append(one["name"])
    return kinds


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def orphan(media: Path, days: float, name: str = ORPHAN) -> Path:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"whatever")
    age(path, days)
    return path


def quarantined(media: Path) -> list[str]:
    """Reason and name of each file in quarantine."""
    root = media / "quarantine"
    paths = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(path.partition("/")[2] for path in paths)


def test_a_sound_gallery_has_nothing_to_tell(shelved: Path) -> None:
    big()
    make_image("Shared", data=png(5))
    make_image("Shared too", data=png(5))
    for deep in (False, True):
        assert run("fsck", deep=deep) == "Nothing is wrong."


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"x" * 400])
def test_a_damaged_thumbnail_is_made_again_and_kept_in_quarantine(
    shelved: Path, media: Path, damage: bytes
) -> None:
    image = big()
    (media / image.storage_path_thumbnail).write_bytes(damage)
    assert found() == {Kind.DAMAGED_PART: [image.storage_path_thumbnail]}
    assert found(repair=True) == {f"{Kind.DAMAGED_PART} repaired": [image.storage_path_thumbnail]}
    assert found(deep=True) == {}
    assert quarantined(media) == [f"damaged_part/{image.storage_path_thumbnail}"]
    assert (media / "quarantine").exists()


def test_missing_parts_are_made_again_at_their_widths(shelved: Path, media: Path, api: Client) -> None:
    image = big()
    parts = image.paths[1:]
    assert len(parts) == 3
    for name in parts:
        (media / name).unlink()
    assert found() == {Kind.MISSING_PART: parts}
    found(repair=True)
    assert found(deep=True) == {}
    for name in parts:
        answer = api.get(f"/{name}")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, no-cache")


def test_a_part_is_made_again_at_a_width_that_is_not_chosen_any_more(shelved: Path, media: Path) -> None:
    big()
    ImageAsset.objects.update(widths=[320, 640, 840])
    widest = ImageAsset.objects.get().paths[-1]
    assert found(repair=True) == {f"{Kind.MISSING_PART} repaired": [widest]}
    assert (media / widest).exists()
    assert found(deep=True) == {}


def test_a_flipped_bit_is_found_by_looking_deep(shelved: Path, media: Path) -> None:
    image = big()
    path = media / image.storage_path_full
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    assert found() == {}
    assert found(deep=True) == {Kind.DAMAGED_PICTURE: [image.storage_path_full]}


def test_a_damaged_picture_goes_into_quarantine_and_a_placeholder_is_served(
    shelved: Path, media: Path, api: Client
) -> None:
    image = make_image()
    (media / image.storage_path_full).write_bytes(b"cut")
    assert found(repair=True) == {Kind.DAMAGED_PICTURE: [image.storage_path_full]}
    assert quarantined(media) == [f"damaged_picture/{image.storage_path_full}"]
    assert found() == {Kind.MISSING_PICTURE: [image.storage_path_full]}
    answer = api.get(f"/{image.storage_path_full}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    code, sentence = refused("fsck")
    assert code == 1
    assert "1 picture whose file is missing: --repair takes it from the newest backup" in sentence
    assert "whose file is missing: no backup here has it" in refused("fsck", repair=True)[1]
    assert f"picture {image.pk} “{image.subject_name}”: {image.storage_path_full}" in sentence


@pytest.mark.parametrize("incremental", [False, True])
def test_a_lost_picture_is_taken_from_a_backup_that_has_it(
    shelved: Path, media: Path, incremental: bool
) -> None:
    gone, damaged = make_image("Gone"), big("Damaged")
    run("backup", incremental=incremental)
    before = files()
    (media / gone.storage_path_full).unlink()
    (media / damaged.storage_path_full).write_bytes(b"cut")
    assert not [kind for kind in found(repair=True) if "repaired" not in kind]
    assert {name: data for name, data in files().items() if not name.startswith("quarantine")} == before


def test_files_of_no_row_go_into_quarantine_once_they_are_old(shelved: Path, media: Path) -> None:
    make_image()
    young, old = orphan(media, 0.9), orphan(media, 1.1, ORPHAN.replace("-1", "-2"))
    part = orphan(media, 30, f"{ORPHAN}.part")
    names = sorted(path.relative_to(media).as_posix() for path in (old, part))
    assert {kind: sorted(told) for kind, told in found().items()} == {Kind.NO_ROW: names}
    found(repair=True)
    assert young.exists()
    assert quarantined(media) == sorted(f"no_row/{name}" for name in names)
    assert found() == {}


def test_files_of_a_job_at_work_are_left_however_old(shelved: Path, media: Path) -> None:
    job = Job.objects.create(kind="x", key="y", state="running", caller="x", request_hash="0")
    job.lease_until = timezone.now() + timedelta(minutes=1)
    job.save()
    path = orphan(media, 9, f"images/full/{job.pk.hex[:2]}/{job.pk.hex}-1.webp")
    assert found(repair=True) == {}
    assert path.exists()


def test_foreign_files_beside_our_folders_are_not_touched(shelved: Path, media: Path) -> None:
    path = orphan(media, 99, "holiday/photo.jpg")
    assert found(repair=True) == {}
    assert path.exists()


def test_stale_jobs_and_leftovers_in_the_spool_are_told_and_mended(shelved: Path) -> None:
    old = timezone.now() - timedelta(hours=1)
    made = {
        state: Job.objects.create(
            kind="x", key=state, state=state, caller="x", request_hash="0", attempts=1, lease_until=old
        )
        for state in ("running", "done", "failed")
    }
    unknown = uuid.uuid4()
    for job_id in (made["done"].pk, made["failed"].pk, unknown):
        storage.write(storage.spool(), f"{job_id.hex}-1", b"{}\npaid")
        age(Path(storage.spool().path(f"{job_id.hex}-1")), 2)
    told = {
        Kind.STALE_JOB: [str(made["running"].pk)],
        Kind.SPOOL_OF_DONE_JOB: [f"{made['done'].pk.hex}-1"],
        Kind.SPOOL_UNUSED: [f"{made['failed'].pk.hex}-1"],
        Kind.SPOOL_OF_NO_JOB: [f"{unknown.hex}-1"],
    }
    assert found() == told
    left = found(repair=True)
    assert [kind for kind in left if "repaired" not in kind] == [Kind.SPOOL_UNUSED]
    assert found() == {Kind.SPOOL_UNUSED: told[Kind.SPOOL_UNUSED]}
    aside = [path.name for path in Path(storage.spool().path("quarantine")).rglob("*") if path.is_file()]
    assert aside == [f"{unknown.hex}-1"]


def test_a_right_folder_that_lost_most_of_its_files_is_mended_from_a_backup_when_told(
    shelved: Path, media: Path
) -> None:
    images = [make_image(f"{number}", data=png(number)) for number in range(4)]
    run("backup")
    for image in images[:3]:
        (media / image.storage_path_full).unlink()
    assert "manage.py fsck --repair --force" in refused("fsck", repair=True)[1]
    run("fsck", repair=True, force=True)
    assert found(deep=True) == {}


def test_a_wrong_folder_is_refused_and_nothing_is_touched(shelved: Path, media: Path) -> None:
    images = [make_image(f"{number}", data=png(number)) for number in range(4)]
    for image in images[:3]:
        (media / image.storage_path_full).unlink()
    lone = orphan(media, 9)
    code, sentence = refused("fsck", repair=True)
    assert code == 3
    assert "3 of 4 pictures have no file" in sentence
    assert lone.exists()
    (media / storage.MARKER).unlink()
    assert refused("fsck")[0] == 3


def test_an_interrupted_restore_is_told_and_ended(shelved: Path) -> None:
    shelved.mkdir()
    left = journal.Journal(
        id="0" * 16, backup="dndimages-20260101T000000Z.tar", staging="/nowhere", aside="x"
    )
    journal.write(left)
    assert found() == {Kind.UNFINISHED_RESTORE: [left.backup]}
    found(repair=True)
    assert found() == {}


def test_without_repair_nothing_changes(shelved: Path, media: Path) -> None:
    image = big()
    (media / image.storage_path_full).write_bytes(b"cut")
    (media / image.storage_path_thumbnail).unlink()
    orphan(media, 9)
    before = files()
    found(deep=True)
    assert files() == before


def test_a_picture_purged_while_we_look_is_no_finding(
    shelved: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from maintenance.fsck import examine

    image = make_image()
    plain = examine._walk

    def purging(*args: object) -> object:
        storage.delete(storage.pictures(), *image.paths)
        ImageAsset.objects.filter(pk=image.pk).delete()
        return plain(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(examine, "_walk", purging)
    assert found() == {}


def test_a_repair_that_meets_an_error_goes_on_and_says_what_is_left(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [make_image("A", data=png(1)), make_image("B", data=png(2))]
    for image in images:
        storage.delete(storage.pictures(), image.storage_path_thumbnail)
    write, tries = storage.write, []

    def once_away(*given: Any) -> None:
        tries.append(given)
        if len(tries) == 1:
            raise StorageUnavailable
        write(*given)

    monkeypatch.setattr(storage, "write", once_away)
    assert refused("fsck", repair=True)[0] == 1
    assert len(tries) == 2
    assert len(found()[Kind.MISSING_PART]) == 1


def test_nothing_is_repaired_by_a_clock_that_cannot_be_right(shelved: Path, media: Path) -> None:
    make_image()
    lone = orphan(media, 9)
    at = timezone.now() + timedelta(days=3)
    CommandRun.objects.create(command="cleanup", started_at=at, finished_at=at, exit_code=0)
    code, sentence = refused("fsck", repair=True)
    assert (code, sentence.partition(":")[0]) == (3, "Nothing was done")
    assert lone.exists()
    assert refused("fsck")[0] == 1


def test_a_picture_whose_files_are_taken_away_before_its_row_gets_them_again(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a check of another host does, whose clock is days ahead: its file seems to be without a row."""
    from gallery import images

    write, later = images._write_files, timezone.now() + timedelta(days=7)

    def slow(*given: Any) -> list[str]:
        names = write(*given)
        if not taken:
            taken.extend(examine(now=later))
            repair(taken, now=later)
        return names

    taken: list[Finding] = []
    monkeypatch.setattr(images, "_write_files", slow)
    image = make_image()
    assert {finding.kind for finding in taken} == {Kind.NO_ROW}
    assert set(image.paths) <= files().keys()
