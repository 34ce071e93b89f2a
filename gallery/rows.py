"""Pictures as the API shows them, read by one prepared statement instead of the ORM.

Building the query is the largest single cost of a hot read in the ORM, so the statement is text
that never changes and the answer is put together from the plain row: `docs/architecture.md` tells
what that brought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from dndimages.counters import Deferred
from gallery import files
from gallery.models import ImageAsset


class ImageRow(NamedTuple):
    """One picture as the database gives it; in the order of `_COLUMNS`."""

    id: int
    subject_name: str
    subject_type: str
    component: str
    token: str
    file_size_bytes: int
    generation_time_ms: int
    created_at: str | datetime  # SQLite gives text
    is_featured: bool
    use_count: int
    widths: str
    width: int
    height: int
    placeholder: str
    aspect_ratio: str
    model: str
    source: str
    tags: str | None


_COLUMNS = ", ".join(f"i.{name}" for name in ImageRow._fields if name != "tags")
_TAGS = {
    "sqlite": "(SELECT json_group_array(name) FROM (SELECT t.name FROM gallery_imageasset_tags x"
    " JOIN gallery_tag t ON t.id = x.tag_id WHERE x.imageasset_id = i.id ORDER BY t.name))",
    "postgresql": "(SELECT json_agg(t.name ORDER BY t.name)::text FROM gallery_imageasset_tags x"
    " JOIN gallery_tag t ON t.id = x.tag_id WHERE x.imageasset_id = i.id)",
}


def select() -> str:
    """``SELECT … FROM gallery_imageasset i``: append joins and conditions."""
    return f"SELECT {_COLUMNS}, {_TAGS[connection.vendor]} FROM gallery_imageasset i "  # noqa: S608


def fetch(image_id: int) -> ImageRow | None:
    """The visible picture with this id."""
    rows = fetch_many([image_id])
    return rows[0] if rows else None


def fetch_many(ids: Sequence[int]) -> list[ImageRow]:
    """Visible pictures in the order of ``ids``; those that went in between are left out."""
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    rows = run(select() + f"WHERE i.id IN ({marks}) AND i.deleted_at IS NULL", ids)
    found = {row[0]: ImageRow(*row) for row in rows}
    return [found[image_id] for image_id in ids if image_id in found]


def run(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


# ── Uses ─────────────────────────────────────────────────────────────────────────────────────────


def _write_uses(counts: Counter[int]) -> None:
    now = timezone.now()
    with transaction.atomic():
        for image_id, uses in sorted(counts.items()):
            ImageAsset.objects.filter(pk=image_id).update(use_count=F("use_count") + uses, last_used_at=now)


used_images: Deferred[int] = Deferred(_write_uses)


# ── The shape of the contract ────────────────────────────────────────────────────────────────────


def time_text(moment: str | datetime) -> str:
    """``2025-10-25T16:43:10.123456Z`` from what either database gives."""
    if isinstance(moment, str):
        return moment.replace(" ", "T", 1).removesuffix("+00:00") + "Z"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def uses_of(image_id: int, *, written: int) -> int:
    """Those written, and those that this process has counted since."""
    return written + used_images.waiting(image_id)


def image_json(row: ImageRow, base_url: str) -> dict[str, Any]:
    """The Image of the contract: the old fields in their order, then the new ones.

    ``base_url`` (no slash at its end) makes the URLs absolute.
    """
    full, thumbnail = files.full_path(row.token), files.thumbnail_path(row.token)
    return {
        "id": row.id,
        "subject_name": row.subject_name,
        "subject_type": row.subject_type,
        "component": row.component,
        "storage_path_full": full,
        "storage_path_thumbnail": thumbnail,
        "file_size_bytes": row.file_size_bytes,
        "generation_time_ms": row.generation_time_ms,
        "created_at": time_text(row.created_at),
        "is_featured": bool(row.is_featured),
        "use_count": uses_of(row.id, written=row.use_count),
        "image_url": f"{base_url}/{full}",
        "thumbnail_url": f"{base_url}/{thumbnail}",
        "srcset": srcset(row.token, orjson.loads(row.widths), row.width, base_url),
        "width": row.width,
        "height": row.height,
        "placeholder": row.placeholder,
        "alt": alt_text(row.subject_type, row.subject_name),
        "aspect_ratio": row.aspect_ratio,
        "model": row.model,
        "source": row.source,
        "tags": orjson.loads(row.tags) if row.tags else [],
    }


def srcset(token: str, widths: Iterable[int], full_width: int, base_url: str) -> str:
    """For an `<img>`'s ``srcset``: every width that there is a file of."""
    parts = [f"{base_url}/{files.width_path(token, width)} {width}w" for width in widths]
    return ", ".join([*parts, f"{base_url}/{files.full_path(token)} {full_width}w"])


def alt_text(subject_type: str, subject_name: str) -> str:
    return f"{subject_type.capitalize()}: {subject_name.strip()}"
