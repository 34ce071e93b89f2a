"""Disks that are full or not ours, a clock that was ahead, checks that break off, proofs of what is gone."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from gallery.tests.making import make_image
from maintenance import standing
from maintenance.backup import shelf
from maintenance.tests.backing_up import names, refused, run, shelved

__all__ = ["shelved"]


def ahead(days: int) -> str:
    """Give the only backup, and its proof, the name of one that is made then."""
    (old,) = names()
    then = timezone.now() + timedelta(days=days)
    new = f"dndimages-{then:%Y%m%dT%H%M%SZ}" + (".tar" if old.endswith(".tar") else "")
    for path in shelf.folder().glob(f"{old}*"):
        path.rename(path.with_name(path.name.replace(old, new)))
    return new


def test_a_backup_of_the_future_is_not_the_newest(shelved: Path) -> None:
    make_image()
    run("backup")
    run("backup_verify")
    future = ahead(300)
    assert standing.backup(now=timezone.now())["status"] == "none"
    run("backup")
    today = next(name for name in names() if name != future)
    assert run("backup_verify", latest=True).startswith(f"{today} restores")
    found = shelf.last_verified_backup(now=timezone.now())
    assert found is not None
    assert found.name == today
    assert standing.backup(now=timezone.now() + timedelta(days=200))["status"] == "old"


def test_nothing_is_shared_with_a_folder_of_the_future_and_it_stays(shelved: Path) -> None:
    make_image()
    run("backup", incremental=True)
    future = ahead(300)
    assert "shared" not in run("backup", incremental=True)
    assert "shared" in run("backup", incremental=True, keep=1)
    assert future in names()


def test_with_backups_of_the_future_only_the_clock_is_asked_for(shelved: Path) -> None:
    run("backup")
    ahead(300)
    code, sentence = refused("backup_verify")
    assert code == 3
    assert "Is the clock right?" in sentence


def test_a_check_without_room_leaves_the_proof(shelved: Path, settings: Settings) -> None:
    make_image()
    run("backup")
    run("backup_verify")
    settings.MIN_FREE_DISK_MB = 10**9
    assert refused("backup_verify")[0] == 3
    assert shelf.last_verified_backup(now=timezone.now()) is not None


def test_a_check_that_breaks_off_leaves_the_proof(shelved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_image()
    run("backup")
    run("backup_verify")

    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr("maintenance.restore.stage._unpack", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run("backup_verify")
    assert shelf.last_verified_backup(now=timezone.now()) is not None


def test_a_folder_that_cannot_be_made_is_named(shelved: Path, settings: Settings) -> None:
    settings.BACKUP_DIR = Path("/proc/nope")
    for command in ("backup", "backup_verify"):
        code, sentence = refused(command)
        assert code == 3
        assert sentence.startswith("Nothing was done: /proc/nope cannot be used: ")


@pytest.mark.parametrize("command", ["backup", "backup_verify"])
def test_a_disk_that_fills_up_is_told_and_nothing_is_left(
    shelved: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    make_image()
    run("backup", incremental=True)
    before = names()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as while_full:
        while_full.setattr(os, "fsync", full)
        code, sentence = refused(command)
    assert code == 3
    assert sentence == f"Nothing was done: {shelved} cannot be used: No space left on device"
    assert names() == before
    assert not list(shelved.glob(".[ps]*"))


@contextmanager
def small_files_only(most: int) -> Iterator[None]:
    """The kernel lets nobody write more into a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_database_that_does_not_fit_is_told(shelved: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("pg_dump is a process of its own, and tells by its exit code")
    make_image()
    with small_files_only(65_536):
        code, sentence = refused("backup")
    assert code == 3
    assert sentence.startswith(f"No backup was made: the database cannot be copied to {shelved}")
    assert names() == []


def test_a_note_of_an_archive_that_left_its_bucket_is_forgotten(shelved: Path) -> None:
    """Only what the bucket lists counts; a proof of one that lies here is no matter of the bucket's."""
    run("backup")
    run("backup_verify")
    now = timezone.now()
    gone, there = (f"dndimages-2025010{day}T000000Z.tar" for day in (1, 2))
    for name in (gone, there):
        shelf.record_verified(name, now=now, elsewhere=True)
    shelf.forget_gone([there])
    left = {path.name.removesuffix(".verified.json") for path in shelved.glob("*.verified.json")}
    assert left == {there, *names()}
