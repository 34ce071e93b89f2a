"""When nothing must be deleted: the pictures are not there, the clock cannot be right, a restore is at
work, or so much would go that somebody should look first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db.models import Max, Q, QuerySet

from dndimages.access.models import ApiKey
from dndimages.errors import DndImagesError
from dndimages.living import changing
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
    "Nothing was done: the pictures' folder or bucket is not there, not writable or not ours"
    " (see IMAGE_STORAGE_DIR, S3_BUCKET); is it mounted?"
)
CLOCKS_DIFFER = timedelta(days=1)  # rows may be written by another host
#: A cleanup each month still counts as regular.
LONGEST_SILENCE = timedelta(days=32)
#: Before the first cleanup an idle service is nothing strange.
LONGEST_IDLE = timedelta(days=180)


class Refused(DndImagesError):
    """Nothing was done; ``reason`` tells why: clock_behind, clock_ahead, too_many, restore, wrong_folder."""

    kind = "refused"
    status = 409
    message = "Nothing was done: this needs somebody to look first"

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


# ── A restore ────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def unless_restoring() -> Iterator[None]:
    """For whoever deletes pictures or brings some: inside, no restore begins. Raises `Refused` while one
    is at work: what it compares and puts must not change under it."""
    with changing() as free:
        if not free:
            raise Refused(
                "Nothing was done: a restore is at work; try again when it has ended", reason="restore"
            )
        yield


# ── The clock ────────────────────────────────────────────────────────────────────────────────────


def refuse_wrong_clock(*, now: datetime) -> None:
    """Raises `Refused` when ``now`` does not fit what the database has seen.

    Behind: some row is more than a day younger than now. Ahead: since the last cleanup or restore there
    is a stretch of more than LONGEST_SILENCE in which nothing happened, neither of them nor a request
    for a scene nor a paid call. A restore counts, since what it brings back may be of long ago. Looking for the stretch, not at the last row alone, finds a jump also
    when the service went on working after it. Only runs that did their work are counted, so a refused
    one does not make the wrong clock right. Before the first cleanup only the newest row is asked.
    """
    newest = _newest_row(now=now)
    if newest is not None and newest.at - now > CLOCKS_DIFFER:
        raise Refused(
            f"Nothing was done: the clock says {now:%Y-%m-%d}, but {newest.table} has the row"
            f" {newest.pk} of {newest.at:%Y-%m-%d}. Set the clock right; if it is, run manage.py cleanup"
            " --force once",
            reason="clock_behind",
        )
    quiet_since = _quiet_since(None if newest is None else newest.at, now=now)
    if quiet_since is not None:
        raise Refused(
            f"Nothing was done: the clock says {now:%Y-%m-%d}, but nothing was recorded for a long time"
            f" after {quiet_since:%Y-%m-%d}. Set the clock right; if it is, run manage.py cleanup --force once",
            reason="clock_ahead",
        )


def future_known(*, now: datetime) -> datetime | None:
    """What a forced cleanup has to remember: the time of the newest row, where it lies in the future."""
    newest = _newest_row(now=now)
    return newest.at if newest is not None and newest.at > now else None


@dataclass(frozen=True, order=True)
class _Row:
    at: datetime
    table: str
    pk: str


def _newest_row(*, now: datetime) -> _Row | None:
    """Without the rows of the future that a forced cleanup has seen already."""
    forced = CommandRun.objects.completed().filter(knows_until__gt=now)
    seen = forced.aggregate(until=Max("knows_until"), pk=Max("pk"))
    known = (seen["until"], seen["pk"]) if seen["pk"] is not None else None
    ours = (GenerationLog.objects.all(), Job.objects.all(), ApiKey.objects.all(), _stamped_images(now))
    found = [_newest(_unknown(rows, "created_at", known, now), "created_at") for rows in ours]
    found.append(_newest(_runs(known, now), "started_at"))
    return max((row for row in found if row is not None), default=None)


def _unknown(
    rows: QuerySet[Any], field: str, known: tuple[datetime, int] | None, now: datetime
) -> QuerySet[Any]:
    if known is None:
        return rows
    return rows.exclude(**{f"{field}__gt": now, f"{field}__lte": known[0]})


def _runs(known: tuple[datetime, int] | None, now: datetime) -> QuerySet[CommandRun]:
    """Runs after the forced one always count: a clock that is set back later is still found out."""
    runs = CommandRun.objects.completed()
    if known is None:
        return runs
    return runs.exclude(pk__lt=known[1], started_at__gt=now, started_at__lte=known[0])


def _newest(rows: QuerySet[Any], field: str) -> _Row | None:
    found = rows.order_by(f"-{field}").values_list(field, "pk").first()
    return None if found is None else _Row(found[0], rows.model._meta.db_table, str(found[1]))


def _stamped_images(now: datetime) -> QuerySet[ImageAsset]:
    """Without those from the future that were brought from elsewhere, with the time of another clock."""
    foreign = Q(source__in=[Source.IMPORTED, Source.UPLOADED], created_at__gt=now)
    return ImageAsset.objects.exclude(foreign)


def _latest(rows: QuerySet[Any], field: str) -> datetime | None:
    found: datetime | None = rows.aggregate(at=Max(field))["at"]
    return found


def _quiet_since(newest: datetime | None, *, now: datetime) -> date | None:
    """The last day before a stretch of silence that is too long to be true; None when there is none."""
    regular = CommandRun.objects.completed().filter(command__in=["cleanup", "restore"])
    # Those of the future beyond CLOCKS_DIFFER are known; else we would not have come here.
    cleaned = _latest(regular.filter(started_at__lte=now + CLOCKS_DIFFER), "started_at")
    today = now.astimezone(UTC).date()
    if cleaned is not None:
        since = cleaned.astimezone(UTC).date()
        return _before_gap([since, *_days_of_work(since, today), today], LONGEST_SILENCE)
    if newest is not None:
        return _before_gap([min(newest.astimezone(UTC).date(), today), today], LONGEST_IDLE)
    return None


def _days_of_work(since: date, today: date) -> list[date]:
    """Days after ``since``, until today, that have a row of their own."""
    scenes = SceneDay.objects.filter(day__gt=since, day__lte=today).values_list("day", flat=True)
    calls = SpendDay.objects.filter(day__gt=since, day__lte=today).values_list("day", flat=True)
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
