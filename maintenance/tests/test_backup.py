"""Backups of a service at rest: what is in them, what is not, and when there is none."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tarfile
import uuid
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from dndimages.access.keys import create_key
from gallery import images, storage
from gallery.models import Job
from gallery.tests.making import make_image
from maintenance.backup import shelf
from maintenance.models import CommandRun
from maintenance.tests.backing_up import names, refused, run, shelved

__all__ = ["shelved"]
HOSTILE = "Тест <script>alert(1)</script> ‮ 🐉 " + "x" * 150


def members(name: str) -> dict[str, bytes]:
    with tarfile.open(shelf.folder() / name) as tar:
        found = {member.name: tar.extractfile(member) for member in tar}
        return {name: file.read() for name, file in found.items() if file is not None}


def contents(name: str) -> bytes:
    """All that a finder of the file could read, the database unpacked."""
    import gzip

    held = members(name)
    unpacked = [gzip.decompress(data) if name.endswith(".gz") else data for name, data in held.items()]
    return b"\n".join(unpacked)


def test_an_archive_holds_the_database_every_picture_and_a_true_manifest(shelved: Path, media: Path) -> None:
    image = make_image(HOSTILE)
    line = run("backup")
    held = members(names()[0])
    manifest = orjson.loads(held.pop("manifest.json"))
    assert line.startswith(f"Backed up 1 image to {names()[0]}")
    assert {f"media/{name}" for name in image.paths} < held.keys()
    assert manifest["files"].keys() == held.keys()
    assert manifest["tables"]["gallery_imageasset"]["rows"] == 1
    assert (manifest["format"], manifest["engine"]) == (1, connection.vendor)
    assert "gallery.0001_first" in manifest["migrations"]


def test_only_its_owner_can_read_a_backup(shelved: Path) -> None:
    make_image()
    run("backup")
    run("backup", incremental=True)
    run("backup_verify")
    found = [shelved, *shelved.rglob("*")]
    assert len(found) > 10
    open_to_others = [path for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    assert [path.name for path in open_to_others] in ([], [".lock"])


def test_nobody_logs_in_with_what_a_backup_holds(shelved: Path, settings: Settings) -> None:
    key, text = create_key(name="game", scopes=["generate"])
    Session.objects.create(
        session_key="s" * 32, session_data="x", expire_date=timezone.now() + timedelta(days=1)
    )
    (settings.DATA_DIR / ".env").write_text("GEMINI_API_KEY=AIzaPLANTED0000000000")
    (settings.DATA_DIR / "secret_key").write_text("planted-secret")
    run("backup")
    held = contents(names()[0])
    if connection.vendor == "sqlite":  # PostgreSQL's dump is compressed by itself
        assert key.digest.encode() in held
    for secret in (text, "s" * 32, "AIzaPLANTED", "planted-secret", settings.SECRET_KEY):
        assert secret.encode() not in held


def test_bytes_that_are_paid_for_and_no_picture_yet_are_in_it(shelved: Path) -> None:
    now = timezone.now()
    waiting, done = (
        Job.objects.create(kind="scene", key=state, state=state, caller="x", request_hash="0", created_at=now)
        for state in ("running", "done")
    )
    for job_id in (waiting.pk, done.pk, uuid.uuid4()):
        storage.write(storage.spool(), f"{job_id.hex}-1", b"{}\npaid")
    run("backup")
    spooled = [name for name in members(names()[0]) if name.startswith("spool/")]
    assert spooled == [f"spool/{waiting.pk.hex}-1"]


def test_a_folder_shares_unchanged_files_with_the_one_before(shelved: Path) -> None:
    old = make_image("Old")
    run("backup", incremental=True)
    new = make_image("New")
    line = run("backup", incremental=True)
    first, second = (shelved / name for name in names())
    assert f"{len(old.paths)} files shared" in line
    for name in old.paths:
        assert os.path.samefile(first / "media" / name, second / "media" / name)
    assert (second / "media" / new.paths[0]).read_bytes()
    shutil.rmtree(first)
    assert "restores" in run("backup_verify")


def test_a_changed_file_is_not_shared(shelved: Path, media: Path) -> None:
    image = make_image()
    run("backup", incremental=True)
    (media / image.storage_path_thumbnail).write_bytes(b"made again")
    run("backup", incremental=True)
    held = [(shelved / name / "media" / image.storage_path_thumbnail).read_bytes() for name in names()]
    assert held[1] == b"made again" != held[0]


def test_without_the_marker_of_the_pictures_there_is_no_backup(shelved: Path, media: Path) -> None:
    make_image()
    (media / storage.MARKER).unlink()
    code, sentence = refused("backup")
    assert (code, names()) == (3, [])
    assert "is it mounted?" in sentence


def test_without_room_there_is_no_backup_and_nothing_is_left(shelved: Path, settings: Settings) -> None:
    make_image()
    settings.MIN_FREE_DISK_MB = shutil.disk_usage(settings.DATA_DIR).total // 2**20
    code, sentence = refused("backup")
    assert code == 3
    assert "MB" in sentence
    assert os.listdir(shelved) == [".lock"]


def test_a_second_backup_at_once_is_refused_and_a_dead_ones_lock_is_no_obstacle(shelved: Path) -> None:
    shelved.mkdir()
    with (shelved / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refused("backup") == (3, "Nothing was done: another backup or restore is at work")
    assert "Backed up" in run("backup")


def test_what_killed_runs_left_goes_and_foreign_files_stay(shelved: Path) -> None:
    (shelved / ".partial-0123abcd").mkdir(parents=True)
    (shelved / ".scratch-0123abcd").mkdir()
    foreign = ["notes.txt", ".partial-mine", "dndimages-old.tar", "dndimages-20990231T000000Z.tar"]
    for name in foreign:
        (shelved / name).write_text("mine")
    run("backup", keep=1, keep_days=1)
    assert {*os.listdir(shelved)} == {".lock", *foreign, *names()}


def test_missing_and_damaged_pictures_are_told_and_the_rest_is_safe(shelved: Path, media: Path) -> None:
    gone, damaged, whole = make_image("A"), make_image("B"), make_image("C")
    (media / gone.storage_path_full).unlink()
    (media / damaged.storage_path_full).write_bytes(b"flipped")
    code, sentence = refused("backup")
    assert code == 1
    assert "1 file of a picture missing" in sentence
    assert "1 picture not as stored" in sentence
    assert f"media/{whole.paths[0]}" in members(names()[0])
    assert "restores" in run("backup_verify")


def test_a_picture_purged_while_the_backup_ran_is_no_loss(
    shelved: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The purge comes between the database's instant and the copying of its files."""
    doomed, kept = make_image("Doomed"), make_image("Kept")
    images.trash(doomed.pk, now=timezone.now())
    from maintenance.backup import take

    plain = take._write_files

    def purging(*args: object) -> object:
        images.purge(doomed.pk)
        return plain(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr(take, "_write_files", purging)
        run("backup")
    manifest = orjson.loads(members(names()[0])["manifest.json"])
    assert (manifest["purged"], manifest["missing"]) == ([doomed.token], [])
    run("restore", names()[0])
    connection.close()
    assert list(type(kept).objects.values_list("pk", flat=True)) == [kept.pk]


def test_each_run_is_recorded_with_its_line(shelved: Path) -> None:
    line = run("backup")
    assert CommandRun.objects.get(command="backup").line == line


def test_incremental_and_a_bucket_do_not_go_together(shelved: Path) -> None:
    assert refused("backup", incremental=True, target="s3")[0] == 2
    assert refused("backup", target="s3") == (
        3,
        "Nothing was done: no bucket for backups is set (BACKUP_S3_BUCKET)",
    )


def test_the_age_of_the_last_proved_backup_is_that_of_its_data(shelved: Path) -> None:
    now = timezone.now()
    assert shelf.last_verified_backup(now=now) is None
    run("backup")
    assert shelf.last_verified_backup(now=now) is None
    run("backup_verify")
    run("backup")
    later = timezone.now() + timedelta(hours=5)
    found = shelf.last_verified_backup(now=later)
    assert found is not None
    assert found.name == names()[0]
    assert 5 * 3600 <= found.age_s < 5 * 3600 + 60
    (shelved / found.name).unlink()
    assert shelf.last_verified_backup(now=later) is None


def test_a_copy_in_another_folder_proves_nothing_about_the_one_here(shelved: Path, tmp_path: Path) -> None:
    run("backup")
    copy = tmp_path / names()[0]
    shutil.copy(shelved / names()[0], copy)
    (shelved / names()[0]).write_bytes(b"spoilt")
    assert "restores" in run("backup_verify", str(copy))
    assert shelf.last_verified_backup(now=timezone.now()) is None
