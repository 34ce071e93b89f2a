"""What goes wrong around a paid call must not cost a second one, nor the picture."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone
from pytest_django import Settings

from dndimages.access.caller import Caller
from dndimages.access.keys import create_key
from dndimages.errors import Busy, RateLimited
from gallery import errors, imaging, storage
from gallery.generation import jobs, ledger, recovery, service, spool, waiting, worker
from gallery.generation.providers.base import RawPicture
from gallery.models import GenerationLog, ImageAsset, Job
from gallery.tests.fake_gemini import Answer, FakeGemini
from gallery.tests.making import png

pytestmark = pytest.mark.django_db
REQUEST = service.Request(subject_type="scene", subject_name="Tavern", prompt="A tavern at night")
ME = Caller("127.0.0.1")


def order(key: str = "tavern", *, background: bool = False, caller: Caller = ME) -> jobs.Order:
    return jobs.Order(kind="scene", key=key, request=REQUEST.as_json(), caller=caller, background=background)


def ok() -> None:
    """Everybody is admitted."""


def no() -> None:
    raise RateLimited(retry_after=5)


def raising(error: BaseException) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def work_off() -> int:
    """What a worker does once every lease has run out."""
    Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(hours=1))
    return worker.Worker(threads=1, stop=threading.Event()).run_once()


def test_a_database_that_fails_as_the_picture_arrives_loses_nothing(
    fake_gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_charge", raising(OperationalError("server closed the connection")))
    with pytest.raises(OperationalError):
        service.obtain(order(), admit=ok)
    monkeypatch.undo()
    assert work_off() == 1
    assert ImageAsset.objects.count() == 1
    assert fake_gemini.calls == 1
    entry = GenerationLog.objects.get()
    assert (entry.status, entry.image_tokens > 0) == ("success", True)


def test_an_unforeseen_error_after_paying_keeps_the_bytes(
    fake_gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "prepare", raising(MemoryError()))
    with pytest.raises(MemoryError):
        service.obtain(order(), admit=ok)
    monkeypatch.undo()
    assert work_off() == 1
    assert ImageAsset.objects.count() == 1
    assert fake_gemini.calls == 1


def test_bytes_that_fail_every_time_end_the_job_and_stay(
    fake_gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "prepare", raising(MemoryError()))
    with pytest.raises(MemoryError):
        service.obtain(order(), admit=ok)
    for _ in range(8):
        work_off()
    job = Job.objects.get()
    assert job.state == "failed"
    assert spool.holds(job)
    assert GenerationLog.objects.get().status == "failed"
    assert fake_gemini.calls == 1


def test_a_storage_that_fails_at_the_twin_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    service.obtain(order("a"), admit=ok)
    monkeypatch.setattr(
        type(storage.pictures()), "exists", raising(EndpointConnectionError(endpoint_url="http://s3"))
    )
    with pytest.raises(errors.StorageUnavailable):
        service.obtain(order("b"), admit=ok)
    monkeypatch.undo()
    assert work_off() == 1
    assert ImageAsset.objects.count() == 2


def test_a_picture_of_more_than_ten_megabytes_is_kept(fake_gemini: FakeGemini) -> None:
    import io
    import random

    from PIL import Image

    from gallery.tests.fake_gemini import image

    noise = Image.frombytes("RGB", (1920, 1920), random.Random(1).randbytes(1920 * 1920 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG", compress_level=0)
    assert len(out.getvalue()) > 10 * 1024 * 1024
    fake_gemini.default(image(out.getvalue()))
    service.obtain(order(), admit=ok)
    assert ImageAsset.objects.get().width == 1920


def test_a_resumed_job_writes_into_no_unmounted_folder(media: Path) -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    spool.keep(job, RawPicture(data=png(3, (640, 360)), source="painted", model="m"))
    away = media.rename(media.with_name("disk"))
    work_off()
    assert not ImageAsset.objects.exists()
    assert not media.exists()
    away.rename(media)
    work_off()
    assert ImageAsset.objects.count() == 1


def test_a_lease_renewed_since_we_looked_is_not_taken() -> None:
    job, _ = jobs.claim(order(), now=timezone.now() - timedelta(minutes=1))
    seen = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(seconds=15))
    assert jobs.take(seen, now=timezone.now()) is None
    assert not jobs.requeue(seen, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_who_gets_a_slot_too_late_pays_for_no_call(
    fake_gemini: FakeGemini, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GENERATION_DEADLINE_S, settings.GENERATION_SLOTS = 2, 1
    monkeypatch.setattr(service, "_slots", None)
    fake_gemini.default(Answer(fault="hang"))

    def ask(key: str) -> None:
        try:
            with pytest.raises(errors.GenerationTimeout):
                service.obtain(order(key), admit=ok)
        finally:
            connections.close_all()

    first, second = (threading.Thread(target=ask, args=(key,)) for key in "ab")
    first.start()
    fake_gemini.wait_for_calls(1)
    second.start()
    for thread in (first, second):
        thread.join()
    assert fake_gemini.calls == 1


def test_a_spool_that_is_away_does_not_lose_the_picture(
    fake_gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.GENERATION_DEADLINE_S = 2
    monkeypatch.setattr(spool, "keep", raising(errors.StorageUnavailable()))
    service.obtain(order(), admit=ok)
    assert ImageAsset.objects.count() == 1


def test_an_accepted_job_survives_a_strangers_refusal() -> None:
    job = service.enqueue(order(background=True, caller=Caller("1.1.1.1")), admit=ok)
    service.obtain(order(caller=Caller("2.2.2.2")), admit=no)  # it was admitted already
    assert isinstance(job, Job)
    job.refresh_from_db()
    assert job.state == "done"


def test_no_worker_sees_a_job_before_it_is_admitted() -> None:
    seen: list[Job | None] = []

    def look_then_refuse() -> None:
        seen.append(worker._next_job())
        no()

    with pytest.raises(RateLimited):
        service.enqueue(order(background=True), admit=look_then_refuse)
    assert seen == [None]
    assert Job.objects.get().state == "cancelled"


def test_an_accepted_job_that_nobody_needs_any_more_is_not_paid(fake_gemini: FakeGemini) -> None:
    made = service.obtain(order(), admit=ok)
    left = service.enqueue(order(background=True), admit=ok, recheck=lambda: made.image_id)
    assert left == service.Obtained(made.image_id, joined=True)
    assert fake_gemini.calls == 1


def test_a_callers_own_cap_is_not_told_to_those_who_wait(fake_gemini: FakeGemini) -> None:
    poor, _ = create_key(name="poor", scopes=["generate"], daily_cap=0)
    job, _ = jobs.claim(order(caller=Caller("1", key=poor)), now=timezone.now())
    with pytest.raises(errors.BudgetExhausted):
        service.run(job, deadline=time.monotonic() + 9)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert service.obtain(order(), admit=ok).image_id


@pytest.mark.django_db(transaction=True)
def test_waiters_sleep_while_a_job_is_postponed() -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    asked: list[int] = []

    def count(execute: Any, *args: Any) -> Any:
        asked.append(1)
        return execute(*args)

    def wait() -> None:
        with connection.execute_wrapper(count), pytest.raises(errors.GenerationTimeout):
            waiting.wait(job, deadline=time.monotonic() + 1)
        connections.close_all()

    waiter = threading.Thread(target=wait)
    waiter.start()
    while not asked:
        threading.Event().wait(0.01)
    with jobs.holding(job):
        jobs.postpone(job)
    waiter.join()
    assert len(asked) < 40


def test_a_pause_grows_with_each_try() -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    pauses = []
    for attempts in (1, 2, 3, 50):
        job.attempts = attempts
        jobs.postpone(job)
        job.refresh_from_db()
        assert job.lease_until is not None
        pauses.append((job.lease_until - timezone.now()).total_seconds())
    assert pauses == sorted(pauses)
    assert pauses[0] < 16
    assert 590 < pauses[-1] <= 600


def test_a_job_of_very_many_attempts_is_served_like_any_other(media: Path, api: Any) -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    spool.keep(job, RawPicture(data=png(3, (640, 360)), source="painted", model="m"))
    Job.objects.update(attempts=12_345)
    work_off()
    assert api.get(f"/{ImageAsset.objects.get().storage_path_full}").status_code == 200


def test_a_damaged_spool_file_ends_no_worker(media: Path) -> None:
    job, _ = jobs.claim(order(background=True), now=timezone.now())
    storage.write(storage.spool(), f"{job.pk.hex}-1", b"")
    jobs.hand_over(job)
    Job.objects.update(attempts=1)
    assert work_off() == 1
    job.refresh_from_db()
    assert job.state == "running"  # postponed


def test_a_sweep_makes_no_picture_itself(fake_gemini: FakeGemini) -> None:
    job, _ = jobs.claim(order(background=True), now=timezone.now() - timedelta(hours=1))
    assert recovery.sweep(now=timezone.now()) == 1
    job.refresh_from_db()
    assert (job.state, fake_gemini.calls) == ("queued", 0)


def test_without_a_database_a_stale_scene_is_told_as_busy_only_when_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "_run", raising(OperationalError("database is locked")))
    with pytest.raises(OperationalError):
        service.obtain(order(), admit=ok)
    assert isinstance(jobs.error_of(Job.objects.get()), Busy)
