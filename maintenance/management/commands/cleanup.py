"""manage.py cleanup [--scenes] [--trash] [--spool] [--jobs] [--logs] [--runs] [--dry-run] [--force]"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.template.defaultfilters import filesizeformat

from dndimages.errors import DndImagesError
from maintenance import cleanup, refusals
from maintenance.progress import ProgressBar
from maintenance.runs import CronCommand, Outcome

_HELP = {
    "scenes": "expired scenes that no longer serve as a spare (SPARE_SCENE_DAYS)",
    "trash": "pictures longer in the trash than BACKUP_RETENTION_DAYS, for good",
    "spool": "bytes of pictures that are made",
    "jobs": "jobs that ended longer ago than IDEMPOTENCY_HOURS",
    "logs": "generation log older than LOG_RETENTION_DAYS",
    "runs": "record of commands older than 90 days",
}
#: Part → words before and after its number: done, and what would be done.
_WORDS = {
    "trash": ("purged", "purge", "image"),
    "scenes": ("expired", "expire", "scene"),
    "spool": ("cleared", "clear", "spooled job"),
    "jobs": ("forgot", "forget", "job"),
    "logs": ("dropped", "drop", "log row"),
    "runs": ("dropped", "drop", "command run"),
}


class Command(CronCommand):
    help = "Remove what is old: all parts, or those that are named. Safe while the service runs."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, what in _HELP.items():
            parser.add_argument(f"--{name}", action="store_true", help=what)
        parser.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
        parser.add_argument(
            "--force", action="store_true", help="also when much would go, or the clock looks wrong"
        )

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        parts = [name for name in cleanup.PARTS if options[name]] or list(cleanup.PARTS)
        if options["dry_run"]:
            return self._tried(now=now, parts=parts, force=options["force"])
        bar = ProgressBar(self.stderr)
        on_step = bar if bar.is_watched else None
        knows_until = refusals.future_known(now=now) if options["force"] else None
        gone = cleanup.clean(now=now, parts=parts, force=options["force"], on_step=on_step)
        return Outcome(_line(gone, parts), knows_until=knows_until)

    def _tried(self, *, now: datetime, parts: list[str], force: bool) -> Outcome:
        """Ends as the real run would, but says what would go first."""
        line = _line(cleanup.plan(now=now, parts=parts), parts, would=True)
        try:
            cleanup.refuse_unsafe(now=now, parts=parts, force=force)
        except DndImagesError:
            self.stdout.write(line)
            raise
        return Outcome(line)


def _line(tally: cleanup.Tally, parts: list[str], *, would: bool = False) -> str:
    told = ", ".join(_phrase(name, tally, would=would) for name in _WORDS if name in parts)
    return f"Would {told}." if would else f"{told[0].upper()}{told[1:]}."


def _phrase(name: str, tally: cleanup.Tally, *, would: bool) -> str:
    done, to_do, noun = _WORDS[name]
    number = tally[name]
    size = f" ({_size(tally['bytes'])})" if name == "trash" and number else ""
    return f"{to_do if would else done} {number:,} {noun}{'' if number == 1 else 's'}{size}"


def _size(number: int) -> str:
    return filesizeformat(number).replace("\xa0", " ")
