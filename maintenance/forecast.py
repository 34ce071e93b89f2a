"""When the disk will be full, if pictures come as they came lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models import Sum

from gallery import storage
from gallery.memory import until_change
from gallery.models import ImageAsset

WINDOW = timedelta(days=7)
#: All files of a picture (thumbnail and narrower ones too) against its full one, in tenths; measured over
#: pictures of 1280 px, where it was 2.8.
ALL_FILES_TENTHS = 28
LONGEST_DAYS = 9_999.0


@dataclass(frozen=True)
class Forecast:
    """``days_left`` until MIN_FREE_DISK_MB is reached; None while nothing grows, or a bucket takes it all."""

    bytes_a_day: int
    days_left: float | None


def forecast(*, now: datetime, free_bytes: int) -> Forecast:
    """By the pictures of the last seven days, new and visible ones; backups on the same disk come on top.

    Remembered until a picture changes, at most for an hour: one query then, one row else.
    """
    if not isinstance(storage.pictures(), FileSystemStorage):
        return Forecast(0, None)
    hour = now.replace(minute=0, second=0, microsecond=0)
    a_day = until_change(("growth", hour), lambda: _bytes_a_day(hour))
    room = max(0, free_bytes - settings.MIN_FREE_DISK_MB * 2**20)
    return Forecast(a_day, min(LONGEST_DAYS, round(room / a_day, 1)) if a_day else None)


def _bytes_a_day(now: datetime) -> int:
    lately = ImageAsset.objects.visible().filter(created_at__gte=now - WINDOW)
    added: int | None = lately.aggregate(added=Sum("file_size_bytes"))["added"]
    return (added or 0) * ALL_FILES_TENTHS // 10 // WINDOW.days
