"""Reading a finished backup, archive or folder, that may be anything until it was checked.

Neither reader believes a name, a size or a type: only plain files with names of ours, each once.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from maintenance.backup import manifest as manifests
from maintenance.backup.errors import BadBackup
from maintenance.backup.manifest import Entry, Manifest

CHUNK = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
#: Fewer would be no backup, more than so many names would only eat our memory.
MOST_FILES = 5_000_000


class Bundle(Protocol):
    """A backup's files: their sizes by name, and their bytes in chunks."""

    sizes: dict[str, int]

    def chunks(self, name: str) -> Iterator[bytes]: ...


class Archive:
    """A tar file as `backup` writes it: one 512-byte header for each plain file, nothing else.

    Read by hand, since a tar file may also hold links, devices, sparse files, headers of any length
    and the same name twice; none of that is ever looked at here.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = file.seek(0, os.SEEK_END)
        self._offsets: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self._read_headers()

    def chunks(self, name: str) -> Iterator[bytes]:
        self._file.seek(self._offsets[name])
        left = self.sizes[name]
        while left:
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise BadBackup("it is cut off")
            left -= len(chunk)
            yield chunk

    def _read_headers(self) -> None:
        at = 0
        while True:
            self._file.seek(at)
            header = self._file.read(_BLOCK)
            if len(header) < _BLOCK:
                raise BadBackup("it is cut off, or no archive at all")
            if not any(header):
                return self._refuse_more(at)
            name, size = _read_header(header)
            if name in self.sizes:
                raise BadBackup("it holds a name twice")
            self.sizes[name], self._offsets[name] = size, at + _BLOCK
            at += _BLOCK + -(-size // _BLOCK) * _BLOCK
            if at > self._end or len(self.sizes) > MOST_FILES:
                raise BadBackup("it is cut off, or says so")

    def _refuse_more(self, at: int) -> None:
        rest = self._end - at
        self._file.seek(at)
        if rest > tarfile.RECORDSIZE + 2 * _BLOCK or any(self._file.read(rest)):
            raise BadBackup("something follows after its end")


def _read_header(header: bytes) -> tuple[str, int]:
    try:
        member = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, ValueError):  # a name that is not ASCII is a ValueError
        raise BadBackup("it is no archive of ours, or damaged") from None
    if member.type != tarfile.REGTYPE:
        raise BadBackup("it holds something that is no plain file")
    _refuse_foreign(member.name)
    if member.size < 0:
        raise BadBackup("it holds a file of an impossible size")
    return member.name, member.size


class Folder:
    """A folder as `backup --incremental` writes it; links and devices in it are refused."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.sizes = dict(_walk(root, ""))

    def chunks(self, name: str) -> Iterator[bytes]:
        handle = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _walk(root: Path, inside: str) -> Iterator[tuple[str, int]]:
    """Names relative to the root with their sizes; recursion ends where our names do."""
    with os.scandir(root / inside) as found:
        for item in found:
            name = inside + item.name
            facts = item.stat(follow_symlinks=False)
            if stat.S_ISDIR(facts.st_mode) and name.count("/") < 4:
                yield from _walk(root, name + "/")
            elif stat.S_ISREG(facts.st_mode):
                _refuse_foreign(name)
                yield name, facts.st_size
            else:
                raise BadBackup("it holds something that is no plain file")


def _refuse_foreign(name: str) -> None:
    if name != manifests.NAME and not manifests.is_allowed(name):
        raise BadBackup("it holds a file that belongs to no backup")


@contextmanager
def opened(path: Path) -> Iterator[tuple[Bundle, Manifest]]:
    """The backup at this path and its manifest. Raises `BadBackup`; names and sizes agree then, the
    bytes are still to be compared."""
    if path.is_symlink() or not (path.is_dir() or path.is_file()):
        raise BadBackup("it is neither an archive nor a folder")
    if path.is_dir():
        yield _agreed(Folder(path))
        return
    with path.open("rb") as file:
        yield _agreed(Archive(file))


def _agreed(bundle: Bundle) -> tuple[Bundle, Manifest]:
    size = bundle.sizes.get(manifests.NAME)
    if size is None:
        raise BadBackup("it has no manifest")
    if size > manifests.MOST_BYTES:
        raise BadBackup("its manifest is too large")
    manifest = manifests.parsed(b"".join(bundle.chunks(manifests.NAME)))
    held = {name: size for name, size in bundle.sizes.items() if name != manifests.NAME}
    if held != {name: entry.bytes for name, entry in manifest.files.items()}:
        raise BadBackup("it does not hold what its manifest lists")
    return bundle, manifest


def compared(bundle: Bundle, name: str, entry: Entry) -> Iterator[bytes]:
    """The bytes of a file; `BadBackup` at their end, at the latest, when they are not what is listed."""
    digest, left = hashlib.sha256(), entry.bytes
    for chunk in bundle.chunks(name):
        left -= len(chunk)
        if left < 0:
            break
        digest.update(chunk)
        yield chunk
    if left or digest.hexdigest() != entry.sha256:
        raise BadBackup(f"{name} is damaged")
