"""Backups in a bucket: `STORAGES["backups"]`, through Django's storage API.

Only archives go there. One is made and checked in BACKUP_DIR first, sent whole, and read back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import InvalidStorageError, Storage, storages

from gallery import storage
from gallery.errors import StorageUnavailable
from maintenance.backup import shelf
from maintenance.backup.errors import BackupRefused, BadBackup
from maintenance.backup.shelf import Kept

_CHUNK = 1 << 20


_NO_BUCKET = (
    "The bucket for backups is not there, does not answer or does not know us (BACKUP_S3_BUCKET, S3_…)"
)


@contextmanager
def _told() -> Iterator[None]:
    try:
        with storage.told_as_ours():
            yield
    except StorageUnavailable as error:
        if isinstance(error.__cause__, OSError):
            raise  # the disk on which the archive lies here
        raise StorageUnavailable(_NO_BUCKET) from error


def bucket() -> Storage:
    """Raises `BackupRefused` where none is set."""
    try:
        return storages["backups"]
    except InvalidStorageError:
        raise BackupRefused("Nothing was done: no bucket for backups is set (BACKUP_S3_BUCKET)") from None


def send(name: str) -> None:
    """Put an archive of BACKUP_DIR into the bucket and compare what arrived. Raises `StorageUnavailable`,
    `BadBackup`; then it is not there."""
    path = shelf.folder() / name
    with path.open("rb") as file:
        wanted = _digest(file)
    with path.open("rb") as file, _told():
        bucket().save(name, File(file, name=name))
    with _told(), bucket().open(name, "rb") as arrived:
        found = _digest(arrived)
    if found != wanted:
        remove(name)
        raise BadBackup("the bucket gives back other bytes than it was given")


def _digest(file: IO[bytes] | File[Any]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def kept() -> list[Kept]:
    """The archives in the bucket, newest first. Proofs of those that are gone from it are forgotten."""
    with _told():
        _, names = bucket().listdir("")
    shelf.forget_gone(names)
    return [backup for backup in shelf.newest_first(names) if backup.is_archive]


def remove(name: str) -> None:
    with _told():
        bucket().delete(name)
    shelf.forget_verified(name)


@contextmanager
def fetched(name: str) -> Iterator[Path]:
    """A copy of an archive of the bucket, under its own name, for as long as it is needed."""
    from maintenance.backup.pictures import refuse_without_room

    if name not in [backup.name for backup in kept()]:
        raise BackupRefused("Nothing was done: the bucket has no backup of this name")
    with _told():
        refuse_without_room(shelf.folder(), needed=bucket().size(name))
    with shelf.scratch() as scratch:
        path = scratch / name
        with path.open("xb") as file, _told(), bucket().open(name, "rb") as source:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
        yield path
