"""What Prometheus is told beyond the counts of `dndimages.metrics`: how things stand, read when asked.

Each part stands alone: while the database is away, what it would tell is missing and the rest is told.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import version

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from dndimages import metrics
from dndimages.beats import workers
from gallery.generation.ledger import EVERYBODY
from gallery.models import Job, JobState, SpendDay
from maintenance import health, stats
from maintenance.backup.shelf import last_verified_backup
from maintenance.runs import last_runs

log = logging.getLogger("maintenance.metrics")


def exposition() -> bytes:
    """Prometheus' text format 0.0.4."""
    return generate_latest(metrics.in_registry(_Standing(now=timezone.now())))


class _Standing:
    """How things stand at an instant; what a `CollectorRegistry` asks."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterable[Metric]:
        # Asked once: where it is away, each part would wait for it, and Prometheus for none of them.
        is_there = health.database_answers()
        yield from _service(is_there)
        of_database = (_pictures, _scenes, _queue, _workers, _budget, _commands) if is_there else ()
        for part in (_disk, _breaker, _backups, *of_database):
            yield from _alone(part, self._now)


def _alone(part: Callable[[datetime], Iterator[Metric]], now: datetime) -> list[Metric]:
    try:
        return list(part(now))
    except (DatabaseError, OSError) as error:
        log.warning("Metrics without %s: %s", part.__name__.strip("_"), type(error).__name__)
        return []


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"dndimages_{name}", says, value=value)


def _labelled(name: str, says: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"dndimages_{name}", says, labels=[label])
    for word, value in values:
        family.add_metric([word], value)
    return family


def _service(is_there: bool) -> Iterator[Metric]:
    family = GaugeMetricFamily("dndimages_info", "The versions that run", labels=["django", "pillow"])
    family.add_metric([version("django"), version("pillow")], 1)
    yield family
    yield _gauge("ready", "1 when the database answers and is migrated", is_there and health.is_ready())


def _pictures(now: datetime) -> Iterator[Metric]:
    found = stats.pictures()
    yield _labelled("images", "Pictures", "state", [("active", found.active), ("trashed", found.deleted)])
    yield _gauge("images_bytes", "Size of the active pictures' full files, in bytes", found.active_bytes)


def _scenes(now: datetime) -> Iterator[Metric]:
    found = stats.scenes(now=now)
    states = [("fresh", found.active), ("expired", found.expired)]
    yield _labelled("scenes", "Scenes in the cache", "state", states)


def _queue(now: datetime) -> Iterator[Metric]:
    active = Job.objects.active().order_by("state").values_list("state")
    found = {
        state: (count, oldest) for state, count, oldest in active.annotate(Count("pk"), Min("created_at"))
    }
    states = (JobState.QUEUED.value, JobState.RUNNING.value)
    counts = [(state, float(found.get(state, (0, None))[0])) for state in states]
    yield _labelled("jobs", "Pictures that wait for a worker, and those being made", "state", counts)
    oldest = found.get(JobState.QUEUED.value, (0, now))[1]
    yield _gauge("oldest_queued_job_seconds", "How long the oldest waits", (now - oldest).total_seconds())


def _workers(now: datetime) -> Iterator[Metric]:
    yield _gauge("workers", "Background workers that are alive, over all hosts", workers(now=now).alive)


def _budget(now: datetime) -> Iterator[Metric]:
    today = SpendDay.objects.filter(day=now.date(), scope=EVERYBODY)
    calls = today.values_list("calls", flat=True).first() or 0
    yield _gauge("paid_calls_today", "Paid calls of this UTC day", calls)
    if settings.DAILY_GENERATION_CAP is not None:
        yield _gauge("daily_cap", "Paid calls that a day may have", settings.DAILY_GENERATION_CAP)


def _disk(now: datetime) -> Iterator[Metric]:
    yield _gauge("disk_free_bytes", "Free where the pictures are kept", health.free_bytes())
    yield _gauge("storage_ok", "1 when a new picture could be kept now", health.storage_word() == "ok")


def _breaker(now: datetime) -> Iterator[Metric]:
    opens = metrics.latest_breaker_opening()
    is_open = [(adapter, float(until > time.time())) for adapter, until in sorted(opens.items())]
    yield _labelled(
        "breaker_open", "1 while a process lets no call to the provider through", "adapter", is_open
    )


def _backups(now: datetime) -> Iterator[Metric]:
    last = last_verified_backup(now=now)
    if last is not None:
        yield _gauge("last_verified_backup_age_seconds", "Age of the newest proved backup", last.age_s)


def _commands(now: datetime) -> Iterator[Metric]:
    runs = last_runs(now=now)
    ages = [(run.command, run.done_age_s) for run in runs]
    codes = [(run.command, float(run.ended.exit_code)) for run in runs if run.ended is not None]
    yield _labelled("command_age_seconds", "Since a cron command that ended last started", "command", ages)
    yield _labelled("command_exit_code", "How it ended: 0 is well", "command", codes)
