"""Pictures, the jobs that make them, and the ledger of what was called and what it cost."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from dndimages.access.models import ApiKey
from gallery import files
from gallery.querysets import ImageQuerySet, JobQuerySet


class SubjectType(models.TextChoices):
    SCENE = "scene"
    ITEM = "item"
    CHARACTER = "character"


class Source(models.TextChoices):
    """How a picture came to be; shown to people as a badge."""

    GENERATED = "generated", "AI-made"
    PAINTED = "painted", "painted by the built-in painter"
    IMPORTED = "imported", "imported"
    UPLOADED = "uploaded", "uploaded"


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)

    def __str__(self) -> str:
        return self.name


_VISIBLE = Q(deleted_at=None)
_LIST_ORDER = (F("is_featured").desc(), F("created_at").desc(), F("id").desc())
_STARS = Coalesce("rating", 0)  # as `gallery.search` sorts


class ImageAsset(models.Model):
    """One kept picture. Its files are named by ``token`` alone: see `gallery.files`.

    Rows with the same bytes may share a token; files go only with the last row. ``deleted_at``
    means: in the trash, its files are not served, it can come back.
    """

    subject_name = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=20, choices=SubjectType.choices)
    component = models.CharField(max_length=50, default="scene-viewer", blank=True)
    prompt = models.TextField(blank=True)
    custom_prompt = models.TextField(null=True, blank=True)  # noqa: DJ001 - null is what old clients send
    campaign = models.CharField(max_length=100, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="images")

    token = models.CharField(max_length=64, db_index=True, editable=False)
    widths = models.JSONField(default=list, editable=False)  # px of the files for srcset, ascending
    width = models.PositiveIntegerField(editable=False)  # px of the full picture
    height = models.PositiveIntegerField(editable=False)
    aspect_ratio = models.CharField(max_length=8, blank=True)
    file_size_bytes = models.PositiveBigIntegerField(editable=False)  # of the full picture
    sha256 = models.CharField(max_length=64, editable=False)  # of the full file as it is kept
    source_sha256 = models.CharField(max_length=64, db_index=True, editable=False)  # of the bytes that came
    phash = models.BigIntegerField(editable=False)
    colors = models.JSONField(default=list, editable=False)  # "#rrggbb", most common first
    color_mask = models.PositiveIntegerField(default=0, editable=False)  # bits of imaging.palette
    placeholder = models.TextField(blank=True, editable=False)  # a tiny WebP as a data URI

    source = models.CharField(max_length=20, choices=Source.choices)
    model = models.CharField(max_length=100, blank=True)
    generation_time_ms = models.PositiveIntegerField(default=0)
    is_featured = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # 1 to 5, by a curator
    use_count = models.PositiveIntegerField(default=1)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = "image"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_name"],
                condition=Q(is_featured=True, deleted_at=None),
                name="one_featured_per_subject",
            ),
        ]
        # The order of every list: featured first, then newest; alone, by subject and by type.
        indexes: ClassVar = [
            models.Index(*_LIST_ORDER, condition=_VISIBLE, name="visible_in_list_order"),
            models.Index("subject_name", *_LIST_ORDER, condition=_VISIBLE, name="visible_by_subject"),
            models.Index("subject_type", *_LIST_ORDER, condition=_VISIBLE, name="visible_by_type"),
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="trashed_since"),
            # What came each day and weighs, without reading the rows.
            models.Index(fields=["created_at", "file_size_bytes"], condition=_VISIBLE, name="visible_by_day"),
            # Uses are written in batches, so that this one is kept at little cost.
            models.Index(fields=["use_count", "id"], condition=_VISIBLE, name="visible_by_use"),
            models.Index(_STARS, "created_at", "id", condition=_VISIBLE, name="visible_by_rating"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} (#{self.pk})"

    @property
    def storage_path_full(self) -> str:
        return files.full_path(self.token)

    @property
    def storage_path_thumbnail(self) -> str:
        return files.thumbnail_path(self.token)

    @property
    def paths(self) -> list[str]:
        """The names of all its files under the storage."""
        return files.all_paths(self.token, self.widths)


class TrashedImage(ImageAsset):
    """The same rows, for the trash's own pages; whoever may curate pictures may look into it."""

    class Meta:
        proxy = True
        verbose_name = "image in the trash"
        verbose_name_plural = "trash"
        default_permissions = ()


class CurationAct(models.Model):
    """What a curator did to some pictures, with what is needed to take it back (`gallery.curation`)."""

    class Verb(models.TextChoices):
        FEATURE = "feature", "featured"
        UNFEATURE = "unfeature", "featured no longer"
        TRASH = "trash", "moved to the trash"
        RESTORE = "restore", "restored"
        RATE = "rate", "rated"
        TAG = "tag", "tagged"

    verb = models.CharField(max_length=10, choices=Verb.choices)
    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField(default=list)  # [{"id", "what", "before", "after"}]
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["curator", "-id"], name="acts_of_a_curator")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {len(self.changes)}"


class JobState(models.TextChoices):
    QUEUED = "queued"  # waits for a worker
    RUNNING = "running"  # somebody holds its lease
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"  # given back before anything was paid


class Job(models.Model):
    """One picture being made: the truth about who makes it, whatever process asks.

    While active (queued or running) a (kind, key) exists once, by constraint. Whoever holds the
    lease under ``owner`` works; every later write filters on ``owner``, so that an owner who lost
    the lease changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=600)
    state = models.CharField(max_length=10, choices=JobState.choices)
    request = models.JSONField(default=dict)  # emptied of words when it fails or is taken back
    request_hash = models.CharField(max_length=64)
    background = models.BooleanField(default=False)  # nobody waits for it: a worker runs it
    is_shared = models.BooleanField(default=False, db_default=False)  # others than ``caller`` want it too
    caller = models.CharField(max_length=100)
    api_key = models.ForeignKey(ApiKey, null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    image = models.ForeignKey(ImageAsset, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.JSONField(null=True)  # {"kind", "message", "retry_after", "detail"}
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["queued", "running"]),
                name="one_active_job_per_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "key", "-created_at"], name="jobs_of_a_key"),
            models.Index(fields=["state", "created_at"], name="jobs_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"


class GenerationLog(models.Model):
    """One attempt at a picture; cache hits are added up, one row per scene and minute."""

    class Status(models.TextChoices):
        STARTED = "started"  # recorded before the call; never stays
        SUCCESS = "success"
        CACHED = "cached"
        STALE = "stale"
        FAILED = "failed"

    created_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices)
    count = models.PositiveIntegerField(default=1)
    caller = models.CharField(max_length=100, blank=True)
    api_key = models.ForeignKey(ApiKey, null=True, on_delete=models.SET_NULL, related_name="+")
    request_id = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="log")
    subject_type = models.CharField(max_length=20, blank=True)
    scene_key = models.CharField(max_length=600, blank=True)
    input_hash = models.CharField(max_length=64, blank=True)  # sha256 of the whole request
    prompt_hash = models.CharField(max_length=64, blank=True)  # sha256 of the full prompt
    adapter = models.CharField(max_length=20, blank=True)  # the provider: gemini, painter
    model = models.CharField(max_length=100, blank=True)
    latency_ms = models.PositiveIntegerField(null=True)
    error_kind = models.CharField(max_length=40, blank=True)
    image = models.ForeignKey(ImageAsset, null=True, on_delete=models.SET_NULL, related_name="log")
    paid = models.BooleanField(default=False)
    prompt_tokens = models.PositiveIntegerField(default=0)
    text_tokens = models.PositiveIntegerField(default=0)
    image_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    minute = models.DateTimeField(null=True)  # set on added-up rows only

    class Meta:
        verbose_name = "generation log entry"
        verbose_name_plural = "generation log"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scene_key", "status", "minute"], name="one_log_row_per_minute"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="log_newest_first"),
            models.Index(fields=["status", "-created_at", "-id"], name="log_by_status"),
            # What calls cost and how they failed, summed by day without reading the rows.
            models.Index(
                fields=["created_at", "error_kind", "status", "paid", "cost_usd", "count"],
                condition=Q(paid=True) | Q(status="failed"), name="log_paid_or_failed",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.status} {self.created_at:%Y-%m-%d %H:%M} ×{self.count}"


class SpendDay(models.Model):
    """Paid calls of one UTC day: for everybody together (``scope`` "all") and for each key."""

    day = models.DateField()
    scope = models.CharField(max_length=50)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "scope"], name="one_spend_row_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.scope}: {self.calls}"


class ModelPrice(models.Model):
    """What a model costs from a day on, in US dollars per million tokens."""

    model = models.CharField(max_length=100)
    valid_from = models.DateField()
    prompt_usd = models.DecimalField(max_digits=10, decimal_places=4)
    text_usd = models.DecimalField(max_digits=10, decimal_places=4)
    image_usd = models.DecimalField(max_digits=10, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "valid_from"], name="one_price_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.model} from {self.valid_from}"
