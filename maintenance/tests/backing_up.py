"""What the tests of backups share: a place for them, commands as cron runs them, states to compare."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from maintenance.backup import shelf

#: They tell of the commands themselves, or are not in a backup.
NOT_COMPARED = {"maintenance.CommandRun", "sessions.Session"}


@pytest.fixture
def shelved(settings: Settings, tmp_path: Path, transactional_db: None) -> Path:
    """BACKUP_DIR, and a data folder in which nobody else lives."""
    settings.DATA_DIR = tmp_path
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.MIN_FREE_DISK_MB = 1
    return tmp_path / "backups"


def run(*command: str, **options: Any) -> str:
    """Its line of result."""
    out = io.StringIO()
    call_command(*command, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().strip()


def refused(*command: str, **options: Any) -> tuple[int, str]:
    """Exit code and sentence of a command that fails."""
    with pytest.raises(CommandError) as caught:
        run(*command, **options)
    return caught.value.returncode, str(caught.value)


def names() -> list[str]:
    """The finished backups, oldest first."""
    return [backup.name for backup in reversed(shelf.kept())]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, field for field."""
    connection.close()
    models = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.label not in NOT_COMPARED
    ]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def files(root: Path | str | None = None) -> dict[str, bytes]:
    """Every picture file under a folder, byte for byte."""
    root = Path(root or settings.MEDIA_ROOT)
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and path.name != ".dndimages")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def wipe() -> None:
    """An empty service: no rows, no pictures."""
    call_command("flush", interactive=False, verbosity=0)
    for path in Path(settings.MEDIA_ROOT).rglob("*.webp"):
        path.unlink()
