"""Things of long ago, for tests of what cleans them up."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from gallery.models import GenerationLog, ImageAsset, Job
from gallery.tests.making import make_image
from scenes.keys import scene_key
from scenes.models import SceneCache


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def trashed(days: float, **fields: Any) -> ImageAsset:
    """A picture with its files that was moved to the trash so many days ago."""
    image = make_image(**fields)
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=days_ago(days))
    return image


def rows(number: int, *, trashed_for: float | None = None, **fields: Any) -> list[ImageAsset]:
    """So many pictures at once, without files."""
    bare = {
        "subject_type": "item", "source": "painted", "width": 16, "height": 9, "phash": 0, "file_size_bytes": 1,
        "deleted_at": None if trashed_for is None else days_ago(trashed_for),
    }  # fmt: skip
    return ImageAsset.objects.bulk_create(
        ImageAsset(subject_name=f"Row {n}", token=f"{uuid.uuid4().hex}-1", **bare | fields)
        for n in range(number)
    )


def scene(location: str, *, expired_for: float, image: ImageAsset | None) -> SceneCache:
    """A scene by day in clear weather; a negative number of days has not expired yet."""
    return SceneCache.objects.create(
        key=scene_key(location, "day", "clear"),
        place=location.lower(),
        location=location,
        time_of_day="day",
        weather="clear",
        image=image,
        expires_at=days_ago(expired_for),
    )


def job(state: str, *, ended_days_ago: float | None = None, **fields: Any) -> Job:
    at = days_ago(ended_days_ago) if ended_days_ago is not None else None
    return Job.objects.create(
        kind="image", key=uuid.uuid4().hex, state=state, finished_at=at, created_at=at or timezone.now(),
        request_hash="", caller="", **fields,
    )  # fmt: skip


def log_row(age_days: float, **fields: Any) -> GenerationLog:
    given = {"status": "success", "created_at": days_ago(age_days)} | fields
    return GenerationLog.objects.create(**given)


def cleanup(*arguments: str, **options: Any) -> str:
    """The command's result, as it stands on stdout."""
    out = StringIO()
    call_command("cleanup", *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()
