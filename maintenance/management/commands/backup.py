"""manage.py backup [--incremental] [--target s3] [--keep N] [--keep-days N]"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from dndimages.errors import DndImagesError
from dndimages.plural import counted
from maintenance import refusals
from maintenance.backup import pictures, remote, shelf
from maintenance.backup.errors import refusing_os_errors
from maintenance.backup.retention import outlived
from maintenance.backup.shelf import Kept
from maintenance.backup.take import Taken, take
from maintenance.exitcodes import ExitCode
from maintenance.progress import ProgressBar
from maintenance.restore.restoring import at_work
from maintenance.runs import CronCommand, Outcome


class Command(CronCommand):
    help = "Back up database and pictures into BACKUP_DIR. Safe while the service runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--incremental",
            action="store_true",
            help="a folder that shares unchanged files with the last one",
        )
        parser.add_argument("--target", choices=["s3"], help="keep the archive in BACKUP_S3_BUCKET instead")
        parser.add_argument("--keep", type=_number, help="how many backups to keep (BACKUP_KEEP)")
        parser.add_argument("--keep-days", type=_number, help="for how many days (BACKUP_KEEP_DAYS)")

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        in_bucket = options["target"] == "s3"
        if in_bucket and options["incremental"]:
            raise CommandError(
                "--incremental makes a folder; a bucket takes archives only", returncode=ExitCode.USAGE
            )
        if in_bucket:
            remote.bucket()  # refuses before anything is made
        with at_work():
            taken = take(now=now, incremental=options["incremental"], on_step=_on_step(self.stderr))
            problems = [*_known_losses(taken), *(_sent(taken) if in_bucket else [])]
            # Where the new one is not whole or did not arrive, no old one goes.
            removed = [] if problems else _retire(now, options, problems, in_bucket=in_bucket)
        return Outcome(_line(taken, removed), problems)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError("it must be a whole number, 0 or more")
    return int(text)


def _on_step(stderr: Any) -> Any:
    bar = ProgressBar(stderr)
    return bar if bar.is_watched else None


def _known_losses(taken: Taken) -> list[str]:
    missing, problems = pictures.missed(taken.manifest.missing), []
    if missing:
        told = counted(len(missing), "file of a picture", "files of pictures")
        problems.append(f"{told} missing: run manage.py fsck")
    if taken.damaged:
        told = counted(taken.damaged, "picture")
        problems.append(f"{told} not as stored: run manage.py fsck --deep")
    if problems:
        problems.append("Old backups stay: this one is not whole")
    return problems


def _sent(taken: Taken) -> list[str]:
    try:
        remote.send(taken.name)
    except DndImagesError as error:
        return [f"The bucket did not take it, so it stays in BACKUP_DIR: {error.message}"]
    shelf.discard(shelf.folder() / taken.name)
    return []


def _retire(
    now: datetime, options: dict[str, Any], problems: list[str], *, in_bucket: bool
) -> Sequence[Kept]:
    """Old backups go last, when the new one is safe; with a clock that cannot be right none goes."""
    gone: list[Kept] = []
    try:
        refusals.refuse_wrong_clock(now=now)
        for backup in _outlived(now, options, in_bucket=in_bucket):
            _remove(backup, in_bucket=in_bucket)
            gone.append(backup)
    except DndImagesError as error:
        why = error.message.removeprefix("Nothing was done: ")
        problems.append(f"Old backups stay: {why}")
    return gone


def _outlived(now: datetime, options: dict[str, Any], *, in_bucket: bool) -> Sequence[Kept]:
    keep = settings.BACKUP_KEEP if options["keep"] is None else options["keep"]
    keep_days = settings.BACKUP_KEEP_DAYS if options["keep_days"] is None else options["keep_days"]
    present = remote.kept() if in_bucket else shelf.kept()
    return outlived(present, now=now, keep=keep, keep_days=keep_days)


def _remove(backup: Kept, *, in_bucket: bool) -> None:
    with refusing_os_errors(shelf.folder()):
        if in_bucket:
            remote.remove(backup.name)
        else:
            shelf.remove(backup)


def _line(taken: Taken, removed: Sequence[Kept]) -> str:
    images = taken.manifest.tables["gallery_imageasset"].rows
    size = filesizeformat(taken.manifest.bytes).replace("\xa0", " ")
    shared = f", {counted(taken.shared, 'file')} shared" if taken.shared else ""
    old = f", removed {len(removed):,} old" if removed else ""
    return f"Backed up {counted(images, 'image')} to {taken.name} ({size}{shared}){old}."
