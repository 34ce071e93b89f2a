"""manage.py demo [--remove]"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.commandline import ExactCommand
from dndimages.errors import DndImagesError
from scenes import demo
from scenes.campaign import CAMPAIGN, PIECES


class Command(ExactCommand):
    help = (
        f"Paint a sample campaign ({CAMPAIGN}) with the built-in painter: it costs nothing, whatever "
        "provider is configured. Run twice it adds nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="move its pictures to the trash")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            line = self._remove() if options["remove"] else self._paint()
        except DndImagesError as error:
            raise CommandError(error.message) from None
        self.stdout.write(line)

    def _remove(self) -> str:
        moved = demo.remove(now=timezone.now())
        return (
            f"Moved {_pictures(moved)} of the demo to the trash." if moved else "There is no demo to remove."
        )

    def _paint(self) -> str:
        done = Counter[demo.Act]()
        for act in demo.paint_all(caller=Caller("command")):
            done[act] += 1
            self._show(done.total())
        told = [f"{act} {_pictures(done[act])}" for act in (demo.Act.PAINTED, demo.Act.RESTORED) if done[act]]
        if not told:
            return "The demo is there already; nothing was added."
        there = f" ({done[demo.Act.THERE]} were there already)" if done[demo.Act.THERE] else ""
        return f"{' and '.join(told)}{there}.".capitalize()

    def _show(self, number: int) -> None:
        """A bar for a person who watches."""
        if not self.stderr.isatty():
            return
        width = 30
        filled = width * number // len(PIECES)
        end = "\r\033[K" if number == len(PIECES) else ""
        bar = f"\r[{'#' * filled}{'.' * (width - filled)}] {number}/{len(PIECES)}{end}"
        self.stderr.write(bar, ending="")
        self.stderr.flush()


def _pictures(number: int) -> str:
    return f"{number} picture{'' if number == 1 else 's'}"
