"""Real server processes for the tests that cross process borders.

    with Service(tmp_path, processes=4, env={"GEMINI_BASE_URL": fake.url}) as service:
        service.get("/livez", n=2)

The processes share one data folder, one database and one cache, as they would in production: SQLite
and files, or the PostgreSQL and Redis of the current test run (DATABASE_URL, REDIS_URL), where each
`Service` gets a database and a key prefix of its own.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg
from psycopg.sql import SQL, Identifier

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent.parent
START_S = 60.0  # a first start migrates and collects static files, on a machine that is busy
STOP_S = 40.0
ANSWER_S = 120.0
#: PostgreSQL allows 100 connections by default, and several tests run services at once.
CONNECTIONS = 20


def eventually(fn: Callable[[], T], timeout: float = 10.0) -> T:
    """What ``fn`` returns, as soon as it is true; AssertionError with its last answer after ``timeout`` s.

    An AssertionError or OSError inside ``fn`` counts as "not yet".
    """
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while True:
        last: object
        try:
            value = fn()
            if value:
                return value
            last = value
        except (AssertionError, OSError, httpx2.TransportError) as error:
            last = error
        assert time.monotonic() < deadline, f"not within {timeout} s; the last answer was {last!r}"
        pause.wait(0.02)


def free_port() -> int:
    """A port nobody listens on, below the range from which the kernel takes those of clients."""
    while True:
        port = random.randrange(20_000, 32_768)
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def clean_environment(data_dir: Path, **more: str) -> dict[str, str]:
    """An environment from scratch: a developer's variables and .env do not reach the processes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    python = {
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "dndimages.settings",
        "PYTHON_DOTENV_DISABLED": "1",
    }
    return {**kept, **python, "DATA_DIR": str(data_dir), **more}


class FreshDatabase:
    """A new database on the PostgreSQL server of ``url``, until `drop`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = urlunsplit(parts._replace(path="/postgres"))
        self.name = f"service_{parts.path.strip('/')}_{uuid.uuid4().hex[:8]}"
        self.url = urlunsplit(parts._replace(path=f"/{self.name}"))
        self._execute(SQL("CREATE DATABASE {}").format(Identifier(self.name)))

    def drop(self) -> None:
        self._execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(self.name)))

    def _execute(self, statement: Any) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


#: Static files as the first service of this test process collected them; the same for all.
_collected: tempfile.TemporaryDirectory[str] | None = None


def _lend_static(data_dir: Path) -> None:
    """Spare a service the seconds of collecting what was collected before: links, under their stamp."""
    if _collected is not None and not (data_dir / "staticfiles").exists():
        shutil.copytree(
            Path(_collected.name) / "staticfiles", data_dir / "staticfiles", copy_function=_linked_or_copied
        )


def _linked_or_copied(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy2(source, target)
    return target


def _keep_static(data_dir: Path) -> None:
    global _collected
    if _collected is None and (data_dir / "staticfiles" / ".collected-from").exists():
        _collected = tempfile.TemporaryDirectory(prefix="dndimages-static-")
        shutil.copytree(data_dir / "staticfiles", Path(_collected.name) / "staticfiles")


class Service:
    """``processes`` times ``manage.py serve`` over one data folder; ``worker`` goes with the first.

    ``env`` is added to an environment made from scratch. Logs are in ``data_dir/.logs``. A ``fresh``
    one collects its static files itself, as on a new machine.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        env: dict[str, str] | None = None,
        processes: int = 1,
        worker: bool = False,
        start_together: bool = False,
        fresh: bool = False,
    ) -> None:
        self.data_dir = data_dir
        self.start_together = start_together
        self.fresh = fresh
        self.worker = worker
        self.ports = [free_port() for _ in range(processes)]
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.processes: list[subprocess.Popen[bytes] | None] = [None] * processes
        self.client = httpx2.Client(
            timeout=ANSWER_S,
            trust_env=False,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )
        self._log_dir = data_dir / ".logs"
        self._log_dir.mkdir(parents=True, exist_ok=True)
        self._database = FreshDatabase(os.environ["DATABASE_URL"]) if _on_postgres() else None
        self.env = clean_environment(data_dir, **(self._shared_services() | (env or {})))

    def __enter__(self) -> Service:
        try:
            self.start()
        except BaseException:
            self._give_back()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self._give_back()

    def start(self) -> None:
        """Start every process that does not run and wait until all answer. The first goes ahead."""
        if not self.fresh:
            _lend_static(self.data_dir)
        for n in range(len(self.processes)):
            self._launch(n)
            if n == 0 and not self.start_together:
                self._await(n)  # it migrates, the others find the work done
        for n in range(len(self.processes)):
            self._await(n)
        _keep_static(self.data_dir)

    def stop(self) -> None:
        """SIGTERM to all and wait; SIGKILL for whoever does not end."""
        running = [process for process in self.processes if process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM, group=False)
        for process in running:
            try:
                process.wait(STOP_S)
            finally:
                _signal_group(process, signal.SIGKILL)
                process.wait()
        self.processes = [None] * len(self.processes)

    def kill(self, n: int = 0, signal: int = signal.SIGKILL) -> None:
        """Send ``signal`` to process ``n`` and its whole group, and wait until it is gone."""
        process = self.processes[n]
        assert process is not None, f"process {n} does not run"
        _signal_group(process, signal)
        process.wait(STOP_S)
        self.processes[n] = None

    def restart(self) -> None:
        """Stop what still runs, start all again, on the same ports and data."""
        self.stop()
        self.start()

    def get(self, path: str, n: int = 0, **kw: Any) -> httpx2.Response:
        return self.client.get(self.urls[n] + path, **kw)

    def post(self, path: str, n: int = 0, **kw: Any) -> httpx2.Response:
        return self.client.post(self.urls[n] + path, **kw)

    def request(self, method: str, path: str, n: int = 0, **kw: Any) -> httpx2.Response:
        return self.client.request(method, self.urls[n] + path, **kw)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command over the same data, and give its output."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=ANSWER_S, check=check
        )

    def logs(self) -> str:
        """Everything all processes have written so far, of all starts."""
        return "".join(path.read_text(errors="replace") for path in sorted(self._log_dir.glob("*.log")))

    def _shared_services(self) -> dict[str, str]:
        shared: dict[str, str] = {}
        if self._database is not None:
            shared["DATABASE_URL"] = self._database.url
            shared["DB_POOL_SIZE"] = str(min(12, CONNECTIONS // len(self.ports)))
        if os.environ.get("REDIS_URL"):
            shared["REDIS_URL"] = os.environ["REDIS_URL"]
            shared["CACHE_PREFIX"] = f"service-{uuid.uuid4().hex[:8]}"
        return shared

    def _launch(self, n: int) -> None:
        if self.processes[n] is not None:
            return
        no_worker = [] if self.worker and n == 0 else ["--no-worker"]
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(self.ports[n]), *no_worker]
        with (self._log_dir / f"server-{n}.log").open("ab") as log:
            self.processes[n] = subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _await(self, n: int) -> None:
        def answers() -> bool:
            process = self.processes[n]
            if process is None or process.poll() is not None:
                raise RuntimeError(f"process {n} ended at its start:\n{self.logs()[-3000:]}")
            return self.get("/livez", n, timeout=START_S).status_code == 200

        eventually(answers, START_S)

    def _give_back(self) -> None:
        for process in self.processes:
            if process is not None:
                _signal_group(process, signal.SIGKILL)
                process.wait()
        self.client.close()
        if self._database is not None:
            self._database.drop()


def _on_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def _signal_group(process: subprocess.Popen[bytes], number: int, *, group: bool = True) -> None:
    try:
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    except ProcessLookupError:
        return
