"""Where bytes live, and when they are safe: durable writes under Django's storage API.

Local: temporary name, fsync, rename, fsync of the folder, so that a final name never holds part of
a file. Buckets: `gallery.s3`.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from gallery.errors import StorageFull, StorageUnavailable

#: Lies in the pictures' folder from the first start on. A folder without it is not ours: an
#: unmounted disk looks like an empty gallery, and nothing must be made or deleted there.
MARKER = ".dndimages"
PART = ".part"  # the ending of a file that is still being written


class DurableFileSystemStorage(FileSystemStorage):
    """Local files that are whole and on the disk once `save` returns."""

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        _make_folders(target.parent)
        part = target.with_name(target.name + PART)
        try:
            with part.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # names are unique by construction; a second write of one is meant to replace it


def _make_folders(folder: Path) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Errors of a disk or a bucket become `StorageFull` or `StorageUnavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise StorageUnavailable from error
    except _of_buckets() as error:
        raise StorageUnavailable from error


def _of_buckets() -> tuple[type[Exception], ...]:
    """What boto3 raises. It is loaded only where something went wrong, or there is a bucket."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError


def pictures() -> Storage:
    return storages["default"]


def spool() -> Storage:
    return storages["spool"]


def write(storage: Storage, name: str, data: bytes) -> None:
    """Durable when it returns. Raises `StorageFull` or `StorageUnavailable`."""
    with told_as_ours():
        storage.save(name, ContentFile(data))


def read(storage: Storage, name: str) -> bytes | None:
    """The bytes, or None where no such file is."""
    with told_as_ours():
        try:
            with storage.open(name, "rb") as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None


def delete(storage: Storage, *names: str) -> None:
    """Remove files, also their unfinished parts; what is not there is fine."""
    with told_as_ours():
        for name in names:
            storage.delete(name)
            if isinstance(storage, FileSystemStorage):
                Path(storage.path(name + PART)).unlink(missing_ok=True)


def take_in(storage: Storage, name: str, path: Path) -> None:
    """Make a local file the stored one of this name, at one instant. The local one may be gone then.

    Local files are as durable as they were: whoever moves many syncs once.
    """
    if not isinstance(storage, FileSystemStorage):
        return write(storage, name, path.read_bytes())
    with told_as_ours():
        target = Path(storage.path(name))
        _make_folders(target.parent)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:  # between two disks nothing moves at one instant: it is copied
                raise
            write(storage, name, path.read_bytes())


def set_aside(storage: Storage, name: str, new_name: str) -> bool:
    """Move a stored file to another name; durable when it returns. False: no such file is there."""
    if isinstance(storage, FileSystemStorage):
        return _rename(Path(storage.path(name)), Path(storage.path(new_name)))
    data = read(storage, name)
    if data is not None:
        write(storage, new_name, data)
        delete(storage, name)
    return data is not None


def _rename(source: Path, target: Path) -> bool:
    with told_as_ours():
        _make_folders(target.parent)
        try:
            source.replace(target)
        except FileNotFoundError:
            return False
        _sync_folder(target.parent)
        _sync_folder(source.parent)
        return True


def is_local(storage: Storage) -> bool:
    return isinstance(storage, FileSystemStorage)


def check_room() -> None:
    """Refuse before anything is paid for when the result could not be kept.

    Raises `StorageFull` under MIN_FREE_DISK_MB, `StorageUnavailable` when a folder is not mounted
    (its marker is missing), read-only or gone.
    """
    storage = pictures()
    with told_as_ours():
        if not isinstance(storage, FileSystemStorage):
            cast(Any, storage).refuse_unusable()
            return
        if not (Path(storage.location) / MARKER).is_file():
            raise StorageUnavailable
        settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
        for folder in (Path(storage.location), settings.SPOOL_DIR):
            if shutil.disk_usage(folder).free < settings.MIN_FREE_DISK_MB * 1024 * 1024:
                raise StorageFull
            if not os.access(folder, os.W_OK):
                raise StorageUnavailable


def _mark(storage: Storage, root: Path) -> None:
    try:
        write(storage, MARKER, b"This folder belongs to dndimages. Do not delete this file.\n")
    except StorageUnavailable:
        if not (root / MARKER).is_file():  # else another process marked it at the same moment
            raise


def prepare_folders(*, expect_pictures: bool) -> None:
    """Make the folders on the first start, and mark the pictures' one as ours.

    ``expect_pictures``: the database knows pictures, so a folder without the marker is not the
    right one and stays as it is.
    """
    storage = pictures()
    if not isinstance(storage, FileSystemStorage):
        return
    with told_as_ours():
        root = Path(storage.location)
        if not expect_pictures and not (root / MARKER).exists():
            root.mkdir(parents=True, exist_ok=True)
            _mark(storage, root)
        settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
