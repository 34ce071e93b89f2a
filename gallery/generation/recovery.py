"""Sweeping up after the dead: paid bytes become pictures, the rest is ended."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.conf import settings

from dndimages.errors import DndImagesError
from gallery.errors import ProviderBadResponse, ProviderUnavailable
from gallery.generation import jobs, ledger, service, spool
from gallery.models import Job, JobState

log = logging.getLogger("gallery.generation")


def sweep(*, now: datetime) -> int:
    """Put back into the queue what killed processes left and somebody paid for or waits for; end the
    rest; clear away what ended jobs left. Gives how many jobs it touched.

    Safe to run at any time, in any number of processes; it makes no picture itself.
    """
    touched = take_up_abandoned(now=now)
    clear_spool()
    return touched


def take_up_abandoned(*, now: datetime) -> int:
    """The first part of `sweep`. Asks the spool for the files of abandoned jobs only: a listing of a
    bucket costs money each time."""
    touched = 0
    for job in Job.objects.abandoned(now=now).order_by("created_at", "pk")[:100]:
        if job.background or spool.holds(job):
            touched += jobs.requeue(job, now=now)
        elif _nobody_came(job, now):
            touched += _end(job, now)
    return touched


def clear_spool() -> None:
    """The second part of `sweep`: files of jobs that are over, unless somebody paid for them in vain."""
    ended = Job.objects.filter(pk__in=spool.job_ids())
    for job in ended.exclude(state__in=[JobState.QUEUED, JobState.RUNNING]):
        if _needs_no_bytes(job):
            service.clear_away(job)


def _nobody_came(job: Job, now: datetime) -> bool:
    """Whoever waits for a job takes it over within moments of its lease's end."""
    ended = job.lease_until
    return ended is None or (now - ended).total_seconds() > settings.JOB_LEASE_S * 2


def _end(job: Job, now: datetime) -> int:
    taken = jobs.take(job, now=now)
    if taken is None:
        return 0
    ledger.record_ended(taken, kind="interrupted")
    jobs.fail(taken, ProviderUnavailable("Making this picture was interrupted; please try again"))
    return 1


def _needs_no_bytes(job: Job) -> bool:
    """Its picture is made, or its bytes were judged to be none. Other bytes were paid for and stay."""
    judged = job.error is not None and job.error.get("kind") == ProviderBadResponse.kind
    return job.state == JobState.DONE or judged


def run_quietly(job: Job) -> int:
    """Run a job that nobody waits for; its error stands in its row. 1 when it ended."""
    try:
        service.run(job, deadline=time.monotonic() + settings.GENERATION_DEADLINE_S)
    except jobs.LeaseLost:
        return 0
    except DndImagesError as error:
        log.warning("Job %s failed: %s", job.pk, error.kind)
    except Exception:
        # The worker goes on whatever one job runs into; the job itself was ended or postponed.
        log.exception("Job %s ended unforeseen", job.pk)
    return 1
