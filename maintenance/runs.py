"""Commands for cron: each run is recorded, says one line, and ends with a code that means something.

    class Command(CronCommand):
        help = "…"

        def act(self, *, now: datetime, **options: Any) -> Outcome:
            return Outcome("Purged 12 images (3.4 MB).")

0: done. 1: done, and a problem was found (`Outcome.problems`), or it failed. 2: called wrongly. 3:
refused, nothing was done (raise an error of our tree). The result stands on stdout, everything that
went wrong on stderr: a crontab line with ``>/dev/null`` mails failures only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from dndimages.access.management.plainly import said_plainly
from dndimages.errors import DndImagesError
from dndimages.logging import redact
from maintenance.exitcodes import ExitCode
from maintenance.models import CommandRun

log = logging.getLogger("maintenance.runs")
LONGEST_LINE = 500


@dataclass(frozen=True)
class Outcome:
    """What a run came to: one line of result, and what is wrong, if anything."""

    line: str
    problems: Sequence[str] = ()


class CronCommand(BaseCommand):
    """A command that cron runs. ``act`` does the work and gives its `Outcome`.

    A run with ``--dry-run``, where a command knows that option, changes nothing and is not recorded.
    """

    _arguments: Sequence[str] = ()

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        raise NotImplementedError

    def run_from_argv(self, argv: list[str]) -> None:
        self._arguments = argv[2:]
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        run = None if options.get("dry_run") else _begin(self._name(), self._arguments, now=timezone.now())
        try:
            outcome = self._acted(options)
        except BaseException as error:
            _end(run, _code_of(error), _told(error))
            raise
        self.stdout.write(outcome.line)
        _end(run, ExitCode.PROBLEM if outcome.problems else ExitCode.OK, outcome.line)
        if outcome.problems:
            raise CommandError("\n".join(outcome.problems), returncode=ExitCode.PROBLEM)

    def _acted(self, options: dict[str, Any]) -> Outcome:
        try:
            with said_plainly():
                return self.act(now=timezone.now(), **options)
        except DndImagesError as error:
            raise CommandError(error.message, returncode=ExitCode.REFUSED) from error

    def _name(self) -> str:
        return type(self).__module__.rpartition(".")[2]


def _code_of(error: BaseException) -> int:
    if isinstance(error, CommandError):
        return error.returncode
    return ExitCode.INTERRUPTED if isinstance(error, KeyboardInterrupt) else ExitCode.PROBLEM


def _told(error: BaseException) -> str:
    """Foreseen errors have a sentence; of others the log and stderr have the rest."""
    return str(error) if isinstance(error, CommandError) else type(error).__name__


# ── The record ───────────────────────────────────────────────────────────────────────────────────


def _begin(command: str, arguments: Sequence[str], *, now: datetime) -> CommandRun | None:
    try:
        with transaction.atomic():
            return CommandRun.objects.create(
                command=command, arguments=_one_line(" ".join(arguments)), started_at=now
            )
    except DatabaseError as error:
        log.warning("The run of %s is not recorded: %s", command, type(error).__name__)
        return None


def _end(run: CommandRun | None, code: int, said: str) -> None:
    if run is None:
        return
    try:
        with transaction.atomic():
            CommandRun.objects.filter(pk=run.pk).update(
                finished_at=timezone.now(), exit_code=code, line=_one_line(said)
            )
    except DatabaseError as error:
        log.warning("The end of %s is not recorded: %s", run.command, type(error).__name__)


def _one_line(text: str) -> str:
    """Without secrets and control characters, short enough for its column."""
    words = "".join(char if char.isprintable() else " " for char in redact(text)).split()
    line = " ".join(words)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


@dataclass(frozen=True)
class LastRun:
    """The newest run of a command, as of now. ``exit_code`` None: it still runs, or was killed."""

    command: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    line: str
    age_s: float  # since it started


def last_runs(*, now: datetime) -> list[LastRun]:
    """The newest run of each command, by name. One query."""
    found = CommandRun.objects.latest_of_each().order_by("command", "pk")
    return [
        LastRun(
            command=run.command,
            started_at=run.started_at,
            finished_at=run.finished_at,
            exit_code=run.exit_code,
            line=run.line,
            age_s=(now - run.started_at).total_seconds(),
        )
        for run in found
    ]
