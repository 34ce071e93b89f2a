"""Everything that an operator asks first, in one object, with numbers. No secret, no path of a secret."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection
from django.db.models import Count, Min

from dndimages import metrics
from dndimages.api import timestamp
from gallery import storage
from gallery.generation import providers
from gallery.generation.ledger import EVERYBODY
from gallery.models import Job, SpendDay
from maintenance import health, stats
from maintenance.backup.shelf import last_verified_backup
from maintenance.forecast import forecast
from maintenance.runs import last_runs

_OF_DATABASE = ("pictures", "scenes", "jobs", "budget", "forecast", "commands")


def detailed(*, now: datetime) -> dict[str, Any]:
    """`health.report` and what stands behind each check; a part that cannot be told is null."""
    found = health.report(now=now)
    is_there = found["checks"]["database"] == "ok"
    parts: dict[str, Callable[[datetime], Any]] = {
        "versions": _versions, "database": lambda now: _database(is_there), "pictures": _pictures, "scenes": _scenes, "jobs": _jobs,
        "budget": _budget, "disks": lambda now: disks(), "forecast": _forecast, "provider": _provider, "backup": _backup,
        "commands": _commands,
    }  # fmt: skip
    # Without it each of them would wait for it in turn.
    details = {
        name: _told(part, now) if is_there or name not in _OF_DATABASE else None
        for name, part in parts.items()
    }
    return {"status": found["status"], "timestamp": timestamp(now), "checks": found["checks"], **details}


def _told(part: Callable[[datetime], Any], now: datetime) -> Any:
    try:
        return part(now)
    except (DatabaseError, OSError):
        return None


def _versions(now: datetime) -> dict[str, str]:
    ours = settings.SPECTACULAR_SETTINGS["VERSION"]
    return {"dndimages": str(ours), "django": version("django"), "pillow": version("pillow")}


def _database(is_there: bool) -> dict[str, Any]:
    return {"engine": connection.vendor, "migrated": is_there and health.is_ready()}


def _pictures(now: datetime) -> dict[str, int]:
    found = stats.pictures()
    return {"active": found.active, "trashed": found.deleted, "active_bytes": found.active_bytes}


def _scenes(now: datetime) -> dict[str, int]:
    found = stats.scenes(now=now)
    return {"total": found.total, "fresh": found.active, "expired": found.expired}


def _jobs(now: datetime) -> dict[str, Any]:
    active = Job.objects.active().order_by("state").values_list("state")
    counted = {
        state: (number, oldest) for state, number, oldest in active.annotate(Count("pk"), Min("created_at"))
    }
    queued, oldest = counted.get("queued", (0, None))
    return {
        "queued": queued,
        "oldest_queued_s": None if oldest is None else round((now - oldest).total_seconds()),
        "running": counted.get("running", (0, None))[0],
        "abandoned": Job.objects.abandoned(now=now).count(),
    }


def _budget(now: datetime) -> dict[str, Any]:
    today = SpendDay.objects.filter(day=now.date(), scope=EVERYBODY).values_list("calls", flat=True).first()
    return {"paid_calls_today": today or 0, "daily_cap": settings.DAILY_GENERATION_CAP}


def disks() -> dict[str, dict[str, int | None]]:
    """Room on the disk of each folder; None where nothing is mounted. Raises `OSError`."""
    pictures = storage.pictures()
    places: dict[str, Any] = {"data": settings.DATA_DIR, "backups": settings.BACKUP_DIR}
    if isinstance(pictures, FileSystemStorage):
        places["pictures"] = pictures.location
    least = settings.MIN_FREE_DISK_MB * 2**20
    return {name: {**_usage(Path(place)), "least_free_bytes": least} for name, place in places.items()}


def _usage(folder: Path) -> dict[str, int | None]:
    """Of the disk on which the folder is, or would be made."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), None)
    if there is None:
        return {"total_bytes": None, "free_bytes": None}
    usage = shutil.disk_usage(there)
    return {"total_bytes": usage.total, "free_bytes": usage.free}


def _forecast(now: datetime) -> dict[str, Any]:
    return asdict(forecast(now=now, free_bytes=health.free_bytes()))


def _provider(now: datetime) -> dict[str, Any]:
    opens = metrics.latest_breaker_opening().get(providers.provider_name(), 0.0)
    left_s = max(0, round(opens - now.timestamp()))
    return {"models": list(settings.GEMINI_IMAGE_MODELS), "breaker_open_for_s": left_s}


def _backup(now: datetime) -> dict[str, Any] | None:
    last = last_verified_backup(now=now)
    if last is None:
        return None
    return {
        "name": last.name,
        "taken_at": timestamp(last.taken_at),
        "verified_at": timestamp(last.verified_at),
        "age_s": round(last.age_s),
    }


def _commands(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "command": run.command,
            "started_at": timestamp(run.started_at),
            "age_s": round(run.age_s),
            "exit_code": run.exit_code,
            "line": run.line,
        }
        for run in last_runs(now=now)
    ]
