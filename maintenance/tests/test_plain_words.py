"""What a person at the terminal reads when something is wrong, and that it names what has to be done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from dndimages.tests.service import ROOT, clean_environment, free_port
from gallery.models import GenerationLog, ImageAsset
from gallery.tests.making import make_image, png
from maintenance import cleanup, refusals
from maintenance.doctor.examine import examine
from maintenance.exitcodes import ExitCode
from maintenance.models import CommandRun
from maintenance.refusals import Refused
from maintenance.restore import place
from maintenance.tests.aging import days_ago, rows
from maintenance.tests.backing_up import names, refused, run, shelved

__all__ = ["shelved"]


def manage(data: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=clean_environment(data, **env), capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


# ── A row of the future ──────────────────────────────────────────────────────────────────────────


def test_a_row_of_the_future_is_named_and_one_forced_cleanup_ends_it(shelved: Path) -> None:
    make_image()
    lone = GenerationLog.objects.create(created_at=timezone.now() + timedelta(days=900))
    code, sentence = refused("cleanup")
    assert code == ExitCode.REFUSED
    assert f"{GenerationLog._meta.db_table} has the row {lone.pk} of " in sentence
    code, sentence = refused("backup")
    assert (code, "run manage.py cleanup --force once" in sentence) == (1, True)
    run("cleanup", force=True)
    assert run("cleanup").startswith("Purged 0 images")
    assert run("backup").startswith("Backed up 1 image to ")


@pytest.mark.django_db
def test_after_a_forced_cleanup_a_later_row_or_a_later_run_still_stops_it() -> None:
    now = timezone.now()
    rows(1, created_at=now + timedelta(days=50))
    run("cleanup", force=True)
    refusals.refuse_wrong_clock(now=now)
    CommandRun.objects.create(command="backup", started_at=now + timedelta(days=40), exit_code=0)
    with pytest.raises(Refused, match="maintenance_commandrun has the row"):
        refusals.refuse_wrong_clock(now=now)
    run("cleanup", force=True)
    refusals.refuse_wrong_clock(now=now)
    rows(1, created_at=now + timedelta(days=60))
    with pytest.raises(Refused, match="gallery_imageasset has the row"):
        refusals.refuse_wrong_clock(now=now)


@pytest.mark.django_db
def test_what_a_forced_cleanup_knows_outlives_the_records_of_runs() -> None:
    ahead = timezone.now() + timedelta(days=50)
    CommandRun.objects.create(command="cleanup", started_at=days_ago(200), exit_code=0, knows_until=ahead)
    CommandRun.objects.create(command="cleanup", started_at=days_ago(199), exit_code=0)
    CommandRun.objects.create(command="cleanup", started_at=days_ago(1), exit_code=0)
    assert cleanup.clean(now=timezone.now(), parts=["runs"])["runs"] == 1
    assert CommandRun.objects.filter(knows_until=ahead).exists()


# ── Options ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("app", "name"),
    [
        *(("maintenance", name) for name in ("backup", "backup_verify", "doctor", "restore", "export")),
        ("gallery", "worker"), ("dndimages", "serve"), ("scenes", "demo"), ("dndimages.access", "create_api_key"),
    ],
)  # fmt: skip
def test_an_option_that_a_command_lacks_is_not_taken_for_another(app: str, name: str) -> None:
    parser: Any = load_command_class(app, name).create_parser("manage.py", name)
    assert parser.parse_known_args(["--force", "x"])[0].force_color is False
    with pytest.raises(CommandError, match=r"force|required|unrecognized"):
        call_command(name, "--force")


@pytest.mark.parametrize("number", ["-1", "1.5", "many", "²"])
def test_a_number_of_backups_that_is_none_is_refused_in_words(number: str) -> None:
    with pytest.raises(CommandError, match="it must be a whole number, 0 or more"):
        call_command("backup", f"--keep={number}")


# ── No database, no disk ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["doctor", "cleanup", "worker --once", "create_api_key name"])
def test_where_no_database_is_none_is_made(tmp_path: Path, command: str) -> None:
    ran = manage(tmp_path, *command.split(), *(["--offline"] if command == "doctor" else []))
    assert ran.returncode == 1
    assert f"here is no database in DATA_DIR ({tmp_path})" in ran.stderr
    assert "is the disk mounted?" in ran.stderr
    assert not (tmp_path / "db.sqlite3").exists()


@pytest.mark.parametrize("command", ["doctor --offline", "worker --once"])
def test_an_empty_database_is_told_without_a_traceback(tmp_path: Path, command: str) -> None:
    (tmp_path / "db.sqlite3").touch(mode=0o600)
    ran = manage(tmp_path, *command.split())
    assert ran.returncode == 1
    assert "is the disk mounted" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "manage.py migrate" not in ran.stderr


@pytest.mark.pure
def test_a_damaged_database_is_told_by_djangos_own_commands_too(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"no database" * 1000)
    ran = manage(tmp_path, "migrate")
    assert ran.returncode == 1
    assert "db.sqlite3 is damaged: stop the service" in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr
    assert "Traceback" in manage(tmp_path, "migrate", "--traceback").stderr


@pytest.mark.pure
@pytest.mark.parametrize("command", ["fsck", "migrate", "createsuperuser"])
def test_a_postgresql_that_is_away_is_told_and_no_folder(tmp_path: Path, command: str) -> None:
    ran = manage(tmp_path, command, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "DATABASE_URL" in ran.stderr
    assert "DATA_DIR" not in ran.stderr
    assert "make run" not in ran.stderr
    assert "failed: Connection refused)" in ran.stderr.splitlines()[-1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets everybody in")
def test_why_a_postgresql_refuses_is_told_and_no_password(tmp_path: Path) -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = f"{parts.scheme}://nobody_here:hunter2@{parts.hostname}:{parts.port or 5432}/none"
    for arguments in (["fsck"], ["serve", "--no-worker"]):
        ran = manage(tmp_path, *arguments, DATABASE_URL=url, PORT=str(free_port()))
        assert re.search(r'(role|user) "nobody_here"', ran.stderr.splitlines()[-1]), ran.stderr
        assert "hunter2" not in ran.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ["file/backups", "/proc/backups"])
def test_a_place_for_backups_that_cannot_be_is_no_full_disk(
    settings: Settings, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").touch()
    settings.BACKUP_DIR = tmp_path / folder
    settings.MIN_FREE_DISK_MB = 1
    found = [one.says for one in examine(now=timezone.now(), offline=True) if one.check == "disk"]
    assert [says for says in found if "cannot be" in says]
    assert not [says for says in found if "free for backups" in says]


# ── Lost pictures ────────────────────────────────────────────────────────────────────────────────


def test_ten_lost_pictures_are_named_and_the_others_counted(shelved: Path, media: Path) -> None:
    made = [make_image(f"N{n}\x1b", data=png(n)) for n in range(60)]
    for image in made[:12]:
        (media / image.storage_path_full).unlink()
    _, sentence = refused("fsck")
    assert sentence.count("  picture ") == 10
    assert "and 2 more; --json names all" in sentence
    assert "\x1b" not in sentence


def test_what_a_repair_puts_into_quarantine_is_told_as_done(shelved: Path, media: Path) -> None:
    image = make_image()
    (media / image.storage_path_full).write_bytes(b"cut")
    _, sentence = refused("fsck", repair=True)
    assert "--repair puts" not in sentence
    moved = next((media / "quarantine").rglob("*.webp")).relative_to(media).as_posix()
    assert f"moved to {moved}" in sentence


def test_a_lost_picture_in_the_trash_alarms_nobody_any_more(shelved: Path, media: Path) -> None:
    lost, _ = make_image("Lost", data=png(1)), make_image("Kept", data=png(2))
    (media / lost.storage_path_full).unlink()
    assert refused("fsck")[0] == refused("backup")[0] == 1
    ImageAsset.objects.filter(pk=lost.pk).update(deleted_at=timezone.now())
    assert run("fsck") == "Nothing is wrong."
    assert run("backup").startswith("Backed up 2 images to ")
    ImageAsset.objects.filter(pk=lost.pk).update(deleted_at=None)
    assert refused("fsck")[0] == 1


# ── Files that people name ───────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), ('{"a": "b', "is no JSON, or was cut off"), ("[1]", "not the object that a dump is")],
)
def test_a_file_that_is_no_dump_is_not_called_a_request(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "dump.json"
    path.write_text(text)
    code, sentence = refused("import_localstorage", str(path))
    assert code == ExitCode.REFUSED
    assert words in sentence
    assert "body" not in sentence


def test_a_check_of_a_backup_that_lies_elsewhere_is_not_recorded(shelved: Path, tmp_path: Path) -> None:
    make_image()
    run("backup")
    stranger = tmp_path / "stranger.tar"
    stranger.write_bytes(b"no backup")
    refused("backup_verify", str(stranger))
    refused("backup_verify", "mistyped.tar")
    assert not CommandRun.objects.filter(command="backup_verify").exists()
    run("backup_verify", str(shelved / names()[0]))
    assert CommandRun.objects.filter(command="backup_verify", exit_code=0).exists()


@pytest.mark.parametrize("left", [False, True])
def test_a_restore_that_is_interrupted_says_how_things_stand(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, left: bool
) -> None:
    make_image()
    run("backup")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, "put", interrupted)
    if left:
        monkeypatch.setattr(place, "take_back", interrupted)
    with pytest.raises(CommandError) as told:
        call_command("restore", names()[0], stdout=StringIO(), stderr=StringIO())
    assert told.value.returncode == ExitCode.INTERRUPTED
    assert ("restore --resume" if left else "nothing was changed") in str(told.value)
