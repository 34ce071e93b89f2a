"""manage.py backup_verify [NAME | --latest] [--target s3]"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dndimages.plural import counted
from maintenance.backup import remote, shelf
from maintenance.backup.errors import BackupRefused, BadBackup
from maintenance.backup.verify import verify
from maintenance.exitcodes import ExitCode
from maintenance.progress import ProgressBar
from maintenance.restore.restoring import at_work
from maintenance.runs import CronCommand, Outcome


class Command(CronCommand):
    help = "Prove a backup: restore it into a scratch place and compare every row and every file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="a backup's name (the newest, unless given)")
        parser.add_argument("--latest", action="store_true", help="the newest one")
        parser.add_argument("--target", choices=["s3"], help="one in BACKUP_S3_BUCKET")

    def is_recorded(self, options: dict[str, Any]) -> bool:
        """Not for a backup that lies elsewhere, nor for a mistyped name: they say nothing of ours, and must not
        alarm anybody."""
        name = options["name"] or ""
        is_ours = "/" not in name or Path(name).resolve().parent == shelf.folder().resolve()
        is_there = not name or options["target"] == "s3" or (shelf.folder() / Path(name).name).exists()
        return is_ours and is_there and super().is_recorded(options)

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        if options["name"] and options["latest"]:
            raise CommandError("give a name or --latest, not both", returncode=ExitCode.USAGE)
        in_bucket = options["target"] == "s3"
        bar = ProgressBar(self.stderr)
        with at_work():
            name = options["name"] or _newest(now, in_bucket)
            with _at_hand(name, in_bucket) as path:
                try:
                    manifest = verify(
                        path, now=now, elsewhere=in_bucket, on_step=bar if bar.is_watched else None
                    )
                except BadBackup as error:
                    return Outcome(f"{name} does not restore.", [error.message])
        rows = counted(sum(table.rows for table in manifest.tables.values()), "row")
        lacks = f"; {len(manifest.missing):,} missing already then" if manifest.missing else ""
        return Outcome(
            f"{name} restores: {rows} and {counted(len(manifest.files), 'file')}, all as backed up{lacks}."
        )


def _newest(now: datetime, in_bucket: bool) -> str:
    present = remote.kept() if in_bucket else shelf.kept()
    found = shelf.of_the_past(present, now=now)
    if present and not found:
        raise BackupRefused("Nothing was done: every backup is from the future. Is the clock right?")
    if not found:
        raise BackupRefused("There is no backup yet: run manage.py backup")
    return found[0].name


@contextmanager
def _at_hand(name: str, in_bucket: bool) -> Iterator[Path]:
    if in_bucket:
        with remote.fetched(name) as path:
            yield path
        return
    yield named_path(name)


def named_path(name: str) -> Path:
    """A backup of BACKUP_DIR by its name, or any path. Raises `BackupRefused` when nothing is there."""
    path = shelf.folder() / name if "/" not in name else Path(name)
    if not path.exists():
        raise BackupRefused(f"Nothing was done: there is no backup {name!r}")
    return path
