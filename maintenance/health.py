"""Whether the service can do its work; each check gives its own part of the answer."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from dndimages.errors import DndImagesError
from gallery import storage
from gallery.generation import providers
from gallery.search import Search, count


def report() -> dict[str, Any]:
    """The checks in the contract's order, and ``status``: the worst of them.

    ``error``: the database is gone. ``degraded``: pictures that exist are served, new ones cannot
    be kept. The missing API key of a model is neither: the painter serves.
    """
    database = _database()
    checks: dict[str, Any] = {
        "database": database,
        "disk_space": _disk_space(),
        "images": {"total": _total() if database == "ok" else 0},
        "storage": _storage(),
        "provider": _provider(),
    }
    status = "ok"
    if checks["storage"] != "ok" or checks["disk_space"]["status"] != "ok":
        status = "degraded"
    if database != "ok":
        status = "error"
    return {"status": status, "checks": checks}


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


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "error"
    return "ok"


def _total() -> int:
    try:
        return count(Search())
    except DatabaseError:
        return 0


def _disk_space() -> dict[str, Any]:
    pictures = storage.pictures()
    folder = Path(pictures.location) if isinstance(pictures, FileSystemStorage) else settings.DATA_DIR
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return {"status": "error", "free_gb": 0.0}
    enough = free >= settings.MIN_FREE_DISK_MB * 1024 * 1024
    return {"status": "ok" if enough else "low", "free_gb": round(free / 1024**3, 2)}


def _storage() -> str:
    try:
        storage.check_room()
    except DndImagesError as error:
        return error.kind
    return "ok"


def _provider() -> dict[str, Any]:
    name = providers.provider_name()
    breaker = getattr(providers.current(), "breaker", None) if name == "gemini" else None
    return {"name": name, "breaker": breaker.state if breaker is not None else "closed"}
