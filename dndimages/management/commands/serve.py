"""manage.py serve: the whole service in one command, ended by Ctrl-C."""

from __future__ import annotations

import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection, connections

from dndimages.commandline import ExactCommand
from dndimages.dispatcher import TURN_S
from dndimages.listening import CannotListen, listen
from dndimages.server import THREADS, serve
from dndimages.startup import CannotPrepare, prepare
from dndimages.workerprocess import WorkerProcess


class Command(ExactCommand):
    help = "Prepare the data folder, then serve pages, API and pictures, with the background worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (PORT)")
        parser.add_argument(
            "--no-worker", action="store_true", help="another process runs `manage.py worker`"
        )
        parser.add_argument("--threads", type=int, default=THREADS, help="most requests in work at once")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_nonsense(port=options["port"], threads=options["threads"])
        try:
            # First of all: a start that cannot have its port shall change nothing.
            sockets = listen(options["host"], options["port"])
            prepare()
        except (CannotListen, CannotPrepare) as error:
            sys.exit(f"dndimages cannot start: {error}")
        except KeyboardInterrupt:
            sys.exit(130)
        self._welcome(options["host"], options["port"])
        _serve(sockets, threads=options["threads"], with_worker=not options["no_worker"])

    def _welcome(self, host: str, port: int) -> None:
        url = settings.PUBLIC_BASE_URL or f"http://{_shown(host)}:{port}"
        self.stdout.write(
            f"\ndndimages is ready: {url}/\n  API documentation: {url}/docs\n"
            f"  Administration:    {url}/admin/\nStop it with Ctrl-C.\n"
        )
        self.stdout.flush()


def _refuse_nonsense(*, port: int, threads: int) -> None:
    if not 1 <= port <= 65535:
        raise CommandError("--port must be a whole number from 1 to 65535", returncode=2)
    if threads < 1:
        raise CommandError("--threads must be a whole number from 1 up", returncode=2)


def _shown(host: str) -> str:
    if host in ("127.0.0.1", "0.0.0.0", "::", "::1"):  # noqa: S104 - shown, not listened on
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _serve(sockets: list[socket.socket], *, threads: int, with_worker: bool) -> None:
    # Imported late: whitenoise looks once, when the application is made, at what was collected.
    from dndimages.wsgi import application

    connections.close_all()  # this thread only turns the loop from here on
    serve(
        application,
        sockets,
        threads=threads,
        # PostgreSQL is another process, which is waited for at each query: meanwhile others go on.
        turn_s=TURN_S if connection.vendor == "sqlite" else 0.0,
        behind_proxy=settings.TRUSTED_PROXIES > 0,
        companion=WorkerProcess() if with_worker else None,
        on_thread_end=connections.close_all,
    )
