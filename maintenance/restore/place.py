"""The backup's files beside the live ones, and what is left over away again."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from gallery import files, storage
from gallery.models import ImageAsset, Job
from maintenance.backup.manifest import MEDIA, SPOOL, Manifest
from maintenance.backup.pictures import job_of
from maintenance.restore.journal import Journal

_REPLACED = "replaced"
_LINK = "link"


def wanted(manifest: Manifest) -> list[str]:
    """The names of the pictures' files that the new state has."""
    purged = set(manifest.purged)
    names = (name.removeprefix(MEDIA) for name in manifest.files if name.startswith(MEDIA))
    return [name for name in names if files.token_in(name) not in purged]


def spooled(manifest: Manifest) -> list[str]:
    return [name.removeprefix(SPOOL) for name in manifest.files if name.startswith(SPOOL)]


def compare(manifest: Manifest, staging: Path) -> tuple[list[str], list[str]]:
    """The names that are not there yet, and those that are there with other bytes: damaged ones, since a
    name means the same bytes for ever. These old bytes are kept in ``staging``."""
    added, replaced = [], []
    for name in wanted(manifest):
        present = storage.read(storage.pictures(), name)
        if present is None:
            added.append(name)
        elif hashlib.sha256(present).hexdigest() != manifest.files[MEDIA + name].sha256:
            _keep(staging / _REPLACED / name, present)
            replaced.append(name)
    return added, replaced


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def absent_from_spool(names: Iterable[str]) -> list[str]:
    return [name for name in names if storage.read(storage.spool(), name) is None]


def put(journal: Journal, staging: Path) -> None:
    """Each at one instant; all durable when it returns. ``staging`` keeps them, too, for `put_again`."""
    for name in (*journal.added, *journal.replaced):
        _put(name, staging)
    os.sync()


def put_again(journal: Journal) -> None:
    """After the switch: files that were deleted since they were compared or put. Whoever empties the trash
    in a living service, or on another host, does that to what only the old state had in the trash."""
    staging = Path(journal.staging)
    gone = [name for name in _staged(staging) if not _is_there(name) and _is_named(name)]
    for name in gone:
        _put(name, staging)
    if gone:
        os.sync()


def _put(name: str, staging: Path) -> None:
    path = staging / MEDIA / name
    link = staging / _LINK
    link.unlink(missing_ok=True)
    try:
        os.link(path, link)
    except OSError:  # this file system has no hard links; then it moves
        link = path
    storage.take_in(storage.pictures(), name, link)


def _staged(staging: Path) -> list[str]:
    root = staging / MEDIA
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def _is_there(name: str) -> bool:
    with storage.told_as_ours():
        return storage.pictures().exists(name)


def _is_named(name: str) -> bool:
    return ImageAsset.objects.filter(token=files.token_in(name) or "").exists()


def put_spool(journal: Journal) -> None:
    """Also after the switch: before it, the worker of a live service may have taken them for leftovers."""
    for name in journal.spooled:
        path = Path(journal.staging) / SPOOL / name
        if path.exists() and storage.read(storage.spool(), name) is None:
            storage.write(storage.spool(), name, path.read_bytes())


def take_back(journal: Journal) -> None:
    """The files as they were before `put` and `put_spool`."""
    _delete_unnamed(journal.added)
    for name in journal.spool_added:
        # Where the same job is at work again, these bytes are what it would pay for.
        if not Job.objects.active().filter(pk=job_of(name)).exists():
            storage.delete(storage.spool(), name)
    for name in journal.replaced:
        old = Path(journal.staging) / _REPLACED / name
        if old.exists():
            storage.write(storage.pictures(), name, old.read_bytes())


def clear_old(journal: Journal) -> None:
    """What only the state before named goes: the restore point has it."""
    _delete_unnamed(journal.old)
    storage.delete(storage.spool(), *(name for name in journal.old_spooled if name not in journal.spooled))


def clear_staging(journal: Journal) -> None:
    shutil.rmtree(journal.staging, ignore_errors=True)


def _delete_unnamed(names: Iterable[str]) -> None:
    """Only files that no row names, whatever a journal of long ago says."""
    for name in names:
        if not _is_named(name):
            storage.delete(storage.pictures(), name)
