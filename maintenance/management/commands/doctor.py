"""manage.py doctor [--json] [--offline]"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.core.management.base import CommandParser

from dndimages.api import timestamp
from maintenance.doctor.examine import examine
from maintenance.doctor.finding import Finding, Severity
from maintenance.runs import CronCommand, Outcome


class Command(CronCommand):
    help = "Look at everything that keeps the service well, and say what to do. Changes nothing."
    needs_database = False  # that it is missing is a finding
    requires_system_checks = []  # it tells their findings itself, among the others

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="every finding, as JSON, also what is well")
        parser.add_argument(
            "--offline", action="store_true", help="ask neither the provider nor the bucket of the backups"
        )

    def act(self, *, now: datetime, **options: Any) -> Outcome:
        found = examine(now=now, offline=options["offline"])
        problems = [finding.as_line() for finding in found if finding.is_problem]
        if options["json"]:
            return Outcome(_json(found, now), problems)
        if options["verbosity"] > 1 or self.stdout.isatty():
            for finding in found:
                if not finding.is_problem:  # those stand below, on stderr
                    self.stdout.write(finding.as_line())
        return Outcome(_line(found), problems)


def _line(found: Sequence[Finding]) -> str:
    counted = Counter(finding.severity for finding in found)
    errors, warnings = counted[Severity.ERROR], counted[Severity.WARNING]
    if not errors and not warnings:
        return "All is well."
    told = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return f"Found {' and '.join(told)}."


def _json(found: Sequence[Finding], now: datetime) -> str:
    worst = max((finding.severity for finding in found), key=list(Severity).index, default=Severity.OK)
    shown = [finding.as_json() for finding in found]
    return orjson.dumps({"status": worst, "timestamp": timestamp(now), "findings": shown}).decode()
