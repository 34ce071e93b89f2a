"""Restores: what was backed up is there again, and whatever fails leaves what was there."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dndimages.living import standing_still
from gallery import storage
from gallery.models import ImageAsset, Job
from gallery.tests.making import make_image, png
from maintenance.backup import shelf
from maintenance.backup.errors import BackupRefused
from maintenance.backup.take import take
from maintenance.models import CommandRun
from maintenance.restore import journal
from maintenance.tests.backing_up import files, names, refused, rows, run, shelved, wipe
from maintenance.tests.crashing import SETUP, Place

__all__ = ["shelved"]
HOSTILE = "Тест <script>alert(1)</script> ‮ 🐉 " + "x" * 150


def only_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite")


@pytest.mark.parametrize("incremental", [False, True])
def test_a_backup_restored_into_an_empty_service_gives_the_same_rows_and_files(
    shelved: Path, incremental: bool
) -> None:
    first = make_image(HOSTILE, custom_prompt=HOSTILE, campaign="‮")
    make_image("Shared", data=png(7))
    make_image("Shared too", data=png(7))
    before, pictures = rows(), files()
    run("backup", incremental=incremental)
    wipe()
    line = run("restore", names()[0])
    assert line.startswith(f"Restored {names()[0]}: 3 images.")
    assert (rows(), files()) == (before, pictures)
    assert first.pk in ImageAsset.objects.values_list("pk", flat=True)


def test_what_came_later_is_gone_and_kept_in_a_restore_point(shelved: Path, api: Client) -> None:
    make_image("Old")
    run("backup")
    before, pictures = rows(), files()
    make_image("New")
    ImageAsset.objects.filter(subject_name="Old").update(subject_name="Spoilt")
    later, later_pictures = rows(), files()
    line = run("restore", names()[0])
    assert (rows(), files()) == (before, pictures)
    assert api.get("/api/v1/images/search?q=Old").json()["total"] == 1
    assert api.get("/api/v1/images/search?q=New").json()["total"] == 0
    (point,) = [name for name in names() if name.endswith("-before-restore.tar")]
    assert point in line
    run("restore", point)
    assert (rows(), files()) == (later, later_pictures)


def test_ids_go_on_where_the_backup_ended(shelved: Path) -> None:
    make_image("One")
    gone = make_image("Two")
    number = gone.pk
    gone.delete()
    run("backup")
    wipe()
    run("restore", names()[0])
    connection.close()
    assert make_image("Three").pk > number


def test_a_damaged_live_file_is_whole_again(shelved: Path, media: Path) -> None:
    image = make_image()
    run("backup")
    pictures = files()
    (media / image.storage_path_full).write_bytes(b"flipped")
    refused("backup")
    run("restore", names()[0])
    assert files() == pictures


def test_paid_bytes_come_back_and_their_job_is_taken_up(shelved: Path) -> None:
    job = Job.objects.create(kind="scene", key="k", state="running", caller="x", request_hash="0", attempts=1)
    storage.write(storage.spool(), f"{job.pk.hex}-1", b"{}\npaid")
    run("backup")
    Job.objects.all().delete()
    storage.delete(storage.spool(), f"{job.pk.hex}-1")
    foreign = f"{uuid.uuid4().hex}-1"
    storage.write(storage.spool(), foreign, b"{}\nlater")
    run("restore", names()[0])
    connection.close()
    assert storage.read(storage.spool(), f"{job.pk.hex}-1") == b"{}\npaid"
    assert storage.read(storage.spool(), foreign) == b"{}\nlater"
    assert Job.objects.get().pk == job.pk


def test_the_restored_state_tells_where_it_comes_from_and_old_runs_stay_as_they_were(shelved: Path) -> None:
    make_image()
    then = timezone.now() - timedelta(days=3)
    CommandRun.objects.create(command="cleanup", started_at=then, finished_at=then, exit_code=0, line="Old.")
    run("backup")
    run("restore", names()[0])
    connection.close()
    assert CommandRun.objects.get(command="cleanup").line == "Old."
    told = CommandRun.objects.get(command="restore")
    assert (told.arguments, told.exit_code) == (names()[0], 0)
    assert told.line.startswith("Restored the state of ")


def test_while_the_service_lives_a_restore_needs_yes(shelved: Path, settings: Settings) -> None:
    make_image()
    run("backup")
    alive, done = threading.Event(), threading.Event()

    def serve() -> None:
        import fcntl

        with (settings.DATA_DIR / ".run" / "live.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            alive.set()
            done.wait(60)

    (settings.DATA_DIR / ".run").mkdir(exist_ok=True)
    thread = threading.Thread(target=serve)
    thread.start()
    alive.wait(60)
    try:
        code, sentence = refused("restore", names()[0])
        assert code == 3
        assert sentence.startswith("Nothing was changed: the service is running.")
        assert names()[0] in run("restore", names()[0], yes=True)
    finally:
        done.set()
        thread.join()


def test_while_data_is_replaced_nobody_starts(shelved: Path) -> None:
    with standing_still() as first, standing_still() as second:
        assert (first, second) == (True, False)


def test_without_a_usable_present_state_nothing_happens_unless_it_is_said(shelved: Path, media: Path) -> None:
    make_image()
    run("backup")
    pictures = files()
    for path in [*media.rglob("*.webp"), media / storage.MARKER]:
        path.unlink()
    for path in sorted(media.rglob("*"), reverse=True):
        path.rmdir()
    assert refused("restore", names()[0])[0] == 3
    assert files() == {}
    run("restore", names()[0], without_restore_point=True)
    assert files() == pictures


def test_a_restore_without_room_changes_nothing(shelved: Path, settings: Settings) -> None:
    make_image()
    run("backup")
    before, pictures = rows(), files()
    settings.MIN_FREE_DISK_MB = shutil.disk_usage(settings.DATA_DIR).total // 2**20
    assert refused("restore", names()[0])[0] == 3
    assert (rows(), files()) == (before, pictures)


@pytest.mark.parametrize("name", ["dndimages-20200101T000000Z.tar", "../nothing", "/etc/nothing", ""])
def test_a_name_that_is_not_there_is_told(shelved: Path, name: str) -> None:
    code, _ = refused("restore", name)
    assert code == (3 if name else 2)


def test_an_older_backup_gets_the_tables_of_today(shelved: Path) -> None:
    """Its database lacks what the newest migration brings."""
    from django.core.management import call_command

    make_image()
    call_command("migrate", "maintenance", "zero", verbosity=0)
    try:
        with shelf.locked():
            take(now=timezone.now())
    finally:
        call_command("migrate", verbosity=0)
    assert "restores" in run("backup_verify")
    wipe()
    run("restore", names()[0])
    connection.close()
    assert ImageAsset.objects.count() == 1
    assert CommandRun.objects.filter(command="restore").count() == 1


def test_a_live_database_that_is_none_is_left_for_a_person(tmp_path: Path) -> None:
    """In a place of its own: whoever has the tests' database open would go on writing into this one."""
    only_sqlite()
    place = Place(tmp_path)
    place.manage("migrate", "--verbosity", "0")
    place.python(SETUP.format(more="make_image('Old')"))
    place.manage("backup")
    live = place.data / "db.sqlite3"
    for end in ("-wal", "-shm"):
        live.with_name(live.name + end).unlink(missing_ok=True)
    live.write_bytes(b"no database" * 1_000)
    (name,) = place.backups()
    told, unusable = place.run("restore", name), place.run("cleanup")
    place.close()
    assert "is damaged: stop the service, move it" in unusable["said"]
    assert told["code"] == 3
    assert "is no database any more" in told["said"]
    assert live.read_bytes() == b"no database" * 1_000


def test_a_damaged_live_database_is_never_taken_for_a_backup(shelved: Path) -> None:
    only_sqlite()
    image = make_image()
    with sqlite3.connect(connection.settings_dict["NAME"]) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("UPDATE gallery_job SET image_id = 1")
        database.execute(
            "INSERT INTO gallery_imageasset_tags (imageasset_id, tag_id) VALUES (?, 99)", [image.pk]
        )
    try:
        code, sentence = refused("backup")
        assert (code, names()) == (3, [])
        assert "live database" in sentence
    finally:
        with sqlite3.connect(connection.settings_dict["NAME"]) as database:
            database.execute("DELETE FROM gallery_imageasset_tags")


def test_a_restore_that_fails_at_its_last_step_leaves_the_old_state(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the switch, after all files were put in their places."""
    from maintenance.backup.errors import BackupRefused

    make_image("Old")
    run("backup")
    for image in ImageAsset.objects.all():
        storage.delete(storage.pictures(), *image.paths)
        image.delete()
    make_image("New")
    before, pictures = rows(), files()

    def refuse(*_: object, **__: object) -> None:
        assert len(files()) > len(pictures)
        raise BackupRefused("Nothing was changed: others keep using the database")

    monkeypatch.setattr(
        f"maintenance.backup.database.{connection.vendor}.{_COPIES[connection.vendor]}.switch", refuse
    )
    assert refused("restore", names()[0])[0] == 3
    assert (rows(), files()) == (before, pictures)
    assert journal.read() is None
    assert not [path for path in Path(live_settings.MEDIA_ROOT).iterdir() if path.name.startswith(".scratch")]


_COPIES = {"sqlite": "_Copy", "postgresql": "_Scratch"}


class Killed(BaseException):
    """Nothing of ours catches it, and nothing is put in order any more."""


@pytest.mark.parametrize("switched", [False, True])
def test_a_restore_that_died_at_its_switch_is_ended_by_the_next_run(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, switched: bool
) -> None:
    make_image("Old")
    run("backup")
    new = rows(), files()
    for image in ImageAsset.objects.all():
        storage.delete(storage.pictures(), *image.paths)
        image.delete()
    make_image("New")
    old = rows(), files()

    def die(*_: object, **__: object) -> None:
        if journal.read() is not None:
            raise Killed

    copy = f"maintenance.backup.database.{connection.vendor}.{_COPIES[connection.vendor]}"
    with monkeypatch.context() as dying:
        dying.setattr("maintenance.restore.restoring.finish_unfinished", die)
        if not switched:
            dying.setattr(f"{copy}.switch", die)
        with pytest.raises(Killed):
            run("restore", names()[0])
    expected = new if switched else old
    assert rows() == expected[0]
    assert len(files()) > len(expected[1])
    run("restore", resume=True)
    assert (rows(), files()) == expected
    assert other_databases() == []


def other_databases() -> list[str]:
    """What scratch and switch left on a PostgreSQL server."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        live = connection.settings_dict["NAME"]
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{live}\\_%"])
        return [name for (name,) in cursor.fetchall()]


def test_nothing_is_left_to_resume_after_a_restore(shelved: Path) -> None:
    make_image()
    run("backup")
    run("restore", names()[0])
    assert run("restore", resume=True) == "Nothing is left unfinished."
    assert not [path.name for path in shelf.folder().iterdir() if path.name.startswith((".p", ".s", ".r"))]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_a_role_that_may_make_no_database_is_told_so() -> None:
    from maintenance.backup.database import postgresql

    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE narrow")
        cursor.execute("SET LOCAL ROLE narrow")
        for act in (postgresql.refuse_damaged, lambda: postgresql._create("scratch")):
            with pytest.raises(BackupRefused, match="CREATEDB"):
                act()
