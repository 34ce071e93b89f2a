"""Whether the service can do its work; each check gives its own part of the answer."""

from __future__ import annotations

import logging
import shutil
import time
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from dndimages import metrics
from dndimages.errors import DndImagesError
from gallery import storage
from gallery.generation import providers
from gallery.search import Search, count
from maintenance import standing
from maintenance.forecast import forecast

log = logging.getLogger("maintenance.health")


def report(*, now: datetime) -> dict[str, Any]:
    """The checks in the contract's order, and ``status``: the worst of them.

    ``error``: the database is gone. ``degraded``: pictures that exist are served, new ones cannot be
    made or kept: no room, no storage, no provider that is set up, nothing to count rate limits in.
    The old page takes both as offline, so nothing else counts: no missing API key (the painter
    serves), no open breaker (it closes by itself, and what is cached is served), no missing worker
    (who asks gets a picture all the same), and no cron job that was late.
    """
    database = "ok" if database_answers() else "error"
    around = surroundings()
    checks: dict[str, Any] = {
        "database": database,
        "disk_space": around["disk_space"],
        "images": {"total": _total() if database == "ok" else 0},
        "storage": around["storage"],
        "provider": around["provider"],
        "cache": standing.cache(),
        "backup": standing.backup(now=now),
        **_asked_of_database(now=now, is_there=database == "ok", free=around["disk_space"]["free_gb"]),
    }
    status = "ok" if may_make(checks) else "degraded"
    return {"status": status if database == "ok" else "error", "checks": checks}


def may_make(checks: dict[str, Any]) -> bool:
    """New pictures can be made and kept."""
    counts, makes = checks["cache"]["status"] != "error", checks["provider"]["configured"]
    return bool(counts and makes and not is_degraded(checks))


def _asked_of_database(*, now: datetime, is_there: bool, free: float) -> dict[str, Any]:
    try:
        if is_there:
            return {
                "worker": standing.worker(now=now),
                "cleanup": standing.cleanup(now=now),
                "disk_forecast": {"days_left": forecast(now=now, free_bytes=int(free * 1024**3)).days_left},
            }
    except DatabaseError as error:
        log.warning("Health without what the database tells: %s", type(error).__name__)
    return {
        "worker": {"status": "unknown", "alive": 0, "last_seen_s": None},
        "cleanup": {"status": "unknown", "age_s": None},
        "disk_forecast": {"days_left": None},
    }


def surroundings() -> dict[str, Any]:
    """The checks that ask no database: "disk_space", "storage" and "provider"."""
    return {"disk_space": _disk_space(), "storage": storage_word(), "provider": _provider()}


def is_degraded(checks: dict[str, Any]) -> bool:
    """New pictures cannot be kept."""
    return bool(checks["storage"] != "ok" or checks["disk_space"]["status"] != "ok")


def is_ready() -> bool:
    """The database answers and is migrated: requests can be served."""
    try:
        return _migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return False


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Those that this version brings; read from disk once, a probe asks every few seconds."""
    return frozenset(MigrationLoader(None).disk_migrations)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return False
    return True


def _total() -> int:
    try:
        return count(Search())
    except DatabaseError:
        return 0


def free_bytes() -> int:
    """Free where the pictures are kept; with a bucket, where the database is. Raises `OSError`."""
    pictures = storage.pictures()
    folder = Path(pictures.location) if isinstance(pictures, FileSystemStorage) else settings.DATA_DIR
    return shutil.disk_usage(folder).free


def _disk_space() -> dict[str, Any]:
    try:
        free = free_bytes()
    except OSError:
        return {"status": "error", "free_gb": 0.0}
    enough = free >= settings.MIN_FREE_DISK_MB * 1024 * 1024
    return {"status": "ok" if enough else "low", "free_gb": round(free / 1024**3, 2)}


def storage_word() -> str:
    """ "ok", or the kind of the error that keeping a picture would give now."""
    try:
        storage.check_room()
    except DndImagesError as error:
        return error.kind
    return "ok"


def _provider() -> dict[str, Any]:
    name = providers.provider_name()
    configured = name != "gemini" or bool(settings.GEMINI_API_KEY and settings.GEMINI_IMAGE_MODELS)
    return {"name": name, "breaker": _breaker(name), "configured": configured}


def _breaker(name: str) -> str:
    """ "open" also when it is so in another process only: each has one of its own."""
    own = getattr(providers.current(), "breaker", None)
    state = "closed" if own is None else str(own.state)
    try:
        open_until = metrics.latest_breaker_opening().get(name, 0.0)
    except OSError:
        return state
    return "open" if state == "closed" and open_until > time.time() else state
