"""Taking an archive of `gallery.archive` back: the same bytes, under the same names, with the same labels.

An archive is hostile until it is checked. Nothing is unpacked to a disk: members are read one by one, each
bounded, and only under names that our own archives have. An archive that is not built like ours is refused
as a whole; a picture that does not fit what the index says of it is an error of its own.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import DatabaseError

from dndimages.errors import DndImagesError, Invalid, NotJson, TooLarge
from gallery import archive, storage
from gallery.imaging.fingerprint import sha256_hex
from maintenance import archived
from maintenance.archived import Archived
from maintenance.localstorage import storing
from maintenance.localstorage.entries import Unusable
from maintenance.localstorage.json_text import loads
from maintenance.localstorage.report import Outcome, Report, Verdict
from maintenance.localstorage.taking import OnStep, unstored

MOST_PICTURES = 50_000
_MOST_PICTURE_BYTES = 100 * 1024 * 1024  # the most that MAX_IMAGE_SIZE_MB may say
_INDEX = "index.json"
_NAME = re.compile(r"pictures/[0-9]{1,18}-[a-z0-9_-]{1,80}\.webp")
_SLACK_BYTES = 4 * 1024 * 1024
_MOST_INDEX_FOLD = 64  # the index may unpack to so many times the file
#: A data descriptor follows, the name is UTF-8, and how hard a packer tried. All others change how it is read.
_HARMLESS_FLAGS = 0x8 | 0x800 | 0x6
_END, _END64, _LOCATOR_BYTES = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), 20
_MOST_RECORD_BYTES = 256  # of a name in the directory, with all that packers add
_DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, zlib.error)


class Refused(Invalid):
    """This is no archive of ours; nothing was taken."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This archive is refused: {why}")


def unpack(file: IO[bytes], *, now: datetime, dry_run: bool = False, on_step: OnStep | None = None) -> Report:
    """Take back what is in a seekable zip. Raises `Refused`, and for a disk what `storage.check_room` does,
    before anything is stored."""
    opened, members, pictures = _read(file)
    with opened:
        if not dry_run:
            storage.check_room()
        return _take_all(opened, members, pictures, now=now, dry_run=dry_run, on_step=on_step)


def _read(file: IO[bytes]) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo], list[Any]]:
    """All that can be a reason to refuse it is looked at here, before the first picture is taken."""
    try:
        length = _length(file)
        _check_directory(file, length)
        opened = zipfile.ZipFile(file)
        members = _checked(opened, length)
        return opened, members, _listed(opened, members)
    except _DAMAGE:
        raise Refused("it is damaged, or no zip") from None


def _length(file: IO[bytes]) -> int:
    length = file.seek(0, 2)
    file.seek(0)
    return length


def _check_directory(file: IO[bytes], length: int) -> None:
    """What the end of a zip tells of its directory: to read that costs many times its bytes. Zips of ours
    have no comment behind it."""
    end64 = _END64.size + _LOCATOR_BYTES
    file.seek(max(0, length - _END.size - end64))
    tail = file.read().rjust(end64 + _END.size, b"\0")
    file.seek(0)
    mark, *_, number, size, _, comment = _END.unpack(tail[end64:])
    if mark != b"PK\5\6" or comment:
        raise zipfile.BadZipFile
    if tail[_END64.size :].startswith(b"PK\6\7"):
        mark, *_, number, size, _ = _END64.unpack(tail[: _END64.size])
        if mark != b"PK\6\6":
            raise zipfile.BadZipFile
    if number > MOST_PICTURES + 1:
        raise Refused(f"it has more than {MOST_PICTURES:,} pictures")
    if size > min(number * _MOST_RECORD_BYTES, length):
        raise zipfile.BadZipFile


def _checked(opened: zipfile.ZipFile, length: int) -> dict[str, zipfile.ZipInfo]:
    """Its members by name, all of them such as our archives have."""
    infos = opened.infolist()
    members = {info.filename: info for info in infos}
    if len(members) != len(infos):
        raise Refused("a name stands in it twice")
    if len(infos) > MOST_PICTURES + 1:
        raise Refused(f"it has more than {MOST_PICTURES:,} pictures")
    if not all(0 <= info.header_offset < length for info in infos):
        raise zipfile.BadZipFile
    for info in infos:
        _check_member(info)
    unpacked = sum(info.file_size for info in infos if info.filename != _INDEX)
    if unpacked > length + _SLACK_BYTES:  # pictures do not get smaller; ours are not even compressed
        raise Refused("it unpacks to far more than it has")
    if _INDEX not in members:
        raise Refused("it has no index.json")
    if members[_INDEX].file_size > length * _MOST_INDEX_FOLD + _SLACK_BYTES:
        raise Refused("it unpacks to far more than it has")
    return members


def _check_member(info: zipfile.ZipInfo) -> None:
    mode = info.external_attr >> 16
    if info.filename != _INDEX and not _NAME.fullmatch(info.filename):
        raise Refused("it holds files that are no pictures of ours")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or info.is_dir():
        raise Refused("it holds links or folders")
    if info.flag_bits & ~_HARMLESS_FLAGS or info.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise Refused("it is encrypted, or packed in a way that we do not use")
    if info.file_size > (archive.MOST_INDEX_BYTES if info.filename == _INDEX else _MOST_PICTURE_BYTES):
        raise Refused("a file in it is too large")


def _listed(opened: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> list[Any]:
    """What the index says of each picture, unchecked."""
    try:
        index = loads(_bytes(opened, members[_INDEX]), most_parts=archive.MOST_INDEX_PARTS)
    except NotJson:
        raise Refused("its index.json is not JSON") from None
    except TooLarge:
        raise Refused("its index.json has too many parts") from None
    if not isinstance(index, dict) or index.get("format") != archive.FORMAT:
        raise Refused("its index.json is of another kind")
    if index.get("version") != archive.VERSION:
        raise Refused(f"it is of another version than {archive.VERSION}, which we read")
    pictures = index.get("pictures")
    if not isinstance(pictures, list) or len(pictures) > MOST_PICTURES:
        raise Refused("its index has no list of pictures")
    named = [
        facts.get("file") for facts in pictures if isinstance(facts, dict) and facts.get("file") is not None
    ]
    names = [name for name in named if isinstance(name, str)]
    if len(names) != len(named) or sorted(names) != sorted(members.keys() - {_INDEX}):
        raise Refused("its index does not fit its files")
    return pictures


def _bytes(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """As many as were declared: a bomb that has more ends here. Raises `BadZipFile` for any damage."""
    try:
        with opened.open(info) as member:
            data = member.read(info.file_size + 1)
    except _DAMAGE:
        raise zipfile.BadZipFile from None
    if len(data) != info.file_size:
        raise zipfile.BadZipFile
    return data


# ── Picture by picture ───────────────────────────────────────────────────────────────────────────


def _take_all(
    opened: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    pictures: list[Any],
    *,
    now: datetime,
    dry_run: bool,
    on_step: OnStep | None,
) -> Report:
    report, trash = Report(dry_run=dry_run), storing.in_trash()
    taker = _Taker(opened, members, trash, now, dry_run)
    for number, facts in enumerate(pictures):
        report.outcomes.append(taker.take(f"pictures/{number}", facts))
        if on_step is not None:
            on_step(number + 1, len(pictures))
    return report


@dataclass(frozen=True)
class _Taker:
    opened: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    trash: frozenset[str]
    now: datetime
    dry_run: bool

    def take(self, place: str, facts: Any) -> Outcome:
        """One picture of the index; never raises for what an archive may hold."""
        try:
            one = archived.read(place, facts, now=self.now)
        except DndImagesError as error:
            return _error(place, error.message)
        try:
            return self._taken(one)
        except DndImagesError as error:
            return _error(one.key, error.message)
        except DatabaseError as error:
            return _error(one.key, unstored(error))
        except zipfile.BadZipFile:
            return _error(one.key, "Its file is damaged")

    def _taken(self, one: Archived) -> Outcome:
        data = _bytes(self.opened, self.members[one.file])
        if sha256_hex(data) != one.sha256:
            raise Unusable("Its file is not the one that the index tells of")
        prepared = archived.prepare(one, data)
        here = archived.find_same(one, trash=self.trash)
        if here is not None and here.deleted_at is None:
            return _told(one, Verdict.HERE, len(data))
        if here is not None:
            notes = (storing.RESTORED,) if self.dry_run else archived.restore(one, here, now=self.now)
            return _told(one, Verdict.RESTORED, len(data), *notes)
        verdict, notes = self._stored(one, prepared)
        return _told(one, verdict, len(data), *notes)

    def _stored(self, one: Archived, prepared: archived.Prepared) -> tuple[Verdict, tuple[str, ...]]:
        if self.dry_run:
            return Verdict.NEW, prepared.notes
        try:
            return Verdict.NEW, archived.store(one, prepared, now=self.now)
        except storing.AlreadyHere:
            return Verdict.HERE, ()


def _told(one: Archived, verdict: Verdict, length: int, *notes: str) -> Outcome:
    return Outcome(
        key=one.key,
        kind="scene" if one.labels["subject_type"] == "scene" else "item",
        name=one.labels["subject_name"],
        verdict=verdict,
        notes=notes,
        bytes=length,
        width=one.width,
        height=one.height,
    )


def _error(key: str, reason: str) -> Outcome:
    return Outcome(key=key, kind="", name="", verdict=Verdict.ERROR, notes=(reason,))
