"""Runs commands in children of a process that has Django loaded, each killed at a chosen step.

Orders come as JSON lines on stdin: ``{"argv": [...], "kill_at": 3}``; the answer tells how the child
ended and which steps it took. A step is what Python audits: a file of DATA_DIR opened for writing,
a picture for reading, renamed, linked, removed, a folder made or removed, another program begun; that program at work; and statements that change
something, of SQLite or to PostgreSQL. The parent opens no database, so a child begins as a command of its own would.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import traceback
from typing import Any

import psycopg

DATA_DIR = os.environ["DATA_DIR"]
WATCHED = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir"}
WRITING = os.O_WRONLY | os.O_RDWR
CHANGES = re.compile(
    r"(CREATE|ALTER|DROP) DATABASE|COMMIT|VACUUM|INSERT|UPDATE|DELETE|SELECT pg_(export|terminate)\w+"
)
STEPS = os.path.join(os.path.dirname(DATA_DIR), "steps.log")


class Killer:
    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.steps = kill_at, 0
        self._log = os.open(STEPS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def step(self, what: str) -> None:
        self.steps += 1
        os.write(self._log, f"{what}\n".encode())
        if self.steps == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            writes = isinstance(args[2], int) and args[2] & WRITING
            if _is_ours(args[0]) and (writes or "/images/" in os.fsdecode(args[0])):
                self.step(f"{'write' if writes else 'read'} {_place(args[0])}")
        elif event in WATCHED and any(_is_ours(path) for path in args[:2]):
            place = _place(next(path for path in args[:2] if _is_ours(path)))
            # One folder in the making is like another.
            self.step(f"{event} {'/'.join(place.split('/')[:2]) if event == 'os.mkdir' else place}")
        elif event == "subprocess.Popen":
            self.step(f"run {args[0]}")

    def statement(self, sql: str, *, each: bool = False) -> None:
        """``each``: it is of a kind of its own, whatever came before."""
        if found := CHANGES.match(sql):
            self.step(f"{found[0].lower()}{f' {self.steps}' if each else ''}")


def _is_ours(path: object) -> bool:
    return isinstance(path, (str, bytes)) and os.fsdecode(path).startswith(DATA_DIR)


def _place(path: str | bytes) -> str:
    """The same for every run: names that are made by chance are left out."""
    name = os.path.relpath(os.fsdecode(path), DATA_DIR)
    name = re.sub(r"\.(partial|scratch)-[0-9a-f]{8}", r".\1", name)
    return re.sub(r"([0-9a-f]{2}/)?[0-9a-f]{32}-\d+|dndimages-\d+T\d+Z|/[0-9a-f]{2}$", "…", name)


def _watch(killer: Killer) -> None:
    _watch_sqlite(killer)
    _watch_postgresql(killer)
    _watch_programs(killer)
    sys.addaudithook(killer.hook)


def _watch_programs(killer: Killer) -> None:
    """Also while another program works for us: it goes on when we are killed."""
    plain = subprocess.Popen.communicate

    def communicate(self: subprocess.Popen[Any], *args: Any, **options: Any) -> Any:
        assert isinstance(self.args, list)  # ours are
        killer.step(f"while {self.args[0]} works")
        return plain(self, *args, **options)

    subprocess.Popen.communicate = communicate  # type: ignore[method-assign]  # watched


def _watch_sqlite(killer: Killer) -> None:
    plain = sqlite3.dbapi2.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = plain(*args, **options)
        connection.set_trace_callback(killer.statement)
        return connection

    sqlite3.dbapi2.connect = sqlite3.connect = connect  # type: ignore[assignment]  # watched


def _watch_postgresql(killer: Killer) -> None:
    plain_execute, plain_commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def execute(self: psycopg.Cursor[Any], query: Any, *args: Any, **options: Any) -> Any:
        if isinstance(query, str):  # one to the server itself is about whole databases
            killer.statement(query, each=self.connection.info.dbname == "postgres")
        return plain_execute(self, query, *args, **options)

    def commit(self: psycopg.Connection[Any]) -> None:
        killer.statement("COMMIT")
        plain_commit(self)

    psycopg.Cursor.execute, psycopg.Connection.commit = execute, commit  # type: ignore[method-assign]  # watched


def _child(argv: list[str], kill_at: int) -> None:
    from django.core.management import execute_from_command_line

    said = os.open(f"{STEPS}.said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    _watch(Killer(kill_at))
    code = 0
    try:
        execute_from_command_line(["manage.py", *argv])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 70
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(order["argv"], order["kill_at"])
        _, status = os.waitpid(pid, 0)
        with open(STEPS) as log, open(f"{STEPS}.said") as said:
            told = {
                "code": os.waitstatus_to_exitcode(status),
                "steps": log.read().splitlines(),
                "said": said.read(),
            }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
