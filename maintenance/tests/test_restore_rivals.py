"""Restores beside what else deletes or brings pictures, and what a restore leaves and tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from dndimages.living import changing
from gallery import images, storage
from gallery.errors import StorageUnavailable
from gallery.models import ImageAsset
from gallery.tests.making import make_image, png
from maintenance import refusals
from maintenance.models import CommandRun
from maintenance.restore import journal, place
from maintenance.tests.aging import days_ago
from maintenance.tests.backing_up import files, names, refused, run, shelved

__all__ = ["shelved"]


def backed_up_then_trashed() -> ImageAsset:
    """A picture that the backup has in sight, and that has been in the trash for long since."""
    image = make_image("Keep", data=png(5))
    make_image("Other", data=png(6))
    run("backup")
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=days_ago(40))
    return image


def in_between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> list[Any]:
    """``act`` happens after the files were put and before the database is switched; what it gave."""
    put, given = place.put, []

    def putting(left: journal.Journal, staging: Path) -> None:
        put(left, staging)
        given.append(act())

    monkeypatch.setattr(place, "put", putting)
    return given


def without_files() -> list[str]:
    connection.close()
    return [image.subject_name for image in ImageAsset.objects.all() if set(image.paths) - files().keys()]


def test_a_cleanup_that_meets_a_restore_is_refused_and_every_picture_has_its_files(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up_then_trashed()
    told = in_between(monkeypatch, lambda: refused("cleanup"))
    run("restore", names()[0])
    assert told == [(3, "Nothing was done: a restore is at work; try again when it has ended")]
    assert without_files() == []
    assert ImageAsset.objects.trashed().count() == 0


def test_what_a_living_service_purges_before_the_switch_is_there_again(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = backed_up_then_trashed()
    before = files()
    in_between(monkeypatch, lambda: images.purge(image.pk))
    run("restore", names()[0], yes=True)
    assert without_files() == []
    assert files() == before


def test_a_file_that_the_restore_itself_had_put_can_be_purged_and_is_there_again(
    shelved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = backed_up_then_trashed()
    before = files()
    storage.delete(storage.pictures(), *image.paths)
    in_between(monkeypatch, lambda: images.purge(image.pk))
    run("restore", names()[0], yes=True)
    assert files() == before


def test_the_routes_of_the_api_are_refused_while_a_restore_is_at_work(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, keyed: Any
) -> None:
    client = keyed("maintain")
    make_image()
    run("backup")
    told = in_between(
        monkeypatch,
        lambda: [
            client.post("/api/v1/maintenance/cleanup/expired-cache"),
            client.post("/api/v1/maintenance/cleanup/orphaned-images"),
            client.post("/api/v1/migrate/from-localstorage", "{}", content_type="application/json"),
        ],
    )
    run("restore", names()[0])
    for answer in told[0]:
        assert (answer.status_code, answer.json()["detail"]["reason"]) == (409, "restore")


@pytest.mark.parametrize("yes", [False, True])
def test_a_restore_is_refused_while_a_cleanup_or_an_import_is_at_work(shelved: Path, yes: bool) -> None:
    make_image()
    run("backup")
    with refusals.unless_restoring(), changing() as both:
        assert both
        code, sentence = refused("restore", names()[0], yes=yes)
    assert (code, sentence.partition(":")[0]) == (3, "Nothing was changed")
    assert "a cleanup or an import is at work" in sentence
    run("restore", names()[0])


def test_an_import_is_refused_while_a_restore_is_at_work(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dump.json").write_text("{}")
    make_image()
    run("backup")
    told = in_between(monkeypatch, lambda: refused("import_localstorage", str(tmp_path / "dump.json")))
    run("restore", names()[0])
    assert told[0][0] == 3
    assert "a restore is at work" in told[0][1]


# ── What it leaves and tells ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [StorageUnavailable(), OSError("no such device")])
def test_a_restore_that_cannot_clear_away_afterwards_says_that_it_is_done_and_ends_with_1(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    make_image("Old")
    run("backup")
    make_image("New", data=png(9))

    def fail(_: object) -> None:
        raise error

    with monkeypatch.context() as failing:
        failing.setattr(place, "clear_old", fail)
        code, sentence = refused("restore", names()[0])
    assert code == 1
    assert "manage.py restore --resume" in sentence
    connection.close()
    assert ImageAsset.objects.get().subject_name == "Old"
    line = run("restore", resume=True)
    assert line == f"The restore of {names()[0]} is complete now: its state is in place."
    assert len(files()) == len(ImageAsset.objects.get().paths)
    assert run("restore", resume=True) == "Nothing is left unfinished."


def test_resuming_a_restore_that_never_switched_says_that_it_was_taken_back(shelved: Path) -> None:
    make_image()
    shelved.mkdir()
    journal.write(journal.Journal(id="0" * 16, backup="some.tar", staging="/nowhere", aside="x"))
    line = run("restore", resume=True)
    assert line == "The restore of some.tar was taken back: the state before it is in place."


def test_after_restoring_an_old_backup_cleanup_and_backup_go_on(shelved: Path) -> None:
    make_image()
    at = timezone.now() - timedelta(days=40)
    CommandRun.objects.create(command="cleanup", started_at=at, finished_at=at, exit_code=0)
    with pytest.raises(CommandError, match="Old backups stay"):
        run("backup")
    run("restore", names()[0])
    connection.close()
    assert run("cleanup").startswith("Purged 0")
    run("backup")


def test_runs_that_were_at_work_when_the_backup_was_taken_have_an_end(shelved: Path) -> None:
    make_image()
    CommandRun.objects.create(command="fsck", started_at=days_ago(0.1))
    run("backup")
    run("restore", names()[0])
    connection.close()
    ends = dict(CommandRun.objects.values_list("command", "exit_code"))
    assert ends == {"fsck": 130, "backup": 0, "restore": 0}
    assert not CommandRun.objects.filter(finished_at=None).exists()
