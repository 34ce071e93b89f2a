"""What a restore has to take back when it is killed, and what is left to do once it has switched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from maintenance.backup import shelf
from maintenance.backup.errors import BackupRefused


@dataclass(frozen=True, kw_only=True)
class Journal:
    """``added``: pictures' files that the old state did not have; ``replaced``: those of other bytes, whose
    old ones lie in ``staging``; ``spooled``: the backup's, of which ``spool_added`` were not there; ``old``,
    ``old_spooled``: what only the old state names and the restore point has. ``aside``: where the old
    database may be kept."""

    id: str
    backup: str
    staging: str
    aside: str
    added: Sequence[str] = ()
    replaced: Sequence[str] = ()
    spooled: Sequence[str] = ()
    spool_added: Sequence[str] = ()
    old: Sequence[str] = ()
    old_spooled: Sequence[str] = ()


def _path() -> Path:
    return shelf.folder() / ".restore.json"


def write(journal: Journal) -> None:
    """Durable when it returns."""
    draft = shelf.new_partial()
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(asdict(journal)))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(_path())
    shelf.sync_folder(shelf.folder())


def read() -> Journal | None:
    """What a restore that has not ended left; None when there is none. Raises `BackupRefused` when it
    is not readable."""
    try:
        return Journal(**orjson.loads(_path().read_bytes()))
    except FileNotFoundError:
        return None
    except (orjson.JSONDecodeError, TypeError):
        raise BackupRefused(f"Nothing was changed: {_path()} is not readable; look at it first") from None


def remove() -> None:
    _path().unlink(missing_ok=True)
    shelf.sync_folder(shelf.folder())
