"""First starts that meet each other, on the database of this test run."""

from __future__ import annotations

import ast
import fcntl
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from dndimages.tests.service import ROOT, Service, clean_environment, eventually


def test_four_first_starts_at_once_agree(tmp_path: Path) -> None:
    with Service(tmp_path, processes=4, start_together=True, fresh=True) as service:
        assert [service.get("/livez", n).status_code for n in range(4)] == [200] * 4
        assert service.logs().count("API key:  dnd_") == 1


@pytest.mark.pure
def test_a_worker_that_comes_first_makes_no_database_and_waits_for_one(tmp_path: Path) -> None:
    data = tmp_path / "in memory of"  # a name that says nothing
    database, log = data / "db.sqlite3", tmp_path / "log"
    with worker(data, log) as process:
        eventually(lambda: "The worker waits: There is no database in DATA_DIR" in log.read_text(), 30)
        assert not database.exists()
        manage(data, "migrate", "-v0")
        eventually(lambda: beats(database), 30)
    assert process.returncode == 0
    assert log.read_text().count("There is no database") == 1


@pytest.mark.pure
def test_a_worker_waits_for_a_restore_and_can_be_stopped_meanwhile(tmp_path: Path) -> None:
    log = tmp_path / "log"
    manage(tmp_path, "migrate", "-v0")
    (tmp_path / ".run").mkdir(exist_ok=True)
    with (tmp_path / ".run" / "live.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with worker(tmp_path, log) as process:
            eventually(lambda: "A restore is at work" in log.read_text(), 30)
        assert process.returncode == 0
    assert beats(tmp_path / "db.sqlite3") == 0


@contextmanager
def worker(data: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, ended by SIGTERM."""
    command = [sys.executable, "manage.py", "worker"]
    with log.open("w") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=clean_environment(data), stderr=errors)
    try:
        yield process
        process.terminate()
        process.wait(30)
    finally:
        process.kill()
        process.wait()


def manage(data: Path, *arguments: str) -> None:
    command, env = [sys.executable, "manage.py", *arguments], clean_environment(data)
    subprocess.run(command, cwd=ROOT, env=env, umask=0o022, check=True, timeout=60)


def beats(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM dndimages_workerbeat").fetchone()[0])


@pytest.mark.pure
@pytest.mark.parametrize("is_link", [False, True])
def test_a_database_that_any_command_makes_is_its_owners_alone(tmp_path: Path, is_link: bool) -> None:
    data, disk = tmp_path / "data", tmp_path / "disk"
    data.mkdir()
    disk.mkdir()
    if is_link:
        (data / "db.sqlite3").symlink_to(disk / "db.sqlite3")
    code = (
        "import django, os, sys; django.setup(); from django.db import connection as c;"
        "c.cursor().execute('CREATE TABLE x(y)');"
        "print({n: oct(os.stat(n).st_mode & 0o777) for n in os.listdir('.') if n.startswith('db.')})"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=disk if is_link else data,
        env={**clean_environment(data), "PYTHONPATH": str(ROOT)},
        umask=0o022, check=True, timeout=60, capture_output=True, text=True,
    )  # fmt: skip
    assert ast.literal_eval(told.stdout) == dict.fromkeys(
        ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"), "0o600"
    )
