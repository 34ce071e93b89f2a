"""The web server of the one command: waitress, with threads on demand and an orderly end.

Waitress drops what is in flight when it is told to stop. `serve` runs its loop itself instead: on
SIGINT, SIGTERM or SIGHUP nothing new is accepted, every request that has begun gets its answer,
then the connections close. docs/decisions/0002-server.md says why this server.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import partial
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask

from dndimages import logging as our_logging
from dndimages.dispatcher import TURN_S, ElasticDispatcher
from dndimages.polling import Connections

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger("dndimages.server")
access_log = logging.getLogger("dndimages.access")

THREADS = 128  # the most requests in work at once; threads start on demand
DRAIN_S = 25.0  # seconds that requests in flight get to finish; below the 30 s of most supervisors
MOST_BODY_BYTES = 80 * 2**20  # an import of 64 MB with room for its envelope; Django limits the rest
MOST_CONNECTIONS = 1000
IDLE_CONNECTION_S = 75  # longer than the 60 s for which proxies keep theirs
LINGER_S = 5.0  # how long a refused client's remaining bytes are read and dropped
FRESH_S = 0.3  # a connection this young may have its first request on the way


class Companion(Protocol):
    """A process that lives and ends with the server, such as the background worker."""

    def tick(self) -> None: ...

    def stop(self) -> None: ...

    def is_gone(self) -> bool: ...

    def kill(self) -> None: ...


# ── What waitress gets told ──────────────────────────────────────────────────────────────────────
class _AnswerTask(WSGITask):
    def build_response_header(self) -> bytes:
        if not self.channel.server.accepting:
            self.set_close_on_finish()  # we are going: the client shall not send its next one here
        if self.has_body or self.close_on_finish or self._client_closes():
            return super().build_response_header()
        # A 204 or 304 ends with its headers; waitress would close for want of a length.
        header = super().build_response_header()
        self.close_on_finish = False
        return header.replace(b"Connection: close\r\n", b"", 1)

    def _client_closes(self) -> bool:
        return (
            self.version != "1.1" or cast(Any, self.request).headers.get("CONNECTION", "").lower() == "close"
        )


class _RefusalTask(ErrorTask):
    """What waitress refuses before Django sees it, in the one error shape of the contract."""

    def execute(self) -> None:
        error: Any = cast(Any, self.request).error
        request_id = uuid.uuid4().hex
        _log_refusal(error.code, request_id)
        body = refusal_body(error.code, request_id)
        self.status = f"{error.code} {error.reason}"
        cast("list[tuple[str, str]]", self.response_headers).extend(
            [("Content-Type", "application/json"), ("X-Request-ID", request_id)]
        )
        self.set_close_on_finish()
        cast(_Channel, self.channel).lingers = True
        self.content_length = len(body)
        self.write(body)


_REFUSALS = {
    400: ("invalid", "The request is not valid HTTP"),
    413: ("too_large", "The request body is too large"),
    431: ("too_large", "The request headers are too large"),
    501: ("invalid", "This transfer encoding is not supported"),
}


def _log_refusal(code: int, request_id: str) -> None:
    context = copy_context()
    context.run(our_logging.request_id.set, request_id)
    context.run(access_log.info, "refused %d", code, extra={"fields": {"status": code}})


def refusal_body(code: int, request_id: str) -> bytes:
    """The contract's error shape for HTTP status ``code``, as JSON."""
    kind, message = _REFUSALS.get(code, ("internal", "Internal server error"))
    detail = {"message": message, "kind": kind}
    shape = {"status": "error", "code": code, "message": message, "detail": detail, "request_id": request_id}
    return json.dumps(shape).encode()


_serving = threading.local()  # .channel: whose request this thread answers


class _Channel(HTTPChannel):
    task_class = _AnswerTask
    error_task_class = _RefusalTask
    lingers = False  # true after a refusal: the client may still be sending
    lingers_until = 0.0

    def service(self) -> None:
        _serving.channel = self
        try:
            super().service()
        finally:
            _serving.channel = None

    def is_idle(self, now: float) -> bool:
        """Nothing read, in work or to be sent, and not just opened."""
        busy = self.requests or self.request is not None or self.total_outbufs_len or self.close_when_flushed
        return not busy and now - self.last_activity > FRESH_S

    def handle_close(self) -> None:
        if self.lingers and self.connected and not self.lingers_until and self.socket is not None:
            self._half_close(self.socket)
        else:
            super().handle_close()

    def _half_close(self, sock: socket.socket) -> None:
        # Closing with unread bytes sends a reset, and that throws away the answer on its way to the
        # client, who would see "connection reset" in place of "the body is too large".
        self.lingers_until = time.time() + LINGER_S
        self.will_close = False
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            super().handle_close()

    def handle_read(self) -> None:
        if not self.lingers_until:
            super().handle_read()
        elif not self.recv(self.adj.recv_bytes) or time.time() > self.lingers_until:
            super().handle_close()


def room_for_connections(threads: int) -> int:
    """How many connections the open-file limit allows, after raising that as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384
    if soft != resource.RLIM_INFINITY and soft < wanted:
        aim = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (aim, hard))
            soft = aim
        except (OSError, ValueError):
            logger.debug("the open-file limit stays at %s", soft)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    # A thread may hold database and cache files; a connection is a socket and two spill files at most.
    return max(20, min(MOST_CONNECTIONS, (soft - 64 - 4 * threads) // 3))


# ── Serving ──────────────────────────────────────────────────────────────────────────────────────
class StopSignals:
    """Counts SIGINT, SIGTERM and SIGHUP inside its ``with`` block; ``wake`` interrupts a poll."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self.count = 0
        self._wake = wake
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before = signal.getsignal(number)
            if number == signal.SIGHUP and before == signal.SIG_IGN:
                continue  # nohup
            self._before[number] = before
            signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        self._wake()


class Server:
    """waitress on sockets that listen already; the caller turns its loop."""

    def __init__(
        self,
        app: WSGIApplication,
        sockets: Sequence[socket.socket],
        *,
        threads: int = THREADS,
        behind_proxy: bool = False,
        turn_s: float = TURN_S,
        on_thread_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._map = Connections()
        self.dispatcher = ElasticDispatcher(threads, turn_s=turn_s, on_thread_end=on_thread_end)
        create_server(
            app,
            map=cast(Any, self._map),
            _dispatcher=cast(Any, self.dispatcher),
            sockets=list(sockets),
            ident="dndimages",
            asyncore_use_poll=True,
            connection_limit=room_for_connections(threads),
            channel_timeout=IDLE_CONNECTION_S,
            cleanup_interval=10,
            recv_bytes=65_536,
            max_request_body_size=MOST_BODY_BYTES,
            clear_untrusted_proxy_headers=not behind_proxy,
            expose_tracebacks=False,
            log_socket_errors=False,
        )
        self._listeners = [item for item in self._map.values() if isinstance(item, BaseWSGIServer)]
        self._map.listeners = self._listeners
        for listener in self._listeners:
            listener.channel_class = _Channel
            listener.pull_trigger = partial(self._woken, listener.pull_trigger)  # type: ignore[method-assign]  # told whom it is about

    def _woken(self, wake: Callable[[], object]) -> None:
        """A thread has something new for the loop, of the connection that it serves."""
        if channel := getattr(_serving, "channel", None):
            self._map.changed(channel)
        wake()

    def turn(self, timeout_s: float) -> None:
        """Wait up to ``timeout_s`` for something to happen, and handle it."""
        self._map.turn(timeout_s)
        self.dispatcher.look_again()

    def wake(self) -> None:
        """End a `turn` that waits; callable from a signal handler and from any thread."""
        self._listeners[0].pull_trigger()

    def stop_accepting(self) -> None:
        """Take in who already stands in the queue, then close the door; the port is free."""
        for listener in self._listeners:
            known = -1
            while known != len(self._map) and len(self._map) < listener.adj.connection_limit:
                known = len(self._map)
                listener.handle_accept()
            wasyncore.dispatcher.close(listener)  # listener.close() would close the threads' wake-up pipe too

    def close_idle(self) -> int:
        """Close connections on which nothing happens; how many are left."""
        now = time.time()
        channels = [item for item in self._map.values() if isinstance(item, _Channel)]
        for channel in channels:
            if channel.is_idle(now):
                channel.handle_close()
        return sum(isinstance(item, _Channel) for item in self._map.values())

    def close(self) -> None:
        self.dispatcher.shutdown()
        wasyncore.close_all(cast(Any, self._map), ignore_all=True)


def serve(
    app: WSGIApplication,
    sockets: Sequence[socket.socket],
    *,
    threads: int = THREADS,
    behind_proxy: bool = False,
    drain_s: float = DRAIN_S,
    turn_s: float = TURN_S,
    companion: Companion | None = None,
    on_thread_end: Callable[[], object] = lambda: None,
) -> bool:
    """Answer requests until told to stop, then drain; True when everyone got an answer.

    SIGINT, SIGTERM and SIGHUP drain for up to ``drain_s`` seconds; a second one ends it at once.
    ``turn_s`` is for the dispatcher. ``behind_proxy`` lets X-Forwarded-… through to the application. Call it in the main thread.
    """
    server = Server(
        app, sockets, threads=threads, behind_proxy=behind_proxy, turn_s=turn_s, on_thread_end=on_thread_end
    )
    with StopSignals(server.wake) as signals:
        try:
            while not signals.count:
                if companion is not None:
                    companion.tick()
                server.turn(1.0)
            return _drain(server, signals, companion, time.monotonic() + drain_s)
        finally:
            if companion is not None:
                companion.kill()
            server.close()


def _drain(server: Server, signals: StopSignals, companion: Companion | None, deadline: float) -> bool:
    server.stop_accepting()
    if companion is not None:
        companion.stop()
    while signals.count < 2 and time.monotonic() < deadline:
        left = server.close_idle()
        if not left and (companion is None or companion.is_gone()):
            return True
        server.turn(0.05)
    left = server.close_idle()
    if left:
        logger.warning("stopped with %d request(s) unanswered", left)
    return not left
