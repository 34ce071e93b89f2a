"""`Idempotency-Key`: the same key with the same body gives the same picture, paid for once."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.errors import Invalid
from gallery.errors import ImageNotFound
from gallery.generation.jobs import Order
from gallery.models import Job, JobState

_MOST_CHARACTERS = 255


def job_key(given: str | None, caller: Caller) -> str:
    """The job's key: this caller's own for a given key, else one that nobody else has."""
    if given is None:
        return uuid.uuid4().hex
    if not given.strip() or len(given) > _MOST_CHARACTERS or not given.isprintable():
        raise Invalid.at("header", "Idempotency-Key", msg="must be 1 to 255 printable characters")
    return "idem-" + hashlib.sha256(f"{caller.name}\n{given}".encode()).hexdigest()


def earlier_job(order: Order) -> Job | None:
    """The job that did this very request within IDEMPOTENCY_HOURS; failed ones may be tried again.

    Raises `Invalid` when the key came with another body then.
    """
    if not order.key.startswith("idem-"):
        return None
    since = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    done = Job.objects.filter(kind=order.kind, key=order.key, state=JobState.DONE, created_at__gte=since)
    job = done.order_by("-created_at", "-pk").first()
    if job is not None and job.request_hash != order.hashed():
        raise Invalid.at("header", "Idempotency-Key", msg="was used with another request body")
    return job


def earlier_image_id(order: Order) -> int | None:
    """Its picture. Raises `ImageNotFound` when that is gone: it was paid for once, not twice."""
    job = earlier_job(order)
    if job is None:
        return None
    if job.image_id is None:
        raise ImageNotFound
    return job.image_id
