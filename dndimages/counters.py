"""Counts that are written a moment later, so that no write stands in the way of an answer.

Each `Deferred` adds up in memory; one thread writes what has come together twice a second. A killed
process loses at most what it counted in the last COUNTERS_FLUSH_S seconds; one that ends in order
loses nothing. With COUNTERS_FLUSH_S = 0 every count is written at once.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Generic, Protocol, TypeVar

from django.conf import settings
from django.db import DatabaseError

from dndimages.connections import let_go

log = logging.getLogger("dndimages.counters")
K = TypeVar("K", bound=Hashable)


class Deferred(Generic[K]):
    """Counts by key that ``write`` puts away, all at once, in a transaction of its own if it is the database.
    With ``after_others`` they are no more than a help, and those of the others are written first."""

    def __init__(self, write: Callable[[Counter[K]], None], *, after_others: bool = False) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._waiting: Counter[K] = Counter()
        if after_others:
            _LAST.append(self)
        else:
            _ALL.insert(0, self)  # before `write_with_the_others`: to write may be to count something else

    def add(self, *keys: K) -> None:
        with self._lock:
            self._waiting.update(keys)
        if settings.COUNTERS_FLUSH_S:
            _start_thread()
        else:
            self.flush()

    def waiting(self, key: K) -> int:
        """What this process has counted and not written yet."""
        return self._waiting[key]

    @contextmanager
    def standing_still(self) -> Iterator[Counter[K]]:
        """What waits here, and none of it written meanwhile: with what the database says inside, exact.

        While a write hangs (a locked database) it does not wait for it: then a count may show twice.
        """
        still = self._flushing.acquire(timeout=0.2)
        try:
            with self._lock:
                waiting = Counter(self._waiting)
            yield waiting
        finally:
            if still:
                self._flushing.release()

    def flush(self) -> None:
        with self._flushing:
            with self._lock:
                counted = Counter(self._waiting)
            if not counted:
                return
            self._write(counted)
            with self._lock:
                # Taken off only now: a reader in between sees each count once too often, never lost.
                self._waiting -= counted


class Flushable(Protocol):
    def flush(self) -> None: ...


_ALL: list[Flushable] = []
_LAST: list[Flushable] = []
_thread: threading.Thread | None = None
_start = threading.Lock()
_stop = threading.Event()


def write_with_the_others(counts: Flushable) -> None:
    """Have ``flush`` called whenever deferred counts are written."""
    _ALL.append(counts)


def soon() -> None:
    """See to it that what waits is written within COUNTERS_FLUSH_S seconds."""
    if settings.COUNTERS_FLUSH_S:
        _start_thread()


def flush_all() -> None:
    for deferred in (*_ALL, *_LAST):
        try:
            deferred.flush()
        except DatabaseError as error:
            log.warning("Counts wait for the next try: %s", type(error).__name__)
        except Exception:
            log.exception("Counts wait for the next try; those of others are written all the same")


def _start_thread() -> None:
    global _thread
    if _thread is not None and _thread.is_alive():
        return
    with _start:
        if _thread is None or not _thread.is_alive():
            _write_at_exit()
            try:
                thread = threading.Thread(target=_run, name="counters", daemon=True)
                thread.start()
            except (RuntimeError, MemoryError):  # the system has no thread left: the next count tries again
                return
            _thread = thread


@cache
def _write_at_exit() -> None:
    atexit.register(flush_all)


def _run() -> None:
    while not _stop.wait(settings.COUNTERS_FLUSH_S):
        let_go()
        flush_all()
        let_go()
