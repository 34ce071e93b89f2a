"""Which backups go, for any number of them, any age, any limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gallery import images
from gallery.models import ImageAsset
from gallery.tests.making import make_image
from maintenance.backup import shelf
from maintenance.backup.retention import outlived
from maintenance.backup.shelf import Kept
from maintenance.models import CommandRun
from maintenance.tests.backing_up import names, refused, run, shelved

__all__ = ["shelved"]
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@st.composite
def shelves(draw: st.DrawFn) -> list[Kept]:
    """Newest first; some proved, some with a clock that was ahead."""
    hours = sorted(draw(st.sets(st.integers(-100, 5_000), max_size=20)))
    proved = draw(st.dictionaries(st.sampled_from(hours), st.integers(0, 2))) if hours else {}
    return [
        Kept(
            name=f"b{age}",
            taken_at=NOW - timedelta(hours=age),
            verified_at=NOW if age in proved else None,
            lost=proved.get(age, 0),
        )
        for age in hours
    ]


def past(backups: list[Kept]) -> list[Kept]:
    return [backup for backup in backups if backup.taken_at <= NOW + timedelta(days=1)]


@given(shelves(), st.integers(0, 25), st.integers(0, 250))
def test_the_newest_and_the_newest_proved_ones_never_go(backups: list[Kept], keep: int, days: int) -> None:
    gone = outlived(backups, now=NOW, keep=keep, keep_days=days)
    proved = [backup for backup in past(backups) if backup.verified_at is not None]
    whole = [backup for backup in proved if not backup.lost]
    for spared in (past(backups)[:1], proved[:1], whole[:1]):
        assert not [backup for backup in spared if backup in gone]


@given(shelves(), st.integers(0, 25), st.integers(0, 250))
def test_one_from_the_future_neither_goes_nor_counts(backups: list[Kept], keep: int, days: int) -> None:
    gone = outlived(backups, now=NOW, keep=keep, keep_days=days)
    assert gone == outlived(past(backups), now=NOW, keep=keep, keep_days=days)


@given(shelves(), st.integers(0, 25), st.integers(0, 250))
def test_no_more_stay_than_the_limits_and_the_good_ones(backups: list[Kept], keep: int, days: int) -> None:
    gone = outlived(backups, now=NOW, keep=keep, keep_days=days)
    left = [backup for backup in past(backups) if backup not in gone]
    if keep:
        assert len(left) <= keep + 2
    if days:
        assert sum(NOW - backup.taken_at > timedelta(days=days) for backup in left) <= 3
    for backup in gone:
        newer = past(backups).index(backup)
        assert (keep and newer >= keep) or (days and NOW - backup.taken_at > timedelta(days=days))


@given(shelves())
def test_without_limits_all_stay(backups: list[Kept]) -> None:
    assert outlived(backups, now=NOW, keep=0, keep_days=0) == []


def test_old_backups_go_with_their_proof_and_the_new_one_stays(shelved: object) -> None:
    make_image()
    for _ in range(3):
        run("backup")
    run("backup_verify", names()[0])
    line = run("backup", keep=2)
    assert line.endswith("removed 1 old.")
    proved, newer, newest = shelf.kept()[::-1]
    assert proved.verified_at is not None
    assert newer.verified_at is newest.verified_at is None
    assert len(list(shelf.folder().glob("*.verified.json"))) == 1


def test_a_clock_that_cannot_be_right_costs_no_backup(shelved: object) -> None:
    """A cleanup worked long ago and nothing was recorded since: the clock may be a year ahead."""
    make_image()
    then = timezone.now() - timedelta(days=365)
    CommandRun.objects.create(command="cleanup", started_at=then, finished_at=then, exit_code=0)
    for _ in range(2):
        refused("backup")
    code, sentence = refused("backup", keep=1)
    assert code == 1
    assert "Old backups stay" in sentence
    assert len(names()) == 3


def lose(media: Path, image: ImageAsset) -> None:
    (media / image.storage_path_full).unlink()


def test_a_backup_that_lacks_pictures_costs_no_old_one(shelved: object, media: Path) -> None:
    made = [make_image(f"{number}") for number in range(6)]
    run("backup")
    run("backup_verify")
    (whole,) = names()
    lose(media, made[0])
    for _ in range(2):
        code, sentence = refused("backup", keep=1)
        assert code == 1
        assert "Old backups stay: this one is not whole" in sentence
        assert "1 missing already then" in run("backup_verify")
    images.trash(made[0].pk, now=timezone.now())
    images.purge(made[0].pk)
    run("backup", keep=1)
    assert whole in names()
    assert len(names()) == 3


def test_a_backup_with_a_damaged_picture_costs_no_old_one(shelved: object, media: Path) -> None:
    image = make_image()
    run("backup")
    (media / image.storage_path_full).write_bytes(b"flipped")
    assert refused("backup", keep=1)[0] == 1
    run("backup_verify")
    newest, oldest = shelf.kept()
    assert newest.lost == 1
    assert not newest.is_proved_whole
    assert oldest.verified_at is None


def test_when_many_files_are_gone_there_is_no_backup(shelved: Path, media: Path) -> None:
    """An `rm` or a wrong mount; such a backup would look like the newest of all."""
    made = [make_image(f"{number}") for number in range(5)]
    run("backup")
    run("backup_verify")
    before = names()
    for image in made[:3]:
        lose(media, image)
    code, sentence = refused("backup", keep=1)
    assert code == 3
    assert "more than 2 files of pictures are missing" in sentence
    assert names() == before
    assert not list(shelved.glob(".partial-*"))
    run("restore", before[0])
    assert run("fsck", deep=True) == "Nothing is wrong."
