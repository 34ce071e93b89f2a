"""A Gemini endpoint on the loopback, over real HTTP, that answers by script.

In a test:

    with FakeGemini() as gemini:                       # a fresh picture for every call
        gemini.script(quota(delay="17s"), blocked())   # the next two calls; then the default again
        gemini.default(failed(503))                    # what calls get when the script is empty
        gemini.hold(); …; gemini.wait_for_calls(1); gemini.release()   # calls wait at a gate
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        assert gemini.calls == 1 and gemini.requests[0].json["contents"]

As a child process, steered over HTTP: ``python -m gallery.tests.fake_gemini --port 20123``;
``GET /__calls`` tells what came, ``POST /__script`` takes ``{"answers": [Answer…], "default": Answer,
"hold": true, "delay_s": 0.5, "missing": ["model"], "reset": true}``, each key optional, an Answer as
its fields in JSON. Without ``--port`` a free one is taken and printed.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import signal
import socket
import ssl
import struct
import sys
import threading
import urllib.parse
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gallery.errors import BudgetExhausted
from gallery.generation.providers.base import Usage

#: What a careless upstream would repeat in its messages. Must never be seen on our side.
LEAKED_KEY = "AIzaRELSECFAKEKEY000000000000000000000"
LONGEST_HANG_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer. Without ``body`` and ``raw``: a picture that no other call gets.

    ``fault``: "hang" (no byte ever) · "drip" (body, byte by byte) · "drip_headers" · "reset" (in
    the middle of the body) · "reset_headers" · "close" (hang up without a word) · "giant"
    (``stream_bytes`` of base64) · "bomb" (as many of blanks, packed) · "redirect_loop" · "endless_interim" (1xx answers for ever).
    """

    status: int = 200
    body: Any = None  # sent as JSON
    raw: str | None = None  # sent as it is
    image_base64: str = ""  # these bytes instead of a fresh picture
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    fault: str = ""
    stream_bytes: int = 300 * 1024 * 1024
    drip_s: float = 0.05  # between two bytes
    gzip: bool = False


@dataclass(frozen=True, kw_only=True)
class Received:
    model: str
    path: str
    json: Any
    headers: dict[str, str]  # names in lower case


def image(data: bytes) -> Answer:
    return Answer(image_base64=base64.b64encode(data).decode())


def failed(status: int, *, reason: str = "INTERNAL", details: list[Any] | None = None, **more: Any) -> Answer:
    """Google's error envelope, with a message that repeats a key."""
    message = f"call to https://host/v1/models/x:generateContent?key={LEAKED_KEY} failed"
    error = {"code": status, "message": message, "status": reason, "details": details or []}
    return Answer(status=status, body={"error": error}, **more)


def quota(*, quota_id: str = "", value: str | None = None, delay: str = "", **more: Any) -> Answer:
    """A 429 with QuotaFailure (when ``quota_id`` is given) and RetryInfo (when ``delay`` is)."""
    details: list[Any] = []
    if quota_id:
        violation = {"quotaId": quota_id} | ({} if value is None else {"quotaValue": value})
        details.append({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]})
    if delay:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    return failed(429, reason="RESOURCE_EXHAUSTED", details=details, **more)


def blocked(reason: str = "PROHIBITED_CONTENT") -> Answer:
    """The prompt is turned away."""
    return Answer(body={"promptFeedback": {"blockReason": reason}, "usageMetadata": {}})


def refused_picture(reason: str = "IMAGE_SAFETY") -> Answer:
    """The picture was made, perhaps, but is not handed out."""
    return Answer(body={"candidates": [{"finishReason": reason, "index": 0}]})


def of_case(case: dict[str, Any], images: Path) -> Answer:
    """The answer of one entry of ``samples/provider/cases.json``; ``images`` is the samples' folder."""
    behave, headers = case.get("behave", {}), case.get("headers", {})
    known = {"status": case["http_status"], "headers": headers}
    if "image_file" in case:
        data = (images / Path(case["image_file"]).name).read_bytes()
        return Answer(**known, image_base64=base64.b64encode(data).decode())
    if "stream_bytes" in behave:
        return Answer(fault="giant", stream_bytes=behave["stream_bytes"])
    if "drip_bytes_per_s" in behave:
        return Answer(fault="drip", drip_s=1 / behave["drip_bytes_per_s"])
    if behave:
        return Answer(fault="hang" if behave.get("hang") else "reset")
    return Answer(**known, body=case.get("json"), raw=case.get("raw"))


class FakeGemini:
    """``start()`` it, or use it as a context manager. Threads may steer and ask it while it serves."""

    def __init__(self, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.models = ["gemini-nano-banana-2.1", "gemini-3.1-flash-lite-image"]  # what the listing tells
        self.listing: Answer | None = None  # what the listing gets instead
        self.missing: set[str] = set()  # models that answer 404
        self.requests: list[Received] = []  # generation calls, in order of arrival
        self.listings = 0
        self.delay_s = 0.0  # before every answer
        self.stopping = threading.Event()
        self._script: deque[Answer] = deque()
        self._default = Answer()
        self._gate = threading.Event()
        self._gate.set()
        self._changed = threading.Condition()
        self._pictures = 0
        self._port = port
        self._tls = tls
        self._server: _Server | None = None

    # Running

    def start(self) -> Self:
        self.stopping.clear()
        self._server = _listen(self, self._port)
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Ends held and hanging calls too. Connections are refused until ``start()``, on the same port."""
        self.stopping.set()
        self._gate.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    # Steering

    def script(self, *answers: Answer) -> None:
        """The next calls get these, in order, after those scripted before."""
        with self._changed:
            self._script.extend(answers)

    def default(self, answer: Answer | None = None) -> None:
        """What a call gets when the script is empty; None: a fresh picture again."""
        with self._changed:
            self._default = answer or Answer()

    def hold(self) -> None:
        """Calls are counted, then wait until ``release()``."""
        self._gate.clear()

    def release(self) -> None:
        self._gate.set()

    def reset(self) -> None:
        """As freshly started: no script, nothing counted, the gate open."""
        with self._changed:
            self._script.clear()
            self._default, self.delay_s, self.listings, self.listing = Answer(), 0.0, 0, None
            self.requests.clear()
            self.missing.clear()
        self.release()

    # Asking

    @property
    def calls(self) -> int:
        """Generation calls that arrived."""
        return len(self.requests)

    def wait_for_calls(self, count: int, *, timeout_s: float = 10.0) -> bool:
        """True as soon as ``count`` calls arrived, False when they did not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, timeout_s)

    # For the server

    def arrived(self, received: Received) -> Answer:
        """Count a call, wait at the gate, and say what it gets."""
        with self._changed:
            self.requests.append(received)
            if received.model in self.missing:
                answer = failed(404, reason="NOT_FOUND")
            else:
                answer = self._script.popleft() if self._script else self._default
            self._changed.notify_all()
        self._gate.wait(LONGEST_HANG_S)
        self.stopping.wait(self.delay_s + answer.delay_s)
        return answer

    def next_picture(self) -> int:
        with self._changed:
            self._pictures += 1
            return self._pictures

    def steer(self, wish: dict[str, Any]) -> None:
        """``POST /__script``: see the module's text."""
        if wish.get("reset"):
            self.reset()
        self.script(*(Answer(**answer) for answer in wish.get("answers", ())))
        if "default" in wish:
            self.default(Answer(**(wish["default"] or {})))
        if "hold" in wish:
            (self.hold if wish["hold"] else self.release)()
        self.delay_s = wish.get("delay_s", self.delay_s)
        self.missing.update(wish.get("missing", ()))

    def report(self) -> dict[str, Any]:
        """``GET /__calls``."""
        with self._changed:
            requests = [{"model": each.model, "json": each.json} for each in self.requests]
        return {"calls": len(requests), "listings": self.listings, "requests": requests}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, fake: FakeGemini, port: int) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), (ConnectionError, ssl.SSLError)):  # clients hang up here
            super().handle_error(request, client_address)


def _listen(fake: FakeGemini, port: int) -> _Server:
    """Below 32768 a port is never taken by an outgoing connection."""
    for _ in range(50):
        try:
            return _Server(fake, port or random.SystemRandom().randrange(20_000, 32_000))
        except OSError:
            if port:
                raise
    raise OSError("no free port")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        fake, path = self.server.fake, urllib.parse.urlsplit(self.path).path
        if path == "/__calls":
            self._json(200, fake.report())
        elif path.endswith("/models"):
            fake.listings += 1
            listed = {"models": [{"name": f"models/{name}"} for name in fake.models]}
            wanted = fake.listing or Answer(body=listed)
            self._json(wanted.status, wanted.body)
        else:
            self._json(404, {"error": {"code": 404, "message": "no such page", "status": "NOT_FOUND"}})

    def do_POST(self) -> None:
        fake = self.server.fake
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/__script":
            fake.steer(json.loads(body))
            self._json(200, fake.report())
            return
        path = urllib.parse.urlsplit(self.path).path
        model = urllib.parse.unquote(path.rpartition("/")[2]).removesuffix(":generateContent")
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(model=model, path=path, json=json.loads(body or b"null"), headers=headers)
        self._answer(fake.arrived(received), received)

    def _answer(self, answer: Answer, received: Received) -> None:
        self.close_connection = True
        if answer.fault:
            getattr(self, f"_fault_{answer.fault}")(answer, received)
            return
        payload, headers = self._payload(answer, received), answer.headers
        if answer.gzip:
            payload, headers = gzip.compress(payload), {"Content-Encoding": "gzip", **headers}
        self._send(answer.status, payload, headers)

    def _payload(self, answer: Answer, received: Received) -> bytes:
        if answer.raw is not None:
            return answer.raw.encode()
        body = answer.body
        if body is None:
            number = self.server.fake.next_picture()
            body = picture_answer(received, number=number, image_base64=answer.image_base64)
        return json.dumps(body).encode()

    def _json(self, status: int, body: Any) -> None:
        self.close_connection = True
        self._send(status, json.dumps(body).encode(), {})

    def _send(self, status: int, payload: bytes, headers: dict[str, str]) -> None:
        self._head(status, {"Content-Length": str(len(payload)), **headers})
        self.wfile.write(payload)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    # Faults

    def _fault_hang(self, answer: Answer, received: Received) -> None:
        self.server.fake.stopping.wait(LONGEST_HANG_S)

    def _fault_drip(self, answer: Answer, received: Received) -> None:
        payload = self._payload(answer, received)
        self._head(answer.status, {"Content-Length": str(len(payload))})
        self._drip(payload, answer.drip_s)

    def _fault_drip_headers(self, answer: Answer, received: Received) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000, answer.drip_s)

    def _fault_endless_interim(self, answer: Answer, received: Received) -> None:
        while not self.server.fake.stopping.wait(0.001):
            self.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")

    def _fault_reset(self, answer: Answer, received: Received) -> None:
        payload = self._payload(answer, received)
        self._head(answer.status, {"Content-Length": str(len(payload))})
        self.wfile.write(payload[: len(payload) // 2])
        self._reset()

    def _fault_reset_headers(self, answer: Answer, received: Received) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
        self._reset()

    def _fault_close(self, answer: Answer, received: Received) -> None:
        self._reset()

    def _fault_redirect_loop(self, answer: Answer, received: Received) -> None:
        self._send(302, b"", {"Location": self.path})

    def _fault_giant(self, answer: Answer, received: Received) -> None:
        head = b'{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"'
        tail = b'"}}]},"finishReason":"STOP"}]}'
        self._head(200, {"Content-Length": str(len(head) + answer.stream_bytes + len(tail))})
        self.wfile.write(head)
        for start in range(0, answer.stream_bytes, 65_536):
            self.wfile.write(b"A" * min(65_536, answer.stream_bytes - start))
        self.wfile.write(tail)

    def _fault_bomb(self, answer: Answer, received: Received) -> None:
        pack = zlib.compressobj(wbits=31)
        blanks = b" " * 65_536
        payload = b"".join(pack.compress(blanks) for _ in range(answer.stream_bytes // len(blanks)))
        self._send(200, payload + pack.flush(), {"Content-Encoding": "gzip"})

    def _drip(self, payload: bytes, drip_s: float) -> None:
        for byte in payload:
            self.wfile.write(bytes([byte]))
            if self.server.fake.stopping.wait(drip_s):
                return

    def _reset(self) -> None:
        # Lingering for no time at all makes the close a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


# What a good answer looks like


def picture_answer(received: Received, *, number: int, image_base64: str = "") -> dict[str, Any]:
    """As Gemini answers: one picture in the ratio that was asked for, and what it cost."""
    config = (received.json or {}).get("generationConfig", {}).get("imageConfig", {})
    data = image_base64 or base64.b64encode(png(number, config.get("aspectRatio", "1:1"))).decode()
    part = {"inlineData": {"mimeType": "image/png", "data": data}}
    return {
        "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {
            "promptTokenCount": 12,
            "candidatesTokenCount": 1120,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
            "thoughtsTokenCount": 30,
            "totalTokenCount": 1162,
        },
        "modelVersion": received.model,
        "responseId": f"fake-{number}",
    }


def png(number: int, ratio: str = "1:1") -> bytes:
    """A small picture of 8 × 8 coloured tiles, another one for each number; longer side 320 px."""
    wide, high = (int(side) for side in ratio.split(":"))
    width, height = 320 * wide // max(wide, high), 320 * high // max(wide, high)
    chance = random.Random(number)
    bands = [[chance.randbytes(3) for _ in range(8)] for _ in range(8)]
    rows = (bands[y * 8 // height] for y in range(height))
    lines = (b"\0" + b"".join(tiles[x * 8 // width] for x in range(width)) for tiles in rows)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(lines))),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# Whom a provider asks before it calls


@dataclass
class RecordedCall:
    """One call as a provider reported it."""

    call_id: int
    asked_model: str
    charges: list[tuple[str, Usage]] = field(default_factory=list)
    error: BaseException | None = None

    def charge(self, *, model: str, usage: Usage) -> None:
        self.charges.append((model, usage))


class CallLog:
    """A `CallRecorder` that keeps its calls in memory; with ``cap``, no more than so many begin."""

    def __init__(self, *, cap: int | None = None) -> None:
        self.calls: list[RecordedCall] = []
        self._cap = cap

    @contextmanager
    def call(self, model: str) -> Iterator[RecordedCall]:
        if self._cap is not None and len(self.calls) >= self._cap:
            raise BudgetExhausted
        entry = RecordedCall(call_id=len(self.calls) + 1, asked_model=model)
        self.calls.append(entry)
        try:
            yield entry
        except BaseException as error:
            entry.error = error
            raise


def main() -> None:
    parser = argparse.ArgumentParser(description="A Gemini endpoint on the loopback for tests")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--delay", type=float, default=0.0, metavar="S", help="before every answer")
    options = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before the threads start, so that only we get them
    with FakeGemini(port=options.port) as fake:
        fake.delay_s = options.delay
        print(fake.base_url, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
