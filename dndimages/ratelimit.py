"""Rate limits over processes, counted once a request is known to be valid: generations to the last one
by django-ratelimit, scenes from the cache a moment later by ourselves."""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from collections import Counter

import diskcache_community
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from dndimages.access.caller import Caller
from dndimages.counters import Deferred
from dndimages.errors import Busy, RateLimited

log = logging.getLogger("dndimages.ratelimit")
IMAGES, SCENES, SCENE_HITS = "images/generate", "scenes/generate", "scenes/hits"
MINUTE_S = 60
_CACHE_FAILS = (sqlite3.Error, diskcache_community.Timeout, OSError)


def count_generation(request: HttpRequest, *, caller: Caller, group: str) -> None:
    """One generation, against the key's own limit or everybody's.

    Raises `Busy` when generations cannot be counted, and `RateLimited` with the seconds to wait when too many came in the window.
    """
    everybody = {
        IMAGES: settings.MAX_REQUESTS_PER_MINUTE,
        SCENES: settings.SCENE_GENERATIONS_PER_MINUTE,
    }[group]
    own = caller.key.requests_per_minute if caller.key is not None else None
    per_minute = everybody if own is None else own
    try:
        usage = get_usage(
            request, group=group, key=lambda *_: caller.name, rate=f"{per_minute}/m", increment=True
        )
    except _CACHE_FAILS as error:
        log.warning("Rate limits cannot be counted: %s", type(error).__name__)
        raise Busy from error
    if usage is not None and usage["should_limit"]:
        if usage["time_left"] < 0:  # the cache lost the count between two looks, or the minute is over by now
            raise Busy
        raise RateLimited(retry_after=max(1, usage["time_left"]), limit=per_minute)


# ── Scenes from the cache ────────────────────────────────────────────────────────────────────────

Window = tuple[str, int]  # a caller's name and a minute since 1970


class _Hits:
    """How many hits callers had, as far as this process knows. What it counted itself it knows at once;
    what the others counted, when it adds up its own with theirs. Neither changes the other, so nobody is
    ever refused who has not used up the limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._here: Counter[Window] = Counter()
        self._added_up: Counter[Window] = Counter()  # of those
        self._elsewhere: dict[Window, int] = {}
        self._waiting: Deferred[Window] = Deferred(self._add_up, after_others=True)

    def count(self, window: Window) -> int:
        """One more; gives how many there are now."""
        with self._lock:
            self._here[window] += 1
            known = self._here[window] + self._elsewhere.get(window, 0)
        self._waiting.add(window)
        return known

    def add_up(self) -> None:
        """Now, instead of a moment later."""
        self._waiting.flush()

    def forget(self) -> None:
        """For tests, each of which begins a service of its own."""
        with self._lock:
            for book in (self._here, self._added_up, self._elsewhere):
                book.clear()

    def _add_up(self, counts: Counter[Window]) -> None:
        """What is cached is served whatever else fails: hits that cannot be added up count here alone."""
        try:
            for window, number in counts.items():
                of_all = _total(window, number)
                self._added_up[window] += number
                self._elsewhere[window] = max(0, of_all - self._added_up[window])
        except _CACHE_FAILS as error:
            log.warning("Scenes from the cache are limited for each process alone: %s", type(error).__name__)
        oldest = int(time.time() // MINUTE_S) - 1
        with self._lock:
            for book in (self._here, self._added_up, self._elsewhere):
                for window in [window for window in book if window[1] < oldest]:
                    del book[window]


def _total(window: Window, number: int) -> int:
    """What all processes have added up in a window, together with these."""
    cache = caches["limits"]
    key = f"{SCENE_HITS}:{window[0]}:{window[1]}"
    if cache.add(key, number, 2 * MINUTE_S):
        return number
    try:
        return int(cache.incr(key, number))
    except ValueError:  # it has just been thrown out for want of room
        return number


hits = _Hits()


def count_hit(caller: Caller) -> None:
    """One scene from the cache, against a limit so wide that it only stops a flood.

    Counting in the shared cache costs as much as the whole rest of such an answer, and a hit costs no
    money: each process counts for itself and adds it up with the others twice a second. Raises
    `RateLimited` with the seconds to wait.
    """
    now_s = time.time()
    minute = int(now_s // MINUTE_S)
    if hits.count((caller.name, minute)) > settings.SCENE_HITS_PER_MINUTE:
        left_s = (minute + 1) * MINUTE_S - now_s
        raise RateLimited(retry_after=max(1, math.ceil(left_s)), limit=settings.SCENE_HITS_PER_MINUTE)
