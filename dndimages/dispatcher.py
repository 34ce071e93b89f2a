"""Threads on demand for waitress: many requests may wait for one slow picture, readers must not.

Waitress' own dispatcher starts a fixed number of threads and wakes the one that slept longest. Here a
thread is started when one is wanted and none is idle, the one that became idle last is woken first (its
database connection and caches are warm), and whoever had nothing to do for a while goes home.

Python runs one thread at a time. Threads that run short requests at once only take it from each other,
at each call to the database or the log: 16 together answer two thirds of what one alone answers, and
some wait five times as long. So one thread has the turn and answers what comes, one request after the
other. One that takes longer than `TURN_S` loses the turn to another, and goes on beside it: it is
slow, or it waits for something. Where every request waits, for PostgreSQL, there are no turns.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

logger = logging.getLogger("dndimages.server")

IDLE_S = 30.0  # seconds after which an idle thread ends
TURN_S = 0.005  # seconds for which requests wait for the one before them; Python's own switch interval


class Task(Protocol):
    """What waitress hands over: one connection with a complete request on it."""

    def service(self) -> None: ...

    def cancel(self) -> None: ...


class _Place:
    """One thread's seat: whoever puts a task here releases ``wake``."""

    def __init__(self, task: Task) -> None:
        self.task: Task | None = task
        self.wake = threading.Lock()
        self.wake.acquire()


class ElasticDispatcher:
    """waitress' dispatcher interface over at most ``most_threads`` daemon threads.

    ``turn_s`` is how long one task may keep the others waiting; 0: none waits for another.
    ``on_thread_end`` runs in a thread that is about to end (closes its database connections).
    """

    def __init__(
        self,
        most_threads: int,
        *,
        idle_s: float = IDLE_S,
        turn_s: float = TURN_S,
        on_thread_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._most = most_threads
        self._idle_s = idle_s
        self._turn_s = turn_s
        self._on_thread_end = on_thread_end
        self._lock = threading.Lock()
        self._idle: list[_Place] = []
        self._waiting: deque[Task] = deque()
        self._threads = 0
        self._has_turn: _Place | None = None
        self._since = 0.0  # when its task began
        self._somebody_waits = threading.Event()
        self._umpire: threading.Thread | None = None

    @property
    def threads(self) -> int:
        """How many threads there are now, busy and idle."""
        return self._threads

    @property
    def idle(self) -> int:
        """How many of them have nothing to do."""
        return len(self._idle)

    def set_thread_count(self, count: int) -> None:
        """Change the most there may be; threads that are there stay until they are idle."""
        self._most = count

    def add_task(self, task: Task) -> None:
        with self._lock:
            self._waiting.append(task)
            self._begin_next()
            if self._waiting:
                self._call_umpire()

    def look_again(self) -> None:
        """To be called now and then: a task may wait that no thread could be started for."""
        if self._waiting and not self._somebody_waits.is_set():
            with self._lock:
                self._begin_next()
                if self._waiting:
                    self._call_umpire()

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """Cancel what no thread has begun. Running tasks are drained by the server before this."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
        for task in waiting:
            task.cancel()
        return cancel_pending

    # ── Under the lock ───────────────────────────────────────────────────────────────────────────

    def _begin_next(self) -> None:
        """Let the next task begin, if nobody has the turn."""
        if self._turn_is_free():
            self._begin()

    def _begin(self) -> bool:
        """Let the next task begin, on the thread idle last or on a new one. The turn is its own. False: there
        is no thread for it; whoever ends next takes it."""
        if self._idle:
            place = self._idle.pop()
            place.task = self._waiting.popleft()
            place.wake.release()
        elif self._threads < self._most:
            place = _Place(self._waiting.popleft())
            if not self._start(place):
                return False
        else:
            return False
        self._take_turn(place)
        return True

    def _turn_is_free(self) -> bool:
        return self._has_turn is None or time.monotonic() - self._since >= self._turn_s

    def _take_turn(self, place: _Place) -> None:
        self._has_turn, self._since = place, time.monotonic()

    def _start(self, place: _Place) -> bool:
        self._threads += 1
        name = f"request-{self._threads}"
        try:
            thread = threading.Thread(target=self._work, args=(place,), name=name, daemon=True)
            thread.start()
        except (RuntimeError, MemoryError):  # the system has no thread left: whoever ends next takes the task
            self._threads -= 1
            if place.task is not None:
                self._waiting.appendleft(place.task)
            return False
        return True

    def _call_umpire(self) -> None:
        if self._somebody_waits.is_set():
            return
        if self._umpire is None or not self._umpire.is_alive():
            try:
                umpire = threading.Thread(target=self._see_to_turns, name="turns", daemon=True)
                umpire.start()
            except (RuntimeError, MemoryError):
                return  # as above; the next task tries again, or `look_again`
            self._umpire = umpire
        self._somebody_waits.set()

    # ── In threads ───────────────────────────────────────────────────────────────────────────────

    def _see_to_turns(self) -> None:
        """While tasks wait: give the turn to another when it has lasted too long. When it lasts too long time
        and again, more and more begin at once: they wait for something, and a reader stands behind them."""
        at_once = 1
        while self._somebody_waits.wait():
            time.sleep(max(self._turn_s, TURN_S))
            with self._lock:
                if self._turn_is_free():
                    wanted, begun = min(at_once, len(self._waiting)), 0
                    while begun < wanted and self._begin():
                        begun += 1
                    at_once = max(1, 2 * begun)
                else:
                    at_once = 1
                if not self._waiting or (not self._idle and self._threads >= self._most):
                    self._somebody_waits.clear()  # all are busy: whoever ends next sees to it
                    at_once = 1

    def _work(self, place: _Place) -> None:
        try:
            while place.task is not None:
                _serve(place.task)
                self._take_next(place)
        finally:
            self._on_thread_end()

    def _take_next(self, place: _Place) -> None:
        """Put the next task on ``place``, or None when it is time to end."""
        with self._lock:
            if self._has_turn is place:
                self._has_turn = None
            if self._waiting and self._turn_is_free():
                place.task = self._waiting.popleft()
                self._take_turn(place)
                return
            place.task = None
            self._idle.append(place)
            if self._waiting:
                self._call_umpire()
        if place.wake.acquire(timeout=self._idle_s):
            return
        with self._lock:
            if place in self._idle:
                self._idle.remove(place)
                self._threads -= 1
                return
        place.wake.acquire()  # a task was put here between the time-out and the lock


def _serve(task: Task) -> None:
    try:
        task.service()
    except BaseException:  # whatever it was, this thread has other clients to serve
        logger.exception("a request broke off")
