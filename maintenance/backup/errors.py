"""Why a backup or a restore does not happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dndimages.errors import DndImagesError


class BackupRefused(DndImagesError):
    """Nothing was changed, and the message says what would have to be different."""

    kind = "refused"
    status = 409
    message = "Nothing was changed: this needs somebody to look first"


class BadBackup(BackupRefused):
    """What should be a backup is none, or is not whole. The message ends the sentence "Nothing was
    changed: …"."""

    kind = "bad_backup"

    def __init__(self, reason: str) -> None:
        super().__init__(f"This backup cannot be used: {reason}")


@contextmanager
def refusing_os_errors(folder: Path) -> Iterator[None]:
    """For work that changes nothing before its end: a disk that is full, broken or not ours to write is
    told as `BackupRefused`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupRefused(f"Nothing was done: {folder} cannot be used: {reason}") from error
