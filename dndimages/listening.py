"""Taking the port: at once and for real, or one sentence that says why not."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any


class CannotListen(Exception):
    """The address cannot be had; the message is one sentence for the person at the terminal."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that already listen, one for each address of ``host``; raises `CannotListen`.

    They listen at once since two that are only bound may share a port: the second start would fail
    late, after it has changed things. Clients wait in the queue until `serve` answers them.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise CannotListen(f"the host name {host!r} (HOST) is not known on this machine") from None
    sockets: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((entry[0], entry[4]) for entry in found):
            sockets.append(_listening(family, address))
    except OSError as error:
        for sock in sockets:
            sock.close()
        raise CannotListen(_why_not(error, host, port)) from None
    return sockets


def _listening(family: socket.AddressFamily, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Else IPv4 clients come as ::ffff:…, and a rate limit by /64 would count them as one.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
        sock.listen(1024)
    except OSError:
        sock.close()
        raise
    return sock


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; stop what uses it, or choose another: PORT={_other(port)}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} needs more rights than this user has; choose one from 1024 up, such as PORT=8000"
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{host} (HOST) is no address of this machine; use 127.0.0.1, or 0.0.0.0 for all"
    return f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}"


def _other(port: int) -> int:
    return port + 1 if port < 65535 else 8000
