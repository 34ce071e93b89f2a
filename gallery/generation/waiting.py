"""Waiting for a picture that another request makes: woken in its process, looking at the row elsewhere."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from dndimages.connections import let_go
from dndimages.errors import Busy
from gallery import errors
from gallery.models import Job, JobState

POLL_FIRST_S, POLL_MOST_S = 0.02, 0.25


@dataclass
class _Flight:
    """Those of this process who wait for one job."""

    changed: threading.Event = field(default_factory=threading.Event)
    waiters: int = 0


_flights: dict[uuid.UUID, _Flight] = {}
_flights_lock = threading.Lock()
_places: threading.BoundedSemaphore | None = None


def announce(job_id: uuid.UUID) -> None:
    """Wake those of this process who wait for this job: something about it has changed."""
    with _flights_lock:
        flight = _flights.get(job_id)
    if flight is not None:
        flight.changed.set()


@contextmanager
def _on_board(job_id: uuid.UUID) -> Iterator[threading.Event]:
    with _flights_lock:
        flight = _flights.setdefault(job_id, _Flight())
        flight.waiters += 1
    try:
        yield flight.changed
    finally:
        with _flights_lock:
            flight.waiters -= 1
            if not flight.waiters:
                _flights.pop(job_id, None)


@contextmanager
def a_place_to_wait() -> Iterator[None]:
    """Whoever waits holds a thread: bound them, so that readers always find one. Raises `Busy`."""
    global _places
    with _flights_lock:
        if _places is None:
            _places = threading.BoundedSemaphore(settings.WAITING_REQUESTS)
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def wait(job: Job, *, deadline: float) -> Job:
    """The job once it ended or lies abandoned, looked at again and again until ``deadline``.

    Waiters of the owner's own process are woken; those of others look at the row. Raises
    `GenerationTimeout` at the deadline (a ``time.monotonic()`` instant).
    """
    pause = POLL_FIRST_S
    with _on_board(job.pk) as changed, a_place_to_wait():
        while True:
            found = Job.objects.filter(pk=job.pk).first()
            if found is None or found.state != JobState.RUNNING:
                return found or job  # ended, or back in the queue: ours to take
            if found.lease_until is not None and found.lease_until < timezone.now():
                return found
            if time.monotonic() >= deadline:
                raise errors.GenerationTimeout
            let_go()  # gives the connection back to the pool while we wait
            if changed.wait(pause):
                changed.clear()  # all of us wake together, look, and sleep on if it goes on
            pause = min(pause * 1.5, POLL_MOST_S)
