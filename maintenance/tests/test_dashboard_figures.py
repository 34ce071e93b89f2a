"""The dashboard's figures, to the row: days at midnight UTC, months, caps, keys."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from dndimages.access.keys import create_key
from gallery.models import GenerationLog, ImageAsset, Job, SpendDay
from maintenance.dashboard import figures, plots
from maintenance.dashboard.figures import Added, KeySpend, SceneRequests, Tally
from maintenance.dashboard.window import Window, midnight
from scenes.models import SceneDay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WEEK = Window(NOW, 7)
MOMENT = timedelta(microseconds=1)


def picture(at: datetime, *, size_bytes: int = 1, **fields: Any) -> ImageAsset:
    return ImageAsset.objects.create(
        subject_name="Tavern", subject_type="scene", source="painted", width=16, height=9, phash=0,
        token="t", created_at=at, file_size_bytes=size_bytes, **fields,
    )  # fmt: skip


def call(at: datetime = NOW, status: str = "success", **fields: Any) -> GenerationLog:
    return GenerationLog.objects.create(created_at=at, status=status, **fields)


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_belongs_to_its_day_in_utc() -> None:
    for at in (midnight(TODAY) - MOMENT, midnight(TODAY), midnight(TODAY) + timedelta(days=1) - MOMENT):
        picture(at, size_bytes=10)
    assert figures.pictures_by_day() == {date(2026, 3, 1): Added(1, 10), TODAY: Added(2, 20)}


def test_the_trash_is_not_counted_among_the_pictures() -> None:
    picture(NOW, deleted_at=NOW)
    assert figures.pictures_by_day() == {}


def test_totals_go_on_from_what_was_there_before() -> None:
    days = {date(2020, 1, 1): Added(5, 5 * 1024), TODAY: Added(2, 1024)}
    new, kept, storage = plots.pictures(WEEK, days)
    assert [row[1].text for row in new.table.rows] == ["0"] * 6 + ["2"]
    assert [row[1].text for row in kept.table.rows] == ["5"] * 6 + ["7"]
    assert [row[1].text for row in storage.table.rows] == ["5.0 KB"] * 6 + ["6.0 KB"]
    assert (new.headline, kept.headline, storage.headline) == ("2 in 7 days, 2 today", "7 pictures", "6.0 KB")


def test_what_trash_is_due_is_what_cleanup_would_purge(settings: Settings) -> None:
    settings.BACKUP_RETENTION_DAYS = 30
    ends = NOW - timedelta(days=30)
    for at in (ends - MOMENT, ends, NOW):
        picture(NOW, deleted_at=at, size_bytes=100)
    found = figures.tallies(now=NOW, trash=True, jobs=False)
    assert found["due"] == Tally(1, 100, ends - MOMENT)
    assert found["kept"] == Tally(2, 200, ends)


def test_jobs_are_told_by_who_is_at_them() -> None:
    early = NOW - timedelta(minutes=5)
    for n, (state, lease) in enumerate(
        [
            ("queued", None),
            ("queued", None),
            ("running", NOW),
            ("running", early),
            ("running", None),
            ("done", None),
        ]
    ):
        at = early if n == 1 else NOW
        Job.objects.create(kind="image", key=str(n), state=state, lease_until=lease, created_at=at)
    found = figures.tallies(now=NOW, trash=True, jobs=True)
    assert {what: tally.number for what, tally in found.items()} == {
        "queued": 2,
        "running": 1,
        "abandoned": 2,
    }
    assert found["queued"].since == early


# ── Scenes ───────────────────────────────────────────────────────────────────────────────────────


def test_the_hit_rate_counts_like_the_statistics_of_the_api() -> None:
    SceneDay.objects.create(day=TODAY, hits=3, joined=1, misses=2, stale=1)
    SceneDay.objects.create(day=WEEK.first - timedelta(days=1), hits=99)
    found = figures.scenes_by_day(WEEK)
    assert found == {TODAY: SceneRequests(hits=3, asked=6)}
    figure = plots.hit_rate(WEEK, found)
    assert [cell.text for cell in figure.table.rows[-1]] == ["2026-03-02", "50.0 %", "3", "6"]
    assert figure.table.rows[0][1].text == "not asked"


# ── Money ────────────────────────────────────────────────────────────────────────────────────────


def test_paid_calls_are_of_everybody_and_told_against_the_cap(settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 20
    for day, scope, calls in [
        (TODAY, "all", 4), (TODAY, "key:1", 3), (date(2026, 3, 1), "all", 5), (date(2026, 2, 28), "all", 7),
    ]:  # fmt: skip
        SpendDay.objects.create(day=day, scope=scope, calls=calls)
    figure = plots.paid_calls(WEEK, figures.calls_by_day(WEEK))
    assert figure.headline == "4 today of 20, 9 this month"
    assert [row[1].text for row in figure.table.rows][-3:] == ["7", "5", "4"]


def test_a_month_longer_than_the_window_is_counted_whole() -> None:
    window = Window(datetime(2026, 3, 31, 23, 59, tzinfo=UTC), 7)
    SpendDay.objects.create(day=date(2026, 3, 1), scope="all", calls=3)
    SpendDay.objects.create(day=date(2026, 2, 28), scope="all", calls=100)
    call(midnight(date(2026, 3, 1)), paid=True, cost_usd=Decimal("0.5"))
    call(midnight(date(2026, 3, 1)) - MOMENT, paid=True, cost_usd=Decimal("9"))
    assert plots.paid_calls(window, figures.calls_by_day(window)).headline == "0 today, 3 this month"
    assert plots.costs(window, figures.ledger(window)).headline == "$0.00 today, $0.50 this month"


def test_costs_are_exact_by_day_in_utc() -> None:
    for at in (midnight(TODAY) - MOMENT, midnight(TODAY), NOW):
        call(at, paid=True, cost_usd=Decimal("0.038700"))
    found = figures.ledger(WEEK)
    assert dict(found.cost_usd) == {date(2026, 3, 1): Decimal("0.0387"), TODAY: Decimal("0.0774")}
    figure = plots.costs(WEEK, found)
    assert figure.headline == "$0.08 today, $0.12 this month"
    assert [row[1].text for row in figure.table.rows][-2:] == ["$0.04", "$0.08"]


def test_paid_calls_without_a_known_price_are_told_and_those_on_their_way_are_not() -> None:
    call(paid=True)
    call(status="failed", paid=True, error_kind="internal")
    call(status="started", paid=True)
    call(paid=True, cost_usd=Decimal("1"))
    assert plots.costs(WEEK, figures.ledger(WEEK)).note == "2 paid calls at an unknown price not included."


def test_each_key_has_its_day_its_month_and_its_cap() -> None:
    busy, _ = create_key(name="Busy", scopes=["generate"], daily_cap=50)
    past, _ = create_key(name="Past", scopes=["generate"])
    idle, _ = create_key(name="Idle", scopes=["generate"])
    for key, day, calls in [
        (busy, TODAY, 2), (busy, date(2026, 3, 1), 3), (busy, date(2026, 2, 28), 9),
        (past, date(2026, 3, 1), 8), (idle, date(2026, 2, 28), 8),
    ]:  # fmt: skip
        SpendDay.objects.create(day=day, scope=f"key:{key.pk}", calls=calls)
    assert figures.calls_by_key(WEEK) == [
        KeySpend("Busy", busy.prefix, True, today=2, month=5, daily_cap=50),
        KeySpend("Past", past.prefix, True, today=0, month=8, daily_cap=None),
    ]


# ── Calls ────────────────────────────────────────────────────────────────────────────────────────


def test_failures_are_counted_by_kind_over_seven_and_thirty_days() -> None:
    for days in (0, 6, 7, 29, 30):
        call(midnight(TODAY - timedelta(days=days)), "failed", error_kind="provider_timeout")
    call(status="failed", error_kind="content_blocked")
    call(status="cached", count=1000)
    kinds = figures.ledger(WEEK).failures
    assert kinds == {
        7: Counter(provider_timeout=2, content_blocked=1),
        30: Counter(provider_timeout=4, content_blocked=1),
    }
    table = plots.failures(kinds).table
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["provider_timeout", "2", "4"], ["content_blocked", "1", "1"],
    ]  # fmt: skip


def test_the_slowest_of_the_window_stand_first() -> None:
    image = picture(NOW)
    for latency in range(12):
        call(latency_ms=latency, image=image, model="m")
    call(midnight(WEEK.first) - MOMENT, latency_ms=999)
    call(status="failed", latency_ms=998)
    found = figures.slowest(figures.newest_calls(WEEK))
    assert [seen.latency_ms for seen in found] == list(range(11, 1, -1))
    assert found[0].subject_name == "Tavern"


def test_latencies_are_told_for_each_model_the_most_used_first() -> None:
    for latency in range(1, 101):
        call(latency_ms=latency, model="fast")
    call(latency_ms=7, model="rare")
    fast, rare = figures.latency_by_model(figures.newest_calls(WEEK))
    assert (fast.model, fast.calls, fast.p50_ms, fast.p90_ms, fast.p99_ms) == ("fast", 100, 50, 90, 99)
    assert (rare.p50_ms, rare.p90_ms, rare.p99_ms) == (7, 7, 7)


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], part: int) -> None:
    found = figures.percentile(sorted(values), part)
    assert 100 * sum(value <= found for value in values) >= part * len(values)
    assert 100 * sum(value < found for value in values) < part * len(values)


# ── The window ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [None, "", "0", "-7", "8", "90000000", "7 ", "٧", "seven", "7&days=30"])
def test_any_other_range_is_the_usual_one(text: str | None) -> None:
    assert Window.asked_for(text, now=NOW).days == 90


def test_the_window_ends_today_in_utc_wherever_the_clock_stands() -> None:
    late = datetime.fromisoformat("2026-03-02T23:30:00-05:00")
    assert Window(late, 7).today == date(2026, 3, 3)
    assert (WEEK.first, len(WEEK.dates), WEEK.dates[-1]) == (date(2026, 2, 24), 7, TODAY)
    assert WEEK.month_so_far == [date(2026, 3, 1), TODAY]
