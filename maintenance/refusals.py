"""When nothing must be deleted: the pictures are not there, the clock cannot be right, or so much
would go that somebody should look first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db.models import Max, Q, QuerySet

from dndimages.access.models import ApiKey
from dndimages.errors import DndImagesError
from gallery import storage
from gallery.errors import StorageFull, StorageUnavailable
from gallery.models import GenerationLog, ImageAsset, Job, Source, SpendDay
from maintenance.models import CommandRun
from scenes.models import SceneDay

MOST_AT_ONCE = 1_000  # pictures
MOST_PERCENT = 20  # of all pictures
#: So many may always go: in a gallery of three pictures one is a third, and no accident.
FEW = 2
_NOT_THERE = (
    "Nothing was deleted: the pictures' folder or bucket is not there, not writable or not ours"
    " (see IMAGE_STORAGE_DIR, S3_BUCKET); is it mounted?"
)
CLOCKS_DIFFER = timedelta(days=1)  # rows may be written by another host
#: A cleanup each month still counts as regular.
LONGEST_SILENCE = timedelta(days=32)
#: Before the first cleanup an idle service is nothing strange.
LONGEST_IDLE = timedelta(days=180)


class Refused(DndImagesError):
    """Nothing was deleted; ``reason`` tells why: clock_behind, clock_ahead or too_many."""

    kind = "refused"
    status = 409
    message = "Nothing was deleted: this needs somebody to look first"

    def __init__(self, message: str | None = None, *, reason: str) -> None:
        super().__init__(message, reason=reason)


# ── The pictures' folder ─────────────────────────────────────────────────────────────────────────


def refuse_without_pictures() -> None:
    """Raises `StorageUnavailable` where the folder (or bucket) of the pictures is not ours to change.

    A full disk is no reason: cleaning up is what makes room.
    """
    try:
        storage.check_room()
    except StorageFull:
        pictures = storage.pictures()
        if isinstance(pictures, FileSystemStorage) and not os.access(pictures.location, os.W_OK):
            raise StorageUnavailable(_NOT_THERE) from None
    except StorageUnavailable as error:
        raise StorageUnavailable(_NOT_THERE) from error


# ── The clock ────────────────────────────────────────────────────────────────────────────────────


def refuse_wrong_clock(*, now: datetime) -> None:
    """Raises `Refused` when ``now`` does not fit what the database has seen.

    Behind: some row is more than a day younger than now. Ahead: since the last cleanup there is a
    stretch of more than LONGEST_SILENCE in which nothing happened, neither a cleanup nor a request
    for a scene nor a paid call. Looking for the stretch, not at the last row alone, finds a jump also
    when the service went on working after it. Only runs that did their work are counted, so a refused
    one does not make the wrong clock right. Before the first cleanup only the newest row is asked.
    """
    newest = _newest_row(now=now)
    if newest is not None and newest - now > CLOCKS_DIFFER:
        raise Refused(
            f"Nothing was deleted: the clock says {now:%Y-%m-%d}, but the database knows of {newest:%Y-%m-%d}."
            " Set the clock right, or use --force",
            reason="clock_behind",
        )
    quiet_since = _quiet_since(newest, now=now)
    if quiet_since is not None:
        raise Refused(
            f"Nothing was deleted: the clock says {now:%Y-%m-%d}, but nothing was recorded for a long time"
            f" after {quiet_since:%Y-%m-%d}. Set the clock right, or use --force if it is",
            reason="clock_ahead",
        )


def _newest_row(*, now: datetime) -> datetime | None:
    ours = (GenerationLog.objects.all(), Job.objects.all(), ApiKey.objects.all(), _stamped_images(now))
    times = [_latest(rows, "created_at") for rows in ours]
    times.append(_latest(CommandRun.objects.completed(), "started_at"))
    return max((at for at in times if at is not None), default=None)


def _stamped_images(now: datetime) -> QuerySet[ImageAsset]:
    """Without those from the future that were brought from elsewhere, with the time of another clock."""
    foreign = Q(source__in=[Source.IMPORTED, Source.UPLOADED], created_at__gt=now)
    return ImageAsset.objects.exclude(foreign)


def _latest(rows: QuerySet[Any], field: str) -> datetime | None:
    found: datetime | None = rows.aggregate(at=Max(field))["at"]
    return found


def _quiet_since(newest: datetime | None, *, now: datetime) -> date | None:
    """The last day before a stretch of silence that is too long to be true; None when there is none."""
    cleaned = _latest(CommandRun.objects.completed().filter(command="cleanup"), "started_at")
    today = now.astimezone(UTC).date()
    if cleaned is not None:
        since = cleaned.astimezone(UTC).date()
        return _before_gap([since, *_days_of_work(since), today], LONGEST_SILENCE)
    if newest is not None:
        return _before_gap([newest.astimezone(UTC).date(), today], LONGEST_IDLE)
    return None


def _days_of_work(since: date) -> list[date]:
    """Days after ``since`` that have a row of their own."""
    scenes = SceneDay.objects.filter(day__gt=since).values_list("day", flat=True)
    calls = SpendDay.objects.filter(day__gt=since).values_list("day", flat=True)
    return sorted({*scenes, *calls})


def _before_gap(days: Iterable[date], longest: timedelta) -> date | None:
    return next((day for day, after in pairwise(sorted(days)) if after - day > longest), None)


# ── Too much at once ─────────────────────────────────────────────────────────────────────────────


def refuse_too_many(going: int) -> None:
    """Raises `Refused` when more pictures would go than anybody trashes on a usual day."""
    total = ImageAsset.objects.count()
    share_is_large = going > FEW and going * 100 > total * MOST_PERCENT
    if going > MOST_AT_ONCE or share_is_large:
        raise Refused(
            f"Nothing was deleted: {going:,} of {total:,} pictures would be purged, more than"
            f" {MOST_AT_ONCE:,} or {MOST_PERCENT} % at once. If that is meant: manage.py cleanup --force",
            reason="too_many",
        )
