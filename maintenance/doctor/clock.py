"""The clock: against what the database has seen, and against the database's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

from maintenance import refusals
from maintenance.doctor.finding import Finding, error, ok, warning

#: A lease is 15 s by default: from here on hosts take each other's work.
MOST_APART_S = 5.0


def is_right(now: datetime) -> Iterator[Finding]:
    try:
        refusals.refuse_wrong_clock(now=now)
    except refusals.Refused as refused:
        why, _, todo = refused.message.partition(". ")
        says = f"cleanup refuses to delete anything: {why.removeprefix('Nothing was done: ')}"
        yield error("clock", f"{says} ({refused.detail['reason']})", todo)
        return
    apart_s = _apart_s()
    if apart_s > MOST_APART_S:
        yield warning(
            "clock", f"it differs from the database's by {apart_s:.0f} s", "let both hosts follow NTP"
        )
    else:
        yield ok("clock", f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _apart_s() -> float:
    """SQLite has no clock of its own."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    return abs((timezone.now() - theirs).total_seconds())
