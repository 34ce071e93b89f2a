"""Chosen pictures as an archive (`gallery.archive`), in a file that is whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db.models import Sum

from dndimages.errors import Invalid
from gallery import archive, storage
from gallery.models import ImageAsset
from gallery.querysets import ImageQuerySet
from maintenance.unpacking import MOST_PICTURES


@dataclass(frozen=True)
class Written:
    """``missing``: pictures whose file is gone; the archive has their facts only."""

    pictures: int
    bytes: int  # of the full pictures
    missing: int


def chosen(
    *, subject_type: str = "", subject: str = "", tag: str = "", campaign: str = "", featured: bool = False
) -> ImageQuerySet:
    """Visible pictures that fit all that is given; empty means: any."""
    found = ImageAsset.objects.visible()
    if subject_type:
        found = found.filter(subject_type=subject_type)
    if subject:
        found = found.filter(subject_name=subject)
    if tag:
        found = found.filter(tags__name=tag)
    if campaign:
        found = found.filter(campaign=campaign)
    return found.featured() if featured else found


def write_to(
    out: IO[bytes], images: ImageQuerySet, *, now: datetime, on_step: Callable[[int, int], None] | None = None
) -> Written:
    """Raises `Invalid` for none, and it or `TooLarge` for more than an import takes back."""
    total = images.count()
    if not total:
        raise Invalid("No picture fits: nothing was exported")
    if total > MOST_PICTURES:
        raise Invalid(f"{total:,} pictures are more than one archive holds ({MOST_PICTURES:,}); choose fewer")
    size = images.aggregate(size=Sum("file_size_bytes", default=0))["size"]
    tell = (lambda done: on_step(done, max(done, total))) if on_step is not None else (lambda done: None)
    with storage.told_as_ours():
        missing = archive.write(out, images, now=now, on_step=tell)
    return Written(pictures=total, bytes=size, missing=missing)


def write_file(
    target: Path, images: ImageQuerySet, *, now: datetime, on_step: Callable[[int, int], None] | None = None
) -> Written:
    """Under a temporary name beside ``target``, for its owner only, then renamed: whoever finds the file
    finds all of it. What was there before is replaced only by a whole one."""
    with storage.told_as_ours():
        handle, part = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                written = write_to(out, images, now=now, on_step=on_step)
                out.flush()
                os.fsync(out.fileno())
            Path(part).replace(target)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(part).unlink()
            raise
    return written
