"""Pictures asked for by people: once however often the form is sent, and made even if no worker comes."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from dndimages import ratelimit
from dndimages.access.caller import Caller, client_address
from dndimages.access.models import Scope
from dndimages.connections import let_go
from dndimages.errors import Invalid
from gallery import images
from gallery.generation import idempotency, jobs, recovery, service
from gallery.models import Job, JobState
from scenes import cache
from scenes.keys import SceneSpec

log = logging.getLogger("scenes.making")
#: A background job that nobody took for so long, while none runs: there is no worker.
WORKER_LATE_S = 5.0
_SALT = "scenes.making"


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────────


def caller_of_page(request: HttpRequest) -> Caller:
    """Like the API's callers, but that pages know no keys: a member of staff, or an address."""
    user = request.user
    staff = user if user.is_authenticated and user.is_active and user.is_staff else None
    return Caller(client_address(request), staff=staff)


def may_make(caller: Caller) -> bool:
    """What `MayGenerate` says in the API."""
    return settings.PUBLIC_GENERATION or caller.may(Scope.GENERATE)


def may_cancel(job: Job, caller: Caller) -> bool:
    """Who asked for it, as long as nobody else waits for it; staff whoever does."""
    return caller.staff is not None or (asked_for(job, caller) and not job.is_shared)


def asked_for(job: Job, caller: Caller) -> bool:
    return job.caller == caller.name


# ── Once for each form ───────────────────────────────────────────────────────────────────────────


class FormTooOld(Invalid):
    message = "This form was open for too long to know whether it was sent before. Please send it once more."


def new_ticket(*, now: datetime) -> str:
    """Goes along with a form, so that sending it twice is known. Tells when the form was made."""
    return signing.dumps([uuid.uuid4().hex, now.timestamp()], salt=_SALT)


def issued_at(ticket: str) -> datetime:
    """When the form was made. Raises `FormTooOld` for a ticket that is not ours, or older than jobs
    are remembered."""
    try:
        _, seconds = signing.loads(ticket, salt=_SALT, max_age=timedelta(hours=settings.IDEMPOTENCY_HOURS))
    except signing.BadSignature:
        raise FormTooOld from None
    return datetime.fromtimestamp(seconds, tz=UTC)


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────


def ask_for_scene(
    request: HttpRequest, spec: SceneSpec, *, caller: Caller, force: bool, ticket: str, now: datetime
) -> Job | int:
    """The job that makes the scene, or the id of the picture that is there: cached, or made for this
    very form already. Counted and limited as in the API."""
    since = issued_at(ticket)
    if not force and (image_id := cache.fresh_image_id(spec.key, now=now)) is not None:
        ratelimit.count_hit(caller)
        cache.count_hit(spec.key, image_id, now=now)
        return image_id

    def recheck() -> int | None:
        known = _made_since(since, spec.key, caller)
        return known if known is not None or force else cache.fresh_image_id(spec.key, now=now)

    left = service.enqueue(
        cache.order_for(spec, caller=caller, background=True),
        admit=lambda: ratelimit.count_generation(request, caller=caller, group=ratelimit.SCENES),
        recheck=recheck,
    )
    if not isinstance(left, Job):
        return left.image_id
    cache.count_miss(spec.key, now=now)
    return left


def _made_since(since: datetime, key: str, caller: Caller) -> int | None:
    """A forced scene is made anew each time; not so for a form that comes again, by a double click
    or by going back."""
    done = Job.objects.filter(kind=cache.KIND, key=key, caller=caller.name, state=JobState.DONE)
    made = done.filter(created_at__gte=since, image__deleted_at=None)
    return made.order_by("-created_at", "-pk").values_list("image_id", flat=True).first()


def ask_for_image(request: HttpRequest, wanted: dict[str, Any], *, caller: Caller, ticket: str) -> Job | int:
    """The job that makes the picture; for a form that comes again the same one, or its picture. Other
    words in the same form are another picture."""
    issued_at(ticket)
    picture = service.Request(**wanted)
    order = jobs.Order(kind="image", key="", request=picture.as_json(), caller=caller, background=True)
    key = idempotency.job_key(f"form {ticket} {order.hashed()}", caller)
    order = jobs.Order(kind="image", key=key, request=order.request, caller=caller, background=True)

    def admit() -> None:
        if not images.has_room_for_another(picture.subject_name, picture.subject_type):
            message = (
                f"There are {settings.MAX_IMAGES_PER_ITEM} pictures of this one already, as many as may be."
            )
            raise Invalid.at("body", "subject_name", msg=message)
        ratelimit.count_generation(request, caller=caller, group=ratelimit.IMAGES)

    left = service.enqueue(order, admit=admit, recheck=lambda: idempotency.earlier_image_id(order))
    return left if isinstance(left, Job) else left.image_id


# ── When no worker comes ─────────────────────────────────────────────────────────────────────────

_helping = threading.Semaphore(1)


def help_out(job: Job, *, now: datetime) -> bool:
    """Make a queued picture in this process when it seems that no worker runs; true when it began.

    Asked whenever somebody looks at the job. One at a time: a worker that is only busy is faster.
    """
    if not _is_left_alone(job, now=now) or not _helping.acquire(blocking=False):
        return False
    taken = None
    try:
        taken = jobs.take(job, now=now)
    finally:
        if taken is None:
            _helping.release()
    if taken is None:
        return False
    log.warning("No worker took job %s for %.0f s; this process makes it", job.pk, WORKER_LATE_S)
    threading.Thread(target=_make, args=(taken,), name="helping-out", daemon=True).start()
    return True


def _is_left_alone(job: Job, *, now: datetime) -> bool:
    waited_s = (now - job.created_at).total_seconds()
    if not job.background or waited_s < WORKER_LATE_S:
        return False
    if job.state == JobState.RUNNING:  # its owner may have died, and whoever would have swept
        return job.lease_until is None or (now - job.lease_until).total_seconds() > WORKER_LATE_S
    if job.state != JobState.QUEUED:
        return False
    at_work = Job.objects.filter(background=True, state=JobState.RUNNING, lease_until__gte=now)
    return not at_work.exists()


def _make(job: Job) -> None:
    try:
        recovery.run_quietly(job)
    finally:
        let_go()
        _helping.release()
