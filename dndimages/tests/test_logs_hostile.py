"""The logs of a real server process stay one JSON object a line, whatever clients send."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dndimages.tests.service import Service, eventually

pytestmark = pytest.mark.pure  # what is logged is the same on every database
SECRET = "AIzaPLANTED0000000000000000000000000000"
HOSTILE = settings(max_examples=60, suppress_health_check=list(HealthCheck))
FORGERY = b'"}\n{"time":"forged","level":"info","message":"forged","request_id":"forged"}\r\n'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    env = {"LOG_FORMAT": "json", "MOCK_MODE": "true", "GEMINI_API_KEY": SECRET}
    with Service(tmp_path_factory.mktemp("logs"), env=env) as running:
        yield running


def said(service: Service, raw: bytes) -> bytes:
    """The whole answer to these bytes, sent over a connection of their own."""
    with socket.create_connection(("127.0.0.1", service.ports[0]), timeout=20) as sock:
        try:
            sock.sendall(raw)
            sock.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: sock.recv(65536), b""))
        except ConnectionError:
            return b""


def lines(service: Service) -> list[str]:
    """What was logged; the greeting on stdout is no log."""
    _, _, logged = service.logs().partition("Stop it with Ctrl-C.\n")
    return logged.splitlines()


def entries(service: Service) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in lines(service)]


def all_are_objects(service: Service) -> None:
    for line in lines(service):
        entry = orjson.loads(line)  # strict: no lone surrogate, no NaN
        assert {"time", "level", "logger", "message", "request_id"} <= entry.keys(), line
        assert entry["time"] != "forged"
        assert len(line) < 30_000


def ids(answer: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"(?i)^x-request-id: (\S+)\r$", answer, re.MULTILINE)]


@HOSTILE
@given(path=st.binary(max_size=300))
@example(path=FORGERY)
@example(path=b"\xff\xfe\x00\x1b[31m\xe2\x80\xa8\xed\xa0\x80")
def test_no_path_breaks_a_line(service: Service, path: bytes) -> None:
    answer = said(service, b"GET /%s HTTP/1.0\r\nHost: localhost\r\n\r\n" % quote_from_bytes(path).encode())
    (rid,) = ids(answer)
    assert eventually(lambda: [entry for entry in entries(service) if entry["request_id"] == rid])
    all_are_objects(service)


@HOSTILE
@given(
    value=st.binary(max_size=300),
    name=st.sampled_from(["Host", "X-Request-ID", "User-Agent", "Cookie", "Authorization"]),
)
@example(value=FORGERY, name="X-Request-ID")
@example(value=b"evil\x00\x85host", name="Host")
def test_no_header_breaks_a_line_or_an_answer(service: Service, value: bytes, name: str) -> None:
    head = (
        b"GET /api/v1/images/1 HTTP/1.0\r\nHost: localhost\r\n" if name != "Host" else b"GET / HTTP/1.0\r\n"
    )
    answer = said(service, head + name.encode() + b": " + value + b"\r\n\r\n")
    assert not answer or len(ids(answer)) == 1
    assert b"forged" not in answer.partition(b"\r\n\r\n")[0].replace(b"x-request-id", b"")
    all_are_objects(service)


@HOSTILE
@given(raw=st.binary(min_size=1, max_size=200))
@example(raw=b"GET / HTTP/9.9\r\n\r\n")
@example(raw=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
@example(raw=b"GET / HTTP/1.1\r\nTransfer-Encoding: magic\r\n\r\n")
def test_no_bytes_at_all_break_a_line(service: Service, raw: bytes) -> None:
    answer = said(service, raw + b"\r\n\r\n")
    if answer.startswith(b"HTTP/") and b" 400 " in answer[:16]:
        assert len(ids(answer)) == 1
    all_are_objects(service)


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: magic\r\n\r\n",
    ],
)
def test_what_the_server_itself_refuses_has_an_id_in_answer_and_log(service: Service, raw: bytes) -> None:
    answer = said(service, raw)
    (rid,) = ids(answer)
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["request_id"] == rid
    logged = eventually(lambda: [entry for entry in entries(service) if entry["request_id"] == rid])
    assert logged[0]["message"].startswith("refused 4") or logged[0]["message"].startswith("refused 5")


def test_a_huge_path_leaves_a_short_line(service: Service) -> None:
    (rid,) = ids(said(service, b"GET /" + b"a" * 100_000 + b" HTTP/1.0\r\nHost: localhost\r\n\r\n"))
    logged = eventually(lambda: [line for line in lines(service) if rid in line])
    assert len(logged) == 1
    assert len(logged[0]) < 6_000


def test_neither_keys_nor_prompts_are_logged(service: Service) -> None:
    prompt = "A secret plan of the dragon cult, never told to anybody"
    body = json.dumps({"subject_type": "item", "subject_name": "Plan", "prompt": prompt}).encode()
    for target in (b"/api/v1/images/generate", b"/api/v1/images/generate?key=" + SECRET.encode()):
        head = b"POST %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n" % target
        auth = b"Authorization: Bearer dnd_1a2b3c4d_PLANTEDPLANTEDPLANTEDPLANTED\r\n"
        said(service, head + auth + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    said(service, f"GET /{SECRET} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    eventually(lambda: [entry for entry in entries(service) if "[redacted]" in entry["message"]])
    assert "PLANTED" not in service.logs()
    assert "dragon cult" not in service.logs()


def test_console_lines_cannot_be_forged_either(tmp_path: Path) -> None:
    with Service(tmp_path, env={"MOCK_MODE": "true"}) as running:
        said(running, b"GET /%0d%0a12:00:00%20I%20forged HTTP/1.0\r\nHost: localhost\r\n\r\n")
        eventually(lambda: any("forged" in line for line in lines(running)))
        assert not [line for line in lines(running) if line.startswith("12:00:00 I forged")]
