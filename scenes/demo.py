"""A sample campaign, so that nobody begins with an empty gallery.

Painted by the built-in painter whatever provider is configured, so it never costs anything. Each
picture is made under a job of its own: however many processes are at it, nothing is painted twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.connections import let_go
from dndimages.errors import DndImagesError
from gallery import files, images, imaging, storage
from gallery.errors import ImageNotFound
from gallery.generation import jobs, ledger, service
from gallery.generation.providers.base import RawPicture
from gallery.generation.providers.painter import PainterProvider
from gallery.models import ImageAsset, Job, Source, Tag
from gallery.querysets import ImageQuerySet
from scenes import cache
from scenes.campaign import CAMPAIGN, PIECES, Piece

log = logging.getLogger("scenes.demo")
#: A picture takes less than a second; after this long without one nobody is painting any more.
QUIET_S = 12.0


class Act(StrEnum):
    """What became of one piece."""

    PAINTED = "painted"
    RESTORED = "restored"
    THERE = "there"


@dataclass(frozen=True)
class Progress:
    made: list[int]  # ids of its pictures that are there, the newest first
    total: int
    is_running: bool

    @property
    def is_complete(self) -> bool:
        return len(self.made) >= self.total


# ── What is there ────────────────────────────────────────────────────────────────────────────────


def pictures() -> ImageQuerySet:
    """The campaign's own pictures, the trashed ones too; not what people added to it."""
    names = {piece.request.subject_name for piece in PIECES}  # there is an index of them
    prompts = [piece.request.prompt for piece in PIECES]
    found = ImageAsset.objects.filter(subject_name__in=names, prompt__in=prompts)
    return found.filter(campaign=CAMPAIGN, source=Source.PAINTED).order_by("-created_at", "-pk")


def progress(*, now: datetime) -> Progress:
    ids = list(pictures().visible().values_list("pk", flat=True)[: len(PIECES) * 2])
    return Progress(made=ids, total=len(PIECES), is_running=_is_running(now))


def _is_running(now: datetime) -> bool:
    since = now - timedelta(seconds=QUIET_S)
    kinds, keys = {piece.kind for piece in PIECES}, [piece.key for piece in PIECES]
    at_it = Job.objects.filter(kind__in=kinds, key__in=keys, created_at__gte=since)
    return _painting.locked() or at_it.exists()


def would_be_alone() -> bool:
    """Whether the gallery holds no other picture than the campaign's own."""
    return not ImageAsset.objects.visible().exclude(campaign=CAMPAIGN).exists()


# ── Painting ─────────────────────────────────────────────────────────────────────────────────────


def paint_all(*, caller: Caller) -> Iterator[Act]:
    """Paint what is missing and bring back what is in the trash, one piece after the other."""
    storage.check_room()
    for piece in PIECES:
        yield paint(piece, caller=caller)


def paint(piece: Piece, *, caller: Caller) -> Act:
    """One piece. Whoever else is at it already is left to it."""
    if (known := _known(piece)) is not None:
        return known
    request = piece.request.as_json()
    if Job.objects.active().filter(kind=piece.kind, key=piece.key).exclude(request=request).exists():
        return Act.THERE  # a game asks for this very scene: it gets it from its own provider
    order = jobs.Order(kind=piece.kind, key=piece.key, request=request, caller=caller)
    job, standing = jobs.claim(order, now=timezone.now())
    if standing == jobs.Standing.THEIRS:
        return Act.THERE
    if (known := _known(piece)) is not None:  # it came to be between our look and our claim
        jobs.give_back(job)
        return known
    try:
        _paint(piece, job)
    except jobs.LeaseLost:
        return Act.THERE
    return Act.PAINTED


def _known(piece: Piece) -> Act | None:
    """What has to be done no more for a piece. A scene that somebody made is better than ours."""
    subject_type, name, prompt = piece.identity
    ours = pictures().of_subject(name, subject_type).filter(prompt=prompt)
    if ours.visible().exists():
        return Act.THERE
    if piece.spec is not None and cache.fresh_image_id(piece.spec.key, now=timezone.now()) is not None:
        return Act.THERE
    if (trashed := ours.trashed().first()) is None:
        return None
    try:
        images.restore(trashed.pk)
    except ImageNotFound:
        return None  # it was purged at this moment
    return Act.RESTORED


def _paint(piece: Piece, job: Job) -> None:
    with jobs.holding(job):
        try:
            raw = _painted(piece, job)
            image = _add(piece, job, raw)
        except Exception as error:
            let_go()
            with ledger.never_in_the_way():
                told = error if isinstance(error, DndImagesError) else DndImagesError()
                jobs.fail(job, told)
                ledger.record_ended(job, kind=told.kind)
            raise
    if piece.featured and not images.featured_rivals(image).exists():
        images.feature(image.pk, to=True)


def _painted(piece: Piece, job: Job) -> RawPicture:
    provider, wanted = PainterProvider(), piece.request.for_provider()
    recorder = ledger.Recorder(
        job,
        adapter=provider.name,
        paid=provider.paid,
        prompt=wanted.prompt,
        subject_type=wanted.subject_type,
    )
    deadline = time.monotonic() + settings.GENERATION_DEADLINE_S
    return provider.generate(wanted, deadline=deadline, recorder=recorder)


def _add(piece: Piece, job: Job, raw: RawPicture) -> ImageAsset:
    request = piece.request
    provenance = imaging.Provenance(model=raw.model, source=raw.source, created_at=job.created_at)
    picture = imaging.prepare(
        raw.data,
        quality=settings.WEBP_QUALITY,
        thumbnail=settings.THUMBNAIL_SIZE,
        max_bytes=settings.MAX_IMAGE_SIZE_MB * 1024 * 1024,
        provenance=provenance,
    )

    def complete(image: ImageAsset) -> None:
        jobs.finish(job, image.pk)
        ledger.record_success(raw, image_id=image.pk)
        if piece.spec is not None:
            service.on_stored[cache.KIND](job, image)
        _tag(image, piece.tags)

    return images.add_image(
        picture,
        token=files.token_for(job.pk, job.attempts),
        and_then=complete,
        subject_type=request.subject_type,
        subject_name=request.subject_name,
        prompt=request.prompt,
        aspect_ratio=request.aspect_ratio,
        component=request.component,
        campaign=request.campaign,
        source=raw.source,
        model=raw.model,
        generation_time_ms=int((timezone.now() - job.created_at).total_seconds() * 1000),
        created_at=timezone.now(),
    )


def _tag(image: ImageAsset, names: tuple[str, ...]) -> None:
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    image.tags.add(*Tag.objects.filter(name__in=names))


# ── In the background of a server ────────────────────────────────────────────────────────────────

_painting = threading.Lock()


def begin(*, caller: Caller) -> bool:
    """Paint all in a thread of this process; False when one is at it. Should the process end before
    it is done, whoever begins again goes on from there."""
    if not _painting.acquire(blocking=False):
        return False
    threading.Thread(target=_paint_quietly, args=(caller,), name="demo", daemon=True).start()
    return True


def _paint_quietly(caller: Caller) -> None:
    try:
        for _ in paint_all(caller=caller):
            let_go()
    except DndImagesError as error:
        log.warning("The demo stopped before its end: %s", error.kind)
    except Exception:
        # Nobody waits for this thread: its page shows how far it came, and offers to go on.
        log.exception("The demo stopped before its end")
    finally:
        let_go()
        _painting.release()


# ── Taking it away ───────────────────────────────────────────────────────────────────────────────


def remove(*, now: datetime) -> int:
    """Move the campaign's own pictures to the trash; gives how many."""
    moved = 0
    for image_id in list(pictures().visible().values_list("pk", flat=True)):
        try:
            images.trash(image_id, now=now)
        except ImageNotFound:
            continue  # somebody else was faster
        moved += 1
    return moved
