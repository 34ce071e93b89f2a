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
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from dndimages.access.management.plainly import missing_database, said_plainly
from dndimages.commandline import ExactCommand
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
    #: Up to when a forced run has seen rows that are dated in the future.
    knows_until: datetime | None = None


class CronCommand(ExactCommand):
    """A command that cron runs. ``act`` does the work and gives its `Outcome`.

    A run with ``--dry-run``, where a command knows that option, changes nothing and is not recorded.
    """

    needs_database = True  # else it is run, and not recorded, when the database's file is not there
    _arguments: Sequence[str] = ()

    def is_recorded(self, options: dict[str, Any]) -> bool:
        return not options.get("dry_run")

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        raise NotImplementedError

    def run_from_argv(self, argv: list[str]) -> None:
        self._arguments = argv[2:]
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        missing = missing_database()
        if missing and self.needs_database:
            raise CommandError(missing, returncode=ExitCode.PROBLEM)
        is_recorded = self.is_recorded(options) and not missing
        run = _begin(self._name(), self._arguments, now=timezone.now()) if is_recorded else None
        try:
            outcome = self._acted(options)
        except BaseException as error:
            _end(run, _code_of(error), _told(error))
            raise
        self.stdout.write(outcome.line)
        code = ExitCode.PROBLEM if outcome.problems else ExitCode.OK
        _end(run, code, " ".join([outcome.line, *outcome.problems]), knows_until=outcome.knows_until)
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


def _end(run: CommandRun | None, code: int, said: str, *, knows_until: datetime | None = None) -> None:
    if run is None:
        return
    try:
        with transaction.atomic():
            # Only its own row: a restore may have put another run under this number.
            mine = CommandRun.objects.filter(pk=run.pk, command=run.command, started_at=run.started_at)
            mine.update(
                finished_at=timezone.now(), exit_code=code, line=_one_line(said), knows_until=knows_until
            )
    except DatabaseError as error:
        log.warning("The end of %s is not recorded: %s", run.command, type(error).__name__)


def _one_line(text: str) -> str:
    """Without secrets and control characters, short enough for its column."""
    words = "".join(char if char.isprintable() else " " for char in redact(text)).split()
    line = " ".join(words)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


#: A backup of a large gallery takes hours; nothing takes this long.
LONGEST_RUN = timedelta(hours=12)


@dataclass(frozen=True)
class Ended:
    """How a run ended; its age since it started."""

    exit_code: int
    line: str
    age_s: float


@dataclass(frozen=True)
class LastRun:
    """The newest run of a command, as of now. ``exit_code`` None: it still runs, or was killed.

    ``ended``: the newest run that ended, often the same; None when none ever did. ``open_s``: since the
    first run after that one began, none of which has ended; None when the newest one did. ``was_killed``:
    one of these can no longer be at work, since a later one began or it began too long ago.
    """

    command: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    line: str
    age_s: float  # since it started
    ended: Ended | None
    open_s: float | None
    was_killed: bool

    @property
    def done_age_s(self) -> float:
        """Since the newest run that ended started; when none ever did, since the first one did."""
        return self.ended.age_s if self.ended is not None else self.open_s or self.age_s


def last_runs(*, now: datetime) -> list[LastRun]:
    """The newest run of each command, by name. One query."""
    found: dict[str, list[CommandRun]] = {}
    for run in CommandRun.objects.latest_of_each_kind().order_by("command", "pk"):
        found.setdefault(run.command, []).append(run)
    return [_last(runs, now) for runs in found.values()]


def _last(runs: Sequence[CommandRun], now: datetime) -> LastRun:
    """From the newest one that ended, the first one after it, and the newest one, as far as there are."""
    newest = runs[-1]
    ended = next((run for run in runs if run.exit_code is not None), None)
    first_open = next((run for run in runs if run.exit_code is None), None)
    open_s = _age_s(first_open, now) if first_open is not None else None
    too_long = open_s is not None and open_s > LONGEST_RUN.total_seconds()
    return LastRun(
        command=newest.command,
        started_at=newest.started_at,
        finished_at=newest.finished_at,
        exit_code=newest.exit_code,
        line=newest.line,
        age_s=_age_s(newest, now),
        ended=Ended(ended.exit_code or 0, ended.line, _age_s(ended, now)) if ended is not None else None,
        open_s=open_s,
        was_killed=first_open is not None and (first_open != newest or too_long),
    )


def _age_s(run: CommandRun, now: datetime) -> float:
    return (now - run.started_at).total_seconds()
