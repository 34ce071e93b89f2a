"""How well the scene cache does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from scenes.cache import KINDS, counted
from scenes.models import SceneCache, SceneDay


@dataclass(frozen=True)
class CacheStats:
    total: int
    active: int
    expired: int
    hits: int
    misses: int
    saved_calls: int

    @property
    def hit_rate_percent(self) -> float:
        asked = self.hits + self.misses
        return round(100 * self.hits / asked, 2) if asked else 0.0


def cache_stats(*, now: datetime) -> CacheStats:
    """Counts of scenes, and of requests since the beginning.

    A hit was answered from the cache; a miss had to wait for a picture, its own request's or
    another's; every hit, and every miss that joined another's, saved a call.
    """
    scenes = SceneCache.objects.aggregate(total=Count("pk"), active=Count("pk", filter=Q(expires_at__gt=now)))
    days = Counter[str]()
    with counted.standing_still() as waiting:
        for (what, _, _), number in waiting.items():
            days[what] += number
        written = SceneDay.objects.aggregate(**{what: Sum(what, default=0) for what in KINDS})
    days.update(written)
    return CacheStats(
        total=scenes["total"],
        active=scenes["active"],
        expired=scenes["total"] - scenes["active"],
        hits=days["hits"],
        misses=days["misses"] + days["joined"],
        saved_calls=days["hits"] + days["joined"] + days["stale"],
    )
