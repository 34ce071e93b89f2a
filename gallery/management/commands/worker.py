"""manage.py worker: makes the pictures that nobody waits for, and sweeps up after the dead."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import CommandParser

from dndimages.access.management.plainly import said_plainly
from dndimages.commandline import ExactCommand
from dndimages.living import live
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
        live()
        stop = threading.Event()
        worker = Worker(threads=options["threads"], stop=stop)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run()

    def _once(self, threads: int) -> None:
        with said_plainly():
            live()
            number = Worker(threads=threads, stop=threading.Event()).run_once()
        self.stdout.write(f"Ran {number:,} job{'' if number == 1 else 's'}.")
