"""The only place where rows and files of pictures come and go."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from dndimages.errors import DndImagesError
from gallery import files, storage
from gallery.errors import ImageNotFound
from gallery.imaging import Picture
from gallery.models import ImageAsset

log = logging.getLogger("gallery.images")
#: Widths in pixels that a picture is kept in beside full and thumbnail, for srcset.
WIDTHS = (320, 640, 960)


def add_image(
    picture: Picture,
    *,
    token: str,
    and_then: Callable[[ImageAsset], None] = lambda image: None,
    **fields: Any,
) -> ImageAsset:
    """Files first, each durable, then one short transaction with the row and whatever ``and_then``
    adds to it. When the transaction fails the files go again and its error is raised.

    A row with the same bytes from the same maker lends its files: the new ones are dropped.
    """
    names = _write_files(picture, token)
    try:
        with transaction.atomic():
            twin = _twin(picture, fields)
            image = ImageAsset(**fields, **(_borrowed(twin) if twin else _own(picture, token)))
            image.save(force_insert=True)
            and_then(image)
    except BaseException:
        _discard(names)
        raise
    if twin is not None:
        _discard(names)
    return image


def _discard(names: list[str]) -> None:
    """Files that no row names; what cannot be removed now is found by a later check of files."""
    try:
        storage.delete(storage.pictures(), *names)
    except DndImagesError as error:
        log.warning("%d files without a row stay for now: %s", len(names), error.kind)


def _write_files(picture: Picture, token: str) -> list[str]:
    parts = {
        files.full_path(token): picture.full.data,
        files.thumbnail_path(token): picture.thumbnail.data,
    } | {files.width_path(token, part.width): part.data for part in picture.widths}
    for name, data in parts.items():
        storage.write(storage.pictures(), name, data)
    return list(parts)


def _twin(picture: Picture, fields: dict[str, Any]) -> ImageAsset | None:
    """Locked until the transaction ends, so that a purge cannot take its files from under us."""
    twin = (
        ImageAsset.objects.select_for_update()
        .filter(source_sha256=picture.source_sha256, source=fields["source"], model=fields["model"])
        .order_by("pk")
        .first()
    )
    if twin is None or not all(storage.pictures().exists(name) for name in twin.paths):
        return None
    return twin


_FILE_FIELDS = (
    "token", "widths", "width", "height", "file_size_bytes", "sha256", "source_sha256",
    "phash", "colors", "color_mask", "placeholder",
)  # fmt: skip


def _borrowed(twin: ImageAsset) -> dict[str, Any]:
    return {name: getattr(twin, name) for name in _FILE_FIELDS}


def _own(picture: Picture, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "widths": sorted(part.width for part in picture.widths),
        "width": picture.width,
        "height": picture.height,
        "file_size_bytes": len(picture.full.data),
        "sha256": hashlib.sha256(picture.full.data).hexdigest(),
        "source_sha256": picture.source_sha256,
        "phash": picture.phash,
        "colors": list(picture.colors),
        "color_mask": picture.color_mask,
        "placeholder": picture.placeholder,
    }


def _locked(image_id: int, *, trashed: bool | None = False) -> ImageAsset:
    rows = ImageAsset.objects.select_for_update().filter(pk=image_id)
    if trashed is not None:
        rows = rows.filter(deleted_at__isnull=not trashed)
    image = rows.first()
    if image is None:
        raise ImageNotFound
    return image


def feature(image_id: int, *, to: bool | None = None) -> ImageAsset:
    """Make it the featured picture of its subject, or no longer; ``to`` None toggles.

    The one that was featured before steps back in the same transaction.
    """
    with transaction.atomic():
        image = _locked(image_id)
        wanted = (not image.is_featured) if to is None else to
        if wanted:
            # All of the subject are locked in one order: two that feature at once take turns.
            rivals = ImageAsset.objects.visible().of_subject(image.subject_name, image.subject_type)
            list(rivals.select_for_update().order_by("pk").values_list("pk", flat=True))
            rivals.exclude(pk=image.pk).featured().update(is_featured=False)
        image.is_featured = wanted
        image.save(update_fields=["is_featured"])
    return image


def trash(image_id: int, *, now: datetime) -> ImageAsset:
    """Into the trash: not listed and not served any more, but it can come back."""
    with transaction.atomic():
        image = _locked(image_id)
        image.deleted_at = now
        image.save(update_fields=["deleted_at"])
    return image


def restore(image_id: int) -> ImageAsset:
    """Out of the trash; steps back when another picture of its subject is featured by now."""
    with transaction.atomic():
        image = _locked(image_id, trashed=None)
        rivals = ImageAsset.objects.visible().of_subject(image.subject_name, image.subject_type)
        if image.is_featured and rivals.featured().exclude(pk=image.pk).exists():
            image.is_featured = False
        image.deleted_at = None
        image.save(update_fields=["deleted_at", "is_featured"])
    return image


def purge(image_id: int) -> None:
    """Gone for good, out of the trash only; its files too, unless another row lives on them."""
    with transaction.atomic():
        image = _locked(image_id, trashed=True)
        names = image.paths
        image.delete()
        if not ImageAsset.objects.filter(token=image.token).exists():
            transaction.on_commit(lambda: _discard(names))


def has_room_for_another(subject_name: str, subject_type: str) -> bool:
    """Whether MAX_IMAGES_PER_ITEM lets us make a new one (old ones are never taken away for it)."""
    made = ImageAsset.objects.visible().of_subject(subject_name, subject_type).count()
    return bool(made < settings.MAX_IMAGES_PER_ITEM)
