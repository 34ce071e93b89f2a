"""Where finished backups lie: BACKUP_DIR, by names that tell their instant, one at work at a time.

What is being written has a name with a dot in front and is nobody's backup; the next run removes it
when its maker was killed. Files of other names are not ours and are never touched.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from django.conf import settings

from dndimages.api import timestamp
from maintenance.backup.errors import BackupRefused, refusing_os_errors

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(
    r"dndimages-(?P<stamp>\d{8}T\d{6}Z)(?:-(?P<nth>\d{1,3}))?(?P<point>-before-restore)?(?P<tar>\.tar)?"
)
_UNFINISHED = re.compile(r"\.(?:partial|scratch)-[0-9a-f]{8}")
_VERIFIED = ".verified.json"
_CLOCKS_DIFFER = timedelta(days=1)  # another host may have made it


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A finished backup. ``verified_at``: when it was proved by restoring it, if ever. ``lost``: how many
    files of pictures were missing or damaged already when it was made, as far as its proof tells."""

    name: str
    taken_at: datetime
    verified_at: datetime | None = None
    lost: int = 0

    @property
    def path(self) -> Path:
        return folder() / self.name

    @property
    def is_archive(self) -> bool:
        return self.name.endswith(".tar")

    @property
    def is_proved_whole(self) -> bool:
        return self.verified_at is not None and not self.lost


def folder() -> Path:
    return Path(settings.BACKUP_DIR)


def taken_at(name: str) -> datetime | None:
    """The instant that a backup's name tells; None for a name that is not ours."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
    except ValueError:  # the 31st of February
        return None


def newest_first(names: list[str]) -> list[Kept]:
    """The backups among these names."""
    found = ((taken_at(name), name) for name in names)
    ours = [_kept(name, at) for at, name in found if at is not None]
    return sorted(ours, key=_age, reverse=True)


def _kept(name: str, at: datetime) -> Kept:
    note = _note(name)
    return Kept(name=name, taken_at=at, verified_at=_verified_at(note), lost=_lost(note))


def _age(kept: Kept) -> tuple[datetime, int, bool]:
    """Within a second: in the order of their numbers, and a restore point after what it was made for."""
    match = _NAME.fullmatch(kept.name)
    assert match is not None
    return kept.taken_at, int(match["nth"] or 0), match["point"] is not None


def kept() -> list[Kept]:
    """The backups of BACKUP_DIR, newest first."""
    try:
        return newest_first(os.listdir(folder()))
    except FileNotFoundError:
        return []


def of_the_past(backups: Sequence[Kept], *, now: datetime) -> list[Kept]:
    """Without those that were made while the clock was ahead: until their date comes they would pass for
    the newest."""
    return [backup for backup in backups if backup.taken_at <= now + _CLOCKS_DIFFER]


def new_name(*, now: datetime, archive: bool, before_restore: bool = False) -> str:
    stamp = f"dndimages-{now.astimezone(UTC):{_STAMP}}"
    rest = ("-before-restore" if before_restore else "") + (".tar" if archive else "")
    tries = (f"{stamp}{f'-{nth}' if nth else ''}{rest}" for nth in range(1_000))
    # A note tells of one that lies elsewhere, or lay there: it proves nothing of another.
    return next(
        name
        for name in tries
        if not any(os.path.lexists(folder() / taken) for taken in (name, name + _VERIFIED))
    )


# ── One at a time ────────────────────────────────────────────────────────────────────────────────


@contextmanager
def locked() -> Iterator[None]:
    """Raises `BackupRefused` while another backup, check or restore works here, and where none can. The
    kernel lets go of a dead one's lock."""
    with refusing_os_errors(folder()):
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder() / ".lock").open("w")
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("Nothing was done: another backup or restore is at work") from None
        yield


def sweep(parent: Path) -> None:
    """Remove what killed runs left unfinished in a folder; the caller holds `locked`."""
    with refusing_os_errors(parent):
        for name in os.listdir(parent) if parent.is_dir() else []:
            if _UNFINISHED.fullmatch(name):
                _remove(parent / name)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def new_partial() -> Path:
    """A path for a backup that is being written; nothing lies there yet."""
    return folder() / f".partial-{secrets.token_hex(4)}"


def new_scratch(parent: Path) -> Path:
    """A new folder for our eyes only."""
    path = parent / f".scratch-{secrets.token_hex(4)}"
    path.mkdir(mode=0o700)
    return path


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder for our eyes only, gone afterwards."""
    path = new_scratch(folder())
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def publish(partial: Path, name: str) -> Path:
    """Give a finished backup its name; durable when it returns."""
    final = folder() / name
    partial.rename(final)
    sync_folder(folder())
    return final


def discard(partial: Path) -> None:
    _remove(partial)


def remove(backup: Kept) -> None:
    """Take it away, at once: what a kill leaves of it is no backup any more."""
    gone = new_partial()
    backup.path.rename(gone)
    (folder() / (backup.name + _VERIFIED)).unlink(missing_ok=True)
    _remove(gone)


def sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ── Proofs ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class VerifiedBackup:
    """The newest backup that was proved by restoring it. ``age_s`` is that of the data in it."""

    name: str
    taken_at: datetime
    verified_at: datetime
    age_s: float


def record_verified(name: str, *, now: datetime, lost: int = 0, elsewhere: bool = False) -> None:
    """Remember that a backup was proved. ``lost`` as in `Kept`. ``elsewhere``: it lies in a bucket, only
    the note lies here."""
    note = {"name": name, "verified_at": timestamp(now), "lost": lost, "elsewhere": elsewhere}
    draft = new_partial()
    try:
        _write(draft, orjson.dumps(note))
        draft.rename(folder() / (name + _VERIFIED))
    except BaseException:
        discard(draft)
        raise
    sync_folder(folder())


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def forget_verified(name: str) -> None:
    """It was damaged since."""
    (folder() / (name + _VERIFIED)).unlink(missing_ok=True)


def forget_gone(present: Collection[str]) -> None:
    """Forget the proofs of backups elsewhere that are not ``present`` there any more."""
    for name in _noted():
        if name not in present and _is_elsewhere(name):
            with suppress(OSError):  # somebody who may only look, like the doctor of another user
                forget_verified(name)


def last_verified_backup(*, now: datetime) -> VerifiedBackup | None:
    """For health, metrics and people; None when none was ever proved, or none of those is left.

    Reads a few small files of BACKUP_DIR, no archive.
    """
    try:
        names = os.listdir(folder())
    except OSError:
        return None
    there = [name for name in _noted() if name in names or _is_elsewhere(name)]
    for backup in of_the_past(newest_first(there), now=now):
        if backup.verified_at is not None:
            age_s = (now - backup.taken_at).total_seconds()
            return VerifiedBackup(backup.name, backup.taken_at, backup.verified_at, age_s)
    return None


def _noted() -> list[str]:
    """The backups that have a note."""
    try:
        names = os.listdir(folder())
    except OSError:
        return []
    return [name.removesuffix(_VERIFIED) for name in names if name.endswith(_VERIFIED)]


def _is_elsewhere(name: str) -> bool:
    return _note(name).get("elsewhere") is True


def _note(name: str) -> dict[str, object]:
    try:
        told = orjson.loads((folder() / (name + _VERIFIED)).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return told if isinstance(told, dict) else {}


def _lost(note: dict[str, object]) -> int:
    told = note.get("lost", 0)
    return told if isinstance(told, int) else 1  # not whole, for all that we know


def _verified_at(note: dict[str, object]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(note.get("verified_at")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
