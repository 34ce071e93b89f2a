"""The database: there, sound, and of this version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from dndimages.access.management import plainly
from dndimages.connections import why_refused
from dndimages.plural import counted
from maintenance.doctor.finding import Finding, error, ok, warning

#: Of the connections that PostgreSQL allows: what is left is for commands, and for one more process.
MOST_TAKEN = 0.8
_EMPTY = "is the disk mounted, DATABASE_URL right? A new service makes its tables when it starts"


def is_sound(now: datetime) -> Iterator[Finding]:
    if missing := plainly.missing_database():
        says, _, todo = missing.partition(": ")
        yield error("database", says[0].lower() + says[1:], todo)
        return
    try:
        connection.ensure_connection()
        if not MigrationRecorder(connection).has_table():
            says = f"there is no database in DATA_DIR ({settings.DATA_DIR}), only an empty one"
            if connection.vendor != "sqlite":
                says = "the database is empty"
            yield error("database", says, _EMPTY)
            return
        yield from _migrations()
        yield from _integrity()
        yield from _connections()
    except DatabaseError as failure:
        why = why_refused() or type(failure).__name__
        says = f"the database does not answer or is damaged ({why})"
        todo = "is it running, DATABASE_URL right, the disk there? If it is damaged: move it away, then manage.py restore"
        yield error("database", says, todo)


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = [
        key for key in executor.loader.applied_migrations if key not in executor.loader.disk_migrations
    ]
    if missing:
        says = f"{counted(len(missing), 'migration')} missing"
        yield error("database", says, "stop the service, manage.py migrate, start it")
    elif unknown:
        says = f"it was migrated by a newer version ({counted(len(unknown), 'migration')} unknown here)"
        yield warning("database", says, "run that version, or restore the backup from before the upgrade")
    else:
        yield ok("database", f"{connection.vendor}, migrated")


def _integrity() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        verdict = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
    if verdict != "ok":
        yield error("database", "the SQLite file is damaged", "stop the service, then manage.py restore")
    if journal not in ("wal", "memory"):
        says = f"journal_mode is {journal}, not wal: readers and writers stand in each other's way"
        yield warning("database", says, "keep DATA_DIR on a local disk; network folders cannot do this")


def _connections() -> Iterator[Finding]:
    """Each process of the service may open DB_POOL_SIZE of them; without one left, none starts and no command runs."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE datname = current_database()),"
            " current_setting('max_connections')::int FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )
        taken, ours, most = cursor.fetchone()
    if taken > most * MOST_TAKEN:
        says = f"{taken} of the {most} connections that PostgreSQL allows are taken, {ours} of them to this database"
        todo = f"raise max_connections, or lower DB_POOL_SIZE ({settings.DB_POOL_SIZE} for each process)"
        yield warning("database", says, todo)
