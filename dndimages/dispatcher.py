"""Threads on demand for waitress: many requests may wait for one slow picture, readers must not.

Waitress' own dispatcher starts a fixed number of threads and wakes the one that slept longest. Here
a thread is started when none is idle, the one that became idle last is woken first (its database
connection and caches are warm), and whoever had nothing to do for a while goes home.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

logger = logging.getLogger("dndimages.server")

IDLE_S = 30.0  # seconds after which an idle thread ends


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

    ``on_thread_end`` runs in a thread that is about to end (closes its database connections).
    """

    def __init__(
        self,
        most_threads: int,
        *,
        idle_s: float = IDLE_S,
        on_thread_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._most = most_threads
        self._idle_s = idle_s
        self._on_thread_end = on_thread_end
        self._lock = threading.Lock()
        self._idle: list[_Place] = []
        self._waiting: deque[Task] = deque()
        self._threads = 0

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
            if self._idle:
                place = self._idle.pop()
                place.task = task
                place.wake.release()
                return
            if self._threads >= self._most:
                self._waiting.append(task)
                return
            self._threads += 1
            number = self._threads
        name = f"request-{number}"
        thread = threading.Thread(target=self._work, args=(_Place(task),), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left: whoever ends next takes the task
            with self._lock:
                self._threads -= 1
                self._waiting.append(task)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """Cancel what no thread has begun. Running tasks are drained by the server before this."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
        for task in waiting:
            task.cancel()
        return cancel_pending

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
            if self._waiting:
                place.task = self._waiting.popleft()
                return
            place.task = None
            self._idle.append(place)
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
