"""manage.py import_localstorage FILE|- [--dry-run] [--json]"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError, CommandParser

from dndimages.errors import Invalid, NotJson
from maintenance import carrying
from maintenance.exitcodes import ExitCode
from maintenance.localstorage.report import Report
from maintenance.progress import ProgressBar
from maintenance.runs import CronCommand, Outcome

_MOST_TOLD = 100  # entries named on stderr; --json has all


class Command(CronCommand):
    help = "Import the pictures of a browser's localStorage, or an archive of manage.py export."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a dump or a zip; - reads standard input")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be imported")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON on stdout")

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        bar = ProgressBar(self.stderr)
        on_step = (lambda done, total: bar("import", done, total)) if bar.is_watched else None
        with _opened(options["file"]) as file, _said_of_a_file(options["file"]):
            report = carrying.take(file, now=now, dry_run=options["dry_run"], on_step=on_step)
        line = json.dumps(report.as_json(with_entries=True)) if options["json"] else _line(report)
        if not options["json"]:
            self._tell_notes(report)
        return Outcome(line, _problems(report))

    def _tell_notes(self, report: Report) -> None:
        for key, note in report.notes[:_MOST_TOLD]:
            self.stderr.write(_plain(f"{key}: {note}"))


def _opened(name: str) -> AbstractContextManager[IO[bytes]]:
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}", returncode=ExitCode.USAGE) from None


@contextmanager
def _said_of_a_file(name: str) -> Iterator[None]:
    """The same errors as of a request, in the words of somebody who brings a file."""
    what = _plain("standard input" if name == "-" else name)
    try:
        yield
    except NotJson:
        wrong = "is empty" if _is_empty(name) else "is no JSON, or was cut off"
        raise CommandError(f"{what} {wrong}; nothing was imported", returncode=ExitCode.REFUSED) from None
    except Invalid as error:
        if [place["loc"] for place in error.detail["errors"]] != [["body"]]:
            raise
        why = f"{what} holds JSON, but not the object that a dump is; nothing was imported"
        raise CommandError(why, returncode=ExitCode.REFUSED) from None


def _is_empty(name: str) -> bool:
    return name != "-" and Path(name).is_file() and Path(name).stat().st_size == 0


def _line(report: Report) -> str:
    imported = f"{'Would import' if report.dry_run else 'Imported'} {_number(report.scenes, 'scene')}"
    parts = [f"{imported} and {_number(report.items, 'item picture')} ({report.size_bytes / 1048576:.1f} MB)"]
    parts.append(f"{report.skipped:,} already here")
    if report.restored:
        parts.append(f"{report.restored:,} of the imported from the trash")
    parts.append(_number(len(report.errors), "error"))
    return f"{', '.join(parts)}; {_number(report.ignored, 'other key')} ignored."


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _problems(report: Report) -> list[str]:
    told = [_plain(f"{key}: {reason}") for key, reason in report.errors]
    more = len(told) - _MOST_TOLD
    return told if more <= 0 else [*told[:_MOST_TOLD], f"… and {more:,} more; --json names all"]


def _plain(text: str) -> str:
    """On one line, without what could move a terminal's cursor."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
