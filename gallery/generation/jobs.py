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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import F, Q
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.errors import Busy, DndImagesError
from gallery import errors
from gallery.generation.prompts import hash_request
from gallery.generation.waiting import announce
from gallery.models import Job, JobState

log = logging.getLogger("gallery.jobs")
#: A job whose owners were killed is tried this often in all, then it fails.
MAX_ATTEMPTS = 3
LONGEST_PAUSE_S = 600.0


class Standing(StrEnum):
    """What a claim came to."""

    NEW = "new"  # ours, and nobody asked before: admit it, then run it or hand it over
    TAKEN = "taken"  # ours from a queue or a dead process, admitted when it was new: run it
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

    def means(self, job: Job) -> bool:
        """Whether the job does what is ordered. A scene's key stands for all its spellings; an
        Idempotency-Key stands for one request."""
        return self.kind != "image" or job.request_hash == self.hashed()


# ── Claiming ─────────────────────────────────────────────────────────────────────────────────────


def claim(order: Order, *, now: datetime) -> tuple[Job, Standing]:
    """The active job for this order, and where we stand with it.

    A new job is ours. One that waits for a worker, or whose owner is dead, is taken by whoever waits
    for the very same request. Gives up with `Busy` when the row changes hands faster than we can look.
    """
    for _ in range(20):
        fresh = _new_job(order, now)
        Job.objects.bulk_create([fresh], ignore_conflicts=True)
        job = Job.objects.active().filter(kind=order.kind, key=order.key).first()
        if job is None:
            continue  # it ended between the two statements
        if job.pk == fresh.pk:
            return job, Standing.NEW
        if not order.background and order.means(job) and (taken := take(job, now=now)) is not None:
            return taken, Standing.TAKEN
        return job, Standing.THEIRS
    raise Busy


def _new_job(order: Order, now: datetime) -> Job:
    return Job(
        kind=order.kind,
        key=order.key,
        request=order.request,
        request_hash=order.hashed(),
        background=order.background,
        caller=order.caller.name,
        api_key=order.caller.key,
        state=JobState.RUNNING,
        owner=_new_owner(),
        lease_until=_lease_end(now),
        attempts=1,
        created_at=now,
    )


def take(job: Job, *, now: datetime) -> Job | None:
    """Take over a queued or abandoned job; None when another was faster or its owner lives."""
    if job.state == JobState.RUNNING and job.lease_until is not None and job.lease_until >= now:
        return None
    owner = _new_owner()
    # The lease is asked again: its owner may have renewed it since we looked.
    free = Q(state=JobState.QUEUED) | Q(lease_until__lt=now) | Q(lease_until=None)
    taken = (
        Job.objects.active()
        .filter(free, pk=job.pk, owner=job.owner, attempts=job.attempts, state=job.state)
        .update(state=JobState.RUNNING, owner=owner, lease_until=_lease_end(now), attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job.pk) if taken else None


def hand_over(job: Job) -> None:
    """Leave a claimed job to a worker; the try that did not happen is not counted."""
    Job.objects.owned_by(job.owner).filter(pk=job.pk).update(
        state=JobState.QUEUED, owner="", lease_until=None, attempts=job.attempts - 1
    )


def requeue(job: Job, *, now: datetime) -> bool:
    """Put an abandoned job back into the queue; False when another was faster or its owner lives."""
    free = Q(lease_until__lt=now) | Q(lease_until=None)
    abandoned = Job.objects.owned_by(job.owner).filter(free, pk=job.pk, attempts=job.attempts)
    return bool(abandoned.update(state=JobState.QUEUED, owner="", lease_until=None))


def give_back(job: Job) -> None:
    """End a new claim before anything was tried; whoever waits for it claims for itself."""
    Job.objects.owned_by(job.owner).filter(pk=job.pk).update(
        state=JobState.CANCELLED, request={}, finished_at=timezone.now()
    )
    announce(job.pk)


def share(job: Job) -> bool:
    """Note that somebody else than its caller waits for it too. False when it was just taken back."""
    return bool(Job.objects.filter(pk=job.pk).exclude(state=JobState.CANCELLED).update(is_shared=True))


def cancel(job: Job, *, from_all: bool = False) -> bool:
    """Take a background job back before anything was tried for it. False when somebody is at it or
    has been: it may be paid for by now, so its picture is kept when it comes. False, too, when others
    wait for it, unless it is to be taken ``from_all``."""
    untouched = Job.objects.filter(pk=job.pk, state=JobState.QUEUED, attempts=0)
    if not from_all:
        untouched = untouched.filter(is_shared=False)
    cancelled = untouched.update(
        state=JobState.CANCELLED, request=_without_words(job), finished_at=timezone.now()
    )
    announce(job.pk)
    return bool(cancelled)


def postpone(job: Job) -> None:
    """What is paid for could not be stored: let go, to be tried again after a pause that doubles."""
    pause_s = min(settings.JOB_LEASE_S * 2 ** min(job.attempts - 1, 10), LONGEST_PAUSE_S)
    try:
        Job.objects.owned_by(job.owner).filter(pk=job.pk).update(
            lease_until=timezone.now() + timedelta(seconds=pause_s)
        )
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
        state=JobState.FAILED, error=told, request=_without_words(job), finished_at=timezone.now()
    )
    announce(job.pk)


def _without_words(job: Job) -> dict[str, Any]:
    """What people wrote goes; what it was to show of the three stays, so that they can ask again."""
    return {name: job.request[name] for name in ("subject_type",) if name in job.request}


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
        announce(job.pk)


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


# ── What an ended job tells ──────────────────────────────────────────────────────────────────────


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
