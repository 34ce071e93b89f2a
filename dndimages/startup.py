"""Bringing the data folder up to date before serving: tables, static files, first access.

Each step looks whether there is anything to do, so that a second start changes nothing. Two starts
at once take turns: the second finds the work done.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from dndimages.connections import why_refused
from dndimages.errors import DndImagesError

STAMP = ".collected-from"
#: Any number will do, as long as nobody else locks it on the same PostgreSQL database.
ADVISORY_LOCK = 0x646E6469


class CannotPrepare(Exception):
    """The data folder or the database is not usable; the message is one sentence."""


def prepare() -> None:
    """Migrate, collect static files, and make the first superuser and key, each only when needed.

    Raises `CannotPrepare`. What fails inside a migration is raised as it is.
    """
    try:
        with _one_at_a_time(settings.DATA_DIR / ".run" / "start.lock"):
            _reach_database()
            with _one_on_this_database():
                _migrate(settings.DATA_DIR / ".run" / "migrated")
                _collect_static()
                call_command("first_run")
    except DndImagesError as error:  # such as a picture folder that is not there
        raise CannotPrepare(f"{error.message} (see DATA_DIR, IMAGE_STORAGE_DIR)") from error
    except OSError as error:
        place = error.filename or settings.DATA_DIR
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        raise CannotPrepare(f"{place} cannot be used (see DATA_DIR): {reason}") from error


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # released by the kernel, however we end
        yield


@contextmanager
def _one_on_this_database() -> Iterator[None]:
    """Servers on several machines share no folder, but one PostgreSQL."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _reach_database(tries: int = 5) -> None:
    """Each try waits two seconds for a PostgreSQL server that is busy, or still starting beside us."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            connection.introspection.table_names(cursor)  # SQLite reads nothing of the file before this
    except DatabaseError as error:
        if connection.vendor == "postgresql" and tries > 1:
            connection.close()
            return _reach_database(tries - 1)
        reason = why_refused() or (str(error).splitlines() or ["no reason given"])[0]
        raise CannotPrepare(f"the database cannot be used (see DATABASE_URL): {reason}") from error


def _migrate(stamp: Path) -> None:
    """Apply what is missing. What apps do after a migration is caught up with when it broke off
    there, and done again when pictures or rows live elsewhere than last time."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    wanted = _places()
    if missing or _read(stamp) != wanted:
        stamp.unlink(missing_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        _write(stamp, wanted)


def _places() -> str:
    database = settings.DATABASES["default"]
    places = [database.get(name) for name in ("ENGINE", "HOST", "PORT", "NAME")]
    places += [settings.MEDIA_ROOT, settings.SPOOL_DIR, settings.S3_BUCKET]
    return hashlib.sha256(repr(places).encode()).hexdigest()


def _collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / STAMP
    wanted = _static_sources()
    if _read(stamp) == wanted:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    _write(stamp, wanted)


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _write(stamp: Path, text: str) -> None:
    draft = stamp.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="ascii")
    draft.replace(stamp)


def _static_sources() -> str:
    """One hash over name, size and time of every static file, and over what processes them."""
    digest = hashlib.sha256(f"Django {version('Django')} whitenoise {version('whitenoise')}".encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            facts = os.stat(storage.path(name))
            prefix = getattr(storage, "prefix", None) or ""
            digest.update(f"\n{prefix}\0{name}\0{facts.st_size}\0{facts.st_mtime_ns}".encode())
    return digest.hexdigest()
