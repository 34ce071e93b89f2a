"""Which picture belongs to which place, time of day and weather."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.db import connections, models
from django.utils import timezone

from gallery.models import ImageAsset

#: When a pinned scene expires: never, said in a way that every comparison of times understands.
#: The first moment of the last day that dates can tell: no time zone leads past its end.
PINNED_UNTIL = datetime(9999, 12, 31, tzinfo=UTC)


class SceneQuerySet(models.QuerySet["SceneCache"]):
    def fresh(self, *, now: datetime) -> SceneQuerySet:
        return self.filter(expires_at__gt=now)

    def expired(self, *, now: datetime) -> SceneQuerySet:
        return self.filter(expires_at__lte=now)

    def pinned(self) -> SceneQuerySet:
        return self.filter(expires_at=PINNED_UNTIL)

    def with_picture(self) -> SceneQuerySet:
        """Only those whose picture is still there and not in the trash."""
        return self.filter(image__deleted_at=None, image__isnull=False)

    def without_picture(self) -> SceneQuerySet:
        """Those whose picture was purged or lies in the trash: they count for nothing."""
        return self.filter(models.Q(image=None) | models.Q(image__deleted_at__isnull=False))

    def locked(self) -> SceneQuerySet:
        """The same scenes, which nobody else changes until the transaction ends. Whoever changes several locks
        them in this one order, or two of them would wait for each other (PostgreSQL; SQLite has one writer)."""
        if connections[self.db].features.has_select_for_update:
            list(self.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        return self


class SceneCache(models.Model):
    """One scene and its picture until ``expires_at``; after that the picture is the spare one."""

    key = models.CharField(max_length=600, unique=True, editable=False)
    place = models.CharField(max_length=600, db_index=True, editable=False)  # keys.location_key
    location = models.CharField(max_length=200)
    time_of_day = models.CharField(max_length=50)
    weather = models.CharField(max_length=50)
    image = models.ForeignKey(ImageAsset, null=True, on_delete=models.SET_NULL, related_name="scenes")
    use_count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    objects = SceneQuerySet.as_manager()

    class Meta:
        verbose_name = "scene"
        verbose_name_plural = "scene cache"

    def __str__(self) -> str:
        return f"{self.location}, {self.time_of_day}, {self.weather}"

    @property
    def pinned(self) -> bool:
        """Whether it stays fresh until somebody unpins, regenerates or clears it."""
        return self.expires_at == PINNED_UNTIL


class SceneDay(models.Model):
    """How scene requests of one UTC day were answered."""

    day = models.DateField(unique=True)
    hits = models.PositiveBigIntegerField(default=0)  # from the cache
    joined = models.PositiveBigIntegerField(default=0)  # waited for another request's picture
    misses = models.PositiveBigIntegerField(default=0)  # had to be generated, or failed
    stale = models.PositiveBigIntegerField(default=0)  # of the misses: answered with an expired picture

    class Meta:
        constraints: ClassVar = []

    def __str__(self) -> str:
        return str(self.day)
