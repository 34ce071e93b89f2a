"""SQLite: VACUUM INTO reads one instant, in one step, while others write; the backup API puts a
database in the place of the live one in one transaction, whoever has it open.

Copying files would do neither: half of a database may lie in its -wal. VACUUM INTO rather than the
backup API for the way out: what was deleted is not in the copy, also not in its free pages.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, connections

from gallery.triggers.sqlite import TRIGGERS
from maintenance.backup.database import WITHOUT_ROWS, migrating, under_alias
from maintenance.backup.errors import BackupRefused, BadBackup
from maintenance.backup.manifest import Table

BUSY_S = 20.0  # how long we wait for another writer
_COPY = "database.sqlite3"
_CHUNK = 1 << 20
_MAGIC = b"SQLite format 3\0"


def version() -> str:
    return sqlite3.sqlite_version


def _live() -> Path:
    return Path(connection.settings_dict["NAME"])


def estimate_bytes() -> int:
    live = _live()
    parts = (live, live.with_name(live.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def is_empty() -> bool:
    if not _live().exists() or not _live().stat().st_size:
        return True
    with closing(_connect(_live(), "ro")) as live:
        found = live.execute("SELECT count(*) FROM sqlite_master WHERE name = 'django_migrations'")
        return not found.fetchone()[0]


def refuse_unready() -> None:
    """SQLite needs no tools."""


def refuse_foreign_dump(made_by: str) -> None:
    """Its file format has been the same since 2004."""


def others_are_connected() -> bool:
    """SQLite keeps no list; whoever serves holds the lock of `dndimages.living`."""
    return False


def refuse_damaged() -> None:
    live = _live()
    if not live.exists() or not live.stat().st_size:
        return
    try:
        with closing(_connect(live, "rw")) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("SELECT count(*) FROM sqlite_master")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        raise BackupRefused(
            "Nothing was changed: the live database cannot be written just now; stop the service first"
        ) from None
    except sqlite3.DatabaseError:
        raise BackupRefused(
            f"Nothing was changed: {live.name} is no database any more. Move it and its -wal and -shm away,"
            " then restore into an empty place"
        ) from None


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # A URI, so that a file that is not there is an error and not a new empty database.
    uri = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)


class _Copy:
    def __init__(self, path: Path, alias: str) -> None:
        self.path, self.alias = path, alias

    def contents(self) -> Mapping[str, Table]:
        try:
            return self._contents()
        except sqlite3.DatabaseError:
            raise BadBackup("its database cannot be read") from None

    def _contents(self) -> dict[str, Table]:
        with connections[self.alias].cursor() as cursor:
            names = connections[self.alias].introspection.table_names(cursor)
        with closing(_connect(self.path, "ro")) as database:
            database.text_factory = bytes  # also what is no UTF-8
            return {name: _content(database, name) for name in sorted(names) if name not in WITHOUT_ROWS}

    def write(self, path: Path) -> int:
        with path.open("xb") as file, self.path.open("rb") as plain:
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=3, mtime=0) as packed:
                while chunk := plain.read(_CHUNK):
                    packed.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return self.path.stat().st_size

    def check(self) -> None:
        try:
            with closing(_connect(self.path, "rw")) as database:
                _refuse_unsound(database)
                _renew_triggers(database)
        except sqlite3.DatabaseError:
            raise BadBackup("its database is none, or is damaged") from None

    def migrate(self) -> None:
        connections[self.alias].close()
        migrating.migrate(f"sqlite:///{quote(str(self.path))}", folder=self.path.parent)

    def switch(self, *, aside: str) -> None:
        connections[self.alias].close()
        connection.close()
        live = _live()
        live.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(live, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(_connect(self.path, "ro")) as source, closing(_connect(live, "rw")) as target:
            target.execute("PRAGMA synchronous=FULL")
            _copy_at_once(source, target)


def _content(database: sqlite3.Connection, table: str) -> Table:
    quoted = '"' + table.replace('"', '""') + '"'
    columns = len(database.execute(f"SELECT * FROM {quoted} LIMIT 0").description)  # noqa: S608 - quoted
    order = ", ".join(str(number + 1) for number in range(columns))
    digest, rows = hashlib.sha256(), 0
    for row in database.execute(f"SELECT * FROM {quoted} ORDER BY {order}"):  # noqa: S608 - quoted
        digest.update(repr(row).encode() + b"\n")
        rows += 1
    return Table(rows=rows, sha256=digest.hexdigest())


def _refuse_unsound(database: sqlite3.Connection) -> None:
    if database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise BadBackup("its database is damaged")
    if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise BadBackup("rows of its database point to rows that are not there")
    code = database.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')")
    if not {name for (name,) in code} <= TRIGGERS.keys():
        raise BadBackup("its database holds code that is not ours")


def _renew_triggers(database: sqlite3.Connection) -> None:
    found = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for name, sql in found.items():
        ours = TRIGGERS[name].format(name=name)
        if sql != ours:
            database.execute(f"DROP TRIGGER {name}")
            database.execute(ours)


def _copy_at_once(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """All pages in one transaction of the target. Python would wait for a busy target for ever."""
    deadline = time.monotonic() + BUSY_S * 3

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise BackupRefused("Nothing was changed: somebody else keeps writing; stop the service first")

    source.backup(target, pages=-1, progress=give_up)


# ── Copies ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def snapshot(folder: Path) -> Iterator[_Copy]:
    path = folder / _COPY
    with connection.wrap_database_errors, closing(_connect(_live(), "rw")) as live:
        try:
            live.execute("VACUUM INTO ?", [str(path)])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise
            raise BackupRefused(
                f"No backup was made: the database cannot be copied to {folder.parent}. Is its disk full or broken?"
            ) from None
    with closing(_connect(path, "rw")) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        for table in WITHOUT_ROWS:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    with _opened(path) as database:
        try:
            database.check()
        except BadBackup:
            raise BackupRefused(
                "No backup was made: the live database is damaged. Keep the backups that you have, and"
                " restore the newest that backup_verify finds good"
            ) from None
        yield database


@contextmanager
def loaded(dump: Path, folder: Path, *, plain_bytes: int) -> Iterator[_Copy]:
    path = folder / _COPY
    _unpack(dump, path, plain_bytes)
    with _opened(path) as database:
        yield database


@contextmanager
def _opened(path: Path) -> Iterator[_Copy]:
    options: dict[str, Any] = {
        "timeout": BUSY_S,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA foreign_keys=ON;",
    }
    with under_alias(options=options, name=str(path)) as alias:
        yield _Copy(path, alias)


def _unpack(dump: Path, path: Path, plain_bytes: int) -> None:
    """Never more than the manifest says: a small file may unpack to a disk full of zeros."""
    left = plain_bytes
    try:
        with gzip.open(dump, "rb") as packed, path.open("xb") as plain:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise BadBackup("its database unpacks to more than it says")
                plain.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadBackup("its database cannot be unpacked") from None
    with path.open("rb") as plain:
        if left or plain.read(len(_MAGIC)) != _MAGIC:
            raise BadBackup("its database is none")


def drop_aside(name: str) -> None:
    """Nothing is kept aside: the one transaction of a switch writes over the old database."""


def sweep() -> None:
    """Scratch databases lie in scratch folders, which are swept with all that is in them."""
