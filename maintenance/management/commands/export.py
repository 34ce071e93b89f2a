"""manage.py export [--type T] [--subject S] [--tag T] [--campaign C] [--featured] [--all] OUT.zip|-"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from gallery.models import SubjectType
from maintenance import export
from maintenance.exitcodes import ExitCode
from maintenance.progress import ProgressBar
from maintenance.runs import CronCommand, Outcome


class Command(CronCommand):
    help = (
        "Write chosen pictures and all that is known of them into a zip; import_localstorage takes it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", metavar="OUT.zip", help="where to; - writes to standard output")
        parser.add_argument("--type", choices=SubjectType.values, default="", help="of this type only")
        parser.add_argument("--subject", default="", help="of this subject only, to the letter")
        parser.add_argument("--tag", default="", help="with this tag only")
        parser.add_argument("--campaign", default="", help="of this campaign only")
        parser.add_argument("--featured", action="store_true", help="featured ones only")
        parser.add_argument("--all", action="store_true", help="all pictures that are not in the trash")

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        narrowed = any(options[name] for name in ("type", "subject", "tag", "campaign", "featured"))
        if narrowed == bool(options["all"]):
            raise CommandError("Say which pictures, or --all", returncode=ExitCode.USAGE)
        images = export.chosen(
            subject_type=options["type"],
            subject=options["subject"],
            tag=options["tag"],
            campaign=options["campaign"],
            featured=options["featured"],
        )
        bar = ProgressBar(self.stderr)
        on_step = (lambda done, total: bar("export", done, total)) if bar.is_watched else None
        if options["out"] == "-":
            written = export.write_to(sys.stdout.buffer, images, now=now, on_step=on_step)
            self.stdout = self.stderr  # standard output is the archive
        else:
            written = export.write_file(_target(options["out"]), images, now=now, on_step=on_step)
        return Outcome(_line(written), _problems(written))


def _target(name: str) -> Path:
    target = Path(name)
    if target.is_dir() or not target.parent.is_dir():
        raise CommandError(f"{name} is no file that could be written", returncode=ExitCode.USAGE)
    return target


def _line(written: export.Written) -> str:
    size = filesizeformat(written.bytes).replace("\xa0", " ")
    return f"Exported {written.pictures:,} picture{'' if written.pictures == 1 else 's'} ({size})."


def _problems(written: export.Written) -> list[str]:
    if not written.missing:
        return []
    return [f"{written.missing:,} of them have lost their file: the archive has only what is known of them."]
