"""Sweeping up after the dead: paid bytes become pictures, the rest is ended."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.conf import settings

from dndimages.errors import DndImagesError
from gallery.errors import ProviderUnavailable
from gallery.generation import jobs, ledger, service, spool
from gallery.models import Job, JobState

log = logging.getLogger("gallery.generation")


def sweep(*, now: datetime) -> int:
    """Bring home what killed processes left: paid bytes become pictures, the rest is ended.

    Gives how many jobs it ended. Safe to run at any time, in any number of processes.
    """
    ended = 0
    spooled = spool.job_ids()
    for job in Job.objects.abandoned(now=now).order_by("created_at", "pk")[:100]:
        ended += _bring_home(job, paid=job.pk in spooled, now=now)
    for job in Job.objects.filter(pk__in=spooled).exclude(state__in=[JobState.QUEUED, JobState.RUNNING]):
        service.clear_away(job)
    return ended


def _bring_home(job: Job, *, paid: bool, now: datetime) -> int:
    # Whoever waits for a foreground job takes it over within moments of the lease's end; only when
    # nobody did is it ours to end.
    patient = (
        job.lease_until is not None and (now - job.lease_until).total_seconds() < settings.JOB_LEASE_S * 2
    )
    if not paid and not job.background and patient:
        return 0
    taken = jobs.take(job, now=now)
    if taken is None:
        return 0
    if not paid and not job.background:
        ledger.record_interrupted(taken)
        jobs.fail(taken, ProviderUnavailable("Making this picture was interrupted; please try again"))
        return 1
    return run_quietly(taken)


def run_quietly(job: Job) -> int:
    """Run a job that nobody waits for; its error stands in its row. 1 when it ended."""
    try:
        service.run(job, deadline=time.monotonic() + settings.GENERATION_DEADLINE_S)
    except jobs.LeaseLost:
        return 0
    except DndImagesError as error:
        log.warning("Job %s failed: %s", job.pk, error.kind)
    return 1
