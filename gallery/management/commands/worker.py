"""manage.py worker: makes the pictures that nobody waits for, and sweeps up after the dead."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandParser

from dndimages.access.management.plainly import missing_database, said_plainly
from dndimages.commandline import ExactCommand
from dndimages.living import live
from dndimages.plural import counted
from gallery.generation.worker import Worker

log = logging.getLogger("gallery.worker")


class Command(ExactCommand):
    help = "Run queued generations and bring home what killed processes left, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="pictures made at once")
        parser.add_argument("--once", action="store_true", help="do what is there, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            return self._once(options["threads"])
        stop = threading.Event()
        _on_signals(sys.exit)  # said, for the first process of a container: it has no default
        _wait_for_database()
        live()  # waits for a restore
        _on_signals(stop.set)
        Worker(threads=options["threads"], stop=stop).run()

    def _once(self, threads: int) -> None:
        with said_plainly():
            live()
            number = Worker(threads=threads, stop=threading.Event()).run_once()
        self.stdout.write(f"Ran {counted(number, 'job')}.")


def _on_signals(act: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: act())


def _wait_for_database() -> None:
    """The first start of the service makes the SQLite file; a worker that looks too early must not."""
    told = False
    while missing := missing_database():
        if not told:
            log.warning("The worker waits: %s", missing)
        told = True
        time.sleep(0.5)
