"""Claims, leases and waiting: one generation per key at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from dndimages.access.caller import Caller
from dndimages.access.keys import create_key
from dndimages.errors import Busy, DndImagesError
from dndimages.tests.service import eventually
from gallery.errors import BudgetExhausted, ContentBlocked, GenerationTimeout, QuotaExceeded
from gallery.generation import jobs, ledger, recovery, service, spool, waiting
from gallery.generation.providers.base import RawPicture, Usage
from gallery.generation.worker import forget_old_jobs
from gallery.models import GenerationLog, Job, JobState, SpendDay
from gallery.tests.fake_gemini import FakeGemini, blocked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REQUEST = service.Request(subject_type="scene", subject_name="Tavern", prompt="A tavern at night")


def order(key: str = "tavern", *, background: bool = False) -> jobs.Order:
    caller = Caller("127.0.0.1")
    return jobs.Order(kind="scene", key=key, request=REQUEST.as_json(), caller=caller, background=background)


def closing(act: Any) -> Any:
    def run(*args: Any) -> Any:
        try:
            return act(*args)
        finally:
            connection.close()

    return run


def test_the_first_claim_is_ours_and_the_second_sees_it() -> None:
    job, standing = jobs.claim(order(), now=NOW)
    again, theirs = jobs.claim(order(), now=NOW)
    assert (standing, theirs) == (jobs.Standing.NEW, jobs.Standing.THEIRS)
    assert again.pk == job.pk


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_wins_each_key() -> None:
    @closing
    def claim(number: int) -> tuple[str, jobs.Standing]:
        key = f"key-{number % 5}"
        return key, jobs.claim(order(key), now=timezone.now())[1]

    with ThreadPoolExecutor(12) as pool:
        claims = list(pool.map(claim, range(60)))
    wins = Counter(key for key, standing in claims if standing == jobs.Standing.NEW)
    assert wins == {f"key-{n}": 1 for n in range(5)}
    assert Job.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_an_expired_lease_has_one_taker() -> None:
    job, _ = jobs.claim(order(), now=NOW)
    later = NOW + timedelta(minutes=5)
    take = closing(lambda _: jobs.take(Job.objects.get(pk=job.pk), now=later))
    with ThreadPoolExecutor(8) as pool:
        takers = [taken for taken in pool.map(take, range(16)) if taken is not None]
    assert len(takers) == 1
    assert takers[0].attempts == 2


def test_a_live_lease_has_no_taker() -> None:
    job, _ = jobs.claim(order(), now=NOW)
    assert jobs.take(job, now=NOW + timedelta(seconds=5)) is None


def test_the_dead_owners_late_finish_changes_nothing(fake_gemini: FakeGemini) -> None:
    dead, _ = jobs.claim(order(), now=NOW - timedelta(hours=1))
    heir = jobs.take(dead, now=NOW)
    assert heir is not None
    with pytest.raises(jobs.LeaseLost):
        service.run(dead, deadline=time.monotonic() + 10)
    jobs.fail(dead, ContentBlocked())
    heir.refresh_from_db()
    assert (heir.state, heir.error) == (JobState.RUNNING, None)


def test_a_picture_of_an_owner_who_lost_the_job_leaves_no_file(fake_gemini: FakeGemini, media: Any) -> None:
    dead, _ = jobs.claim(order(), now=NOW - timedelta(hours=1))
    jobs.take(dead, now=NOW)
    with pytest.raises(jobs.LeaseLost):
        service.run(dead, deadline=time.monotonic() + 10)
    assert not list(media.rglob("*.webp"))


def test_what_is_given_back_can_be_claimed_again() -> None:
    job, _ = jobs.claim(order(), now=NOW)
    jobs.give_back(job)
    assert jobs.claim(order(), now=NOW)[1] == jobs.Standing.NEW


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_while_the_work_goes_on(settings: Settings) -> None:
    settings.JOB_LEASE_S = 0.3
    job, _ = jobs.claim(order(), now=timezone.now())
    assert job.lease_until is not None
    first = job.lease_until
    done = threading.Event()
    with jobs.holding(job):
        for _ in range(100):
            job.refresh_from_db()
            if job.lease_until > first + timedelta(seconds=0.3):
                break
            done.wait(0.05)
    assert job.lease_until > first + timedelta(seconds=0.3)


def test_waiting_ends_at_the_deadline() -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    with pytest.raises(GenerationTimeout):
        waiting.wait(job, deadline=time.monotonic())


def test_an_error_comes_back_as_its_first_caller_saw_it() -> None:
    job, _ = jobs.claim(order(), now=NOW)
    jobs.fail(job, QuotaExceeded(retry_after=17, scope="minute"))
    job.refresh_from_db()
    error = jobs.error_of(job)
    assert isinstance(error, QuotaExceeded)
    assert (error.retry_after, error.detail, error.status) == (17, {"scope": "minute"}, 429)


def test_a_failed_job_keeps_no_prompt() -> None:
    job, _ = jobs.claim(order(), now=NOW)
    jobs.fail(job, ContentBlocked())
    job.refresh_from_db()
    assert job.request.keys() <= {"subject_type"}
    assert len(job.request_hash) == 64


def test_a_job_interrupted_too_often_fails(fake_gemini: FakeGemini) -> None:
    job, _ = jobs.claim(order(background=True), now=NOW - timedelta(hours=1))
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    call_command("worker", once=True)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert fake_gemini.calls == 0


def test_a_sweep_ends_what_a_dead_process_left_and_nobody_wants(fake_gemini: FakeGemini) -> None:
    job, _ = jobs.claim(order(), now=NOW - timedelta(hours=1))
    GenerationLog.objects.create(status="started", job=job)
    assert recovery.sweep(now=NOW) == 1
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert GenerationLog.objects.get().error_kind == "interrupted"


def test_a_sweep_leaves_the_living_alone() -> None:
    job, _ = jobs.claim(order(), now=timezone.now())
    recovery.sweep(now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_dead_workers_job_is_run_again(fake_gemini: FakeGemini) -> None:
    job, _ = jobs.claim(order(background=True), now=NOW - timedelta(hours=1))
    call_command("worker", once=True)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.attempts == 2


@pytest.mark.django_db(transaction=True)
def test_joining_a_failed_flight_tells_its_error_without_a_call(fake_gemini: FakeGemini) -> None:
    fake_gemini.default(blocked())
    fake_gemini.hold()
    ask = closing(lambda _: told(lambda: service.obtain(order(), admit=lambda: None)))
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(ask, n) for n in range(5)]
        fake_gemini.wait_for_calls(1)
        eventually(lambda: [flight.waiters for flight in waiting._flights.values()] == [4])
        fake_gemini.release()
        assert {future.result() for future in asked} == {"content_blocked"}
    assert fake_gemini.calls == 1


def told(act: Any) -> str:
    """The kind of the error that ``act`` ends with."""
    try:
        act()
    except DndImagesError as error:
        return error.kind
    return ""


def test_old_jobs_are_forgotten_after_their_time(settings: Settings) -> None:
    old, _ = jobs.claim(order("old"), now=NOW - timedelta(days=9))
    jobs.give_back(old)
    jobs.claim(order("running"), now=NOW - timedelta(days=9))
    fresh, _ = jobs.claim(order("fresh"), now=timezone.now())
    jobs.give_back(fresh)
    assert forget_old_jobs() == 1
    assert set(Job.objects.values_list("key", flat=True)) == {"running", "fresh"}


# ── The day's budget ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_the_budget_is_exact_under_many_at_once(settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 10

    @closing
    def reserve(_: int) -> bool:
        try:
            ledger.reserve(None, now=NOW)
        except BudgetExhausted:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(reserve, range(40)))
    assert sum(got) == 10
    assert SpendDay.objects.get().calls == 10


def test_a_key_over_its_cap_takes_nothing_from_everybody() -> None:
    key, _ = create_key(name="game", scopes=["generate"], daily_cap=1)
    ledger.reserve(key, now=NOW)
    with pytest.raises(BudgetExhausted):
        ledger.reserve(key, now=NOW)
    assert SpendDay.objects.get(scope="all").calls == 1


def test_the_budget_begins_anew_at_midnight_utc(settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 1
    late = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)
    ledger.reserve(None, now=late)
    with pytest.raises(BudgetExhausted) as refused:
        ledger.reserve(None, now=late)
    assert refused.value.retry_after == 30
    ledger.reserve(None, now=late + timedelta(seconds=30))
    assert dict(SpendDay.objects.values_list("day", "calls")) == {
        date(2026, 11, 20): 1,
        date(2026, 11, 21): 1,
    }


def test_a_call_costs_what_the_table_of_its_day_says() -> None:
    usage = Usage(prompt_tokens=1000, text_tokens=200, image_tokens=1290)
    cost = ledger.cost_usd("gemini-3.1-flash-lite-image", usage, on=date(2026, 11, 20))
    assert cost == Decimal("0.000250") + Decimal("0.000300") + Decimal("0.038700")
    assert ledger.cost_usd("unheard-of", usage, on=date(2026, 11, 20)) is None
    assert ledger.cost_usd("gemini-3.1-flash-lite-image", usage, on=date(2020, 1, 1)) is None


def test_a_job_whose_paid_bytes_are_no_picture_yet_is_not_forgotten() -> None:
    old, _ = jobs.claim(order("old"), now=NOW - timedelta(days=9))
    spool.keep(old, RawPicture(data=b"bytes", source="generated", model="m"))
    jobs.fail(old, Busy())
    assert forget_old_jobs() == 0
    spool.drop(old)
    assert forget_old_jobs() == 1
