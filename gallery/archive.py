"""Pictures as a zip: to carry them elsewhere, or to keep them.

The archive holds `index.json` and the full WebPs under `pictures/`, named `<id>-<subject>.webp` in plain
ASCII. `index.json` (UTF-8) is one object:

    {"format": "dndimages-pictures", "version": 1, "made_at": "2026-01-31T12:00:00Z", "pictures": […]}

and each picture is an object with everything that a new installation needs to take it back as it was:

    id               number here; only a name inside this archive
    file             its name in the archive; null when the file was gone, then there are only its facts
    sha256           of that file, hex
    subject_name, subject_type ("scene", "item", "character"), component, campaign, aspect_ratio
    prompt, custom_prompt (null: none)
    tags             names, sorted
    source           "generated", "painted", "imported", "uploaded"
    model            "" when not known
    source_sha256    of the bytes that the picture was made from, hex
    width, height    px
    generation_time_ms, use_count
    created_at, last_used_at (null: never)   UTC, ISO 8601 with Z
    is_featured, rating (1 to 5; null: none)
    phash, colors (#rrggbb), color_mask, placeholder   read off the source's pixels, which are not kept

Rooms above add their own under their own name (`more_facts`): scenes gives "scenes". A reader ignores
names that it does not know; another `version` means that known names changed their meaning.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from django.db.models import Sum
from django.utils.text import slugify

from dndimages.api import timestamp
from dndimages.errors import TooLarge
from gallery import files, storage
from gallery.models import ImageAsset
from gallery.querysets import ImageQuerySet

FORMAT, VERSION = "dndimages-pictures", 1
MOST_BYTES = 512 * 1024 * 1024  # of all pictures together
MOST_INDEX_BYTES = 128 * 1024 * 1024  # a reader takes no more
#: Lists, objects and commas in the index: a picture with all its facts and a scene or two has fifty.
MOST_INDEX_PARTS = 4_000_000
_BATCH = 200  # pictures read at once
_IN_MEMORY_BYTES = 4 * 1024 * 1024
#: What other rooms know of pictures: name in the index → (ids → facts by id).
more_facts: dict[str, Callable[[list[int]], Mapping[int, Any]]] = {}

_PLAIN = (
    "id", "sha256", "subject_name", "subject_type", "component", "campaign", "aspect_ratio", "prompt",
    "custom_prompt", "source", "model", "source_sha256", "width", "height", "generation_time_ms", "use_count",
    "is_featured", "rating", "phash", "colors", "color_mask", "placeholder",
)  # fmt: skip


def pack(ids: Iterable[int], *, now: datetime) -> IO[bytes]:
    """A zip of these visible pictures, at its beginning; closing it removes it from the disk.

    Raises `TooLarge` for more than MOST_BYTES, and what `write` does; `StorageUnavailable` or `StorageFull` for what disks do.
    """
    images = ImageAsset.objects.visible().filter(pk__in=list(ids))
    if (images.aggregate(bytes=Sum("file_size_bytes"))["bytes"] or 0) > MOST_BYTES:
        raise TooLarge(f"These pictures have more than {MOST_BYTES // 1024**2} MB; please choose fewer")
    with storage.told_as_ours():
        # Closed by whoever sends it.
        out: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115
        try:
            write(out, images, now=now)
        except BaseException:
            out.close()
            raise
        out.seek(0)
        return out


def write(
    out: IO[bytes],
    images: ImageQuerySet,
    *,
    now: datetime,
    on_step: Callable[[int], None] = lambda done: None,
) -> int:
    """The zip itself, of any size, into ``out``, which need not be seekable; gives how many pictures have no
    file any more. ``on_step`` is told how many are done. Raises `TooLarge` when the index becomes so."""
    index, missing = _Index(), 0
    # Pictures are compressed already: they are stored as they are.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for some in _in_batches(images):
            for entry in _add_all(archive, some):
                index.add(entry)
                missing += entry["file"] is None
            on_step(len(index.entries))
        archive.writestr(_dated("index.json", now), index.text(now=now), zipfile.ZIP_DEFLATED)
    return missing


class _Index:
    """The text of index.json, picture by picture: of too many it is known before all their files are read."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self._bytes = self._parts = 1_000  # more than stands around them

    def add(self, entry: dict[str, Any]) -> None:
        text = json.dumps(entry, ensure_ascii=False, indent=1).encode()
        self.entries.append(text)
        self._bytes += len(text) + 2
        self._parts += 1 + _parts(entry)
        if self._bytes > MOST_INDEX_BYTES or self._parts > MOST_INDEX_PARTS:
            raise TooLarge(
                "The labels and prompts of these pictures are more than one archive holds; please choose fewer"
            )

    def text(self, *, now: datetime) -> bytes:
        about = {"format": FORMAT, "version": VERSION, "made_at": timestamp(now)}
        return json.dumps(about)[:-1].encode() + b', "pictures": [\n' + b",\n".join(self.entries) + b"\n]}\n"


def _parts(value: Any) -> int:
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + len(value) + sum(map(_parts, value.values() if isinstance(value, dict) else value))


def _in_batches(images: ImageQuerySet) -> Iterator[list[ImageAsset]]:
    rows = images.order_by("pk").prefetch_related("tags")
    batch = list(rows[:_BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:_BATCH])


def _add_all(archive: zipfile.ZipFile, images: list[ImageAsset]) -> Iterator[dict[str, Any]]:
    ids = [image.pk for image in images]
    more = {name: told(ids) for name, told in more_facts.items()}
    for image in images:
        theirs = {key: facts[image.pk] for key, facts in more.items() if image.pk in facts}
        yield _facts(image) | {"file": _add_file(archive, image)} | theirs


def _add_file(archive: zipfile.ZipFile, image: ImageAsset) -> str | None:
    data = storage.read(storage.pictures(), files.full_path(image.token))
    if data is None:
        return None
    subject = slugify(image.subject_name)[:60].strip("-_") or image.subject_type
    name = f"pictures/{image.pk}-{subject}.webp"
    archive.writestr(_dated(name, image.created_at), data)
    return name


def _dated(name: str, moment: datetime) -> zipfile.ZipInfo:
    """Zip tells years from 1980 to 2107, without a zone."""
    at = moment.astimezone(UTC)
    info = zipfile.ZipInfo(name, (min(max(at.year, 1980), 2107), *at.timetuple()[1:6]))
    info.external_attr = 0o644 << 16
    return info


def _facts(image: ImageAsset) -> dict[str, Any]:
    used = image.last_used_at
    return {name: getattr(image, name) for name in _PLAIN} | {
        "tags": sorted(tag.name for tag in image.tags.all()),
        "created_at": timestamp(image.created_at),
        "last_used_at": timestamp(used) if used is not None else None,
    }
