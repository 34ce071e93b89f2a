"""How much there is, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gallery.memory import until_change
from gallery.rows import run
from scenes.models import SceneCache

_PICTURES = """SELECT count(*), coalesce(sum(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN deleted_at IS NULL THEN file_size_bytes ELSE 0 END), 0) FROM gallery_imageasset"""


@dataclass(frozen=True)
class Pictures:
    active: int
    deleted: int  # in the trash
    active_bytes: int  # of the full files of the active ones

    @property
    def storage_mb(self) -> float:
        return round(self.active_bytes / 1048576, 2)


@dataclass(frozen=True)
class Scenes:
    total: int
    expired: int

    @property
    def active(self) -> int:
        return self.total - self.expired


def pictures() -> Pictures:
    """Counted and summed by the database, once until a picture changes."""
    return until_change("maintenance stats", _count_pictures)


def _count_pictures() -> Pictures:
    total, active, active_bytes = (int(number) for number in run(_PICTURES, [])[0])
    return Pictures(active=active, deleted=total - active, active_bytes=active_bytes)


def scenes(*, now: datetime) -> Scenes:
    """Two counts over an index each; a scene that comes in between must not make ``active`` negative."""
    expired = SceneCache.objects.expired(now=now).count()
    return Scenes(total=max(SceneCache.objects.count(), expired), expired=expired)
