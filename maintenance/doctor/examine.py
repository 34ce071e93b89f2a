"""All checks, each alone: what one of them runs into is its finding, and the others go on."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import DatabaseError, connection

from dndimages.access.management.plainly import missing_database
from dndimages.errors import DndImagesError
from maintenance.doctor import clock, cron, database, disk, provider, setup, shared, work
from maintenance.doctor.finding import Finding, error, warning

log = logging.getLogger("maintenance.doctor")
Check = Callable[[datetime], Iterator[Finding]]

#: Name → check; those of the second table ask other machines.
HERE: dict[str, Check] = {
    "settings": setup.settings_are_safe,
    "secrets": setup.secrets_are_private,
    "database": database.is_sound,
    "clock": clock.is_right,
    "storage": disk.pictures_can_be_kept,
    "disk": disk.has_room,
    "cache": shared.limits_are_counted,
    "worker": work.workers_live,
    "queue": work.queue_moves,
    "budget": work.budget_is_left,
    "files": work.rows_and_files_match,
    "backup": cron.backup_is_proved,
    "cron": cron.commands_run,
}
ELSEWHERE: dict[str, Check] = {
    "provider": provider.key_and_models_are_good,
    "backup bucket": shared.backup_bucket_answers,
}
#: What can be looked at where there is no database file; the others' first query would make an empty one.
WITHOUT_FILE = ("settings", "secrets", "database", "provider", "backup bucket")
#: What can be looked at while the database does not answer: each of the others would wait for it in turn.
WITHOUT_ANSWER = (*WITHOUT_FILE, "storage", "disk", "cache", "backup")


def examine(*, now: datetime, offline: bool = False) -> list[Finding]:
    """One finding or more for each check, good ones included. ``offline``: no other machine is asked,
    but for the database, Redis and the bucket that the service needs for each picture."""
    checks = HERE if offline else {**HERE, **ELSEWHERE}
    if missing_database():
        return [
            finding for name in checks if name in WITHOUT_FILE for finding in _alone(name, checks[name], now)
        ]
    found: list[Finding] = []
    left_out: list[str] = []
    answers = True
    for name, check in checks.items():
        if answers or name in WITHOUT_ANSWER:
            found += _alone(name, check, now)
        else:
            left_out.append(name)
        if name == "database":
            answers = connection.is_usable()
    if left_out:
        todo = "mend the database first, then run the doctor again"
        found.append(warning("database", f"without it nothing is known of: {', '.join(left_out)}", todo))
    return found


def _alone(name: str, check: Check, now: datetime) -> Sequence[Finding]:
    try:
        return list(check(now))
    except DndImagesError as failure:
        return [error(name, failure.message, "mend this first, then run the doctor again")]
    except DatabaseError as failure:
        says = f"this could not be looked at: the database failed ({type(failure).__name__})"
        return [error(name, says, "see the finding about the database")]
    except OSError as failure:
        says = f"this could not be looked at: {os.strerror(failure.errno or 0)}"
        return [error(name, says, "is every disk mounted, and its owner the service's user?")]
    except Exception as failure:
        # A doctor that falls ill at the first surprise is of no use at 3 a.m.
        log.exception("The check of %s failed", name)
        says = f"this could not be looked at ({type(failure).__name__})"
        return [error(name, says, "the log says more")]
