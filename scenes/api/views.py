"""The scenes' part of the v1 API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from dndimages import ratelimit, replay
from dndimages.access.caller import Caller, address_of, caller_of, client_address
from dndimages.access.permissions import MayGenerate, MayMaintain, Open
from dndimages.api import answers_first, base_url, json_response, parse_json, timestamp
from dndimages.errors import NotJson, RateLimited
from dndimages.serializers import validated
from gallery.api.serializers import JobAnswer
from gallery.api.views import PREFER, WHERE_THE_JOB_IS, accepted, image_answer, wants_async
from gallery.models import Job
from gallery.rows import image_json, uses_of
from scenes import cache, rows
from scenes.api import serializers as shapes
from scenes.keys import SceneSpec
from scenes.stats import cache_stats

EMBERPEAK = {"location": "Emberpeak Entrance", "time_of_day": "dawn", "weather": "light rain"}


def _plain_spec(request: HttpRequest) -> SceneSpec | None:
    """The request's scene when it is plainly valid and not forced; else the slow view looks."""
    try:
        given: Any = request.GET.dict() if not request.META.get("CONTENT_LENGTH", "").strip("0") else None
        if given is None:
            if request.GET or not (request.content_type or "").startswith("application/json"):
                return None
            given = parse_json(request.body)
    except NotJson:
        return None
    if not isinstance(given, dict) or not set(given) <= set(shapes.TEXTS) or "location" not in given:
        return None
    for name, value in given.items():
        if not isinstance(value, str) or not 1 <= len(value) <= shapes.TEXTS[name] or "\x00" in value:
            return None
    return SceneSpec(**given)


def _hit(request: HttpRequest, spec: SceneSpec, caller: Caller) -> HttpResponse | None:
    now = timezone.now()
    key = spec.key
    found = rows.find(key, fresh_at=now)
    if found is None:
        return None
    picture, scene = found
    fresh_until = datetime.fromisoformat(scene["expires_at"])
    form = replay.Form(
        image_json(picture, base_url(request))
        | {"use_count": replay.BLANK, "cached": True, "scene": scene | {"use_count": replay.BLANK}}
    )

    def body(caller: Caller, *, now: datetime) -> bytes:
        ratelimit.count_hit(caller)
        of_picture = uses_of(picture.id, written=picture.use_count)
        of_scene = scene["use_count"] + cache.waiting_uses(key, now=now)
        cache.count_hit(key, picture.id, now=now)
        return form.fill([of_picture + 1, of_scene + 1])

    def again(environ: Mapping[str, Any]) -> bytes | None:
        now = timezone.now()
        try:
            return body(Caller(address_of(environ)), now=now) if now < fresh_until else None
        except RateLimited:
            return None  # Django tells

    replay.offer(request, again)
    return HttpResponse(body(caller, now=now), content_type="application/json")


@extend_schema(
    operation_id="generateScene",
    parameters=[shapes.SceneForm, PREFER, WHERE_THE_JOB_IS],
    request=shapes.SceneRequest,
    responses={200: shapes.SceneAnswer, 202: JobAnswer},
    examples=[OpenApiExample("A mountain village at dawn", EMBERPEAK, request_only=True)],
)
@api_view(["POST"])
@permission_classes([MayGenerate])
def generate_slowly(request: Request) -> HttpResponse:
    """The picture of a place at a time of day in a weather: from the cache, or made once for all."""
    wanted = _wanted(request)
    force = wanted.pop("force_regenerate")
    spec, caller = SceneSpec(**wanted), caller_of(request)
    if not force and (hit := _hit(request._request, spec, caller)) is not None:
        return hit

    def admit() -> None:
        ratelimit.count_generation(request._request, caller=caller, group=ratelimit.SCENES)

    if wants_async(request):
        left = cache.enqueue(spec, caller=caller, force=force, admit=admit)
        if isinstance(left, Job):
            cache.count_miss(spec.key, now=timezone.now())
            return accepted(left, request)
        return json_response(_answer(request, spec, cache.Scene(left.image_id, cached=True)))
    scene = cache.get_or_generate(spec, caller=caller, force=force, admit=admit)
    return json_response(_answer(request, spec, scene))


@answers_first(generate_slowly)
def generate(request: HttpRequest) -> HttpResponse:
    """A fresh scene that anybody may see is answered at once; everything else by the view above."""
    if request.method == "POST" and "HTTP_AUTHORIZATION" not in request.META and settings.PUBLIC_GENERATION:
        spec = _plain_spec(request)
        answer = _hit(request, spec, Caller(client_address(request))) if spec is not None else None
        if answer is not None:
            return answer
    return generate_slowly(request)


def _wanted(request: Request) -> dict[str, Any]:
    """Body and query together; the body wins. A body that is no JSON beside a full query is ignored."""
    query = request.query_params.dict()
    is_json = (request.content_type or "application/json").lower().startswith("application/json")
    if not request.META.get("CONTENT_LENGTH", "").strip("0") or ("location" in query and not is_json):
        return validated(shapes.SceneQuery, query, where="query")
    body: Any = request.data
    if isinstance(body, dict):
        merged = {name: value for name, value in query.items() if name in shapes.TEXTS} | body
        if "force_regenerate" in query and "force_regenerate" not in body:
            merged |= validated(shapes.ForceQuery, query, where="query")
        return validated(shapes.SceneRequest, merged, where="body")
    return validated(shapes.SceneRequest, body, where="body")


def _answer(request: Request, spec: SceneSpec, scene: cache.Scene) -> dict[str, Any]:
    answer = image_answer(scene.image_id, request) | {"cached": scene.cached}
    found = rows.find(spec.key)
    answer["scene"] = found[1] if found is not None else _forgotten(spec)
    return answer | ({"stale": True} if scene.stale else {})


def _forgotten(spec: SceneSpec) -> dict[str, Any]:
    """Somebody cleared the cache since: the picture stays, the entry is gone."""
    return {
        "location": spec.location,
        "time_of_day": spec.time_of_day,
        "weather": spec.weather,
        "expires_at": timestamp(timezone.now()),
        "use_count": 1,
    }


@extend_schema(operation_id="sceneCacheStats", request=None, responses=shapes.CacheStatsAnswer)
@api_view(["GET", "HEAD"])
@permission_classes([Open])
def stats(request: Request) -> HttpResponse:
    """How well the scene cache does."""
    now = timezone.now()
    found = cache_stats(now=now)
    return json_response(
        {
            "total_scenes": found.total,
            "active_cache_entries": found.active,
            "expired": found.expired,
            "cache_hit_rate": found.hit_rate_percent,
            "timestamp": timestamp(now),
            "hits": found.hits,
            "misses": found.misses,
            "saved_calls": found.saved_calls,
        }
    )


@extend_schema(
    operation_id="clearSceneCache",
    request=None,
    parameters=[shapes.ClearQuery],
    responses={200: shapes.Cleared},
)
@api_view(["DELETE"])
@permission_classes([MayMaintain])
def clear(request: Request) -> HttpResponse:
    """Forget the scenes of one place, or all; the pictures stay."""
    wanted = validated(shapes.ClearQuery, request.query_params.dict(), where="query")
    location = wanted.get("location")
    deleted = cache.clear(location)
    message = f"Cleared cache for {location}" if location is not None else "Cleared all scene cache"
    return json_response({"deleted": deleted, "message": message})
