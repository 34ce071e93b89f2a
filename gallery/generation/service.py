"""One request → one stored picture, whatever happens on the way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from dndimages.connections import let_go
from dndimages.errors import DndImagesError, Invalid
from gallery import files, imaging, storage
from gallery.errors import (
    GenerationTimeout,
    ImageRejected,
    ProviderBadResponse,
    ProviderUnavailable,
    StorageFull,
    StorageUnavailable,
)
from gallery.generation import jobs, ledger, providers, spool
from gallery.generation.prompts import full_prompt
from gallery.generation.providers.base import PictureRequest, RawPicture
from gallery.images import WIDTHS, add_image
from gallery.models import ImageAsset, Job, JobState

log = logging.getLogger("gallery.generation")


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
        _check_same_request(order, job, standing)
        if standing == jobs.Standing.OURS:
            try:
                known = _admitted(job, admit, recheck)
                return known or Obtained(run(job, deadline=deadline), joined=False)
            except jobs.LeaseLost:
                continue
        ended = jobs.wait(job, deadline=deadline)
        if ended.state == JobState.DONE and ended.image_id is not None:
            return Obtained(ended.image_id, joined=True)
        if ended.state == JobState.FAILED:
            raise jobs.error_of(ended)


def _check_same_request(order: jobs.Order, job: Job, standing: jobs.Standing) -> None:
    """An Idempotency-Key stands for one body. (A scene's key stands for all its spellings.)"""
    if order.kind != "image" or job.request_hash == order.hashed():
        return
    if standing == jobs.Standing.OURS:
        jobs.postpone(job)  # taken over from a dead process: not ours to run with another body
    raise Invalid.at("header", "Idempotency-Key", msg="was used with another request body")


def _admitted(job: Job, admit: Callable[[], None], recheck: Callable[[], int | None]) -> Obtained | None:
    """None when we shall make it. A job taken over was admitted, and perhaps paid for, before."""
    try:
        known = recheck()
        if known is None and job.attempts == 1:
            admit()
    except BaseException:
        jobs.give_back(job)
        raise
    if known is None:
        return None
    jobs.give_back(job)
    return Obtained(known, joined=True)


def enqueue(order: jobs.Order, *, admit: Callable[[], None]) -> Job:
    """Leave the order to a worker; the job that is at it already, if there is one."""
    job, standing = jobs.claim(order, now=timezone.now())
    _check_same_request(order, job, standing)
    if standing == jobs.Standing.NEW:
        try:
            admit()
        except BaseException:
            jobs.give_back(job)
            raise
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
        except (StorageFull, StorageUnavailable, DatabaseError) as error:
            if _is_paid_for(job):
                jobs.postpone(job)
            else:
                jobs.fail(job, _told(error))
            raise
        except DndImagesError as error:
            clear_away(job)
            jobs.fail(job, error)
            raise
        except Exception:
            jobs.fail(job, DndImagesError())
            raise


def _told(error: Exception) -> DndImagesError:
    return error if isinstance(error, DndImagesError) else StorageUnavailable()


def _is_paid_for(job: Job) -> bool:
    try:
        return spool.find(job) is not None
    except DndImagesError:
        return True  # we cannot look: better a job that is tried again than a picture lost


def _run(job: Job, deadline: float) -> int:
    started = time.monotonic()
    request = Request(**job.request)
    raw = spool.find(job) if job.attempts > 1 else None
    if raw is None:
        if job.attempts > 1:
            ledger.record_interrupted(job)
        if job.attempts > jobs.MAX_ATTEMPTS:
            raise ProviderUnavailable("Making this picture was interrupted too often; please try again")
        raw = _ask_provider(job, request, deadline)
    picture = _prepare(job, raw)
    image = add_image(
        picture,
        token=files.token_for(job.pk, job.attempts),
        and_then=lambda image: _finish(job, image, raw),
        **_fields(request, raw, started),
    )
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
        with _slot(deadline):
            let_go()  # none is held while a provider works
            raw = provider.generate(wanted, deadline=deadline, recorder=recorder)
    except DndImagesError as error:
        if not recorder.calls:
            recorder.entry(ledger.Status.FAILED, error_kind=error.kind)
        raise
    spool.keep(job, raw)
    return raw


def _prepare(job: Job, raw: RawPicture) -> imaging.Picture:
    try:
        return imaging.prepare(
            raw.data,
            quality=settings.WEBP_QUALITY,
            thumbnail=settings.THUMBNAIL_SIZE,
            max_bytes=settings.MAX_IMAGE_SIZE_MB * 1024 * 1024,
            provenance=imaging.Provenance(model=raw.model, source=raw.source, created_at=job.created_at),
        )
    except ImageRejected as error:
        log.warning("The provider's bytes are no picture: %s", error.detail.get("reason"))
        rejected = ProviderBadResponse()
        if raw.call_id is not None:
            ledger.record_rejected(raw.call_id, rejected)
        raise rejected from None


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
    if raw.call_id is not None:
        ledger.record_success(raw.call_id, image_id=image.pk)
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
    if not _slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise GenerationTimeout
    try:
        yield
    finally:
        _slots.release()
