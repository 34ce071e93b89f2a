"""What the commands say when there is no database to work on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from dndimages.connections import why_refused

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def missing_database() -> str:
    """The sentence for a SQLite file that is not there; empty when it is, or lives in no file. To be
    asked before the first query: that would make an empty one."""
    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite" or cast(Any, connection).is_in_memory_db() or os.path.exists(name):
        return ""
    where = f"in DATA_DIR ({settings.DATA_DIR})" if Path(name).parent == Path(settings.DATA_DIR) else name
    return (
        f"There is no database {where}: is the disk mounted? If this service is"
        " new, start it once with `make run`"
    )


@contextmanager
def said_plainly(*, new_is_fine: bool = False) -> Iterator[None]:
    """A missing or empty database is told in one sentence, which names the folder that was looked in.

    ``new_is_fine``: the database may be made here.
    """
    missing = "" if new_is_fine else missing_database()
    if missing:
        raise CommandError(missing)
    try:
        yield
    except DatabaseError as error:
        raise CommandError(unusable(error)) from error


def unusable(error: DatabaseError) -> str:
    """One sentence on a database that cannot be used, and what to look at."""
    if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        name = Path(connection.settings_dict["NAME"])
        return (
            f"The database {name} is damaged: stop the service, move it, {name.name}-wal and {name.name}-shm away,"
            " then manage.py restore the newest backup"
        )
    if connection.vendor != "sqlite":
        why = why_refused()
        return (
            f"The database cannot be used{f' ({why})' if why else ''}: is it running and migrated, and DATABASE_URL the"
            " one of the service?"
        )
    return (
        f"The database cannot be used (DATA_DIR is {settings.DATA_DIR}): is the disk mounted? Set DATA_DIR or"
        " DATABASE_URL as for the service, or start it once with `make run`"
    )
