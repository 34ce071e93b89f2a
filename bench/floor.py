"""The floor: a WSGI application that only says hello, on the service's own server and settings."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

from dndimages.listening import listen
from dndimages.server import serve
from dndimages.tests.service import eventually, free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = b'{"hello":"world"}'


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return [BODY]


@contextmanager
def running() -> Iterator[str]:
    """The floor in a process of its own; gives its URL."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.floor", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: urlopen(url, timeout=5).status == 200, 30)
        yield url
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    serve(hello, listen("127.0.0.1", int(sys.argv[1])))
