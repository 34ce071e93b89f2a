"""manage.py serve as a process: start, second start, refusals, and the worker at its side."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from dndimages.tests.service import ROOT, Service, clean_environment, eventually, free_port

pytestmark = pytest.mark.pure  # what differs between databases stands in test_first_starts.py


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path) as running:
        yield running


@pytest.fixture
def fresh_service(tmp_path: Path) -> Iterator[Service]:
    """One that has collected its static files itself."""
    with Service(tmp_path, fresh=True) as running:
        yield running


def serve(data_dir: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "serve", "--no-worker", *arguments],
        env=clean_environment(data_dir, **env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def content(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file that a start has no business to touch."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0] not in (".logs", ".run", "cache")
        # SQLite makes these on opening and removes them on closing
        and not path.name.endswith(("-wal", "-shm"))
    }


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_first_start_tells_where_it_is_and_how_to_get_in(service: Service) -> None:
    service.stop()
    log = service.logs()
    assert f"dndimages is ready: http://localhost:{service.ports[0]}/" in log
    assert log.count("Password: ") == log.count("API key:  dnd_") == 1


def test_a_second_start_shows_no_secret_and_changes_no_file(service: Service, tmp_path: Path) -> None:
    service.stop()
    before, log = content(tmp_path), service.logs()
    assert "db.sqlite3" in before or os.environ.get("DATABASE_URL")
    assert "staticfiles/staticfiles.json" in before
    service.start()
    service.stop()
    assert content(tmp_path) == before
    again = service.logs().removeprefix(log)
    assert "is ready" in again
    assert "API key" not in again
    assert "Password" not in again


def test_static_files_are_served_under_hashed_names_for_ever(fresh_service: Service) -> None:
    page = fresh_service.get("/admin/login/")
    url = next(part for part in page.text.split('"') if part.startswith("/static/admin/css/base."))
    answer = fresh_service.get(url)
    assert answer.status_code == 200
    assert url != "/static/admin/css/base.css"
    assert "immutable" in answer.headers["cache-control"]


def test_static_files_are_collected_again_after_they_were_lost(
    fresh_service: Service, tmp_path: Path
) -> None:
    fresh_service.stop()
    (tmp_path / "staticfiles" / ".collected-from").unlink()
    (tmp_path / "staticfiles" / "staticfiles.json").unlink()
    fresh_service.start()
    assert fresh_service.get("/static/admin/css/base.css").status_code == 200
    assert (tmp_path / "staticfiles" / "staticfiles.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_is_quiet_and_frees_the_port(service: Service, number: signal.Signals) -> None:
    process = service.processes[0]
    assert process is not None
    for _ in range(2):
        assert service.post("/api/v1/scenes/generate", json={"location": "Keep"}).status_code == 200
    eventually(lambda: _written_hits(service) == 1)  # at the end nobody writes any more
    process.send_signal(number)
    assert process.wait(40) == 0
    assert "Traceback" not in service.logs()
    assert not list(service.data_dir.glob("db.sqlite3-*")), "what was written is not all in the database file"
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", service.ports[0]))


def _written_hits(service: Service) -> int:
    with closing(sqlite3.connect(service.data_dir / "db.sqlite3")) as database:
        return int(database.execute("SELECT coalesce(sum(hits), 0) FROM scenes_sceneday").fetchone()[0])


def test_a_taken_port_gets_one_sentence_and_nothing_is_changed(tmp_path: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", free_port()))
        sock.listen()
        port = sock.getsockname()[1]
        done = serve(tmp_path, "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().count("\n") == 0
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    assert not (tmp_path / "db.sqlite3").exists()
    assert not (tmp_path / "staticfiles").exists()


@pytest.mark.parametrize(
    ("arguments", "env", "sentence", "code"),
    [
        (["--host", "no-such-host.invalid"], {}, "'no-such-host.invalid' (HOST) is not known", 1),
        (["--port", "0"], {}, "--port must be a whole number from 1 to 65535", 2),
        ([], {"PORT": "many"}, "PORT must be a whole number", 1),
        (["--threads", "0"], {}, "--threads must be", 2),
        ([], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "(see DATABASE_URL)", 1),
    ],
)
def test_a_start_that_cannot_be_gets_one_sentence(
    tmp_path: Path, arguments: list[str], env: dict[str, str], sentence: str, code: int
) -> None:
    done = serve(tmp_path, *arguments, **{"PORT": str(free_port()), **env})
    assert done.returncode == code
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = serve(tmp_path / "file" / "data", "--port", str(free_port()))
    assert (done.returncode, done.stderr.strip().count("\n")) == (1, 0)
    assert "(DATA_DIR) cannot be used: Not a directory" in done.stderr


def test_a_part_of_the_data_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "staticfiles").touch()
    done = serve(tmp_path, "--port", str(free_port()))
    assert done.returncode == 1
    assert "cannot be used (see DATA_DIR): " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_picture_folder_that_cannot_be_used_gets_one_sentence_at_each_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for _ in range(2):
        done = serve(tmp_path, "--port", str(free_port()), IMAGE_STORAGE_DIR=str(tmp_path / "file"))
        assert done.returncode == 1
        assert "IMAGE_STORAGE_DIR" in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr


def test_a_migration_that_broke_off_is_finished_by_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    serve(tmp_path, "--port", str(free_port()), IMAGE_STORAGE_DIR=str(tmp_path / "file"))
    (tmp_path / "file").unlink()
    with Service(tmp_path, env={"IMAGE_STORAGE_DIR": str(tmp_path / "file")}) as service:
        assert service.get("/readyz").status_code == 200


def test_a_database_file_that_is_none_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_text("this is no database, however often you read it" * 100)
    done = serve(tmp_path, "--port", str(free_port()))
    assert (done.returncode, done.stderr.strip().count("\n")) == (1, 0)
    assert "file is not a database" in done.stderr


@pytest.fixture
def with_worker(tmp_path: Path) -> Iterator[tuple[Service, int, int]]:
    """A service with its worker, and the process ids of both."""
    with Service(tmp_path, worker=True) as service:
        process = service.processes[0]
        assert process is not None
        (worker,) = eventually(lambda: children_of(process.pid))
        yield service, process.pid, worker


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@needs_proc
def test_the_worker_ends_with_the_server(with_worker: tuple[Service, int, int]) -> None:
    service, _, worker = with_worker
    service.stop()
    assert not is_alive(worker)
    assert "Traceback" not in service.logs()


@needs_proc
def test_the_worker_dies_with_a_server_that_is_killed(with_worker: tuple[Service, int, int]) -> None:
    _, server, worker = with_worker
    os.kill(server, signal.SIGKILL)  # the server alone, not its group
    eventually(lambda: not is_alive(worker))


@needs_proc
def test_a_worker_that_dies_is_started_again(with_worker: tuple[Service, int, int]) -> None:
    service, server, worker = with_worker
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: children_of(server) not in ([], [worker]))
    assert httpx2.get(f"{service.urls[0]}/livez", trust_env=False).status_code == 200
    assert "the worker ended with code -9; it starts again in 1 s" in service.logs()
