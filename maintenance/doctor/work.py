"""The work: who does it, what waits, what is left to spend, and whether rows and files match."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from dndimages import metrics
from dndimages.plural import counted
from gallery.generation.ledger import EVERYBODY
from gallery.models import Job, JobState, SpendDay
from maintenance import standing
from maintenance.doctor.finding import Finding, error, info, ok, warning
from maintenance.fsck import examine as fsck
from maintenance.fsck.finding import MEANING, Kind

LONGEST_WAIT = timedelta(minutes=10)
_BAD = {Kind.MISSING_PICTURE, Kind.DAMAGED_PICTURE, Kind.UNFINISHED_RESTORE}


def workers_live(now: datetime) -> Iterator[Finding]:
    found = standing.worker(now=now)
    if found["status"] == "ok":
        yield ok("worker", f"{found['alive']} alive")
        return
    seen = "" if found["last_seen_s"] is None else f"; the last was seen {found['last_seen_s']:,} s ago"
    todo = "start the service: manage.py serve brings one, else manage.py worker"
    yield warning("worker", f"no worker is alive{seen}: what waits in the queue is not made", todo)


def queue_moves(now: datetime) -> Iterator[Finding]:
    oldest = Job.objects.filter(state=JobState.QUEUED).aggregate(at=Min("created_at"))["at"]
    if oldest is not None and now - oldest > LONGEST_WAIT:
        minutes = (now - oldest).total_seconds() / 60
        yield warning(
            "queue", f"a picture has waited for {minutes:,.0f} min", "is a worker alive, the provider well?"
        )
    abandoned = Job.objects.abandoned(now=now - LONGEST_WAIT).count()
    if abandoned:
        todo = "a worker takes them up; else manage.py fsck --repair"
        yield warning("queue", f"{counted(abandoned, 'lease')} of dead processes left", todo)
    if not abandoned and (oldest is None or now - oldest <= LONGEST_WAIT):
        yield ok("queue", f"{counted(Job.objects.active().count(), 'job')}, none stuck")


def budget_is_left(now: datetime) -> Iterator[Finding]:
    opens = max(metrics.latest_breaker_opening().values(), default=0.0) - time.time()
    if opens > 0:
        todo = "it tries again by itself; see the log for what the provider said"
        yield warning("budget", f"the provider is not asked for {opens:.0f} s more (breaker open)", todo)
    cap = settings.DAILY_GENERATION_CAP
    if cap is None:
        yield info("budget", "no daily cap is set", "DAILY_GENERATION_CAP bounds what a day may cost")
        return
    today = SpendDay.objects.filter(day=now.date(), scope=EVERYBODY).values_list("calls", flat=True).first()
    if (today or 0) >= cap:
        todo = "it starts anew at midnight UTC; DAILY_GENERATION_CAP raises it"
        yield warning("budget", f"all {cap:,} paid calls of today are used up", todo)
    else:
        yield ok("budget", f"{today or 0:,} of {cap:,} paid calls of today")


def rows_and_files_match(now: datetime) -> Iterator[Finding]:
    """Orphans both ways, leftovers of dead processes: what `manage.py fsck` finds, without reading every
    file and without changing anything."""
    found = Counter(finding.kind for finding in fsck.examine(now=now))
    for kind, number in found.items():
        weigh = error if kind in _BAD else warning
        meaning = MEANING[kind]
        yield weigh("files", meaning.says(number), f"manage.py fsck: {meaning.todo}")
    if not found:
        yield ok("files", "every picture has its files, every file its picture")
