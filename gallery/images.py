"""The only place where rows and files of pictures come and go."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from django.db.models import Q

from dndimages.errors import DndImagesError
from gallery import files, storage
from gallery.errors import ImageNotFound
from gallery.imaging import Picture
from gallery.imaging.encode import SRCSET_WIDTHS
from gallery.models import ImageAsset, Job
from gallery.querysets import ImageQuerySet

log = logging.getLogger("gallery.images")
#: Widths in pixels of all files for srcset that a picture may have: a row tells which it has.
WIDTHS = SRCSET_WIDTHS


def add_image(
    picture: Picture,
    *,
    token: str,
    and_then: Callable[[ImageAsset], None] = lambda image: None,
    **fields: Any,
) -> ImageAsset:
    """Files first, each durable, then one short transaction with the row and whatever ``and_then``
    adds to it. When the transaction fails the files go again and its error is raised.

    A row with the same bytes from the same maker lends its files; then none are written.
    """
    twin_id = _twin_with_files(picture, fields)
    names = [] if twin_id is not None else _write_files(picture, token)
    try:
        with transaction.atomic():
            twin = ImageAsset.objects.select_for_update().filter(pk=twin_id or 0).first()
            if twin is None and not _are_there(names):
                names = _write_files(picture, token)  # purged or taken for leftovers since we looked
            image = ImageAsset(**fields, **(_borrowed(twin) if twin else _own(picture, token)))
            image.save(force_insert=True)
            and_then(image)
    except BaseException:
        _discard(names)
        raise
    return image


def _are_there(names: list[str]) -> bool:
    """Files that were just written; full and thumbnail are looked at. In a bucket each look would be a
    request."""
    pictures = storage.pictures()
    if not isinstance(pictures, FileSystemStorage):
        return bool(names)
    with storage.told_as_ours():
        return bool(names) and all(pictures.exists(name) for name in names[:2])


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
    try:
        for name, data in parts.items():
            storage.write(storage.pictures(), name, data)
    except BaseException:
        _discard(list(parts))
        raise
    return list(parts)


def _twin_with_files(picture: Picture, fields: dict[str, Any]) -> int | None:
    """A row with the same bytes from the same maker, all of whose files are there. It is locked, and
    looked for again, in the transaction that borrows its files."""
    same = {"source": fields["source"], "model": fields["model"]}
    twins = ImageAsset.objects.filter(source_sha256=picture.source_sha256, **same)
    twin = twins.order_by("pk").first()
    if twin is None:
        return None
    with storage.told_as_ours():
        whole = all(storage.pictures().exists(name) for name in twin.paths)
    return twin.pk if whole else None


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


def locked_with_rivals(image_id: int) -> ImageAsset:
    """The row, locked together with the visible rows of its subject, in one order: whoever features
    or restores a picture of that subject takes turns. Raises `ImageNotFound`."""
    peek = ImageAsset.objects.filter(pk=image_id).values("subject_name", "subject_type").first()
    if peek is None:
        raise ImageNotFound
    rows = ImageAsset.objects.filter(Q(pk=image_id) | Q(deleted_at=None, **peek)).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update()}
    if image_id not in found:
        raise ImageNotFound
    return found[image_id]


def featured_rivals(image: ImageAsset) -> ImageQuerySet:
    """Other pictures of its subject that are featured: one at most."""
    same = ImageAsset.objects.visible().of_subject(image.subject_name, image.subject_type)
    return same.featured().exclude(pk=image.pk)


def feature(image_id: int, *, to: bool | None = None) -> ImageAsset:
    """Make it the featured picture of its subject, or no longer; ``to`` None toggles.

    The one that was featured before steps back in the same transaction.
    """
    with transaction.atomic():
        image = locked_with_rivals(image_id)
        if image.deleted_at is not None:
            raise ImageNotFound
        image.is_featured = (not image.is_featured) if to is None else to
        if image.is_featured:
            featured_rivals(image).update(is_featured=False)
        image.save(update_fields=["is_featured"])
    return image


def trash(image_id: int, *, now: datetime) -> ImageAsset:
    """Into the trash: not listed and not served any more, but it can come back."""
    with transaction.atomic():
        image = ImageAsset.objects.select_for_update().visible().filter(pk=image_id).first()
        if image is None:
            raise ImageNotFound
        image.deleted_at = now
        image.save(update_fields=["deleted_at"])
    return image


def restore(image_id: int) -> ImageAsset:
    """Out of the trash; steps back when another picture of its subject is featured by now."""
    try:
        return _restore(image_id)
    except IntegrityError:
        return _restore(image_id)  # its twin in the trash was restored at the same moment


def _restore(image_id: int) -> ImageAsset:
    with transaction.atomic():
        image = locked_with_rivals(image_id)
        if image.is_featured and featured_rivals(image).exists():
            image.is_featured = False
        image.deleted_at = None
        image.save(update_fields=["deleted_at", "is_featured"])
    return image


def purge(image_id: int) -> None:
    """Gone for good, out of the trash only; its files too, unless another row lives on them."""
    with transaction.atomic():
        peek = ImageAsset.objects.trashed().filter(pk=image_id).values_list("token", flat=True)
        # All rows that live on these files are locked: of two purges at once the second sees itself last.
        sharing = ImageAsset.objects.select_for_update().filter(token__in=list(peek)).order_by("pk")
        image = {row.pk: row for row in sharing}.get(image_id)
        if image is None or image.deleted_at is None:
            raise ImageNotFound
        names = image.paths
        image.delete()
        if not ImageAsset.objects.filter(token=image.token).exists():
            transaction.on_commit(lambda: _discard(names))


def has_room_for_another(subject_name: str, subject_type: str) -> bool:
    """Whether MAX_IMAGES_PER_ITEM lets the job that asks make a new one, with those that are being
    made already (old ones are never taken away for it)."""
    made = ImageAsset.objects.visible().of_subject(subject_name, subject_type).count()
    same = {"request__subject_name": subject_name, "request__subject_type": subject_type}
    in_the_making = Job.objects.active().filter(kind="image", **same).count()  # with the one that asks
    return made + in_the_making <= settings.MAX_IMAGES_PER_ITEM
