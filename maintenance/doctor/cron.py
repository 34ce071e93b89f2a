"""What cron should have done, and whether there is a backup that is known to restore."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from maintenance import standing
from maintenance.backup.shelf import last_verified_backup
from maintenance.doctor.finding import Finding, error, ok, warning
from maintenance.runs import LastRun, last_runs

_INSTALL = "install deploy/crontab or the timers of deploy/systemd"


def commands_run(now: datetime) -> Iterator[Finding]:
    runs = {run.command: run for run in last_runs(now=now)}
    found = [_about(name, longest, runs.get(name)) for name, longest in standing.CRON.items()]
    problems = [finding for finding in found if finding is not None]
    yield from problems
    if not problems:
        yield ok("cron", f"{', '.join(standing.CRON)} ran and ended well")


def _about(name: str, longest: timedelta, run: LastRun | None) -> Finding | None:
    if run is None:
        return warning("cron", f"{name} never ran", _INSTALL)
    if run.was_killed and run.open_s is not None:
        hours = int(run.open_s // 3600)
        return warning("cron", f"{name} began {hours} h ago and never ended", f"run manage.py {name} by hand")
    age = timedelta(seconds=run.done_age_s)
    if age > longest:
        return warning("cron", f"{name} ran {age.days} days ago", f"{_INSTALL}; is cron running?")
    if run.ended is not None and run.ended.exit_code:
        return warning(
            "cron",
            f"{name} ended with {run.ended.exit_code}: {run.ended.line}",
            f"run manage.py {name} by hand",
        )
    return None


def backup_is_proved(now: datetime) -> Iterator[Finding]:
    last = last_verified_backup(now=now)
    todo = "manage.py backup, then manage.py backup_verify"
    if last is None:
        yield error("backup", "no backup was ever proved by restoring it", todo)
    elif last.age_s > standing.OLDEST_PROOF.total_seconds():
        yield warning("backup", f"the newest proved backup is {last.age_s / 86400:.0f} days old", todo)
    else:
        yield ok("backup", f"{last.name} is known to restore")
