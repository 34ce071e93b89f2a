"""manage.py worker: makes the pictures that nobody waits for, and sweeps up after the dead."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gallery.generation.worker import Worker

log = logging.getLogger("gallery.worker")


class Command(BaseCommand):
    help = "Run queued generations and bring home what killed processes left, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="pictures made at once")
        parser.add_argument("--once", action="store_true", help="do what is there, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        worker = Worker(threads=options["threads"], stop=stop)
        if options["once"]:
            self.stdout.write(f"Ran {worker.run_once()} jobs.")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run()
