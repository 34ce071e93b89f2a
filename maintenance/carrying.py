"""What people bring: a browser's dump, or an archive of pictures. The bytes tell which."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from typing import IO

from maintenance import refusals, unpacking
from maintenance.localstorage import reading, taking
from maintenance.localstorage.report import Report

_ZIP = b"PK\x03\x04"


@refusals.unless_restoring()
def take(
    file: IO[bytes], *, now: datetime, dry_run: bool = False, on_step: taking.OnStep | None = None
) -> Report:
    """Import a file, or say what would be imported. A pipe is copied first: it is read more than once.

    Raises what `reading.parse`, `unpacking.unpack` and `taking.take` raise, before anything is stored.
    """
    if not file.seekable():
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            return take(copy, now=now, dry_run=dry_run, on_step=on_step)
    begins = file.read(len(_ZIP))
    file.seek(0)
    if begins == _ZIP:
        return unpacking.unpack(file, now=now, dry_run=dry_run, on_step=on_step)
    found = reading.find(reading.parse(file.read(reading.MOST_BYTES + 1)), now=now)
    return taking.take(found, now=now, dry_run=dry_run, on_step=on_step)
