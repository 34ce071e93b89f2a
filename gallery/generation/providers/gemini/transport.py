"""The HTTP client under the SDK: bounded, without redirects, and silent about what upstream said."""

from __future__ import annotations

import ipaddress
import logging
import ssl
import urllib.request
import zlib
from collections.abc import Iterable

import httpcore2
import httpx2

from .network import AnswerTooLarge, BoundedBackend, Exchange, current_exchange


def trust_for(base_url: str) -> ssl.SSLContext:
    """The certificates that this machine trusts; none at all where no TLS is spoken."""
    if base_url.lower().startswith("https:"):
        return httpx2.create_ssl_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def bounded_client(base_url: str, trust: ssl.SSLContext) -> httpx2.Client:
    """A client for one base URL whose calls run inside `network.bounded_by` blocks.

    Redirects are not followed: the key's header would travel along to wherever they point.
    Raises ValueError or httpx2.InvalidURL for an address that is none.
    """
    url = httpx2.URL(base_url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("no http address")
    for name in ("httpx2", "httpcore2"):
        # They log addresses, answer headers and exceptions: upstream text, which can hold the key.
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx2.Client(
        transport=BoundedTransport(_pool(url, trust)),
        headers={"Accept-Encoding": "identity"},
        follow_redirects=False,
        timeout=None,
        trust_env=False,  # no .netrc; the proxies of the environment are honoured in proxy_for
    )


class BoundedTransport(httpx2.BaseTransport):
    """Reads the whole answer within the current exchange, then lets go of the connection."""

    def __init__(self, pool: httpcore2.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        exchange = current_exchange()
        answer = self._pool.handle_request(_on_the_wire(request))
        try:
            exchange.status = answer.status
            exchange.retry_after = _header(answer, b"retry-after")
            body = _whole_body(answer, exchange)
        finally:
            answer.close()
        # No other header goes on: a charset of "zlib", say, would make the client unpack a bomb.
        return httpx2.Response(answer.status, headers={"Content-Type": "application/json"}, content=body)

    def close(self) -> None:
        self._pool.close()


def _pool(base_url: httpx2.URL, trust: ssl.SSLContext) -> httpcore2.ConnectionPool:
    """New connections only: a kept one that died fails after sending, where we may not try again."""
    proxy = proxy_for(base_url)
    return httpcore2.ConnectionPool(
        ssl_context=trust,
        proxy=None if proxy is None else httpcore2.Proxy(str(proxy.url), auth=proxy.raw_auth),
        max_connections=None,
        max_keepalive_connections=0,
        network_backend=BoundedBackend(),
    )


def proxy_for(base_url: httpx2.URL) -> httpx2.Proxy | None:
    """As HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say; never for this machine itself."""
    found = urllib.request.getproxies()
    address = found.get(base_url.scheme) or found.get("all")
    if not address or _is_loopback(base_url.host) or urllib.request.proxy_bypass(base_url.host):
        return None
    return httpx2.Proxy(address if "://" in address else f"http://{address}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _on_the_wire(request: httpx2.Request) -> httpcore2.Request:
    assert isinstance(request.stream, Iterable)
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
    )


def _header(answer: httpcore2.Response, name: bytes) -> str:
    for key, value in answer.headers:
        if key.lower() == name:
            return value.decode("ascii", errors="replace")
    return ""


def _whole_body(answer: httpcore2.Response, exchange: Exchange) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
    if _header(answer, b"content-encoding").strip().lower() in ("", "identity"):
        return bytes(body)
    return _unpacked(body, exchange.max_bytes)


def _unpacked(body: bytearray, max_bytes: int) -> bytes:
    """We ask for no packing; a proxy between may pack all the same (gzip or deflate)."""
    unpack = zlib.decompressobj(wbits=47)  # 32 + 15: tells gzip and zlib apart by their heads
    plain = unpack.decompress(body, max_bytes + 1)
    if len(plain) > max_bytes:
        raise AnswerTooLarge
    return plain
