"""What goes because it is old, and what stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client
from pytest_django import Settings

from dndimages.errors import DndImagesError
from gallery import images, storage
from gallery.generation import spool
from gallery.generation.providers.base import RawPicture
from gallery.models import GenerationLog, ImageAsset, Job
from gallery.tests.fake_gemini import FakeGemini, failed
from gallery.tests.making import make_image, png
from maintenance.cleanup import PARTS, clean, once_more, purge_trash
from maintenance.models import CommandRun
from maintenance.tests.aging import cleanup, days_ago, job, log_row, rows, scene, trashed
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
SCENE = "/api/v1/scenes/generate"


def files(media: Path) -> set[str]:
    return {path.name for path in media.rglob("*.webp")}


# ── The trash ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_old_trash_goes_with_its_files_and_everything_else_stays(media: Path, settings: Settings) -> None:
    settings.BACKUP_RETENTION_DAYS = 10
    rows(5)
    visible, young, old = make_image("Tavern"), trashed(9.9), trashed(10.1)
    assert cleanup("--trash").startswith("Purged 1 image (")
    assert set(ImageAsset.objects.filter(pk__in=[visible.pk, young.pk, old.pk])) == {visible, young}
    assert files(media) == {f"{visible.token}.webp", f"{young.token}.webp"}


@pytest.mark.django_db(transaction=True)
def test_files_that_a_living_picture_shares_stay(media: Path) -> None:
    living = make_image("Dagger", data=png(1))
    old = trashed(40, name="Old dagger", data=png(1))
    assert old.token == living.token
    cleanup("--trash")
    assert not ImageAsset.objects.filter(pk=old.pk).exists()
    assert files(media) == {f"{living.token}.webp"}


def test_a_picture_that_comes_back_while_the_trash_is_emptied_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    rows(10)
    first, second = trashed(40), trashed(40)
    real = images.purge

    def purge(image_id: int) -> None:
        real(image_id)
        images.restore(second.pk)  # somebody else, between two purges
        images.trash(second.pk, now=days_ago(0))  # and to the trash again: for another 30 days

    monkeypatch.setattr(images, "purge", purge)
    assert purge_trash(now=days_ago(0)) == 1
    assert set(ImageAsset.objects.trashed()) == {second}
    assert not ImageAsset.objects.filter(pk=first.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_cleanups_at_once_purge_each_picture_once() -> None:
    rows(60)
    old = [trashed(40, data=png(n // 2)) for n in range(12)]  # two and two share their files
    now, gone, failed = days_ago(0), [], []

    def run() -> None:
        try:
            gone.append(clean(now=now, parts=list(PARTS))["trash"])
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == []
    assert sum(gone) == len(old)
    assert ImageAsset.objects.count() == 60


def test_a_scene_whose_picture_was_purged_is_made_again(api: Client, fake_gemini: FakeGemini) -> None:
    first = api.post(f"{SCENE}?location=Tavern").json()
    images.trash(first["id"], now=days_ago(40))
    cleanup()
    assert not ImageAsset.objects.filter(pk=first["id"]).exists()
    again = api.post(f"{SCENE}?location=Tavern")
    assert (again.status_code, again.json()["cached"]) == (200, False)
    assert again.json()["id"] != first["id"]
    assert api.post(f"{SCENE}?location=Tavern").json()["cached"] is True


def test_a_scene_whose_picture_is_in_the_trash_is_made_again(api: Client) -> None:
    first = api.post(f"{SCENE}?location=Tavern").json()
    images.trash(first["id"], now=days_ago(0))
    cleanup()
    assert api.post(f"{SCENE}?location=Tavern").json()["id"] != first["id"]


def test_an_id_is_never_used_again() -> None:
    old = trashed(40)
    cleanup()
    assert make_image().pk > old.pk


def test_what_the_database_broke_off_is_tried_once_more() -> None:
    tries: list[int] = []

    @once_more
    def broken_off(times: int) -> str:
        tries.append(times)
        if len(tries) <= times:
            raise OperationalError("deadlock detected")
        return "done"

    assert broken_off(1) == "done"
    tries.clear()
    with pytest.raises(OperationalError):
        broken_off(2)


# ── Scenes ───────────────────────────────────────────────────────────────────────────────────────


def test_expired_scenes_stay_as_spares_for_a_while(settings: Settings) -> None:
    settings.SPARE_SCENE_DAYS = 20
    image = make_image()
    for name, days in (("Fresh", -1), ("Spare", 19), ("Worn", 21)):
        scene(name, expired_for=days, image=image)
    assert cleanup("--scenes") == "Expired 1 scene."
    assert set(SceneCache.objects.values_list("location", flat=True)) == {"Fresh", "Spare"}
    assert ImageAsset.objects.filter(pk=image.pk).exists()


def test_a_spare_that_is_still_served_stays_however_old_it_is() -> None:
    image = make_image()
    kept = scene("Mill", expired_for=200, image=image)
    scene("Mine", expired_for=200, image=image)
    log_row(1, status="stale", scene_key=kept.key, minute=days_ago(1))
    log_row(1, status="cached", scene_key="mine\nday\nclear", minute=days_ago(1))
    cleanup("--scenes")
    assert list(SceneCache.objects.all()) == [kept]


def test_after_cleanup_the_spare_is_served_while_the_model_is_away(
    api: Client, fake_gemini: FakeGemini
) -> None:
    first = api.post(f"{SCENE}?location=Tavern").json()
    SceneCache.objects.update(expires_at=days_ago(30))
    cleanup()
    fake_gemini.default(failed(503))
    answer = api.post(f"{SCENE}?location=Tavern").json()
    assert (answer["id"], answer["stale"]) == (first["id"], True)


def test_a_scene_that_is_made_again_in_the_meantime_stays() -> None:
    renewed = scene("Tavern", expired_for=-7, image=make_image())
    assert PARTS["scenes"].remove([renewed.pk], days_ago(0))["scenes"] == 0
    assert SceneCache.objects.exists()


def test_an_expired_scene_without_a_picture_is_no_spare() -> None:
    scene("Nowhere", expired_for=1, image=None)
    assert cleanup("--scenes") == "Expired 1 scene."


# ── Jobs and their bytes ─────────────────────────────────────────────────────────────────────────


def test_jobs_go_when_they_ended_long_ago_and_never_before(settings: Settings) -> None:
    settings.IDEMPOTENCY_HOURS = 48
    kept = {job("queued"), job("running"), job("done", ended_days_ago=1.9)}
    Job.objects.filter(state__in=["queued", "running"]).update(created_at=days_ago(30))
    entry = log_row(1, job=job("failed", ended_days_ago=2.1))
    job("cancelled", ended_days_ago=3)
    assert cleanup("--jobs") == "Forgot 2 jobs."
    assert set(Job.objects.all()) == kept
    entry.refresh_from_db()
    assert entry.job is None


def spooled(state: str, **fields: Any) -> Job:
    """A job with bytes that were paid for."""
    kept = job(state, attempts=1, **fields)
    spool.keep(kept, RawPicture(data=png(1), source="generated", model="m"))
    return kept


def test_only_bytes_of_jobs_that_are_done_leave_the_spool() -> None:
    done, failed, running = spooled("done"), spooled("failed"), spooled("running")
    assert cleanup("--spool") == "Cleared 1 spooled job."
    assert spool.job_ids() == {failed.pk, running.pk}
    assert Job.objects.filter(pk=done.pk).exists()


def test_a_failed_job_stays_while_its_paid_bytes_wait_for_somebody() -> None:
    kept = spooled("failed", ended_days_ago=30)
    spooled("done", ended_days_ago=30)
    assert cleanup("--spool", "--jobs") == "Cleared 1 spooled job, forgot 1 job."
    assert list(Job.objects.all()) == [kept]


# ── Records ──────────────────────────────────────────────────────────────────────────────────────


def test_the_generation_log_goes_by_its_setting(settings: Settings) -> None:
    settings.LOG_RETENTION_DAYS = 100
    young = log_row(99)
    log_row(101)
    assert cleanup("--logs") == "Dropped 1 log row."
    assert list(GenerationLog.objects.all()) == [young]


def test_the_generation_log_is_kept_for_ever_when_told_so(settings: Settings) -> None:
    settings.LOG_RETENTION_DAYS = 0
    log_row(170)
    log_row(5_000)
    cleanup("--logs")
    assert GenerationLog.objects.count() == 2


def test_more_than_a_batch_goes_too() -> None:
    rows(1)
    GenerationLog.objects.bulk_create(
        GenerationLog(status="failed", created_at=days_ago(400)) for _ in range(2_101)
    )
    assert cleanup("--logs") == "Dropped 2,101 log rows."
    assert not GenerationLog.objects.exists()


def test_old_runs_go_but_never_the_last_of_a_command() -> None:
    def ran(command: str, age: float, code: int) -> CommandRun:
        at = days_ago(age)
        return CommandRun.objects.create(command=command, started_at=at, finished_at=at, exit_code=code)

    ran("backup", 300, 0)
    worked, failed = ran("backup", 200, 0), ran("backup", 150, 3)
    young = ran("fsck", 80, 0)
    assert cleanup("--runs", "--force") == "Dropped 1 command run."
    assert set(CommandRun.objects.exclude(command="cleanup")) == {worked, failed, young}


# ── The command ──────────────────────────────────────────────────────────────────────────────────


def much() -> None:
    rows(20)
    image = make_image()
    trashed(40)
    scene("Old mill", expired_for=200, image=image)
    spooled("done")
    job("done", ended_days_ago=30)
    log_row(400)


ALL = "image (", "1 scene", "1 spooled job", "1 job", "1 log row", "0 command runs"


def everything() -> tuple[Any, ...]:
    tables: tuple[Any, ...] = (ImageAsset, SceneCache, Job, GenerationLog, CommandRun)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables), spool.job_ids()


def test_a_dry_run_tells_what_a_real_one_then_does_and_changes_nothing(media: Path) -> None:
    much()
    before, on_disk = everything(), files(media)
    told = cleanup("--dry-run")
    assert (everything(), files(media)) == (before, on_disk)
    assert told.startswith("Would purge 1 image (")
    done = cleanup()
    assert all(words in told and words in done for words in ALL), (told, done)
    assert len(done.splitlines()) == 1


def test_a_second_run_finds_nothing_left() -> None:
    much()
    cleanup()
    assert cleanup() == (
        "Purged 0 images, expired 0 scenes, cleared 0 spooled jobs, forgot 0 jobs, dropped 0 log rows,"
        " dropped 0 command runs."
    )


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_run_alone(part: str) -> None:
    much()
    told = cleanup(f"--{part}")
    assert "," not in told
    left = [
        ImageAsset.objects.trashed().exists(), SceneCache.objects.exists(), bool(spool.job_ids()),
        Job.objects.filter(created_at__lt=days_ago(3)).exists(), GenerationLog.objects.exists(),
    ]  # fmt: skip
    assert left.count(False) == (0 if part == "runs" else 1)


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


def test_who_watches_a_long_run_sees_it_go_on() -> None:
    rows(1)
    GenerationLog.objects.bulk_create(
        GenerationLog(status="failed", created_at=days_ago(400)) for _ in range(1_500)
    )
    screen, out = Screen(), StringIO()
    call_command("cleanup", "--logs", stdout=out, stderr=screen)
    assert "1,000/1,500" in screen.getvalue()
    assert screen.getvalue().endswith("1,500/1,500\n")
    assert out.getvalue() == "Dropped 1,500 log rows.\n"


def test_cron_sees_no_progress_bar() -> None:
    rows(1)
    GenerationLog.objects.bulk_create(
        GenerationLog(status="failed", created_at=days_ago(400)) for _ in range(150)
    )
    errors = StringIO()
    call_command("cleanup", "--logs", stdout=StringIO(), stderr=errors)
    assert errors.getvalue() == ""


def test_pictures_are_served_and_made_while_a_cleanup_runs(api: Client) -> None:
    living = make_image()
    trashed(40)
    seen: list[int] = []

    def meanwhile(*_: Any) -> None:
        seen.append(api.get(f"/{living.storage_path_full}").status_code)
        seen.append(api.post(f"{SCENE}?location=Cave").status_code)

    clean(now=days_ago(0), parts=list(PARTS), on_step=meanwhile)
    assert set(seen) == {200}
    assert api.post(f"{SCENE}?location=Cave").json()["cached"] is True


@pytest.mark.parametrize("act", [lambda: cleanup(), lambda: purge_trash(now=days_ago(0))])
def test_a_folder_that_is_not_mounted_keeps_its_rows(media: Path, act: Callable[[], Any]) -> None:
    rows(5)
    trashed(40)
    (media / storage.MARKER).unlink()
    with pytest.raises(Exception, match="is it mounted") as refused:
        act()
    assert getattr(refused.value, "returncode", 3) == 3
    assert isinstance(refused.value.__cause__ or refused.value, DndImagesError)
    assert ImageAsset.objects.trashed().count() == 1
