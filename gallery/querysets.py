"""Sets of pictures and jobs that read like prose."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from gallery.models import ImageAsset, Job  # noqa: F401 - used in the class statements


class ImageQuerySet(models.QuerySet["ImageAsset"]):
    def visible(self) -> ImageQuerySet:
        return self.filter(deleted_at=None)

    def trashed(self, *, before: datetime | None = None) -> ImageQuerySet:
        found = self.filter(deleted_at__isnull=False)
        return found.filter(deleted_at__lt=before) if before is not None else found

    def featured(self) -> ImageQuerySet:
        return self.filter(is_featured=True)

    def of_subject(self, name: str, subject_type: str | None = None) -> ImageQuerySet:
        """Exactly this name, to the letter."""
        found = self.filter(subject_name=name)
        return found.filter(subject_type=subject_type) if subject_type else found

    def matching_text(self, text: str) -> ImageQuerySet:
        """Full-text search over names, prompts and tags; every word must occur."""
        from gallery.fulltext import matching

        return matching(self, text)


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> JobQuerySet:
        return self.filter(state__in=["queued", "running"])

    def abandoned(self, *, now: datetime) -> JobQuerySet:
        """Running, but whoever ran them let the lease expire."""
        return self.filter(state="running").filter(Q(lease_until__lt=now) | Q(lease_until=None))

    def owned_by(self, owner: str) -> JobQuerySet:
        return self.filter(state="running", owner=owner)
