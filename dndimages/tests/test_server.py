"""The web server itself, as a process, with small applications of the test's own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from dndimages.dispatcher import ElasticDispatcher
from dndimages.listening import CannotListen, listen
from dndimages.tests.service import ROOT, eventually, free_port

# /slow waits until the file "go" is there; "seen" grows by a byte with each slow request that began.
APP = """
import os, signal, sys, threading
from pathlib import Path
from dndimages import polling
from dndimages.listening import listen
from dndimages.server import serve

polling.ASK_ALL_S = 3600  # what happens must be told, not found out a second later
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever nohup of the whole test run says
place, port, options = Path(sys.argv[1]), int(sys.argv[2]), eval(sys.argv[3])

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        with (place / "seen").open("a") as seen:
            seen.write("x")
        pause = threading.Event()
        while not (place / "go").exists():
            pause.wait(0.01)
    if path == "/bug":
        raise RuntimeError("secret thing")
    body = environ.get("HTTP_X_FORWARDED_FOR", "none").encode() if path == "/forwarded" else b"y" * 3_000_000
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

print("drained" if serve(app, listen("127.0.0.1", port), **options) else "cut off")
"""


class Running:
    def __init__(self, place: Path, options: str) -> None:
        self.place = place
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, str(place), str(self.port), options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        eventually(lambda: httpx2.get(f"{self.url}/", trust_env=False).status_code == 200, 30)

    def slow_requests_begun(self) -> int:
        seen = self.place / "seen"
        return seen.stat().st_size if seen.exists() else 0

    def release(self) -> None:
        (self.place / "go").touch()

    def end(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(options: str = "{}") -> Running:
        started.append(Running(tmp_path, options))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


def refuses(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_in_flight_gets_its_full_answer_after_the_stop_signal(
    run: Callable[..., Running], number: signal.Signals
) -> None:
    server = run()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx2.get, f"{server.url}/slow", trust_env=False, timeout=60)
        eventually(lambda: server.slow_requests_begun() == 1)
        server.process.send_signal(number)
        eventually(lambda: refuses(server.port))
        server.release()
        assert len(answer.result().content) == 3_000_000
        assert answer.result().headers["connection"] == "close"
    assert server.end() == (0, "drained\n")


def test_a_second_signal_ends_at_once(run: Callable[..., Running]) -> None:
    server = run("{'drain_s': 600}")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx2.get, f"{server.url}/slow", trust_env=False, timeout=60)
        eventually(lambda: server.slow_requests_begun() == 1)
        server.process.send_signal(signal.SIGINT)
        eventually(lambda: refuses(server.port))
        server.process.send_signal(signal.SIGINT)
        code, output = server.end()
        assert isinstance(answer.exception(), httpx2.TransportError)
    assert code == 0
    assert output.endswith("cut off\n")
    assert "Traceback" not in output


def test_a_request_that_takes_longer_than_the_drain_time_is_cut_off(run: Callable[..., Running]) -> None:
    server = run("{'drain_s': 0.2}")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx2.get, f"{server.url}/slow", trust_env=False, timeout=60)
        eventually(lambda: server.slow_requests_begun() == 1)
        server.process.terminate()
        assert server.end()[1].endswith("cut off\n")
        assert isinstance(answer.exception(), httpx2.TransportError)


def test_idle_keep_alive_connections_do_not_hold_up_the_end(run: Callable[..., Running]) -> None:
    server = run("{'drain_s': 600}")
    with httpx2.Client(trust_env=False) as client:
        client.get(f"{server.url}/")
        server.process.terminate()
        assert server.end() == (0, "drained\n")


def test_a_slow_reader_gets_every_answer_that_it_asked_for_at_once(run: Callable[..., Running]) -> None:
    with socket.create_connection(("127.0.0.1", run().port), timeout=30) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
        client.sendall((request + b"\r\n") * 2 + request + b"Connection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert received.count(b"y" * 3_000_000) == 3


def test_who_asks_before_sending_a_body_is_told_to_go_on(run: Callable[..., Running]) -> None:
    with socket.create_connection(("127.0.0.1", run().port), timeout=30) as client:
        head = b"POST /forwarded HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
        client.sendall(head + b"Connection: close\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"hello")
        assert b"200 OK" in b"".join(iter(lambda: client.recv(65_536), b""))


def test_readers_are_answered_while_many_requests_wait_for_a_slow_picture(
    run: Callable[..., Running],
) -> None:
    server = run("{'threads': 40}")
    with ThreadPoolExecutor(30) as pool:
        waiting = [
            pool.submit(httpx2.get, f"{server.url}/slow", trust_env=False, timeout=60) for _ in range(30)
        ]
        eventually(lambda: server.slow_requests_begun() == 30)
        assert httpx2.get(f"{server.url}/", trust_env=False).status_code == 200
        server.release()
        assert [answer.result().status_code for answer in waiting] == [200] * 30


@pytest.mark.parametrize(("behind_proxy", "seen"), [(False, "none"), (True, "203.0.113.7, 10.0.0.1")])
def test_forwarded_addresses_reach_the_application_only_behind_a_proxy(
    run: Callable[..., Running], behind_proxy: bool, seen: str
) -> None:
    server = run(str({"behind_proxy": behind_proxy}))
    headers = {"X-Forwarded-For": "203.0.113.7, 10.0.0.1"}
    assert httpx2.get(f"{server.url}/forwarded", headers=headers, trust_env=False).text == seen


@pytest.mark.parametrize(
    ("request_text", "code", "kind"),
    [
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n" + "z" * 5_000_000,
            413,
            "too_large",
        ),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y" * 300_000 + "\r\n\r\n", 431, "too_large"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400, "invalid"),
        ("GET /bug HTTP/1.1\r\nHost: x\r\n\r\n", 500, "internal"),
    ],
)
def test_what_the_server_refuses_itself_has_the_one_error_shape(
    run: Callable[..., Running], request_text: str, code: int, kind: str
) -> None:
    server = run()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock:
        sock.sendall(request_text.encode())
        sock.shutdown(socket.SHUT_WR)
        head, _, body = b"".join(iter(lambda: sock.recv(65536), b"")).decode().partition("\r\n\r\n")
    answer = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {code} ") or head.startswith(f"HTTP/1.0 {code} ")
    assert list(answer) == ["status", "code", "message", "detail", "request_id"]
    assert (answer["code"], answer["detail"]["kind"]) == (code, kind)
    assert answer["detail"]["message"] == answer["message"]
    assert f"X-Request-Id: {answer['request_id']}".lower() in head.lower()
    assert "secret thing" not in body


def test_a_taken_port_is_told_in_one_sentence() -> None:
    port = free_port()
    sockets = listen("127.0.0.1", port)
    with pytest.raises(CannotListen, match=f"port {port} on 127.0.0.1 is taken; .* PORT={port + 1}"):
        listen("127.0.0.1", port)
    for sock in sockets:
        sock.close()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("no-such-host.invalid", "host name .* is not known"), ("192.0.2.1", "no address of this machine")],
)
def test_a_host_that_is_not_ours_is_told_in_one_sentence(host: str, sentence: str) -> None:
    with pytest.raises(CannotListen, match=sentence):
        listen(host, free_port())


class Job:
    """A task that holds its thread until it is let go."""

    def __init__(self) -> None:
        self.thread = 0
        self.began, self.may_end, self.cancelled = threading.Event(), threading.Event(), threading.Event()

    def service(self) -> None:
        self.thread = threading.get_ident()
        self.began.set()
        self.may_end.wait(30)

    def cancel(self) -> None:
        self.cancelled.set()


def test_an_idle_thread_is_used_again_before_a_new_one_starts() -> None:
    dispatcher = ElasticDispatcher(10)
    threads = set()
    for _ in range(20):
        job = Job()
        job.may_end.set()
        dispatcher.add_task(job)
        assert job.began.wait(10)
        eventually(lambda: dispatcher.idle == dispatcher.threads)
        threads.add(job.thread)
    assert len(threads) == dispatcher.threads == 1


def test_tasks_beyond_the_most_threads_wait_their_turn() -> None:
    dispatcher = ElasticDispatcher(2)
    jobs = [Job() for _ in range(5)]
    for job in jobs:
        dispatcher.add_task(job)
    assert jobs[1].began.wait(10)
    assert not jobs[2].began.is_set()
    for job in jobs:
        job.may_end.set()
    assert all(job.began.wait(10) for job in jobs)
    assert dispatcher.threads == 2


def test_short_tasks_are_done_one_after_the_other_by_one_thread() -> None:
    dispatcher = ElasticDispatcher(10, turn_s=60)
    jobs = [Job() for _ in range(20)]
    for job in jobs:
        dispatcher.add_task(job)
    assert jobs[0].began.wait(10)
    assert not any(job.began.is_set() for job in jobs[1:])
    for job in jobs:
        job.may_end.set()
    assert all(job.began.wait(10) for job in jobs)
    assert len({job.thread for job in jobs}) == dispatcher.threads == 1


def test_whoever_outlasts_the_turn_keeps_nobody_waiting() -> None:
    dispatcher = ElasticDispatcher(2, turn_s=0.01)
    for _ in range(2):  # on new threads, then on idle ones when there may be no more
        jobs = [Job(), Job()]
        for job in jobs:
            dispatcher.add_task(job)
        assert all(job.began.wait(10) for job in jobs)
        for job in jobs:
            job.may_end.set()
        eventually(lambda: dispatcher.idle == dispatcher.threads == 2)


def test_behind_many_who_wait_nobody_stands_for_long() -> None:
    dispatcher = ElasticDispatcher(200, turn_s=0.3)
    waiting, reader = [Job() for _ in range(60)], Job()
    for job in (*waiting, reader):
        dispatcher.add_task(job)
    assert reader.began.wait(10), "one after the other it would be 60 turns; it is 1 + 1 + 2 + 4 + …"
    for job in (*waiting, reader):
        job.may_end.set()


def test_without_turns_nobody_waits_for_another() -> None:
    dispatcher = ElasticDispatcher(20, turn_s=0)
    jobs = [Job() for _ in range(20)]
    for job in jobs:
        dispatcher.add_task(job)
    assert all(job.began.wait(10) for job in jobs)
    assert dispatcher.threads == 20
    for job in jobs:
        job.may_end.set()


def test_an_umpire_that_cannot_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatcher = ElasticDispatcher(5, turn_s=0.01)
    start = threading.Thread.start
    refused: list[str] = []

    def no_thread_left(thread: threading.Thread) -> None:
        if thread.name == "turns" and not refused:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", no_thread_left)
    jobs = [Job() for _ in range(3)]
    for job in jobs:
        dispatcher.add_task(job)
    assert all(job.began.wait(10) for job in jobs)
    assert refused
    for job in jobs:
        job.may_end.set()


@pytest.mark.parametrize("error", [RuntimeError, MemoryError])
def test_a_task_that_no_thread_could_be_started_for_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def no_thread_left(thread: threading.Thread) -> None:
        raise error

    dispatcher, job = ElasticDispatcher(1), Job()
    job.may_end.set()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", no_thread_left)
        dispatcher.add_task(job)
    assert not job.began.is_set()
    dispatcher.look_again()  # the server's loop does, each second
    assert job.began.wait(10)
    eventually(lambda: dispatcher.idle == dispatcher.threads == 1)


def test_a_task_that_was_overtaken_leaves_the_turn_to_whoever_has_it() -> None:
    dispatcher = ElasticDispatcher(3, turn_s=0.05)
    slow, quick, last = Job(), Job(), Job()
    dispatcher.add_task(slow)
    dispatcher.add_task(quick)
    assert quick.began.wait(10)
    slow.may_end.set()
    eventually(lambda: dispatcher.idle == 1)
    dispatcher.add_task(last)
    assert last.began.wait(10), "the umpire sees to it, whatever the other idle thread did"
    for job in (quick, last):
        job.may_end.set()
    eventually(lambda: dispatcher.idle == dispatcher.threads == 2)


def test_a_thread_that_stays_idle_ends_and_tidies_up() -> None:
    tidied = threading.Event()
    dispatcher = ElasticDispatcher(2, idle_s=0.01, on_thread_end=tidied.set)
    job = Job()
    job.may_end.set()
    dispatcher.add_task(job)
    assert tidied.wait(10)
    assert dispatcher.threads == 0


def test_shutdown_cancels_what_no_thread_has_begun() -> None:
    dispatcher = ElasticDispatcher(1)
    running, waiting = Job(), Job()
    dispatcher.add_task(running)
    dispatcher.add_task(waiting)
    dispatcher.shutdown()
    assert waiting.cancelled.is_set()
    assert not running.cancelled.is_set()
    running.may_end.set()


def test_a_task_that_raises_does_not_cost_its_thread() -> None:
    class Broken(Job):
        def service(self) -> None:
            super().service()
            raise SystemExit

    dispatcher = ElasticDispatcher(1)
    jobs = [Broken(), Job()]
    for job in jobs:
        job.may_end.set()
        dispatcher.add_task(job)
    assert jobs[1].began.wait(10)
