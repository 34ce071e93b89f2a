"""What was called and what it cost: every call is recorded, and its place in the day's budget
taken, before it is made."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from dndimages import metrics
from dndimages.access.models import ApiKey
from dndimages.connections import let_go
from dndimages.errors import DndImagesError
from dndimages.logging import request_id
from gallery.errors import BudgetExhausted
from gallery.generation.prompts import hash_text
from gallery.generation.providers.base import RawPicture, Usage
from gallery.models import GenerationLog, Job, ModelPrice, SpendDay

log = logging.getLogger("gallery.ledger")
EVERYBODY = "all"
Status = GenerationLog.Status


# ── The day's budget ─────────────────────────────────────────────────────────────────────────────


def reserve(key: ApiKey | None, *, now: datetime) -> None:
    """Take a place for one paid call today, for everybody and for the key.

    Exact over processes: the count goes up only where it is under the cap, in one statement.
    Raises `BudgetExhausted` with the seconds until midnight UTC.
    """
    today = now.astimezone(UTC).date()
    with transaction.atomic():
        _take_one(today, EVERYBODY, settings.DAILY_GENERATION_CAP, now)
        if key is not None:
            _take_one(today, f"key:{key.pk}", key.daily_cap, now)


def release(key: ApiKey | None, *, on: datetime) -> None:
    """Give back a place: the call was refused before it could cost anything."""
    scopes = [EVERYBODY] + ([f"key:{key.pk}"] if key is not None else [])
    SpendDay.objects.filter(day=on.astimezone(UTC).date(), scope__in=scopes, calls__gt=0).update(
        calls=F("calls") - 1
    )


def _take_one(today: date, scope: str, cap: int | None, now: datetime) -> None:
    SpendDay.objects.bulk_create([SpendDay(day=today, scope=scope)], ignore_conflicts=True)
    room = Q() if cap is None else Q(calls__lt=cap)
    if not SpendDay.objects.filter(room, day=today, scope=scope).update(calls=F("calls") + 1):
        raise BudgetExhausted(retry_after=seconds_to_midnight(now), scope=scope.partition(":")[0])


def seconds_to_midnight(now: datetime) -> float:
    midnight = datetime.combine(
        now.astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC
    )
    return max(1.0, (midnight - now).total_seconds())


def cost_usd(model: str, usage: Usage, *, on: date) -> Decimal | None:
    """By the price table of that day; None for a model without a price."""
    price = ModelPrice.objects.filter(model=model, valid_from__lte=on).order_by("-valid_from", "-pk").first()
    if price is None:
        return None
    total = (
        usage.prompt_tokens * price.prompt_usd
        + usage.text_tokens * price.text_usd
        + usage.image_tokens * price.image_usd
    )
    return (total / Decimal(1_000_000)).quantize(Decimal("0.000001"))


# ── The log of calls ─────────────────────────────────────────────────────────────────────────────


class RecordedCall:
    """One call that stands in the log; see `providers.base.Call`."""

    def __init__(self, entry: GenerationLog) -> None:
        self._entry = entry

    @property
    def call_id(self) -> int:
        return int(self._entry.pk)

    def charge(self, *, model: str, usage: Usage) -> None:
        with never_in_the_way():
            _charge(self._entry, model=model, usage=usage)


class Recorder:
    """Records the calls of one job; see `providers.base.CallRecorder`."""

    def __init__(self, job: Job, *, adapter: str, paid: bool, prompt: str, subject_type: str) -> None:
        self._job, self._adapter, self._paid = job, adapter, paid
        self._prompt_hash, self._subject_type = hash_text(prompt), subject_type
        self.calls = 0

    def entry(self, status: str, **values: object) -> GenerationLog:
        return GenerationLog.objects.create(
            status=status,
            caller=self._job.caller,
            api_key=self._job.api_key,
            request_id=request_id.get(),
            job=self._job,
            subject_type=self._subject_type,
            scene_key=self._job.key if self._job.kind == "scene" else "",
            input_hash=self._job.request_hash,
            prompt_hash=self._prompt_hash,
            adapter=self._adapter,
            **values,
        )

    @contextmanager
    def call(self, model: str) -> Iterator[RecordedCall]:
        now = timezone.now()
        with transaction.atomic():
            if self._paid:
                reserve(self._job.api_key, now=now)
            entry = self.entry(Status.STARTED, model=model, paid=self._paid, created_at=now)
        self.calls += 1
        started = time.monotonic()
        try:
            yield RecordedCall(entry)
        except Exception as error:
            billed = getattr(error, "billed", True)
            self._measure(model, kind_of(error), started, paid=self._paid and billed)
            if self._paid and not billed:
                release(self._job.api_key, on=now)
            GenerationLog.objects.filter(pk=entry.pk).update(
                status=Status.FAILED,
                error_kind=kind_of(error),
                latency_ms=_ms_since(started),
                paid=self._paid and billed,
            )
            raise
        self._measure(model, "success", started, paid=self._paid)
        with never_in_the_way():
            GenerationLog.objects.filter(pk=entry.pk).update(latency_ms=_ms_since(started))

    def _measure(self, model: str, outcome: str, started: float, *, paid: bool) -> None:
        seconds = time.monotonic() - started
        metrics.count_generation(
            adapter=self._adapter, model=model, outcome=outcome, seconds=seconds, paid=paid
        )


@contextmanager
def never_in_the_way() -> Iterator[None]:
    """Bookkeeping while paid bytes are still in memory only: its failure must not lose them."""
    try:
        yield
    except DatabaseError as error:
        log.warning("A call's log row could not be written: %s", type(error).__name__)
        let_go()


def _charge(entry: GenerationLog, *, model: str, usage: Usage) -> None:
    day = entry.created_at.date()
    cost = cost_usd(model, usage, on=day)
    if cost is None:
        cost = cost_usd(entry.model, usage, on=day)
    GenerationLog.objects.filter(pk=entry.pk).update(
        model=model[:100],
        prompt_tokens=usage.prompt_tokens,
        text_tokens=usage.text_tokens,
        image_tokens=usage.image_tokens,
        cost_usd=cost,
    )
    if cost:
        metrics.count_cost(model=entry.model, usd=float(cost))


def kind_of(error: Exception) -> str:
    return error.kind if isinstance(error, DndImagesError) else "internal"


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def record_success(raw: RawPicture, *, image_id: int) -> None:
    """Part of the transaction that adds the picture; the tokens once more, should they be missing."""
    entry = GenerationLog.objects.filter(pk=raw.call_id or 0).first()
    if entry is None:
        return
    if not entry.image_tokens:
        _charge(entry, model=raw.model, usage=raw.usage)
    GenerationLog.objects.filter(pk=entry.pk).update(status=Status.SUCCESS, image=image_id, error_kind="")


def record_ended(job: Job, *, kind: str) -> None:
    """Calls of this job that began and came to nothing, paid for or not: "interrupted" when their
    process died, else the kind of the error."""
    GenerationLog.objects.filter(job=job, status=Status.STARTED).update(status=Status.FAILED, error_kind=kind)
