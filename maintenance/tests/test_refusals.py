"""When cleaning up deletes nothing, and says why."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from gallery.models import ImageAsset
from maintenance import cleanup as cleaning
from maintenance import refusals
from maintenance.exitcodes import ExitCode
from maintenance.models import CommandRun
from maintenance.refusals import Refused
from maintenance.tests.aging import cleanup, days_ago, rows, scene, trashed
from scenes.models import SceneCache, SceneDay

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ALL = list(cleaning.PARTS)


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(CommandError) as told:
        act()
    assert told.value.returncode == 3
    return str(told.value)


# ── Too much at once ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "others", "goes"), [(3, 12, True), (3, 11, False), (2, 0, True), (3, 0, False)]
)
def test_at_most_a_fifth_goes_but_one_or_two_always(old: int, others: int, goes: bool) -> None:
    rows(old, trashed_for=40)
    rows(others)
    if goes:
        assert cleanup("--trash").startswith(f"Purged {old} images")
    else:
        told = refused(lambda: cleanup("--trash"))
        assert told.startswith(f"Nothing was deleted: {old} of {old + others} pictures")
        assert "--force" in told
    assert ImageAsset.objects.trashed().count() == (0 if goes else old)


def test_at_most_a_thousand_go_however_many_there_are() -> None:
    rows(1_001, trashed_for=40)
    rows(5_000)
    assert "1,001 of 6,001" in refused(cleanup)
    ImageAsset.objects.filter(pk=ImageAsset.objects.trashed().order_by("pk").values("pk")[:1]).delete()
    refusals.refuse_too_many(ImageAsset.objects.trashed().count())


def test_whoever_means_it_forces_it() -> None:
    rows(9, trashed_for=40)
    refused(cleanup)
    assert cleanup("--trash", "--force").startswith("Purged 9 images")


def test_a_refused_run_leaves_every_other_part_alone_too() -> None:
    rows(9, trashed_for=40)
    scene("Mill", expired_for=400, image=None)
    refused(cleanup)
    assert SceneCache.objects.exists()
    assert cleanup("--scenes") == "Expired 1 scene."


def test_a_dry_run_of_what_would_be_refused_says_both_and_ends_alike() -> None:
    rows(9, trashed_for=40)
    out = StringIO()
    refused(lambda: call_command("cleanup", "--trash", "--dry-run", stdout=out))
    assert out.getvalue().startswith("Would purge 9 images")


# ── The pictures' folder ─────────────────────────────────────────────────────────────────────────


def test_no_force_empties_the_trash_of_a_folder_that_is_not_there(media: Path) -> None:
    rows(5)
    trashed(40)
    media.rename(media.with_name("unmounted"))
    assert "is it mounted" in refused(lambda: cleanup("--force"))
    assert ImageAsset.objects.trashed().count() == 1


def test_a_full_disk_is_a_reason_to_clean_up(settings: Settings) -> None:
    rows(5)
    trashed(40)
    settings.MIN_FREE_DISK_MB = 10**9
    assert cleanup("--trash").startswith("Purged 1 image")


def test_a_full_disk_that_is_read_only_as_well_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIN_FREE_DISK_MB = 10**9
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    assert "not writable" in refused(cleanup)


# ── The clock ────────────────────────────────────────────────────────────────────────────────────


def clean(now: datetime, **options: Any) -> Any:
    return cleaning.clean(now=now, parts=ALL, **options)


def cleaned_up(at: datetime, *, code: int | None = 0) -> None:
    CommandRun.objects.create(command="cleanup", started_at=at, finished_at=at, exit_code=code)


def worked_on(*days: datetime) -> None:
    SceneDay.objects.bulk_create(SceneDay(day=day.date(), hits=1) for day in days)


def keeps_everything(now: datetime, reason: str) -> None:
    with pytest.raises(Refused) as told:
        clean(now)
    assert told.value.detail == {"reason": reason}
    assert ImageAsset.objects.trashed().count() == SceneCache.objects.count() == 1


@pytest.fixture
def trash() -> None:
    rows(20)
    rows(1, trashed_for=1)
    scene("Tavern", expired_for=0.1, image=None)


@pytest.mark.usefixtures("trash")
def test_a_clock_a_year_ahead_deletes_nothing() -> None:
    keeps_everything(NOW + timedelta(days=365), "clock_ahead")
    cleaned_up(NOW)
    keeps_everything(NOW + timedelta(days=365), "clock_ahead")
    keeps_everything(NOW + timedelta(days=40), "clock_ahead")


@pytest.mark.usefixtures("trash")
def test_it_is_found_out_also_when_the_service_went_on_working_after_the_jump() -> None:
    cleaned_up(NOW)
    later = NOW + timedelta(days=365)
    worked_on(NOW, later - timedelta(days=1), later)
    rows(1, created_at=later)
    keeps_everything(later, "clock_ahead")


@pytest.mark.usefixtures("trash")
def test_a_refused_or_killed_run_does_not_make_the_wrong_clock_right() -> None:
    cleaned_up(NOW)
    later = NOW + timedelta(days=365)
    cleaned_up(later, code=ExitCode.REFUSED)
    cleaned_up(later, code=None)
    keeps_everything(later, "clock_ahead")


@pytest.mark.usefixtures("trash")
def test_a_clock_far_behind_deletes_nothing() -> None:
    keeps_everything(NOW - timedelta(days=2), "clock_behind")


@pytest.mark.usefixtures("trash")
def test_a_forced_run_takes_the_clock_as_it_is_and_later_ones_go_by_it() -> None:
    cleaned_up(NOW - timedelta(days=200))
    assert clean(NOW, force=True)["scenes"] == 1
    cleaned_up(NOW)
    assert clean(NOW)["trash"] == 0


def test_a_picture_that_was_imported_with_a_time_to_come_says_nothing_of_our_clock() -> None:
    rows(1)
    rows(1, source="imported", created_at=NOW + timedelta(days=400))
    clean(NOW)
    rows(1, source="imported", created_at=NOW - timedelta(days=1))
    cleaned_up(NOW)
    clean(NOW)


def test_an_idle_service_that_is_cleaned_up_regularly_is_fine() -> None:
    rows(1, created_at=days_ago(1_000))
    cleaned_up(days_ago(31))
    clean(NOW)


def test_a_service_at_work_that_nobody_cleaned_up_for_long_is_fine() -> None:
    rows(1)
    cleaned_up(days_ago(90))
    worked_on(days_ago(70), days_ago(45), days_ago(20))
    clean(NOW)


def test_a_first_cleanup_after_a_quiet_season_is_fine() -> None:
    rows(1, created_at=days_ago(170))
    clean(NOW)


def test_an_empty_service_has_nothing_to_fear() -> None:
    assert sum(clean(NOW).values()) == 0
