"""What may go because it is old: each part in batches, each batch in a short transaction that looks
once more whether its rows are still what they were when they were found.

Safe while pictures are served and made, and when it runs twice at once: a row that is gone, renewed
or back from the trash by then is left alone.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from gallery import images
from gallery.generation import service, spool
from gallery.models import GenerationLog, ImageAsset, Job, JobState
from maintenance import refusals
from maintenance.models import CommandRun
from scenes.models import SceneCache

P = ParamSpec("P")
T = TypeVar("T")
KEEP_RUNS_DAYS = 90
Ids = Sequence[Any]
#: What went, by part; "bytes" beside them: of the full pictures.
Tally = Counter[str]
OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Part:
    """One kind of what gets old. ``remove`` takes the rows of one batch and gives what really went."""

    find: Callable[[datetime], QuerySet[Any]]
    remove: Callable[[Ids, datetime], Tally]
    batch: int


def plan(*, now: datetime, parts: Sequence[str]) -> Tally:
    """What `clean` would remove. Changes nothing."""
    found = Tally({name: PARTS[name].find(now).count() for name in parts})
    if "trash" in parts:
        found["bytes"] = _trash(now).aggregate(size=Sum("file_size_bytes", default=0))["size"]
    return found


def refuse_unsafe(*, now: datetime, parts: Sequence[str], force: bool = False) -> None:
    """Raises `StorageUnavailable` where the pictures are not there, whatever is forced; `Refused` for a
    clock that cannot be right, and for too many pictures at once."""
    refusals.refuse_without_pictures()
    if force:
        return
    refusals.refuse_wrong_clock(now=now)
    if "trash" in parts:
        refusals.refuse_too_many(_trash(now).count())


@refusals.unless_restoring()
def clean(
    *, now: datetime, parts: Sequence[str], force: bool = False, on_step: OnStep | None = None
) -> Tally:
    """Remove what is old and give what went. Raises what `refuse_unsafe` does, before anything goes.

    ``on_step(part, done, total)`` is told of each batch.
    """
    refuse_unsafe(now=now, parts=parts, force=force)
    gone = Tally()
    for name in parts:
        gone += _clean_part(name, now, on_step)
    return gone


@refusals.unless_restoring()
def expire_scenes(*, now: datetime) -> int:
    """Forget every scene that has expired, also those that would serve as a spare; gives how many.

    This is what route 11 of the contract promises. Their pictures stay.
    """
    refusals.refuse_without_pictures()
    refusals.refuse_wrong_clock(now=now)
    part = Part(lambda now: SceneCache.objects.expired(now=now), _remove_scenes, 500)
    return sum((part.remove(ids, now) for ids in _batches(part, now)), Tally())["scenes"]


def purge_trash(*, now: datetime) -> int:
    """Purge what has been in the trash longer than BACKUP_RETENTION_DAYS; gives how many."""
    return clean(now=now, parts=["trash"])["trash"]


def _clean_part(name: str, now: datetime, on_step: OnStep | None) -> Tally:
    part, gone, seen = PARTS[name], Tally(), 0
    total = part.find(now).count() if on_step is not None else 0
    for ids in _batches(part, now):
        gone += part.remove(ids, now)
        seen += len(ids)
        if on_step is not None:
            on_step(name, seen, max(total, seen))
    if on_step is not None and seen < total:
        on_step(name, total, total)  # another run took the rest
    return gone


def _batches(part: Part, now: datetime) -> Iterator[Ids]:
    """Ids in ascending order; never one twice, so that a row that will not go cannot hold us up."""
    rows = part.find(now).order_by("pk").values_list("pk", flat=True)
    ids = list(rows[: part.batch])
    while ids:
        yield ids
        ids = list(rows.filter(pk__gt=ids[-1])[: part.batch])


def once_more(act: Callable[P, T]) -> Callable[P, T]:
    """For one transaction: tried again when the database broke it off. PostgreSQL does when two wait
    for each other (a scene whose uses are being written, another cleanup), SQLite when it is very busy."""

    @functools.wraps(act)
    def patient(*args: P.args, **options: P.kwargs) -> T:
        try:
            return act(*args, **options)
        except OperationalError:
            return act(*args, **options)

    return patient


# ── Pictures in the trash ────────────────────────────────────────────────────────────────────────


def _trash(now: datetime) -> QuerySet[ImageAsset]:
    return ImageAsset.objects.trashed(before=now - timedelta(days=settings.BACKUP_RETENTION_DAYS))


def _remove_trash(ids: Ids, now: datetime) -> Tally:
    gone = Tally()
    for image_id in ids:
        size = _purge_if_still_old(image_id, now)
        if size is not None:
            gone += Tally(trash=1, bytes=size)
    return gone


@once_more
def _purge_if_still_old(image_id: int, now: datetime) -> int | None:
    """Bytes of the full picture that was purged; None when it was restored, or purged, since it was found."""
    with transaction.atomic():
        token = ImageAsset.objects.filter(pk=image_id).values_list("token", flat=True)
        # Every row of these files, in the order in which purge locks them: two of us never wait for
        # each other in a ring.
        sharing = ImageAsset.objects.filter(token__in=list(token)).order_by("pk")
        list(sharing.select_for_update().values_list("pk", flat=True))
        size = _trash(now).filter(pk=image_id).values_list("file_size_bytes", flat=True).first()
        if size is not None:
            images.purge(image_id)
        return size


# ── Scenes ───────────────────────────────────────────────────────────────────────────────────────


def _worn_out_scenes(now: datetime) -> QuerySet[SceneCache]:
    """Expired scenes that nobody will miss.

    An expired scene is the spare that is served while no new picture can be made, so it stays for
    SPARE_SCENE_DAYS, and as long as it is really served as one: a model that is away for months must
    not cost players the pictures they see. One whose picture is purged is no spare.
    """
    limit = now - timedelta(days=settings.SPARE_SCENE_DAYS)
    served = GenerationLog.objects.filter(
        scene_key=OuterRef("key"), status=GenerationLog.Status.STALE, minute__gt=limit
    )
    worn_out = Q(expires_at__lte=limit) & ~Exists(served)
    return SceneCache.objects.expired(now=now).filter(worn_out | Q(image=None))


@once_more
def _remove_scenes(ids: Ids, now: datetime) -> Tally:
    # One statement: a scene that was made again in the meantime has not expired any more.
    return Tally(scenes=SceneCache.objects.expired(now=now).filter(pk__in=ids).delete()[0])


# ── Jobs and their bytes ─────────────────────────────────────────────────────────────────────────


def _spooled(now: datetime) -> QuerySet[Job]:
    """Jobs whose picture is made, and whose bytes still lie in the spool: killed before they went."""
    return Job.objects.filter(state=JobState.DONE, pk__in=spool.job_ids())


def _remove_spooled(ids: Ids, now: datetime) -> Tally:
    for job in Job.objects.filter(pk__in=ids).order_by("pk"):
        service.clear_away(job)
    left = spool.job_ids()
    return Tally(spool=sum(job_id not in left for job_id in ids))


def _ended_jobs(now: datetime) -> QuerySet[Job]:
    """Jobs that ended longer ago than an Idempotency-Key is remembered. Those whose paid bytes still
    wait in the spool stay, so that a person can see what the bytes are."""
    limit = now - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    ended = Job.objects.exclude(state__in=[JobState.QUEUED, JobState.RUNNING])
    long_ago = Q(finished_at__lt=limit) | Q(finished_at=None, created_at__lt=limit)
    return ended.filter(long_ago).exclude(pk__in=spool.job_ids())


@once_more
def _remove_jobs(ids: Ids, now: datetime) -> Tally:
    # An ended job never begins again, so there is nothing to look at once more.
    return Tally(jobs=Job.objects.filter(pk__in=ids).delete()[1].get("gallery.Job", 0))


# ── Records ──────────────────────────────────────────────────────────────────────────────────────


def _old_log(now: datetime) -> QuerySet[GenerationLog]:
    if not settings.LOG_RETENTION_DAYS:
        return GenerationLog.objects.none()
    return GenerationLog.objects.filter(created_at__lt=now - timedelta(days=settings.LOG_RETENTION_DAYS))


def _old_runs(now: datetime) -> QuerySet[CommandRun]:
    """All but the newest of each command, and the last that did its work: the clock is held against it."""
    worked = CommandRun.objects.completed()
    kept = [
        *CommandRun.objects.latest_of_each().values_list("pk", flat=True),
        *worked.latest_of_each().values_list("pk", flat=True),
    ]
    old = CommandRun.objects.filter(started_at__lt=now - timedelta(days=KEEP_RUNS_DAYS))
    return old.exclude(pk__in=kept).exclude(knows_until__gt=now)


@once_more
def _remove_rows(name: str, rows: QuerySet[Any], ids: Ids, now: datetime) -> Tally:
    return Tally({name: rows.filter(pk__in=ids).delete()[0]})


#: In the order in which they run: a job's bytes go before the job.
PARTS = {
    "scenes": Part(_worn_out_scenes, _remove_scenes, 500),
    "trash": Part(_trash, _remove_trash, 50),
    "spool": Part(_spooled, _remove_spooled, 50),
    "jobs": Part(_ended_jobs, _remove_jobs, 200),
    "logs": Part(_old_log, functools.partial(_remove_rows, "logs", GenerationLog.objects.all()), 1_000),
    "runs": Part(_old_runs, functools.partial(_remove_rows, "runs", CommandRun.objects.all()), 500),
}
