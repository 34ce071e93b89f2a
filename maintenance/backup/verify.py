"""Proving a backup: it is restored into a scratch place and compared row by row and file by file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from maintenance.backup import pictures, shelf
from maintenance.backup.database import engine
from maintenance.backup.errors import BadBackup, refusing_os_errors
from maintenance.backup.manifest import MEDIA, Manifest
from maintenance.backup.take import OnStep

if TYPE_CHECKING:
    from maintenance.restore.stage import Staged


def verify(path: Path, *, now: datetime, elsewhere: bool = False, on_step: OnStep | None = None) -> Manifest:
    """Raises `BadBackup` when a restore of it would not give what was backed up. Remembers the result;
    what was no result, for want of room or of time, leaves an earlier proof as it was.

    The caller holds `shelf.locked`. ``elsewhere``: a bucket's backup that was fetched to ``path``.
    """
    # A copy in another folder says nothing about the one of its name here.
    counts = elsewhere or path.parent.resolve() == shelf.folder().resolve()
    with refusing_os_errors(shelf.folder()):
        try:
            manifest, lost = _restored_aside(path, on_step)
        except BadBackup:
            if counts:
                shelf.forget_verified(path.name)
            raise
        if counts and shelf.taken_at(path.name) is not None:
            shelf.record_verified(path.name, now=now, lost=lost, elsewhere=elsewhere)
    return manifest


def _restored_aside(path: Path, on_step: OnStep | None) -> tuple[Manifest, int]:
    from maintenance.restore.stage import staged

    engine().refuse_unready()
    engine().sweep()
    with (
        shelf.scratch() as folder,
        shelf.scratch() as files,
        staged(path, folder=folder, files=files, on_step=on_step) as found,
    ):
        return found.manifest, len(found.manifest.missing) + _damaged(found)


def _damaged(found: Staged) -> int:
    """Pictures that were not what was stored when they were backed up."""
    held = found.manifest.files
    named = pictures.named(found.database.alias)
    entries = ((held.get(MEDIA + entry.names[0]), entry.sha256) for entry in named)
    return sum(entry is not None and entry.sha256 != sha256 for entry, sha256 in entries)
