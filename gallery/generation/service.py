"""One request → one stored picture, whatever happens on the way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from dndimages.connections import let_go
from dndimages.errors import Busy, DndImagesError, Invalid
from gallery import files, imaging, storage
from gallery.errors import (
    BudgetExhausted,
    GenerationTimeout,
    ImageRejected,
    ProviderBadResponse,
    ProviderUnavailable,
    StorageFull,
    StorageUnavailable,
)
from gallery.generation import jobs, ledger, providers, spool, waiting
from gallery.generation.prompts import full_prompt
from gallery.generation.providers.base import PictureRequest, RawPicture
from gallery.images import WIDTHS, add_image
from gallery.models import ImageAsset, Job, JobState

log = logging.getLogger("gallery.generation")
#: A 4K PNG has 15 to 25 MB; uploads are held to less.
PROVIDER_LIMITS = replace(imaging.DEFAULT_LIMITS, max_bytes=48 * 1024 * 1024)
SHORTEST_CALL_S = 1.0  # with less time left no call is begun
RETRY_KEEP_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Request:
    """A picture to make and the labels it is kept under; what a `Job` holds as JSON."""

    subject_type: str
    subject_name: str
    prompt: str
    custom_prompt: str | None = None
    aspect_ratio: str = "16:9"
    component: str = "scene-viewer"
    campaign: str = ""
    location: str = ""  # scenes only, with the two below
    time_of_day: str = ""
    weather: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def for_provider(self) -> PictureRequest:
        return PictureRequest(
            subject_type=self.subject_type,
            subject_name=self.subject_name,
            prompt=full_prompt(self.prompt, self.custom_prompt),
            aspect_ratio=self.aspect_ratio,
            time_of_day=self.time_of_day,
            weather=self.weather,
        )


@dataclass(frozen=True)
class Obtained:
    image_id: int
    joined: bool  # another request made it, or had made it already


#: What else belongs into the transaction that finishes a job of a kind: (job, its picture).
on_stored: dict[str, Callable[[Job, ImageAsset], None]] = {}


def obtain(
    order: jobs.Order,
    *,
    admit: Callable[[], None],
    recheck: Callable[[], int | None] = lambda: None,
) -> Obtained:
    """The picture of this order: made by us, or by whoever is at it already.

    ``admit`` is asked once it is clear that we would pay, and raises to refuse. ``recheck`` gives a
    picture that came to be between the caller's look and our claim. Ends within
    GENERATION_DEADLINE_S with a picture or an error of our tree.
    """
    deadline = time.monotonic() + settings.GENERATION_DEADLINE_S
    while True:
        job, standing = jobs.claim(order, now=timezone.now())
        if not order.means(job):
            raise Invalid.at("header", "Idempotency-Key", msg="was used with another request body")
        if standing != jobs.Standing.THEIRS:
            try:
                if standing == jobs.Standing.NEW and (known := _admitted(job, admit, recheck)) is not None:
                    return Obtained(known, joined=True)
                return Obtained(run(job, deadline=deadline), joined=False)
            except jobs.LeaseLost:
                continue
        ended = waiting.wait(job, deadline=deadline)
        if ended.state == JobState.DONE and ended.image_id is not None:
            return Obtained(ended.image_id, joined=True)
        if ended.state == JobState.FAILED:
            raise jobs.error_of(ended)


def _admitted(job: Job, admit: Callable[[], None], recheck: Callable[[], int | None]) -> int | None:
    """None when a new job may go on; the picture that is there already; or ``admit``'s refusal."""
    try:
        known = recheck()
        if known is None:
            admit()
            return None
    except BaseException:
        jobs.give_back(job)
        raise
    jobs.give_back(job)
    return known


def enqueue(
    order: jobs.Order,
    *,
    admit: Callable[[], None],
    recheck: Callable[[], int | None] = lambda: None,
) -> Job | Obtained:
    """Leave the order to a worker; gives its job, the one that is at it already, or the picture that
    ``recheck`` found. No worker sees the job before ``admit`` let it pass."""
    while True:
        job, standing = jobs.claim(order, now=timezone.now())
        if not order.means(job):
            raise Invalid.at("header", "Idempotency-Key", msg="was used with another request body")
        if standing == jobs.Standing.NEW or job.caller == order.caller.name or jobs.share(job):
            break
    if standing == jobs.Standing.NEW:
        if (known := _admitted(job, admit, recheck)) is not None:
            return Obtained(known, joined=True)
        jobs.hand_over(job)
        job.refresh_from_db()
    return job


def run(job: Job, *, deadline: float) -> int:
    """Do a job that we own; gives the picture's id.

    An error is recorded for those who wait and raised. What was paid for and cannot be stored just
    now stays in the spool, and the job open, for a later try.
    """
    with jobs.holding(job):
        try:
            return _run(job, deadline)
        except jobs.LeaseLost:
            log.warning("Job %s was taken over by another process", job.pk)
            raise
        except Exception as error:
            let_go()  # should it be the database that failed
            with ledger.never_in_the_way():
                _end_badly(job, error)
            raise


#: Errors that say nothing of the bytes, only of where they should go: tried again for ever.
_ELSEWHERE = (StorageFull, StorageUnavailable, DatabaseError)
#: Bytes that fail for no known reason are tried so often; then the job fails, and they stay.
_MOST_RESUMES = 6


def _end_badly(job: Job, error: Exception) -> None:
    foreseen = isinstance(error, DndImagesError) and not isinstance(error, _ELSEWHERE)
    if not foreseen and _is_paid_for(job):
        if isinstance(error, _ELSEWHERE) or job.attempts < _MOST_RESUMES:
            jobs.postpone(job)
            return
        log.error("The bytes of job %s stay in the spool: they cannot be made a picture", job.pk)
    told = error if isinstance(error, DndImagesError) else _as_told(error)
    if isinstance(error, BudgetExhausted) and error.detail.get("scope") == "key" and not job.background:
        jobs.give_back(job)  # this caller's own cap: whoever waits may well have room
    else:
        jobs.fail(job, told)
    ledger.record_ended(job, kind=told.kind)
    if foreseen:
        clear_away(job)


def _as_told(error: Exception) -> DndImagesError:
    return Busy() if isinstance(error, DatabaseError) else DndImagesError()


def _is_paid_for(job: Job) -> bool:
    try:
        return spool.holds(job)
    except DndImagesError:
        return True  # we cannot look: better a job that is tried again than a picture lost


def _run(job: Job, deadline: float) -> int:
    started = time.monotonic()
    request = Request(**job.request)
    raw = spool.find(job) if job.attempts > 1 else None
    if raw is None:
        if job.attempts > 1:
            ledger.record_ended(job, kind="interrupted")
        if job.attempts > jobs.MAX_ATTEMPTS:
            raise ProviderUnavailable("Making this picture was interrupted too often; please try again")
        raw = _ask_provider(job, request, deadline)
    storage.check_room()  # a resumed job must not write into an unmounted folder either
    let_go()
    picture = _prepare(job, raw)
    image = add_image(
        picture,
        token=files.token_for(job.pk, job.attempts),
        and_then=lambda image: _finish(job, image, raw),
        **_fields(request, raw, started),
    )
    with ledger.never_in_the_way():
        clear_away(job)
    return int(image.pk)


def _ask_provider(job: Job, request: Request, deadline: float) -> RawPicture:
    provider = providers.current()
    wanted = request.for_provider()
    recorder = ledger.Recorder(
        job,
        adapter=provider.name,
        paid=provider.paid,
        prompt=wanted.prompt,
        subject_type=request.subject_type,
    )
    try:
        storage.check_room()
        let_go()  # no connection is held while we wait for a slot, and while a provider works
        with _slot(deadline):
            if deadline - time.monotonic() < SHORTEST_CALL_S:
                raise GenerationTimeout  # a call that cannot end in time would be paid for nothing
            raw = provider.generate(wanted, deadline=deadline, recorder=recorder)
    except DndImagesError as error:
        if not recorder.calls:
            recorder.entry(ledger.Status.FAILED, error_kind=error.kind)
        raise
    _keep(job, raw, deadline)
    return raw


def _keep(job: Job, raw: RawPicture, deadline: float) -> None:
    """Into the spool, tried until the deadline. When even that fails the bytes go on from memory."""
    while True:
        try:
            spool.keep(job, raw)
            return
        except (StorageFull, StorageUnavailable) as error:
            if time.monotonic() + RETRY_KEEP_S > deadline:
                log.error("Job %s goes on without a spool file: %s", job.pk, error.kind)
                return
            time.sleep(RETRY_KEEP_S)


def _prepare(job: Job, raw: RawPicture) -> imaging.Picture:
    try:
        return imaging.prepare(
            raw.data,
            quality=settings.WEBP_QUALITY,
            thumbnail=settings.THUMBNAIL_SIZE,
            max_bytes=settings.MAX_IMAGE_SIZE_MB * 1024 * 1024,
            provenance=imaging.Provenance(model=raw.model, source=raw.source, created_at=job.created_at),
            limits=PROVIDER_LIMITS,
        )
    except ImageRejected as error:
        log.warning("The provider's bytes are no picture: %s", error.detail.get("reason"))
        raise ProviderBadResponse from None


def _fields(request: Request, raw: RawPicture, started: float) -> dict[str, Any]:
    labels = request.as_json()
    for scenic in ("location", "time_of_day", "weather"):
        del labels[scenic]
    return labels | {
        "source": raw.source,
        "model": raw.model[:100],
        "generation_time_ms": int((time.monotonic() - started) * 1000),
        "created_at": timezone.now(),
    }


def _finish(job: Job, image: ImageAsset, raw: RawPicture) -> None:
    jobs.finish(job, image.pk)
    ledger.record_success(raw, image_id=image.pk)
    if job.kind in on_stored:
        on_stored[job.kind](job, image)


def clear_away(job: Job) -> None:
    """Remove what attempts of this job left behind: files that no row names, then the spool.

    The spool goes last: while it lies there, a sweep knows that there may be more to clear.
    """
    tokens = {files.token_for(job.pk, attempt) for attempt in range(1, job.attempts + 1)}
    tokens -= set(ImageAsset.objects.filter(token__in=tokens).values_list("token", flat=True))
    try:
        for token in tokens:
            storage.delete(storage.pictures(), *files.all_paths(token, WIDTHS))
        spool.drop(job)
    except DndImagesError as error:
        log.warning("Job %s could not clear away its files: %s", job.pk, error.kind)


# ── Slots ────────────────────────────────────────────────────────────────────────────────────────

_slots: threading.BoundedSemaphore | None = None
_slots_lock = threading.Lock()


@contextmanager
def _slot(deadline: float) -> Iterator[None]:
    """At most GENERATION_SLOTS calls at once in a process; raises `GenerationTimeout` at the deadline."""
    global _slots
    with _slots_lock:
        if _slots is None:
            _slots = threading.BoundedSemaphore(settings.GENERATION_SLOTS)
    if not _slots.acquire(blocking=False):
        with waiting.a_place_to_wait():
            if not _slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise GenerationTimeout
    try:
        yield
    finally:
        _slots.release()
