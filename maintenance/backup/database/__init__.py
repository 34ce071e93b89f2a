"""The database in a backup: read as of one instant, written to a dump, loaded again beside the live one."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from maintenance.backup.errors import BadBackup
from maintenance.backup.manifest import Table

#: Their rows stay out of backups: with a session's row anybody could be whoever was logged in.
WITHOUT_ROWS = ("django_session",)


class Copy(Protocol):
    """A database beside the live one, which the ORM reads under ``alias``."""

    alias: str

    def contents(self) -> Mapping[str, Table]:
        """Number and hash of the rows of each table. Raises `BadBackup` when they cannot be read."""


class Snapshot(Copy, Protocol):
    """The live database as of one instant."""

    def write(self, path: Path) -> int:
        """Write the dump, durably; gives the bytes that it takes once loaded."""


class Scratch(Copy, Protocol):
    """A dump that was loaded again."""

    def check(self) -> None:
        """Raises `BadBackup` unless the engine finds it sound, and makes its code ours: what a trigger
        does is for this version to say, not for a dump. Rows stay as they are."""

    def migrate(self) -> None:
        """Bring it to the tables of this version."""

    def switch(self, *, aside: str) -> None:
        """Make it the live database, at one instant; the one before is kept under the name ``aside``
        where the engine does not write over it."""


class Engine(Protocol):
    def version(self) -> str: ...

    def estimate_bytes(self) -> int:
        """What the live database takes now."""

    def is_empty(self) -> bool:
        """Whether no service has ever made its tables in the live database."""

    def refuse_unready(self) -> None:
        """Raises `BackupRefused` when the tools that a dump needs are not there."""

    def refuse_foreign_dump(self, made_by: str) -> None:
        """Raises `BadBackup` when our tools are too old to read what such a version wrote."""

    def refuse_damaged(self) -> None:
        """Raises `BackupRefused` unless the live database can be switched at one instant."""

    def others_are_connected(self) -> bool:
        """Whether anybody else is seen to use the live database."""

    def snapshot(self, folder: Path) -> AbstractContextManager[Snapshot]: ...

    def loaded(self, dump: Path, folder: Path, *, plain_bytes: int) -> AbstractContextManager[Scratch]: ...

    def drop_aside(self, name: str) -> None:
        """Drop what a switch kept; nothing where there is no such thing."""

    def sweep(self) -> None:
        """Drop scratch databases that killed runs left."""


def engine() -> Engine:
    from maintenance.backup.database import postgresql, sqlite

    kinds = {"sqlite": sqlite, "postgresql": postgresql}
    return cast(Engine, kinds[connection.vendor])


@contextmanager
def under_alias(*, options: Mapping[str, Any], name: str) -> Iterator[str]:
    """An alias for the ORM, with the live database's settings but for its name and ``options``."""
    alias = f"copy-{secrets.token_hex(4)}"
    settings = copy.deepcopy(connection.settings_dict)
    settings.update(NAME=name, CONN_MAX_AGE=0, OPTIONS=dict(options))
    # For this thread alone; the list of all databases is everybody's.
    connections[alias] = type(connections[DEFAULT_DB_ALIAS])(settings, alias)
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]


def migrations_of(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Those that a database has seen, as the manifest names them."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def our_migrations() -> set[str]:
    """Those that this version brings."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def refuse_newer(migrations: list[str]) -> None:
    """Raises `BadBackup` when a newer version has worked on it."""
    if unknown := sorted(set(migrations) - our_migrations()):
        raise BadBackup(f"a newer version made it (it has {unknown[0]}); upgrade dndimages first")
