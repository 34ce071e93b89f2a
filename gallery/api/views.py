"""The gallery's part of the v1 API: read the request, make one call, answer."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from dndimages import ratelimit, replay
from dndimages.access.caller import Caller, caller_of
from dndimages.access.models import Scope
from dndimages.access.openapi import with_scope
from dndimages.access.permissions import MayCurate, MayGenerate, Open, require
from dndimages.api import answers_first, base_url, json_response, timestamp
from dndimages.errors import Invalid
from dndimages.serializers import validated
from gallery import files, images, search, storage
from gallery.api import serializers as shapes
from gallery.errors import ImageNotFound, JobNotFound
from gallery.generation import idempotency, jobs, service
from gallery.models import Job
from gallery.rows import fetch, image_json, used_images, uses_of

IMAGE_ID = OpenApiParameter("image_id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)
JOB_ID = OpenApiParameter("job_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
    OpenApiParameter.HEADER,
    description="Same key and body: the same answer, paid once. Same key, another body: 422.",
)
PREFER = OpenApiParameter(
    "Prefer", str, OpenApiParameter.HEADER, description="`respond-async`: 202 and a job to look at"
)
WHERE_THE_JOB_IS = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, required=True, response=[202], description="The job to look at"
)


DAGGER = {
    "subject_type": "item",
    "subject_name": "Dagger",
    "prompt": "A rusty dagger glowing with blue runes",
    "aspect_ratio": "1:1",
}


def image_answer(image_id: int, request: HttpRequest | Request) -> dict[str, Any]:
    """The Image of the contract. Raises `ImageNotFound`."""
    row = fetch(image_id)
    if row is None:
        raise ImageNotFound
    return image_json(row, base_url(request))


def wants_async(request: Request) -> bool:
    words = request.META.get("HTTP_PREFER", "").lower().replace(";", ",").split(",")
    return "respond-async" in (word.strip() for word in words)


def accepted(job: Job, request: Request) -> HttpResponse:
    """202 with the place to look at."""
    response = json_response(job_answer(job, request), 202)
    response["Location"] = f"/api/v1/jobs/{job.pk}"
    response["Preference-Applied"] = "respond-async"
    response["Retry-After"] = "1"
    return response


# ── Making ───────────────────────────────────────────────────────────────────────────────────────


@extend_schema(
    operation_id="generateImage",
    parameters=[IDEMPOTENCY_KEY, PREFER, WHERE_THE_JOB_IS],
    request=shapes.ImageRequest,
    responses={200: shapes.Image, 202: shapes.JobAnswer},
    examples=[OpenApiExample("A dagger", DAGGER, request_only=True)],
)
@api_view(["POST"])
@permission_classes([MayGenerate])
def generate(request: Request) -> HttpResponse:
    """Make a new picture."""
    wanted = service.Request(**validated(shapes.ImageRequest, request.data, where="body"))
    caller = caller_of(request)
    order = _order(request, wanted, caller)

    def admit() -> None:
        if wanted.subject_type != "scene" and not images.has_room_for_another(
            wanted.subject_name, wanted.subject_type
        ):
            raise Invalid.at("body", "subject_name", msg="has as many pictures as MAX_IMAGES_PER_ITEM allows")
        ratelimit.count_generation(request._request, caller=caller, group=ratelimit.IMAGES)

    if order.background:
        return accepted(idempotency.earlier_job(order) or _enqueued(order, admit), request)
    obtained = service.obtain(order, admit=admit, recheck=lambda: idempotency.earlier_image_id(order))
    return json_response(image_answer(obtained.image_id, request))


def _enqueued(order: jobs.Order, admit: Callable[[], None]) -> Job:
    left = service.enqueue(order, admit=admit, recheck=lambda: idempotency.earlier_image_id(order))
    if isinstance(left, Job):
        return left
    earlier = idempotency.earlier_job(order)
    assert earlier is not None  # its picture was just found
    return earlier


def _order(request: Request, wanted: service.Request, caller: Caller) -> jobs.Order:
    return jobs.Order(
        kind="image",
        key=idempotency.job_key(request.META.get("HTTP_IDEMPOTENCY_KEY"), caller),
        request=wanted.as_json(),
        caller=caller,
        background=wants_async(request),
    )


@extend_schema(operation_id="getJob", request=None, parameters=[JOB_ID], responses=shapes.JobAnswer)
@api_view(["GET", "HEAD"])
@permission_classes([Open])
def job(request: Request, job_id: str) -> HttpResponse:
    """How far an asynchronous generation is."""
    found = Job.objects.filter(pk=_uuid(job_id)).first()
    if found is None:
        raise JobNotFound
    return json_response(job_answer(found, request))


def job_answer(job: Job, request: Request) -> dict[str, Any]:
    row = fetch(job.image_id) if job.image_id is not None else None
    error = None
    if job.error is not None:
        told = jobs.error_of(job)
        error = {"message": told.message, "kind": told.kind, **told.detail}
        if told.retry_after is not None:
            error["retry_after"] = math.ceil(told.retry_after)
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "status": job.state,
        "created_at": timestamp(job.created_at),
        "finished_at": timestamp(job.finished_at) if job.finished_at else None,
        "image": image_json(row, base_url(request)) if row else None,
        "error": error,
    }


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────


@extend_schema(
    operation_id="searchImages", request=None, parameters=[shapes.SearchQuery], responses=shapes.ImagePage
)
@api_view(["GET", "HEAD"])
@permission_classes([Open])
def search_images_slowly(request: Request) -> HttpResponse:
    """Find pictures; featured ones first, then the newest."""
    return _found(request._request)


@answers_first(search_images_slowly)
def search_images(request: HttpRequest) -> HttpResponse:
    """GET without credentials is answered at once; everything else by the view above."""
    if request.method == "GET" and "HTTP_AUTHORIZATION" not in request.META:
        return _found(request)
    response: HttpResponse = search_images_slowly(request)
    return response


def _found(request: HttpRequest) -> HttpResponse:
    page = search.find(_search(request.META.get("QUERY_STRING", "")))
    base = base_url(request)
    form = replay.Form(
        {
            "items": [image_json(row, base) | {"use_count": replay.BLANK} for row in page.rows],
            "total": page.total,
            "page": page.page,
            "page_size": page.page_size,
            "total_pages": page.total_pages,
        }
    )

    written = [(row.id, row.use_count) for row in page.rows]

    def body(environ: Mapping[str, Any]) -> bytes:
        return form.fill(uses_of(image_id, written=uses) for image_id, uses in written)

    replay.offer(request, body)
    return HttpResponse(body(request.META), content_type="application/json")


def _search(query: str) -> search.Search:
    """The search that a query string means. Checking it costs as much as answering it, and the same
    ones come again and again; neither what is refused is kept nor what is long."""
    return _known(query) if len(query) <= replay.LONGEST_KEY else _known.__wrapped__(query)


@lru_cache(2048)
def _known(query: str) -> search.Search:
    return search.Search(**validated(shapes.SearchQuery, QueryDict(query).dict(), where="query"))


@extend_schema(
    methods=["GET"],
    operation_id="getImage",
    description="One picture; counts one use.",
    request=None,
    parameters=[IMAGE_ID, shapes.ImageQuery],
    responses=shapes.ImageWithData,
)
@extend_schema(
    methods=["DELETE"],
    operation_id="trashImage",
    description="Move a picture to the trash: it is not listed or served any more, but can be restored.",
    request=None,
    parameters=[IMAGE_ID],
    responses={200: shapes.Acted},
    auth=with_scope(Scope.CURATE),
)
@api_view(["GET", "HEAD", "DELETE"])
@permission_classes([Open])
def image_slowly(request: Request, image_id: str) -> HttpResponse:
    """One picture: read it (counts one use), or move it to the trash."""
    if request.method in ("GET", "HEAD"):
        wanted = validated(shapes.ImageQuery, request.query_params.dict(), where="query")
        return _image(request._request, read_id(image_id), include_data=wanted["include_data"])
    require(request, Scope.CURATE)
    trashed = images.trash(read_id(image_id), now=timezone.now())
    return json_response({"id": trashed.pk, "status": "deleted", "message": "Image marked for deletion"})


@answers_first(image_slowly)
def image(request: HttpRequest, image_id: str) -> HttpResponse:
    """GET without credentials is answered at once; everything else by the views above."""
    if request.method == "GET" and "HTTP_AUTHORIZATION" not in request.META:
        given = request.GET
        wanted = (
            validated(shapes.ImageQuery, given.dict(), where="query") if given else {"include_data": True}
        )
        return _image(request, read_id(image_id), include_data=wanted["include_data"])
    return image_slowly(request, image_id=image_id)


def _image(request: HttpRequest, image_id: int, *, include_data: bool) -> HttpResponse:
    row = fetch(image_id)
    if row is None:
        raise ImageNotFound
    answer = image_json(row, base_url(request)) | {"use_count": replay.BLANK}
    if include_data:
        data = storage.read(storage.pictures(), files.full_path(row.token))
        answer["base64_data"] = base64.b64encode(data).decode() if data else None
    form = replay.Form(answer)
    counts = request.method == "GET"

    def body(environ: Mapping[str, Any]) -> bytes:
        uses = uses_of(image_id, written=row.use_count) + 1
        if counts:
            used_images.add(image_id)
        return form.fill([uses])

    if not include_data:
        replay.offer(request, body)
    return HttpResponse(body(request.META), content_type="application/json")


# ── Curating ─────────────────────────────────────────────────────────────────────────────────────


@extend_schema(
    operation_id="featureImage",
    parameters=[IMAGE_ID],
    request=shapes.FeatureRequest,
    responses=shapes.Featured,
)
@api_view(["PUT"])
@permission_classes([MayCurate])
def feature(request: Request, image_id: str) -> HttpResponse:
    """Make it the featured picture of its subject; without a body it toggles."""
    wanted = validated(shapes.FeatureRequest, request.data, where="body")
    done = images.feature(read_id(image_id), to=wanted.get("is_featured"))
    return json_response({"id": done.pk, "is_featured": done.is_featured, "subject_name": done.subject_name})


@extend_schema(operation_id="restoreImage", request=None, parameters=[IMAGE_ID], responses=shapes.Acted)
@api_view(["POST"])
@permission_classes([MayCurate])
def restore(request: Request, image_id: str) -> HttpResponse:
    """Bring a picture back from the trash."""
    done = images.restore(read_id(image_id))
    return json_response({"id": done.pk, "status": "restored", "message": "Image restored"})


# ── Reading paths ────────────────────────────────────────────────────────────────────────────────


def read_id(text: str) -> int:
    """A positive number, else `Invalid`; one that no database can hold is not found."""
    if not (text.isascii() and text.isdecimal()) or int(text[:20]) < 1:
        raise Invalid.at("path", "image_id", msg="must be a positive whole number", type="int_parsing")
    if len(text.lstrip("0")) > 18:
        raise ImageNotFound
    return int(text)


def _uuid(text: str) -> Any:
    import uuid

    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid.at("path", "job_id", msg="must be a UUID", type="uuid_parsing") from None
