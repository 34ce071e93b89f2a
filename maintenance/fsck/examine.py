"""Looking: rows first, then what lies there, so that what comes and goes meanwhile is not mistaken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.storage import FileSystemStorage, Storage

from gallery import files, imaging, storage
from gallery.errors import ImageRejected
from gallery.imaging.decode import decode
from gallery.models import ImageAsset, Job, JobState
from gallery.placeholders import is_whole
from maintenance import refusals
from maintenance.backup.pictures import job_of, spool_names
from maintenance.fsck.finding import Finding, Kind
from maintenance.restore import journal

#: A file may be without a row while its picture is being made; younger ones are left alone.
GRACE = timedelta(days=1)
#: Waiters and the worker take a job over within seconds; this long, nobody does.
STALE = timedelta(minutes=10)
HEAD_BYTES = 12
OnStep = Callable[[str, int, int], None]


@dataclass
class Kept:
    """What rows say of one token."""

    widths: list[int]
    sha256: str
    bytes: int
    images: list[int] = field(default_factory=list)
    is_trashed: bool = True  # every one of them


def examine(
    *, now: datetime, deep: bool = False, force: bool = False, on_step: OnStep | None = None
) -> list[Finding]:
    """Everything that is wrong. ``deep`` reads every file; else sizes and headers are looked at.

    Raises `StorageUnavailable` when the pictures are not there, `Refused` when so many are gone that
    this cannot be their folder, unless ``force`` says that it is.
    """
    refusals.refuse_without_pictures()
    rows = _rows()
    there = set(_walk(storage.pictures(), "images"))
    if not force:
        _refuse_wrong_folder(rows, there)
    return [
        *_restores(),
        *_pictures(rows, there, deep, on_step),
        *_without_row(rows, there, now),
        *_jobs(now),
        *_spool(now),
    ]


def _rows() -> dict[str, Kept]:
    fields = ("token", "widths", "sha256", "file_size_bytes", "pk", "deleted_at")
    found: dict[str, Kept] = {}
    for token, widths, *facts, pk, deleted_at in (
        ImageAsset.objects.order_by("pk").values_list(*fields).iterator()
    ):
        kept = found.setdefault(token, Kept(list(widths), *facts))
        kept.images.append(pk)
        kept.is_trashed = kept.is_trashed and deleted_at is not None
    return found


def _walk(where: Storage, folder: str) -> Iterator[str]:
    with storage.told_as_ours():
        try:
            folders, names = where.listdir(folder)
        except FileNotFoundError:
            return
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _walk(where, f"{folder}/{inner}")


def _refuse_wrong_folder(rows: dict[str, Kept], there: set[str]) -> None:
    gone = sum(files.full_path(token) not in there for token in rows)
    if gone > refusals.FEW and gone * 100 > len(rows) * refusals.MOST_PERCENT:
        raise refusals.Refused(
            f"Nothing was changed: {gone:,} of {len(rows):,} pictures have no file. Is the right folder"
            " mounted (IMAGE_STORAGE_DIR)? If it is: manage.py fsck --repair --force takes from the backups what they have",
            reason="wrong_folder",
        )


def _restores() -> Iterator[Finding]:
    left = journal.read()
    if left is not None:
        yield Finding(kind=Kind.UNFINISHED_RESTORE, name=left.backup)


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────


def _pictures(
    rows: dict[str, Kept], there: set[str], deep: bool, on_step: OnStep | None
) -> Iterator[Finding]:
    for done, (token, kept) in enumerate(rows.items(), start=1):
        for name in [] if _is_given_up(token, kept, there) else files.all_paths(token, kept.widths):
            kind = _wrong(name, token, kept, there, deep)
            if kind is not None and ImageAsset.objects.filter(token=token).exists():
                yield Finding(kind=kind, name=name, token=token, images=kept.images)
        if on_step is not None:
            on_step("fsck", done, len(rows))


def _is_given_up(token: str, kept: Kept, there: set[str]) -> bool:
    """Lost, and somebody moved it to the trash: there is nothing to tell until it comes back from there."""
    return kept.is_trashed and files.full_path(token) not in there


def _wrong(name: str, token: str, kept: Kept, there: set[str], deep: bool) -> Kind | None:
    is_full = name == files.full_path(token)
    if name not in there:
        return Kind.MISSING_PICTURE if is_full else Kind.MISSING_PART
    if is_full:
        good = is_as_stored(name, kept.sha256) if deep else _has_size(name, kept.bytes)
        return None if good else Kind.DAMAGED_PICTURE
    good = _decodes(name) if deep else _looks_whole(name)
    return None if good else Kind.DAMAGED_PART


def is_as_stored(name: str, sha256: str) -> bool:
    data = storage.read(storage.pictures(), name)
    return data is not None and hashlib.sha256(data).hexdigest() == sha256


def _has_size(name: str, size: int) -> bool:
    with storage.told_as_ours():
        try:
            if storage.pictures().size(name) != size:
                return False
        except FileNotFoundError:
            return False
    return _looks_whole(name)


def _looks_whole(name: str) -> bool:
    """By its first bytes; in a bucket that would be a request a file, and an object there is whole."""
    pictures = storage.pictures()
    if not isinstance(pictures, FileSystemStorage):
        return True
    with storage.told_as_ours():
        try:
            with pictures.open(name, "rb") as file:
                return is_whole(file.read(HEAD_BYTES), size=file.size)
        except FileNotFoundError:
            return False


def _decodes(name: str) -> bool:
    data = storage.read(storage.pictures(), name)
    if data is None or not is_whole(data, size=len(data)):
        return False
    try:
        decode(data, limits=imaging.DEFAULT_LIMITS)
    except ImageRejected:
        return False
    return True


# ── What belongs to nothing ──────────────────────────────────────────────────────────────────────


def _without_row(rows: dict[str, Kept], there: set[str], now: datetime) -> Iterator[Finding]:
    named = {name for token, kept in rows.items() for name in files.all_paths(token, kept.widths)}
    for name in sorted(there - named):
        token = files.token_in(name) or ""
        if is_old(storage.pictures(), name, now) and not belongs(name):
            yield Finding(kind=Kind.NO_ROW, name=name, token=token)


def belongs(name: str) -> bool:
    """Whether a row names this very file, or the job that writes it is still at work."""
    token = files.token_in(name)
    if token is None:
        return False
    if Job.objects.active().filter(pk=job_of(token)).exists():
        return True
    rows = ImageAsset.objects.filter(token=token)
    return any(name in row.paths for row in rows)


def is_old(where: Storage, name: str, now: datetime) -> bool:
    with storage.told_as_ours():
        try:
            return now - where.get_modified_time(name) > GRACE
        except FileNotFoundError:
            return False


def _jobs(now: datetime) -> Iterator[Finding]:
    for job in Job.objects.abandoned(now=now - STALE).order_by("created_at", "pk"):
        yield Finding(kind=Kind.STALE_JOB, name=str(job.pk))


def _spool(now: datetime) -> Iterator[Finding]:
    names = spool_names()
    states = dict(Job.objects.filter(pk__in={job_of(name) for name in names}).values_list("pk", "state"))
    for name in names:
        kind = _wrong_in_spool(states.get(job_of(name)))
        if kind is not None and is_old(storage.spool(), name, now):
            yield Finding(kind=kind, name=name)


def _wrong_in_spool(state: str | None) -> Kind | None:
    if state is None:
        return Kind.SPOOL_OF_NO_JOB
    if state == JobState.DONE:
        return Kind.SPOOL_OF_DONE_JOB
    return Kind.SPOOL_UNUSED if state in (JobState.FAILED, JobState.CANCELLED) else None
