"""manage.py fsck [--deep] [--repair] [--force] [--json]"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.core.management.base import CommandParser

from gallery.models import ImageAsset
from maintenance import refusals
from maintenance.fsck.examine import examine
from maintenance.fsck.finding import LOSSES, MEANING, Finding, Kind
from maintenance.fsck.repair import repair
from maintenance.progress import ProgressBar
from maintenance.restore.restoring import at_work
from maintenance.runs import CronCommand, Outcome

_MOST_NAMED = 10  # lost pictures; --json has all
_LONGEST_NAME = 80


class Command(CronCommand):
    help = "Check that every picture has its files and every file its picture. Safe while the service runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deep", action="store_true", help="read every file and compare its hash")
        parser.add_argument(
            "--repair", action="store_true", help="make parts again, put what is damaged into quarantine"
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="also when so many pictures have no file that the folder seems wrong",
        )
        parser.add_argument("--json", action="store_true", help="every finding, as JSON")

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        if options["repair"]:
            refusals.refuse_wrong_clock(now=now)  # what is young must not look old
        bar = ProgressBar(self.stderr)
        on_step = bar if bar.is_watched else None
        found = examine(now=now, deep=options["deep"], force=options["force"], on_step=on_step)
        if options["repair"] and found:
            with at_work():
                repair(found, now=now)
        left = [finding for finding in found if not finding.repaired]
        return Outcome(
            _json(found) if options["json"] else _line(found, left), _problems(left, tried=options["repair"])
        )


def _line(found: Sequence[Finding], left: Sequence[Finding]) -> str:
    if not found:
        return "Nothing is wrong."
    return f"Found {len(found):,}, repaired {len(found) - len(left):,}, left {len(left):,}."


def _problems(left: Sequence[Finding], *, tried: bool) -> list[str]:
    """How many of each kind and what to do, then which pictures are lost."""
    counts = Counter((_kind_now(finding), bool(finding.aside)) for finding in left)
    told = [_told(kind, number, moved=moved, tried=tried) for (kind, moved), number in counts.items()]
    lost = [finding for finding in left if finding.kind in LOSSES]
    more = len(lost) - _MOST_NAMED
    named = [*_named(lost[:_MOST_NAMED]), *([f"  … and {more:,} more; --json names all"] if more > 0 else [])]
    return [*told, *named]


def _kind_now(finding: Finding) -> Kind:
    """A damaged picture that is in quarantine has no file any more."""
    is_moved = finding.kind == Kind.DAMAGED_PICTURE and finding.aside
    return Kind.MISSING_PICTURE if is_moved else finding.kind


def _told(kind: Kind, number: int, *, moved: bool, tried: bool) -> str:
    meaning = MEANING[kind]
    aside = " (moved to quarantine just now)" if moved else ""
    todo = meaning.left if tried and meaning.left else meaning.todo
    return f"{meaning.says(number)}{aside}: {todo}"


def _named(lost: Sequence[Finding]) -> Iterator[str]:
    ids = {pk for finding in lost for pk in finding.images}
    names = dict(ImageAsset.objects.filter(pk__in=ids).values_list("pk", "subject_name"))
    for finding in lost:
        whose = ", ".join(f"picture {pk} {_plain(names.get(pk, ''))}".strip() for pk in finding.images[:3])
        yield f"  {whose}: {f'moved to {finding.aside}' if finding.aside else finding.name}"


def _plain(text: str) -> str:
    """On one line, without what could move a terminal's cursor, and not longer than helps."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return f"“{shown[:_LONGEST_NAME]}”" if shown else ""


def _json(found: Sequence[Finding]) -> str:
    shown = [
        {
            "kind": finding.kind,
            "name": finding.name,
            "images": list(finding.images),
            "repaired": finding.repaired,
            "moved_to": finding.aside or None,
        }
        for finding in found
    ]
    return orjson.dumps({"findings": shown}).decode()
