"""Sockets that keep one total deadline and one limit of bytes.

The SDK's timeout counts from each read anew, so a server that trickles a byte now and then outlives
it. Here every connect, handshake, write and read gets only what is left of one `Exchange`.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore2

#: Connecting and shaking hands take well under a second; waiting longer finds no better server.
CONNECT_S = 10.0


class AnswerTooLarge(Exception):
    """More bytes came than one answer may have."""


class CertificateRefused(Exception):
    """Nobody that we trust vouches for the server: trying again changes nothing."""


@dataclass(kw_only=True)
class Exchange:
    """One request and its answer: what they may take, and how far they came."""

    deadline: float  # time.monotonic()
    max_bytes: int  # of the answer, as it travels and unpacked
    sent: bool = False  # our request went out: from here on it may cost money
    received_bytes: int = 0
    status: int | None = None  # of the answer, once its head was whole
    retry_after: str = ""  # the answer's header, as it came

    def left_s(self, timeout: type[Exception]) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise timeout("deadline")
        return left

    def expired(self) -> bool:
        # A socket's timeout may fire a hair before the clock agrees.
        return time.monotonic() >= self.deadline - 0.05

    def count(self, size: int) -> None:
        self.received_bytes += size
        if self.received_bytes > self.max_bytes:
            raise AnswerTooLarge


_current: ContextVar[Exchange] = ContextVar("gemini_exchange")


def current_exchange() -> Exchange:
    return _current.get()


@contextmanager
def bounded_by(exchange: Exchange) -> Iterator[None]:
    """What this thread sends within the block is bounded by ``exchange``."""
    token = _current.set(exchange)
    try:
        yield
    finally:
        _current.reset(token)


class BoundedStream(httpcore2.NetworkStream):
    """A connection that belongs to one exchange."""

    def __init__(self, stream: httpcore2.NetworkStream, exchange: Exchange) -> None:
        self._stream = stream
        self._exchange = exchange

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, timeout=self._exchange.left_s(httpcore2.ReadTimeout))
        self._exchange.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._exchange.sent = True
        self._stream.write(buffer, timeout=self._exchange.left_s(httpcore2.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        # Through a proxy something was written before, but not yet the request.
        self._exchange.sent = False
        left = min(CONNECT_S, self._exchange.left_s(httpcore2.ConnectTimeout))
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, left)
        except httpcore2.ConnectError as exc:
            if isinstance(exc.__cause__, ssl.SSLCertVerificationError):
                raise CertificateRefused from None
            raise
        return BoundedStream(secured, self._exchange)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class BoundedBackend(httpcore2.NetworkBackend):
    """Opens connections for the exchange that is under way in this thread."""

    def __init__(self) -> None:
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        exchange = current_exchange()
        failure: Exception = httpcore2.ConnectError("no address")
        for address in _addresses(host, port, timeout_s=_connect_left_s(exchange)):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, _connect_left_s(exchange), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as exc:
                failure = exc
            else:
                return BoundedStream(stream, exchange)
        raise failure


def _connect_left_s(exchange: Exchange) -> float:
    return min(CONNECT_S, exchange.left_s(httpcore2.ConnectTimeout))


def _addresses(host: str, port: int, *, timeout_s: float) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    # getaddrinfo knows no timeout. A thread asks; if it is late we go on without it, and it ends
    # at the resolver's own limit.
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_resolve, args=(host, port, answer), daemon=True).start()
    try:
        found = answer.get(timeout=timeout_s)
    except queue.Empty:
        raise httpcore2.ConnectTimeout("name lookup") from None
    if isinstance(found, OSError):
        raise httpcore2.ConnectError("name lookup")
    return found


def _resolve(host: str, port: int, answer: queue.SimpleQueue[list[str] | OSError]) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a label that no resolver takes
        answer.put(OSError("bad name"))
    except OSError as exc:
        answer.put(exc)
    else:
        answer.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
