"""API keys: who may do what, how often, and for how much money a day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils import timezone


class Scope(StrEnum):
    """What a key may do. Reading needs none."""

    GENERATE = "generate"  # ask for new pictures where the public may not
    CURATE = "curate"  # feature, trash, restore
    MAINTAIN = "maintain"  # clear caches, clean up, import


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def active(self) -> ApiKeyQuerySet:
        return self.filter(revoked_at=None)

    def revoke(self, *, now: datetime | None = None) -> int:
        """Revoke for good; gives how many were active until now."""
        return self.active().update(revoked_at=now or timezone.now())


class ApiKey(models.Model):
    """A key's digest and rights; its text is shown once, when it is made, and stored nowhere."""

    name = models.CharField(max_length=100, help_text="Who uses it, for people and logs")
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)  # sha256 of the whole text, hex
    scopes = models.JSONField(default=list)
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Generation requests a minute; empty: as for everybody"
    )
    daily_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Paid provider calls a UTC day; empty: only the global cap"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None

    def may(self, scope: str) -> bool:
        return self.is_active and scope in self.scopes
