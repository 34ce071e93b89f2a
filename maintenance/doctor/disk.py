"""Where pictures are kept: there, writable, with room for the coming days."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from gallery import storage
from maintenance import detail, health
from maintenance.doctor.finding import Finding, error, ok, warning
from maintenance.forecast import forecast

SOON_DAYS = 14.0
_TODO = {
    "storage_full": "make room: manage.py cleanup, then docs/operations.md, The disk is full",
    "storage_unavailable": "is the disk mounted, the bucket there, the folder ours (IMAGE_STORAGE_DIR, S3_BUCKET)?"
    " Under systemd: does ReadWritePaths name it?",
}


def pictures_can_be_kept(now: datetime) -> Iterator[Finding]:
    word = health.storage_word()
    if word == "ok":
        where = "this disk" if storage.is_local(storage.pictures()) else "a bucket"
        yield ok("storage", f"new pictures can be kept on {where}")
    else:
        yield error("storage", f"new pictures cannot be kept ({word})", _TODO.get(word, "see the log"))


def has_room(now: datetime) -> Iterator[Finding]:
    """Each disk against MIN_FREE_DISK_MB, and the pictures' one against last week's growth."""
    unusable = _unusable(Path(settings.BACKUP_DIR))
    if unusable:
        todo = "is its disk mounted, its owner the service's user, its path in ReadWritePaths? See BACKUP_DIR"
        yield error("disk", f"no backup can be kept: {settings.BACKUP_DIR} {unusable}", todo)
    short = [
        name
        for name, room in detail.disks().items()
        if not (unusable and name == "backups") and _is_short(room["free_bytes"])
    ]
    for name in short:
        says = f"less than MIN_FREE_DISK_MB ({settings.MIN_FREE_DISK_MB:,}) is free for {name}"
        yield error("disk", says, _TODO["storage_full"])
    days = _days_left(now) if connection.is_usable() else None
    if days is not None and days < SOON_DAYS:
        yield warning("disk", f"full in {days:.1f} days at last week's pace", "add room, or clean up")
    elif not short and not unusable:
        yield ok("disk", "room is left" + ("" if days is None else f" for {days:,.0f} days"))


def _unusable(folder: Path) -> str:
    """Why nothing can be kept in a folder, or the folder not be made; empty when it can."""
    try:
        there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
        if not there.is_dir():
            return f"cannot be used: {there} is no folder"
        if not os.access(there, os.W_OK | os.X_OK):
            return "is not writable" if there == folder else f"cannot be made: {there} is not writable"
        # Folders of the kernel have no room at all, and nobody makes anything there.
        return "" if shutil.disk_usage(there).total else f"cannot be made: {there} keeps no files"
    except OSError as failure:
        return f"cannot be reached: {os.strerror(failure.errno or 0)}"


def _days_left(now: datetime) -> float | None:
    try:
        return forecast(now=now, free_bytes=health.free_bytes()).days_left
    except FileNotFoundError:  # the pictures' folder is not mounted: another finding says so
        return None


def _is_short(free_bytes: int | None) -> bool:
    return free_bytes is not None and free_bytes < settings.MIN_FREE_DISK_MB * 2**20
