"""manage.py restore NAME|PATH [--target s3] [--yes] [--without-restore-point], or restore --resume"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from dndimages.access.management.plainly import said_plainly
from dndimages.commandline import ExactCommand
from dndimages.errors import DndImagesError
from maintenance.backup import remote
from maintenance.exitcodes import ExitCode
from maintenance.management.commands.backup_verify import named_path
from maintenance.progress import ProgressBar
from maintenance.restore import journal
from maintenance.restore.restoring import Ended, Restored, at_work, restore

_NOT_CLEARED = (
    "The restored state is in place, but what is left over could not be taken away yet:"
    " run manage.py restore --resume"
)


@dataclass(frozen=True)
class _Done:
    name: str
    restored: Restored


class Command(ExactCommand):
    """No `CronCommand`: its record of this run would be replaced together with all the rest, or be
    written into a row of the restored database. The restored state records the restore itself."""

    help = "Put a backup in the place of the present data, after checking it and keeping what is there."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", help="a name in BACKUP_DIR, or a path")
        parser.add_argument("--target", choices=["s3"], help="take it from BACKUP_S3_BUCKET")
        parser.add_argument("--yes", action="store_true", help="also while the service is running")
        parser.add_argument(
            "--without-restore-point", action="store_true", help="when the present state cannot be backed up"
        )
        parser.add_argument("--resume", action="store_true", help="only end a restore that was interrupted")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["backup"]) == options["resume"]:
            raise CommandError("give a backup, or --resume", returncode=ExitCode.USAGE)
        try:
            with said_plainly(new_is_fine=True), at_work() as ended:
                done = None if options["resume"] else self._restored(options)
        except DndImagesError as error:
            raise CommandError(error.message, returncode=ExitCode.REFUSED) from error
        except KeyboardInterrupt:
            raise CommandError(_interrupted(), returncode=ExitCode.INTERRUPTED) from None
        self.stdout.write(_ended_line(ended) if done is None else _line(done.name, done.restored))
        if done is not None and not done.restored.is_cleared:
            raise CommandError(_NOT_CLEARED, returncode=ExitCode.PROBLEM)

    def _restored(self, options: dict[str, Any]) -> _Done:
        if options["target"] != "s3":
            return self._put_back(named_path(options["backup"]), options)
        with remote.fetched(options["backup"]) as path:
            return self._put_back(path, options)

    def _put_back(self, path: Path, options: dict[str, Any]) -> _Done:
        bar = ProgressBar(self.stderr)
        done = restore(
            path,
            now=timezone.now(),
            while_alive=options["yes"],
            with_restore_point=not options["without_restore_point"],
            on_step=bar if bar.is_watched else None,
        )
        return _Done(path.name, done)


def _interrupted() -> str:
    try:
        is_over = journal.read() is None
    except DndImagesError:
        is_over = False
    if is_over:
        return "Interrupted: nothing was changed."
    return "Interrupted on the way: run manage.py restore --resume before the service starts again."


def _ended_line(ended: Ended | None) -> str:
    if ended is None:
        return "Nothing is left unfinished."
    if ended.switched:
        return f"The restore of {ended.backup} is complete now: its state is in place."
    return f"The restore of {ended.backup} was taken back: the state before it is in place."


def _line(name: str, done: Restored) -> str:
    pictures = done.manifest.tables["gallery_imageasset"].rows
    before = f" The state before is kept as {done.restore_point}." if done.restore_point else ""
    return f"Restored {name}: {pictures:,} image{'' if pictures == 1 else 's'}.{before}"
