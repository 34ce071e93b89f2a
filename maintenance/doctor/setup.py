"""Settings, and the files that hold secrets."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connection
from dotenv import dotenv_values

from dndimages import settings as our_settings
from maintenance.backup import shelf
from maintenance.doctor.finding import Finding, error, info, ok, warning

#: Readable by group or others.
_NOT_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def settings_are_safe(now: datetime) -> Iterator[Finding]:
    """Django's system checks, those of `check --deploy` included."""
    found = [
        message for message in checks.run_checks(include_deployment_checks=True) if not message.is_silenced()
    ]
    for message in found:
        yield _as_finding(message)
    misspelled = list(_misspelled())
    yield from misspelled
    if not found and not misspelled:
        yield ok("settings", "every system check passed")


def _misspelled() -> Iterator[Finding]:
    """Names in `.env` that are nearly those of settings: a misspelled one counts for nothing, unseen.
    boto3 reads its own, which are like ours."""
    known = our_settings.env.names
    path = Path(settings.BASE_DIR) / ".env"
    for name in dotenv_values(path) if path.is_file() else ():
        if (
            name not in known
            and not name.startswith("AWS_")
            and (meant := get_close_matches(name.upper(), known, n=1, cutoff=0.85))
        ):
            yield warning(
                "settings", f"{name} in {path} is no setting and counts for nothing", f"say {meant[0]}"
            )


def _as_finding(message: CheckMessage) -> Finding:
    says, todo = f"{message.msg} ({message.id})", message.hint or "see manage.py check --deploy"
    if message.level >= checks.ERROR:
        return error("settings", says, todo)
    if settings.LOCAL_PROFILE and (message.id or "").startswith("security."):
        return info("settings", says)  # TLS is for those who reach us from elsewhere; nobody does
    return warning("settings", says, todo)


def secrets_are_private(now: datetime) -> Iterator[Finding]:
    open_ones = [path for path in _files_with_secrets() if _is_open(path)]
    for path in open_ones:
        yield warning("secrets", f"{path} can be read by others on this machine", f"chmod go-rwx {path}")
    if not open_ones:
        yield ok("secrets", "no file with secrets is open to others")


def _files_with_secrets() -> Iterator[Path]:
    """Keys, sessions and whole copies of the database."""
    yield Path(settings.BASE_DIR) / ".env"
    yield Path(settings.DATA_DIR) / "secret_key"
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"]).resolve()  # beside it lies its -wal
        yield from (file, file.with_name(f"{file.name}-wal"))
    yield from (backup.path for backup in shelf.kept())


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _NOT_PRIVATE)
    except FileNotFoundError:
        return False
