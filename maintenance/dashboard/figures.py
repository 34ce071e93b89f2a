"""What the dashboard asks the database: one statement each, in sums and not in rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from dndimages.access.models import ApiKey
from gallery.generation.ledger import EVERYBODY
from gallery.memory import until_change
from gallery.models import GenerationLog, ImageAsset, Job, JobState, SpendDay
from maintenance.dashboard.window import Window, midnight
from scenes.models import SceneDay

NEWEST_CALLS = 1_000  # the calls that latencies are told of
SLOWEST = KEYS_SHOWN = 10
FAILURE_DAYS = (7, 30)
Status = GenerationLog.Status


class UtcDay(Func):
    """The UTC day of a moment. Django's own truncation calls Python for each row on SQLite."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 10)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "(%(expressions)s AT TIME ZONE 'UTC')::date"
        return self.as_sql(compiler, connection, template=template, **more)


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Added:
    """Visible pictures that were made on a day, and the bytes of their full files."""

    pictures: int = 0
    size_bytes: int = 0


def pictures_by_day() -> dict[date, Added]:
    """Every day that brought a picture, found out once until one changes."""
    return until_change("pictures by day", _ask_pictures_by_day)


def _ask_pictures_by_day() -> dict[date, Added]:
    days = ImageAsset.objects.visible().values(day=UtcDay("created_at"))
    sums = days.annotate(number=Count("*"), size=Sum("file_size_bytes")).order_by("day")
    return {day: Added(number, int(size)) for day, number, size in sums.values_list("day", "number", "size")}


# ── What waits ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tally:
    number: int = 0
    size_bytes: int = 0
    since: datetime | None = None  # the oldest of them


def tallies(*, now: datetime, trash: bool, jobs: bool) -> dict[str, Tally]:
    """The trash as "kept" and "due" for purge, jobs as "queued", "running" and "abandoned"."""
    parts = ([_trash(now)] if trash else []) + ([_jobs(now)] if jobs else [])
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    found: defaultdict[str, Tally] = defaultdict(Tally)
    found.update({what: Tally(number, int(size), since) for what, number, size, since in rows})
    return found


def _trash(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    ends = now - timedelta(days=settings.BACKUP_RETENTION_DAYS)
    what = Case(When(deleted_at__lt=ends, then=Value("due")), default=Value("kept"))
    return _tally(ImageAsset.objects.trashed(), what, Sum("file_size_bytes"), "deleted_at")


def _jobs(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    alive = Q(state=JobState.RUNNING, lease_until__gte=now)
    what = Case(
        When(state=JobState.QUEUED, then=Value("queued")),
        When(alive, then=Value("running")),
        default=Value("abandoned"),
    )
    return _tally(Job.objects.active(), what, Value(0), "created_at")


def _tally(rows: Any, what: Any, size: Any, since: str) -> QuerySet[Any, tuple[Any, ...]]:
    summed = rows.order_by().values(what=what).annotate(
        number=Count("*"), size=Cast(size, IntegerField()), since=Min(since)
    )  # fmt: skip
    found: QuerySet[Any, tuple[Any, ...]] = summed.values_list("what", "number", "size", "since")
    return found


# ── Scenes ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SceneRequests:
    hits: int = 0
    asked: int = 0

    @property
    def hit_percent(self) -> float | None:
        """None on a day that nobody asked."""
        return 100 * self.hits / self.asked if self.asked else None


def scenes_by_day(window: Window) -> dict[date, SceneRequests]:
    """Hits as the API's statistics count them: who waited for another's picture missed."""
    rows = SceneDay.objects.filter(day__gte=window.first, day__lte=window.today)
    return {
        day: SceneRequests(hits, hits + joined + misses)
        for day, hits, joined, misses in rows.values_list("day", "hits", "joined", "misses")
    }


# ── Money ────────────────────────────────────────────────────────────────────────────────────────


def calls_by_day(window: Window) -> dict[date, int]:
    """Paid calls of everybody, over the window and this month."""
    since = min(window.first, window.month)
    rows = SpendDay.objects.filter(scope=EVERYBODY, day__gte=since, day__lte=window.today)
    return dict(rows.values_list("day", "calls"))


@dataclass(frozen=True)
class KeySpend:
    name: str
    prefix: str
    is_active: bool
    today: int
    month: int
    daily_cap: int | None


def calls_by_key(window: Window) -> list[KeySpend]:
    """The keys that had paid calls this month, the busiest of today first."""
    own = SpendDay.objects.filter(scope=OuterRef("scope"))
    today = own.filter(day=window.today).values("calls")
    # Each day by name: a look into the index for each, however many keys there are.
    month = own.filter(day__in=window.month_so_far).order_by().values("scope").annotate(sum=Sum("calls"))
    keys = (
        ApiKey.objects.annotate(scope=Concat(Value("key:"), Cast("pk", CharField())))
        .annotate(month=Coalesce(Subquery(month.values("sum")), 0, output_field=IntegerField()))
        .annotate(today=Coalesce(Subquery(today), 0, output_field=IntegerField()))
        .filter(month__gt=0)
        .order_by("-today", "-month", "pk")
    )
    told = keys.values_list("name", "prefix", "revoked_at", "today", "month", "daily_cap")
    return [
        KeySpend(name, prefix, revoked_at is None, today, month, cap)
        for name, prefix, revoked_at, today, month, cap in told[:KEYS_SHOWN]
    ]


@dataclass
class Ledger:
    """What calls cost and how they failed."""

    cost_usd: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unpriced: dict[date, int] = field(default_factory=lambda: defaultdict(int))  # paid, at an unknown price
    failures: dict[int, Counter[str]] = field(default_factory=dict)  # by so many days: kind → number

    def cost_since(self, day: date) -> Decimal:
        return sum((cost for on, cost in self.cost_usd.items() if on >= day), Decimal())

    def unpriced_since(self, day: date) -> int:
        return sum(number for on, number in self.unpriced.items() if on >= day)


def ledger(window: Window) -> Ledger:
    """Of the calls that were paid for or failed, over the window, this month and `FAILURE_DAYS`."""
    since = min(window.first, window.month, window.days_ago(max(FAILURE_DAYS) - 1))
    found = Ledger(failures={days: Counter() for days in FAILURE_DAYS})
    for day, kind, cost, unpriced, failed in _ask_ledger(since, window.today):
        found.cost_usd[day] += cost or 0
        found.unpriced[day] += unpriced
        for days, kinds in found.failures.items():
            if failed and day >= window.days_ago(days - 1):
                kinds[kind or "unknown"] += failed
    return found


def _ask_ledger(since: date, until: date) -> Iterable[tuple[date, str, Decimal | None, int, int]]:
    failed, paid = Q(status=Status.FAILED), Q(paid=True)
    rows = GenerationLog.objects.filter(
        paid | failed, created_at__gte=midnight(since), created_at__lt=midnight(until + timedelta(days=1))
    )
    sums = rows.order_by().values("error_kind", day=UtcDay("created_at")).annotate(
        cost=Sum("cost_usd"),
        unpriced=Count("status", filter=paid & Q(cost_usd=None) & ~Q(status=Status.STARTED)),
        failed=Sum("count", filter=failed, default=0),
    )  # fmt: skip
    return sums.values_list("day", "error_kind", "cost", "unpriced", "failed")


# ── How long it takes ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Call:
    """A call that brought a picture."""

    log_id: int
    at: datetime
    model: str
    latency_ms: int
    image_id: int | None
    subject_name: str | None


def newest_calls(window: Window) -> list[Call]:
    """The newest `NEWEST_CALLS` in the window: enough to tell how fast models are, and no more work
    when there are a million."""
    rows = GenerationLog.objects.filter(
        status=Status.SUCCESS, latency_ms__isnull=False, created_at__gte=midnight(window.first)
    )
    named = rows.order_by("-created_at", "-pk").values_list(
        "pk", "created_at", "model", "latency_ms", "image_id", "image__subject_name"
    )
    return [
        Call(pk, at, model, latency_ms or 0, image_id, name)
        for pk, at, model, latency_ms, image_id, name in named[:NEWEST_CALLS]
    ]


def slowest(calls: Iterable[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: (-call.latency_ms, -call.log_id))[:SLOWEST]


@dataclass(frozen=True)
class Latency:
    model: str
    calls: int
    p50_ms: int
    p90_ms: int
    p99_ms: int


def latency_by_model(calls: Iterable[Call]) -> list[Latency]:
    """Nearest-rank percentiles, the most used model first."""
    by_model: defaultdict[str, list[int]] = defaultdict(list)
    for call in calls:
        by_model[call.model].append(call.latency_ms)
    found = [
        Latency(model, len(taken), *(percentile(sorted(taken), part) for part in (50, 90, 99)))
        for model, taken in by_model.items()
    ]
    return sorted(found, key=lambda latency: (-latency.calls, latency.model))


def percentile(ascending: list[int], part: int) -> int:
    """The least value that so many percent of all do not exceed; of at least one value."""
    return ascending[max(0, -(-len(ascending) * part // 100) - 1)]
