"""How the things around the pictures stand: cache, workers, backups, cron. For health and `doctor`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import diskcache_community
from django.conf import settings
from django.core.cache import caches

from dndimages.beats import workers
from dndimages.cache import redis_error
from maintenance.backup.shelf import last_verified_backup
from maintenance.models import CommandRun

#: Commands that cron should run, and how long ago the last run may have begun. Twice the pause that
#: deploy/crontab leaves, so that one missed night is no alarm.
CRON: Mapping[str, timedelta] = {
    "cleanup": timedelta(days=2),
    "backup": timedelta(days=2),
    "backup_verify": timedelta(days=14),
    "fsck": timedelta(days=14),
}
#: A proof is taken each week of a backup of that day.
OLDEST_PROOF = timedelta(days=14)
_PROBE_S = 65
_CANNOT_COUNT = (sqlite3.Error, diskcache_community.Timeout, OSError)


def cache() -> dict[str, str]:
    """Where rate limits are counted. ``fallback``: Redis is away, this host counts for itself. ``error``:
    nothing can be counted, so no generation is let through."""
    kind = "redis" if settings.REDIS_URL else "disk"
    if kind == "redis" and _counts_in("default"):
        return {"status": "ok", "kind": kind}
    if not _counts_in("local"):
        return {"status": "error", "kind": kind}
    return {"status": "fallback" if kind == "redis" else "ok", "kind": kind}


def _counts_in(name: str) -> bool:
    """Whether a number can be written there; this is what counting needs, a full disk or Redis included."""
    cache, more = caches[name], {"retry": False} if name == "local" else {}
    try:
        cache.set("health", 1, _PROBE_S, **more)
    except (redis_error(), *_CANNOT_COUNT):
        return False
    return True


def worker(*, now: datetime) -> dict[str, Any]:
    """``missing``: pictures that nobody waits for stay in the queue, and nothing is swept up."""
    found = workers(now=now)
    seen_s = None if found.last_beat_at is None else _seconds(now - found.last_beat_at)
    return {"status": "ok" if found.alive else "missing", "alive": found.alive, "last_seen_s": seen_s}


def backup(*, now: datetime) -> dict[str, Any]:
    """The newest backup that was proved by restoring it; its age is that of the data in it."""
    last = last_verified_backup(now=now)
    if last is None:
        return {"status": "none", "age_s": None}
    return {
        "status": "ok" if last.age_s <= OLDEST_PROOF.total_seconds() else "old",
        "age_s": max(0, round(last.age_s)),
    }


def cleanup(*, now: datetime) -> dict[str, Any]:
    """The last run of `manage.py cleanup`; while one is at work, its age is that of the last that ended,
    so that one which is killed each night gets old."""
    runs = CommandRun.objects.filter(command="cleanup").order_by("-pk")
    last = runs.values_list("started_at", "finished_at", "exit_code").first()
    if last is None:
        return {"status": "never", "age_s": None}
    started_at, finished_at, exit_code = last
    if finished_at is None:
        starts = runs.values_list("started_at", flat=True)
        started_at = starts.exclude(exit_code=None).first() or starts.last() or started_at
    return {
        "status": _run_word(now - started_at, finished_at, exit_code),
        "age_s": _seconds(now - started_at),
    }


def _run_word(age: timedelta, finished_at: datetime | None, exit_code: int | None) -> str:
    if age > CRON["cleanup"]:
        return "old"
    if finished_at is None:
        return "running"  # or killed: then it gets old
    return "ok" if exit_code == 0 else "failed"


def _seconds(age: timedelta) -> int:
    return max(0, round(age.total_seconds()))
