"""One entry → its picture in the gallery, and its scene."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from gallery import files, images
from gallery.generation.providers.base import ASPECT_RATIOS
from gallery.imaging import Picture
from gallery.models import ImageAsset, Source
from maintenance.localstorage.entries import Entry
from scenes import imported
from scenes.models import SceneCache

RESTORED = "It lay in the trash and was restored"
OTHER_FEATURED = "Another picture of it is the featured one and stays it"
NOT_FEATURED = "It is featured there and not here; what was chosen here stays"
OTHER_SHOWN = "Its place shows another picture already; this one is in the gallery"
NO_TIME = "It had no usable time; it counts as made now"


class AlreadyHere(Exception):
    """Somebody stored the same picture under the same name while we prepared ours."""


def find_same(entry: Entry, sha256: str, *, trash: frozenset[str]) -> ImageAsset | None:
    """The picture with the same bytes under the same name, rather a visible one than one in the trash.

    The bytes may be those that a picture was made from, or those that we gave a page to keep. ``trash``
    is `in_trash`: it spares a look into the trash for each entry.
    """
    named = ImageAsset.objects.of_subject(entry.subject_name, entry.subject_type)
    same = Q(source_sha256=sha256) | Q(sha256=sha256)
    found = named.visible().filter(same).order_by("pk").first()
    if found is None and sha256 in trash:
        found = named.trashed().filter(same).order_by("pk").first()
    return found


def in_trash() -> frozenset[str]:
    """Digests of all bytes that lie in the trash."""
    pairs = ImageAsset.objects.trashed().values_list("sha256", "source_sha256")
    return frozenset(digest for pair in pairs.iterator() for digest in pair)


def is_shown(entry: Entry) -> bool:
    """Whether its scene has a picture already; true for what is no scene."""
    return entry.scene is None or SceneCache.objects.with_picture().filter(key=entry.scene.key).exists()


def has_featured(entry: Entry) -> bool:
    """Whether a picture of its subject is the featured one."""
    return ImageAsset.objects.visible().of_subject(entry.subject_name, entry.subject_type).featured().exists()


def store(entry: Entry, picture: Picture, *, now: datetime) -> tuple[str, ...]:
    """Add the picture and give notes on what could not be kept as it was. Raises `AlreadyHere`, and what
    `gallery.images.add_image` raises."""
    notes: list[str] = [] if entry.created_at else [NO_TIME]

    def finish(image: ImageAsset) -> None:
        refuse_twin(image)
        if entry.featured and not feature(image):
            notes.append(OTHER_FEATURED)
        if not show(entry, image, now=now):
            notes.append(OTHER_SHOWN)

    images.add_image(
        picture, token=files.token_for(uuid.uuid4(), 1), and_then=finish, **_labels(entry, picture, now)
    )
    return tuple(notes)


def restore(entry: Entry, image: ImageAsset, *, now: datetime) -> tuple[ImageAsset, tuple[str, ...]]:
    """Bring back a picture from the trash, and its scene; gives it as it is now, and the notes."""
    with transaction.atomic():
        back = images.restore(image.pk)
        shown = show(entry, back, now=now)
    return back, (RESTORED,) if shown else (RESTORED, OTHER_SHOWN)


def show(entry: Entry, image: ImageAsset, *, now: datetime) -> bool:
    """Make it the picture of its scene; False when that shows another one. True for what is no scene."""
    if entry.scene is None:
        return True
    return imported.remember_imported(
        image,
        spec=entry.scene,
        created_at=entry.created_at or now,
        last_used_at=entry.last_used_at or entry.created_at or now,
        use_count=entry.use_count,
        now=now,
    )


def refuse_twin(image: ImageAsset, **same_too: Any) -> None:
    """For the transaction that adds ``image``: raises `AlreadyHere` when the same bytes have come to be under
    the same name, with ``same_too`` (fields of the row).

    Whoever stores a picture of this subject at the same moment waits until we are done: of two imports at
    once the second finds what the first one stored. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        name = f"{image.subject_type}\n{image.subject_name}".encode()
        number = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
    same = ImageAsset.objects.of_subject(image.subject_name, image.subject_type)
    if same.filter(source_sha256=image.source_sha256, **same_too).exclude(pk=image.pk).exists():
        raise AlreadyHere


def feature(image: ImageAsset) -> bool:
    """Make it the featured picture of its subject; false where another one is: what a curator chose stays."""
    if images.featured_rivals(image).exists():
        return False
    image.is_featured = True
    try:
        with transaction.atomic():
            image.save(update_fields=["is_featured"])
    except IntegrityError:
        return False  # a curator featured another one at this moment
    return True


def _labels(entry: Entry, picture: Picture, now: datetime) -> dict[str, Any]:
    return {
        "subject_name": entry.subject_name,
        "subject_type": entry.subject_type,
        "component": entry.component,
        "prompt": entry.prompt,
        "custom_prompt": entry.custom_prompt,
        "aspect_ratio": aspect_ratio(picture.width, picture.height),
        "source": Source.IMPORTED.value,
        "model": "",
        "created_at": entry.created_at or now,
        "last_used_at": entry.last_used_at,
        "use_count": entry.use_count,
    }


def aspect_ratio(width: int, height: int) -> str:
    """The known ratio that it has, within 2 %; "" for others."""
    for name in ASPECT_RATIOS:
        across, down = (int(part) for part in name.split(":"))
        if abs(width * down / (height * across) - 1) <= 0.02:
            return str(name)
    return ""
