"""The background loop: queued jobs first, then what the dead left, then what is old."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from dndimages.beats import Heart
from dndimages.connections import let_go
from dndimages.errors import DndImagesError
from gallery.generation import jobs, recovery, spool
from gallery.models import Job, JobState

log = logging.getLogger("gallery.worker")
POLL_S = 0.25
SWEEP_EVERY_S = 3.0
CLEAR_EVERY_S = 60.0
FORGET_EVERY_S = 300.0


class Worker:
    """Runs up to ``threads`` jobs at once until ``stop`` is set; running ones end first."""

    def __init__(self, *, threads: int, stop: threading.Event) -> None:
        self._stop = stop
        self._free = threading.BoundedSemaphore(threads)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._swept_at = self._cleared_at = self._forgot_at = 0.0

    def run(self) -> None:
        heart = Heart(started_at=timezone.now())
        while not self._stop.is_set():
            try:
                let_go()
                heart.beat(now=timezone.now())
                busy = self._start_one()
                self._sweep_now_and_then()
            except (DatabaseError, DndImagesError) as error:
                log.warning("The worker waits: %s", type(error).__name__)
                busy = False
            if not busy:
                self._stop.wait(POLL_S)
        self._pool.shutdown(wait=True)
        _stop_quietly(heart)

    def run_once(self) -> int:
        """Everything that is queued or abandoned now; gives how many jobs ran."""
        recovery.sweep(now=timezone.now())
        ended = 0
        while (job := _next_job()) is not None:
            ended += recovery.run_quietly(job)
        return ended

    def _start_one(self) -> bool:
        if not self._free.acquire(blocking=False):
            return False
        job = None
        try:
            job = _next_job()
        finally:
            if job is None:
                self._free.release()
        if job is None:
            return False
        self._pool.submit(recovery.run_quietly, job).add_done_callback(self._done)
        return True

    def _done(self, future: Future[int]) -> None:
        self._free.release()
        let_go()
        if (error := future.exception()) is not None:
            log.error("A job ended unforeseen", exc_info=error)

    def _sweep_now_and_then(self) -> None:
        if time.monotonic() - self._swept_at < SWEEP_EVERY_S:
            return
        self._swept_at = time.monotonic()
        recovery.take_up_abandoned(now=timezone.now())
        if time.monotonic() - self._cleared_at > CLEAR_EVERY_S:
            self._cleared_at = time.monotonic()
            recovery.clear_spool()
        if time.monotonic() - self._forgot_at > FORGET_EVERY_S:
            self._forgot_at = time.monotonic()
            forget_old_jobs()


def _stop_quietly(heart: Heart) -> None:
    try:
        heart.stop()
    except DatabaseError as error:
        log.warning("The end of this worker is not recorded: %s", type(error).__name__)


def _next_job() -> Job | None:
    """The oldest queued job, taken; None when there is none or others were faster."""
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("created_at", "pk")[:5]:
        if (taken := jobs.take(job, now=timezone.now())) is not None:
            return taken
    return None


def forget_old_jobs() -> int:
    """Ended jobs have told their result long enough after IDEMPOTENCY_HOURS; one whose bytes still lie
    in the spool tells where they came from."""
    before = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    ended = Job.objects.exclude(state__in=[JobState.QUEUED, JobState.RUNNING])
    ended = ended.exclude(pk__in=spool.job_ids())
    return ended.filter(created_at__lt=before).delete()[0]
