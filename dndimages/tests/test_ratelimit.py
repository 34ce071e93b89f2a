"""Limits over processes: what each counts, what it learns of the others, and when counting fails."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from pytest_django import Settings

from dndimages import counters, ratelimit
from dndimages.access.caller import Caller
from dndimages.errors import Busy, RateLimited

GAME = Caller("10.0.0.1")


@pytest.fixture(autouse=True)
def _counted_later(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hits are added up when the test says so."""
    monkeypatch.setattr(counters, "_start_thread", lambda: None)
    settings.COUNTERS_FLUSH_S = 60
    settings.SCENE_HITS_PER_MINUTE = 5
    monkeypatch.setattr(time, "time", lambda: 6_000_000.0)
    yield
    ratelimit.hits.add_up()


def hits(caller: Caller = GAME, *, most: int = 20) -> int:
    """How many are let through."""
    return next((number for number in range(most) if not passes(caller)), most)


def passes(caller: Caller) -> bool:
    try:
        ratelimit.count_hit(caller)
    except RateLimited:
        return False
    return True


def test_hits_are_limited_before_and_after_they_are_added_up() -> None:
    assert hits() == 5
    ratelimit.hits.add_up()
    with pytest.raises(RateLimited) as refused:
        ratelimit.count_hit(GAME)
    assert refused.value.retry_after == 60  # the minute has just begun
    assert hits(Caller("10.0.0.2")) == 5


def test_hits_of_other_processes_are_learnt_with_the_own_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    caches["limits"].add(f"{ratelimit.SCENE_HITS}:{GAME.name}:100000", 3)
    ratelimit.count_hit(GAME)
    ratelimit.hits.add_up()
    assert hits() == 1
    monkeypatch.setattr(time, "time", lambda: 6_000_060.0)
    assert hits() == 5
    ratelimit.hits.add_up()
    assert caches["limits"].get(f"{ratelimit.SCENE_HITS}:{GAME.name}:100001") == 6


def test_what_was_counted_in_minutes_past_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(5):
        monkeypatch.setattr(time, "time", lambda now=6_000_000.0 + 60 * minute: now)
        ratelimit.count_hit(GAME)
        ratelimit.hits.add_up()
    for book in (ratelimit.hits._here, ratelimit.hits._added_up, ratelimit.hits._elsewhere):
        assert {minute for _, minute in book} == {100_003, 100_004}


def test_nobody_is_counted_twice_while_counts_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[int] = []
    add_up = ratelimit._Hits._add_up

    def meanwhile(self: Any, counts: Any) -> None:
        add_up(self, counts)
        known.append(self.count(("somebody", 100_000)))  # comes between the adding up and its end

    mine = ratelimit._Hits()
    monkeypatch.setattr(mine._waiting, "_write", partial(meanwhile, mine))
    for number in range(3):
        assert mine.count(("somebody", 100_000)) == 2 * number + 1
        mine.add_up()
    assert known == [2, 4, 6]
    counters._LAST.remove(mine._waiting)


class Away(BaseCache):
    """A cache whose disk fails."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        raise sqlite3.OperationalError("disk I/O error")


class Crowded(LocMemCache):
    """A cache that throws out what it has just been asked about."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        self.delete(key, version)
        return super().incr(key, delta, version)


def test_a_count_that_the_cache_throws_out_begins_anew(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "limits": {"BACKEND": f"{__name__}.Crowded", "LOCATION": "crowded"}}
    for _ in range(2):
        ratelimit.count_hit(GAME)
        ratelimit.hits.add_up()
    assert hits() == 3


def test_a_generation_whose_count_the_cache_throws_out_is_to_come_again(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "limits": {"BACKEND": f"{__name__}.Crowded", "LOCATION": "thrown"}}
    count = partial(
        ratelimit.count_generation, RequestFactory().post("/"), caller=GAME, group=ratelimit.IMAGES
    )
    count()
    with pytest.raises(Busy):
        count()
    count()


def test_counts_that_fail_keep_no_others_from_being_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(counts: Any) -> None:
        raise ZeroDivisionError

    written: list[Any] = []
    helpful = counters.Deferred[str](fail, after_others=True)
    broken, sound = counters.Deferred[str](fail), counters.Deferred[str](written.append)
    try:
        for each in (helpful, broken, sound):
            each.add("a")
        counters.flush_all()
    finally:
        counters._LAST.remove(helpful)
        for each in (broken, sound):
            counters._ALL.remove(each)
    assert written == [{"a": 1}]
    assert broken.waiting("a") == 1
    assert "ZeroDivisionError" in caplog.text


def test_where_counting_fails_hits_are_served_and_nothing_is_paid_for(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = {**settings.CACHES, "limits": {"BACKEND": f"{__name__}.Away"}}
    assert hits() == 5
    ratelimit.hits.add_up()
    assert hits() == 0
    assert hits(Caller("10.0.0.2")) == 5
    assert "limited for each process alone" in caplog.text
    with pytest.raises(Busy):
        ratelimit.count_generation(RequestFactory().post("/"), caller=GAME, group=ratelimit.IMAGES)


@pytest.fixture
def locked_files(settings: Settings) -> Iterator[None]:
    """Another process was stopped while it wrote into the disk cache, and patience is short."""
    local = {**settings.CACHES["local"], "DATABASE_TIMEOUT": 0.05}
    settings.CACHES = {**settings.CACHES, "local": local, "default": local}
    assert caches["local"].add("warm", 1)
    with ExitStack() as others:
        for shard in caches["local"]._cache._shards:  # type: ignore[attr-defined]
            other = sqlite3.connect(Path(shard.directory) / "cache.db", isolation_level=None)
            others.enter_context(closing(other))
            other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.usefixtures("locked_files")
def test_a_generation_that_cannot_be_counted_is_refused_in_time() -> None:
    request = RequestFactory().post("/")
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(ratelimit.count_generation, request, caller=GAME, group=ratelimit.IMAGES)
            for _ in range(4)
        ]
        assert [type(future.exception(timeout=20)) for future in asked] == [Busy] * 4


@pytest.mark.usefixtures("locked_files")
def test_hits_are_served_while_they_cannot_be_added_up() -> None:
    assert hits() == 5
    ratelimit.hits.add_up()
    assert hits() == 0
