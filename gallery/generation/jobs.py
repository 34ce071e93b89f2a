"""One generation per key at a time, over any number of processes.

A `Job` row is claimed before anything is paid. While it is active no second one with its (kind,
key) can be inserted, so exactly one caller wins and the others wait for its result. The winner
holds a lease that a thread renews; when the winner dies, the lease runs out and whoever comes next
takes the job over, by compare-and-swap on the owner token. That token fences every later write.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import F
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.connections import let_go
from dndimages.errors import Busy, DndImagesError
from gallery import errors
from gallery.generation.prompts import hash_request
from gallery.models import Job, JobState

log = logging.getLogger("gallery.jobs")
#: A job whose owners were killed is tried this often in all, then it fails.
MAX_ATTEMPTS = 3
POLL_FIRST_S, POLL_MOST_S = 0.02, 0.25


class Standing(StrEnum):
    """What a claim came to."""

    OURS = "ours"  # run it
    NEW = "new"  # waits for a worker, by our order
    THEIRS = "theirs"  # another is at it


class LeaseLost(Exception):
    """Somebody else owns the job now: stop, write nothing, leave nothing behind."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to make, for whom. ``request`` is JSON: see `gallery.generation.service.Request`."""

    kind: str
    key: str
    request: dict[str, Any]
    caller: Caller
    background: bool = False
    request_hash: str = field(default="")

    def hashed(self) -> str:
        return self.request_hash or hash_request(self.request)


# ── Claiming ─────────────────────────────────────────────────────────────────────────────────────


def claim(order: Order, *, now: datetime) -> tuple[Job, Standing]:
    """The active job for this order, and where we stand with it.

    A new job is ours; so is one that waits for a worker or whose owner is dead. Gives up with
    `Busy` when the row changes hands faster than we can look.
    """
    for _ in range(20):
        fresh = _new_job(order, now)
        Job.objects.bulk_create([fresh], ignore_conflicts=True)
        job = Job.objects.active().filter(kind=order.kind, key=order.key).first()
        if job is None:
            continue  # it ended between the two statements
        if job.pk == fresh.pk:
            return job, Standing.NEW if order.background else Standing.OURS
        if not order.background and (taken := take(job, now=now)) is not None:
            return taken, Standing.OURS
        return job, Standing.THEIRS
    raise Busy


def _new_job(order: Order, now: datetime) -> Job:
    owner = "" if order.background else _new_owner()
    return Job(
        kind=order.kind,
        key=order.key,
        request=order.request,
        request_hash=order.hashed(),
        background=order.background,
        caller=order.caller.name,
        api_key=order.caller.key,
        state=JobState.QUEUED if order.background else JobState.RUNNING,
        owner=owner,
        lease_until=None if order.background else _lease_end(now),
        attempts=0 if order.background else 1,
        created_at=now,
    )


def take(job: Job, *, now: datetime) -> Job | None:
    """Take over a queued or abandoned job; None when another was faster or its owner lives."""
    if job.state == JobState.RUNNING and job.lease_until is not None and job.lease_until >= now:
        return None
    owner = _new_owner()
    taken = (
        Job.objects.active()
        .filter(pk=job.pk, owner=job.owner, attempts=job.attempts, state=job.state)
        .update(state=JobState.RUNNING, owner=owner, lease_until=_lease_end(now), attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job.pk) if taken else None


def give_back(job: Job) -> None:
    """End a claim before anything was tried; whoever waits for it claims for itself."""
    Job.objects.active().filter(pk=job.pk, owner=job.owner).update(
        state=JobState.CANCELLED, request={}, finished_at=timezone.now()
    )
    _announce(job.pk)


def postpone(job: Job) -> None:
    """What is paid for could not be stored: let go, so that it is tried again a moment later."""
    try:
        Job.objects.owned_by(job.owner).filter(pk=job.pk).update(lease_until=_lease_end(timezone.now()))
    except DatabaseError as error:
        log.warning("Job %s waits for its lease to end: %s", job.pk, type(error).__name__)


def fail(job: Job, error: DndImagesError) -> None:
    """Record the error for those who wait; the prompt goes, its hash stays."""
    told = {
        "kind": error.kind,
        "message": error.message,
        "retry_after": error.retry_after,
        "detail": error.detail,
        "type": type(error).__name__,
    }
    Job.objects.owned_by(job.owner).filter(pk=job.pk).update(
        state=JobState.FAILED, error=told, request={}, finished_at=timezone.now()
    )
    _announce(job.pk)


def finish(job: Job, image_id: int) -> None:
    """Part of the transaction that adds the picture. Raises `LeaseLost` so that it rolls back."""
    done = (
        Job.objects.owned_by(job.owner)
        .filter(pk=job.pk)
        .update(state=JobState.DONE, image=image_id, error=None, finished_at=timezone.now())
    )
    if not done:
        raise LeaseLost


def _new_owner() -> str:
    return secrets.token_hex(16)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOB_LEASE_S)


# ── Holding on ───────────────────────────────────────────────────────────────────────────────────

_held: set[str] = set()
_held_lock = threading.Lock()
_heartbeat: threading.Thread | None = None


@contextmanager
def holding(job: Job) -> Iterator[None]:
    """Renews the lease of a job while its work goes on."""
    global _heartbeat
    with _held_lock:
        _held.add(job.owner)
        if _heartbeat is None or not _heartbeat.is_alive():
            _heartbeat = threading.Thread(target=_renew_leases, name="leases", daemon=True)
            _heartbeat.start()
    try:
        yield
    finally:
        with _held_lock:
            _held.discard(job.owner)
        _announce(job.pk)


def _renew_leases() -> None:
    global _heartbeat
    while True:
        time.sleep(settings.JOB_LEASE_S / 3)
        with _held_lock:
            owners = list(_held)
            if not owners:
                _heartbeat = None  # the next one who holds a lease starts another
                return
        try:
            Job.objects.filter(state=JobState.RUNNING, owner__in=owners).update(
                lease_until=_lease_end(timezone.now())
            )
        except DatabaseError as error:
            log.warning("Leases could not be renewed: %s", type(error).__name__)
        finally:
            connections.close_all()


# ── Waiting ──────────────────────────────────────────────────────────────────────────────────────

_finished: dict[uuid.UUID, threading.Event] = {}
_finished_lock = threading.Lock()
_places: threading.BoundedSemaphore | None = None


def _announce(job_id: uuid.UUID) -> None:
    with _finished_lock:
        event = _finished.get(job_id)
    if event is not None:
        event.set()


@contextmanager
def _a_place_to_wait() -> Iterator[None]:
    """Waiters hold a thread each: bound them, so that readers always find one."""
    global _places
    with _finished_lock:
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
    with _finished_lock:
        event = _finished.setdefault(job.pk, threading.Event())
    pause = POLL_FIRST_S
    try:
        with _a_place_to_wait():
            while True:
                found = Job.objects.filter(pk=job.pk).first()
                if found is None or found.state not in (JobState.QUEUED, JobState.RUNNING):
                    return found or job
                if found.lease_until is not None and found.lease_until < timezone.now():
                    return found
                if time.monotonic() >= deadline:
                    raise errors.GenerationTimeout
                let_go()  # gives it back to the pool while we wait
                event.wait(pause)
                pause = min(pause * 1.5, POLL_MOST_S)
    finally:
        with _finished_lock:
            _finished.pop(job.pk, None)


def error_of(job: Job) -> DndImagesError:
    """The error that ended a failed job, as its first caller saw it."""
    told = job.error or {}
    kinds = {cls.__name__: cls for cls in _subclasses(DndImagesError)}
    cls = kinds.get(told.get("type", ""), errors.ProviderUnavailable)
    error = cls.__new__(cls)
    DndImagesError.__init__(
        error, told.get("message"), retry_after=told.get("retry_after"), **told.get("detail", {})
    )
    return error


def _subclasses(cls: type[DndImagesError]) -> Iterator[type[DndImagesError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)
