"""A data folder and a database without a service, in which commands are killed, and which can be put back."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from dndimages.tests.service import ROOT, FreshDatabase, clean_environment
from maintenance.tests.backing_up import files

CRASH = Path(__file__).parent / "crash"
#: Each run adds a row of its own here; sessions are in no backup; the stamp is anew after a restore.
NOT_COMPARED = {"maintenance_commandrun", "django_session", "gallery_change", "sqlite_sequence"}
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
_WITH_FILES = ("read ", "write ", "os.")
#: What differs between databases is the dump, and that is the same for both kinds of backup.
KINDS: list[list[str]] = [[]] if ON_POSTGRES else [[], ["--incremental"]]
Rows = dict[str, list[Any]]
State = tuple[Rows, dict[str, bytes], dict[str, bytes]]
SETUP = """
import django; django.setup()
from gallery.tests.making import make_image
from gallery import storage
from gallery.models import Job
{more}
"""


class Database(Protocol):
    """The one that this test run is about."""

    env: dict[str, str]

    def save(self) -> None: ...
    def put_back(self) -> None: ...
    def empty(self) -> None: ...
    def rows(self) -> Rows: ...
    def drop(self) -> None: ...


class _Sqlite:
    """A file in the data folder, which is saved and put back as a whole."""

    def __init__(self, data: Path) -> None:
        self.env: dict[str, str] = {}
        self._file = data / "db.sqlite3"

    def save(self) -> None:
        """With the folder."""

    def put_back(self) -> None:
        """With the folder."""

    def empty(self) -> None:
        for path in self._file.parent.glob("db.sqlite3*"):
            path.unlink()

    def rows(self) -> Rows:
        with closing(sqlite3.connect(self._file)) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
                for (name,) in names
                if name not in NOT_COMPARED
            }

    def drop(self) -> None:
        """With the folder."""


class _Postgres:
    """A database of its own; what was saved is a template of it."""

    def __init__(self, url: str) -> None:
        self._fresh = FreshDatabase(url)
        self._name, self._saved = self._fresh.name, f"{self._fresh.name}_saved"
        self._server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
        self.env = {"DATABASE_URL": self._fresh.url}

    def save(self) -> None:
        self._execute("CREATE DATABASE {} TEMPLATE {}", self._saved, self._name)

    def put_back(self) -> None:
        self._drop_all_but(self._saved)
        self._execute("CREATE DATABASE {} TEMPLATE {}", self._name, self._saved)

    def empty(self) -> None:
        self._drop_all_but(self._saved)
        self._execute("CREATE DATABASE {} TEMPLATE template0", self._name)

    def rows(self) -> Rows:
        listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        with psycopg.connect(self._fresh.url) as database:
            names = [name for (name,) in database.execute(listed).fetchall() if name not in NOT_COMPARED]
            ordered = SQL("SELECT * FROM {} ORDER BY 1")
            return {name: database.execute(ordered.format(Identifier(name))).fetchall() for name in names}

    def drop(self) -> None:
        self._drop_all_but(None)

    def _drop_all_but(self, kept: str | None) -> None:
        """The live one, and what killed restores left beside it under names that begin like its own."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            begins = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (name,) in connection.execute(begins, [self._name]).fetchall():
                if name != kept:
                    connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))


def _database(data: Path) -> Database:
    return _Postgres(os.environ["DATABASE_URL"]) if ON_POSTGRES else _Sqlite(data)


class Place:
    """A data folder of its own, without a service, that can be put back as it was."""

    def __init__(self, root: Path) -> None:
        self.data = root / "data"
        self._saved = root / "saved"
        self._database = _database(self.data)
        paths = {"PYTHONPATH": f"{ROOT}:{CRASH}", "BACKUP_KEEP": "2", "MIN_FREE_DISK_MB": "1"}
        self.env = clean_environment(self.data, **(paths | self._database.env))
        self._driver: subprocess.Popen[str] | None = None

    def python(self, code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=self.env, cwd=ROOT, check=True, timeout=100)

    def manage(self, *argv: str) -> None:
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *argv],
            env=self.env,
            check=True,
            timeout=100,
            capture_output=True,
        )

    def save(self) -> None:
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.data, self._saved)
        self._database.save()

    def put_back(self) -> None:
        aside = self.data.with_name("aside")
        self.data.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(self._saved, self.data)
        self._database.put_back()

    def empty(self) -> None:
        """Nothing but backups, as on another machine."""
        for path in self.data.iterdir():
            if path.name != "backups":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._database.empty()

    def run(self, *argv: str, kill_at: int = 0) -> Any:
        """How a command ended in a child: ``code``, ``steps``, ``said``."""
        if self._driver is None:
            command = [sys.executable, str(CRASH / "killing.py")]
            self._driver = subprocess.Popen(
                command, env=self.env, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps({"argv": argv, "kill_at": kill_at}) + "\n")
        self._driver.stdin.flush()
        return json.loads(self._driver.stdout.readline())

    def close(self) -> None:
        if self._driver is not None:
            self._driver.kill()
            self._driver.wait()
        self._database.drop()

    def state(self) -> State:
        return self._database.rows(), files(self.data / "media"), files(self.data / "spool")

    def backups(self) -> dict[str, bytes]:
        """The finished ones, byte for byte."""
        found = (self.data / "backups").glob("dndimages-*")
        return {path.name: path.read_bytes() if path.is_file() else b"" for path in found}


def stages(steps: list[str], *, known: Sequence[str] = ()) -> list[int]:
    """The first step of each kind that is not ``known``, and the first and the last of all: their numbers, as
    `kill_at` counts. Steps with files are the same on every database, so PostgreSQL has its own ones:
    statements and programs."""
    own = [step for step in steps if step not in known and not (ON_POSTGRES and step.startswith(_WITH_FILES))]
    return sorted({steps.index(step) + 1 for step in own} | {1, len(steps)})
