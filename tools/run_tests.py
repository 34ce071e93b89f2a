"""make test: the suite on SQLite, then on PostgreSQL and Redis, as far as these answer. make quick
(``--quick``): on SQLite alone, without pages in the browser and without processes.

TEST_DATABASE_URL and TEST_REDIS_URL say where to look for the second run. The user must be allowed
to create databases; every run makes its own and leaves none behind.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from run_checks import ROOT, clean_environment

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/15"
CONNECT_S = 1.0
WORKERS = (os.cpu_count() or 1) + 1  # tests of pages and processes often wait


QUICK = "not (browser or processes)"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--quick"]:
        return run("SQLite, quick", {}, ["-m", QUICK, *arguments[1:]])
    second = shared_services()
    first_code = run("SQLite", {}, arguments)
    if not second:
        return first_code
    print(f"\nThe first run {'FAILED' if first_code else 'passed'}.", flush=True)
    names = " and ".join(sorted(second))
    print("Pages in the browser and code that asks no database had their test.", flush=True)
    urls = {f"{kind}_URL": url for kind, url in second.values()}
    second_code = run(names, urls, ["-m", "not (browser or pure)", *arguments])
    return first_code or second_code


def shared_services() -> dict[str, tuple[str, str]]:
    """The servers that answer, by name; those that do not are named aloud."""
    wanted = {
        "PostgreSQL": ("DATABASE", os.environ.get("TEST_DATABASE_URL") or POSTGRES, 5432),
        "Redis": ("REDIS", os.environ.get("TEST_REDIS_URL") or REDIS, 6379),
    }
    found: dict[str, tuple[str, str]] = {}
    missing: list[str] = []
    for name, (kind, url, port) in wanted.items():
        place = (urlsplit(url).hostname or "127.0.0.1", urlsplit(url).port or port)
        if answers(place):
            found[name] = (kind, url)
        else:
            missing.append(f"no {name} at {place[0]}:{place[1]}")
    if missing:
        print(f"SKIPPED {'in the ' if found else ''}second run: {', '.join(missing)}", flush=True)
    return found


def answers(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=CONNECT_S).close()
    except OSError:
        return False
    return True


def run(title: str, services: dict[str, str], arguments: list[str]) -> int:
    print(f"\n── Tests on {title}", flush=True)
    with tempfile.TemporaryDirectory(prefix="dndimages-test-") as folder:
        env = {**clean_environment(Path(folder)), **services, "CACHE_PREFIX": f"test-{os.getpid()}"}
        if "DATABASE_URL" in services:
            # Django makes test_<name> from it: two runs at once on one server must not share that.
            env["DATABASE_URL"] = with_name(services["DATABASE_URL"], f"dndimages_{os.getpid()}")
        command = [sys.executable, "-m", "pytest", "-n", str(WORKERS), "--dist", "worksteal", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        if "DATABASE_URL" in services:
            drop_leftovers(services["DATABASE_URL"], f"dndimages_{os.getpid()}")
        return code


def with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_leftovers(url: str, name: str) -> None:
    """Databases of this run that a broken-off test left behind."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    query = "SELECT datname FROM pg_database WHERE datname ~ %s"
    try:
        with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
            for (leftover,) in connection.execute(query, [f"(^|_){name}(_|$)"]).fetchall():
                connection.execute(
                    SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(leftover))
                )
    except psycopg.Error as error:
        print(f"NOTE: could not look for leftover databases: {error}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
