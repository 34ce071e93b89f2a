"""Migrating a database beside the live one, in a process of its own.

In our own process it would be no copy for whatever looks at the default database while it migrates.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from maintenance.backup.errors import BadBackup

PATIENCE_S = 3600


def migrate(url: str, *, folder: Path) -> None:
    """Bring the database at ``url`` to this version. What else a migration touches lies in ``folder``.

    Raises `BadBackup` when it cannot be migrated.
    """
    world = {"DATABASE_URL": url, "DATA_DIR": str(folder), "IMAGE_STORAGE_DIR": str(folder / "nothing")}
    world |= {"S3_BUCKET": "", "SENTRY_DSN": "", "DJANGO_SETTINGS_MODULE": "dndimages.settings"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"]
    ended = subprocess.run(  # noqa: S603 - our own command
        command,
        env={**os.environ, **world},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if ended.returncode != 0:
        raise BadBackup("its database could not be brought to this version's tables")
