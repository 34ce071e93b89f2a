"""PostgreSQL: pg_dump in the snapshot in which we read, pg_restore into a database of its own, and two
renames in one transaction to switch.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, OperationalError, connection, connections, transaction

from gallery.triggers import postgresql as code
from maintenance.backup.database import (
    WITHOUT_ROWS,
    listing,
    migrating,
    migrations_of,
    our_migrations,
    pgtools,
    under_alias,
)
from maintenance.backup.errors import BackupRefused, BadBackup
from maintenance.backup.manifest import Table

_ROWS = 2_000
_SCRATCH = "_scratch_"
_TRIES = 5


def version() -> str:
    return _spelled(_server_version())


def _server_version() -> int:
    connection.ensure_connection()
    return int(getattr(connection, "pg_version"))  # noqa: B009 - only this backend has it


def _spelled(number: int) -> str:
    return f"{number // 10_000}.{number % 10_000}"


def estimate_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def is_empty() -> bool:
    with connection.cursor() as cursor:
        return "django_migrations" not in connection.introspection.table_names(cursor)


def refuse_unready() -> None:
    server = _server_version() // 10_000
    for tool in ("pg_dump", "pg_restore"):
        found = pgtools.major_of(tool)
        if found is None:
            raise BackupRefused(
                f"Nothing was done: {tool} is not installed; install postgresql-client-{server}"
            )
        if found < server:
            raise BackupRefused(
                f"Nothing was done: {tool} is version {found}, the server is version {server};"
                f" install postgresql-client-{server}"
            )


def refuse_foreign_dump(made_by: str) -> None:
    major = made_by.partition(".")[0]
    ours = pgtools.major_of("pg_restore") or 0
    if not major.isdecimal() or int(major) > max(ours, _server_version() // 10_000):
        raise BadBackup(f"PostgreSQL {made_by} made it, here is version {ours}; upgrade PostgreSQL first")


def refuse_damaged() -> None:
    _refuse_without_right("changed: a restore")


def _refuse_without_right(to_what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise BackupRefused(
                f"Nothing was {to_what} needs a database of its own, and this role may make none"
                " (ALTER ROLE … CREATEDB)"
            )


def others_are_connected() -> bool:
    """Our own connections are closed before; the server takes a moment to notice."""
    live = connection.settings_dict["NAME"]
    _close_our_own()
    with connection._nodb_cursor() as cursor:
        for _ in range(_TRIES * 4):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
                " AND pid <> pg_backend_pid()",
                [live],
            )
            if not cursor.fetchone()[0]:
                return False
            time.sleep(0.1)
    return True


# ── Statements outside of any database of ours ───────────────────────────────────────────────────


def _execute(*statements: str) -> None:
    """Outside of any database of ours; each by itself."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


# ── Copies ───────────────────────────────────────────────────────────────────────────────────────


class _Copy:
    def __init__(self, alias: str) -> None:
        self.alias = alias

    def contents(self) -> Mapping[str, Table]:
        try:
            with connections[self.alias].cursor() as cursor:
                names = connections[self.alias].introspection.table_names(cursor)
            with transaction.atomic(using=self.alias):
                return {name: self._content(name) for name in sorted(names) if name not in WITHOUT_ROWS}
        except DatabaseError:
            raise BadBackup("its database cannot be read") from None

    def _content(self, table: str) -> Table:
        # The collation of the server does not decide the order, nor does the order of the rows on disk.
        rows = f'SELECT t::text FROM {_quoted(table)} t ORDER BY t::text COLLATE "C"'  # noqa: S608 - quoted
        digest, count = hashlib.sha256(), 0
        with connections[self.alias].chunked_cursor() as cursor:
            cursor.execute(rows)
            while found := cursor.fetchmany(_ROWS):
                digest.update("".join(f"{text}\n" for (text,) in found).encode())
                count += len(found)
        return Table(rows=count, sha256=digest.hexdigest())


class _Snapshot(_Copy):
    def __init__(self, alias: str, exported: str) -> None:
        super().__init__(alias)
        self._exported = exported

    def write(self, path: Path) -> int:
        without = [f"--exclude-table-data=*.{table}" for table in WITHOUT_ROWS]
        command = ["pg_dump", "--format=custom", f"--snapshot={self._exported}", *without, f"--file={path}"]
        try:
            pgtools.run([*command, "--no-password"], connection.settings_dict["NAME"])
        except subprocess.CalledProcessError as error:
            raise BackupRefused(
                f"No backup was made: pg_dump failed with code {error.returncode}. Is there room, and may this"
                " role read every table?"
            ) from None
        listing.refuse_foreign_in_live(path)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        return estimate_bytes()


@contextmanager
def snapshot(folder: Path) -> Iterator[_Snapshot]:
    """One read-only transaction that sees one instant; pg_dump joins it."""
    from psycopg import IsolationLevel

    options = _plain_options() | {"isolation_level": IsolationLevel.REPEATABLE_READ}
    with (
        under_alias(options=options, name=connection.settings_dict["NAME"]) as alias,
        transaction.atomic(using=alias),
    ):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            exported = str(cursor.fetchone()[0])
        yield _Snapshot(alias, exported)


def _plain_options() -> dict[str, Any]:
    return {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}


class _Scratch(_Copy):
    def __init__(self, alias: str, name: str, folder: Path) -> None:
        super().__init__(alias)
        self.name, self._folder = name, folder

    def check(self) -> None:
        """The server checked each row and each reference while it loaded them. Where it is still to be
        migrated, functions and triggers are made anew after that."""
        try:
            if not our_migrations() - set(migrations_of(self.alias)):
                with connections[self.alias].cursor() as cursor:
                    code.prepare(cursor)
        except DatabaseError:
            raise BadBackup("its tables are not those of this version") from None

    def migrate(self) -> None:
        connections[self.alias].close()
        migrating.migrate(pgtools.url(self.name), folder=self._folder)

    def switch(self, *, aside: str) -> None:
        """Both renames or none. Nobody may be connected to either database at that moment."""
        live = connection.settings_dict["NAME"]
        connections[self.alias].close()
        _close_our_own()
        renames = (
            f"ALTER DATABASE {_quoted(live)} RENAME TO {_quoted(aside)}",
            f"ALTER DATABASE {_quoted(self.name)} RENAME TO {_quoted(live)}",
        )
        for tries_left in reversed(range(_TRIES)):
            try:
                return _switch_names(live, renames)
            except OperationalError:  # somebody connected again between the two steps
                if not tries_left:
                    raise BackupRefused(
                        "Nothing was changed: others keep using the database; stop the service first"
                    ) from None


def _close_our_own() -> None:
    connection.close()
    getattr(connection, "close_pool", lambda: None)()


def _switch_names(live: str, renames: Sequence[str]) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [live],
        )
        cursor.execute("BEGIN")
        try:
            for rename in renames:
                cursor.execute(rename)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


@contextmanager
def loaded(dump: Path, folder: Path, *, plain_bytes: int) -> Iterator[_Scratch]:
    live = connection.settings_dict["NAME"]
    name = f"{live[:40]}{_SCRATCH}{secrets.token_hex(4)}"
    _create(name)
    try:
        listing.load(dump, name)
        with under_alias(options=_plain_options(), name=name) as alias:
            yield _Scratch(alias, name, folder)
    finally:
        drop_aside(name)  # there is none of this name after a switch


def _create(name: str) -> None:
    _refuse_without_right("done: a proof")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            " WHERE datname = current_database()"
        )
        encoding, collate, ctype = (str(word).replace("'", "''") for word in cursor.fetchone())
    _execute(
        f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING '{encoding}'"
        f" LC_COLLATE '{collate}' LC_CTYPE '{ctype}'"
    )


def drop_aside(name: str) -> None:
    _execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def sweep() -> None:
    """Only databases of the name that `loaded` gives; one that is in use is left alone."""
    live = connection.settings_dict["NAME"]
    ours = re.compile(re.escape(live[:40] + _SCRATCH) + r"[0-9a-f]{8}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database d WHERE NOT EXISTS"
            " (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)"
        )
        names = [name for (name,) in cursor.fetchall() if ours.fullmatch(name)]
    for name in names:
        drop_aside(name)
