"""Writing a backup: one archive, or a folder that shares what has not changed with the one before."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from maintenance.backup import manifest as manifests
from maintenance.backup.manifest import Entry
from maintenance.backup.shelf import sync_folder


class Writer(Protocol):
    """``entries``: what was written so far. Nothing is a backup before `finish`."""

    entries: dict[str, Entry]

    def add(self, name: str, data: bytes, *, modified_ns: int | None = None) -> Entry: ...

    def add_file(self, name: str, path: Path) -> Entry: ...

    def finish(self, manifest: bytes) -> None: ...


class _Hashing(io.RawIOBase):
    """Reads from ``file`` and remembers the hash of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class ArchiveWriter:
    """A tar file with one short header a file: our names always fit."""

    def __init__(self, path: Path, *, taken_at: datetime) -> None:
        self._at = int(taken_at.timestamp())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, data: bytes, *, modified_ns: int | None = None) -> Entry:
        return self._add(name, io.BytesIO(data), len(data))

    def add_file(self, name: str, path: Path) -> Entry:
        with path.open("rb") as file:
            return self._add(name, file, os.fstat(file.fileno()).st_size)

    def finish(self, manifest: bytes) -> None:
        self._add(manifests.NAME, io.BytesIO(manifest), len(manifest))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _add(self, name: str, file: IO[bytes], size: int) -> Entry:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, self._at
        hashing = _Hashing(file)
        self._tar.addfile(member, hashing)
        entry = self.entries[name] = Entry(bytes=size, sha256=hashing.hexdigest())
        return entry


class FolderWriter:
    """A folder of plain files. ``base`` is the folder of an earlier backup, ``known`` what lies in it."""

    def __init__(self, root: Path, *, base: Path | None, known: Mapping[str, Entry]) -> None:
        root.mkdir(mode=0o700)
        self._root, self._base, self._known = root, base, known
        self._made = {root}
        self.entries: dict[str, Entry] = {}
        self.shared: set[str] = set()

    def share(self, name: str, *, size: int | None, modified_ns: int | None) -> Entry | None:
        """The file of the backup before under this name, when it is the same; None when it has to be
        written. ``size`` and ``modified_ns`` of the live file, None where asking would cost a request:
        a name means the same bytes for ever."""
        entry = self._known.get(name)
        if self._base is None or entry is None or (size is not None and entry.bytes != size):
            return None
        old = self._base / name
        try:
            facts = old.lstat()
            if facts.st_size != entry.bytes or modified_ns not in (None, facts.st_mtime_ns):
                return None
            os.link(old, self._place(name), follow_symlinks=False)
        except OSError:  # another file system, too many links, or gone: it is simply copied
            return None
        self.entries[name] = entry
        self.shared.add(name)
        return entry

    def add(self, name: str, data: bytes, *, modified_ns: int | None = None) -> Entry:
        path = self._place(name)
        self._write(path, io.BytesIO(data))
        if modified_ns is not None:
            os.utime(path, ns=(modified_ns, modified_ns))
        entry = self.entries[name] = Entry(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        return entry

    def add_file(self, name: str, path: Path) -> Entry:
        with path.open("rb") as file:
            hashing = _Hashing(file)
            size = self._write(self._place(name), hashing)
        entry = self.entries[name] = Entry(bytes=size, sha256=hashing.hexdigest())
        return entry

    def finish(self, manifest: bytes) -> None:
        self._write(self._root / manifests.NAME, io.BytesIO(manifest))
        for folder in self._made:
            sync_folder(folder)

    def _write(self, path: Path, source: IO[bytes] | _Hashing) -> int:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def _place(self, name: str) -> Path:
        path = self._root / name
        missing = []
        folder = path.parent
        while folder not in self._made:
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            new.mkdir(mode=0o700)
            self._made.add(new)
        return path
