"""Routes beside /api/, described by hand: they are plain functions that drf-spectacular does not see."""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
#: Each answer carries it, whatever its status.
REQUEST_ID = {
    "X-Request-ID": {"schema": _TEXT, "required": True, "description": "The same as in every log line"}
}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "headers": REQUEST_ID,
        "content": {"application/json": {"schema": schema}},
    }


def _get(operation_id: str, summary: str, **more: Any) -> dict[str, Any]:
    return {"get": {"operationId": operation_id, "summary": summary, "security": [{}], **more}}


def _word(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


_SECONDS: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_SERVICE = _object(name=_TEXT, version=_TEXT, status=_TEXT, docs=_TEXT, health=_TEXT, openapi=_TEXT)
_STATUS = _object(status=_TEXT)
_HEALTH = _object(
    status={"type": "string", "enum": ["ok", "degraded", "error"]},
    timestamp={"type": "string", "format": "date-time"},
    checks=_object(
        database={"type": "string", "enum": ["ok", "error"]},
        disk_space=_object(status=_TEXT, free_gb={"type": "number"}),
        images=_object(total={"type": "integer", "minimum": 0}),
        storage={"type": "string", "description": "`ok`, or the `kind` of the error that storing would give"},
        provider=_object(
            name=_TEXT, breaker=_word("closed", "open", "half_open"), configured={"type": "boolean"}
        ),
        cache=_object(status=_word("ok", "fallback", "error"), kind=_word("disk", "redis")),
        backup=_object(status=_word("ok", "old", "none"), age_s=_SECONDS),
        worker=_object(
            status=_word("ok", "missing", "unknown"),
            alive={"type": "integer", "minimum": 0},
            last_seen_s=_SECONDS,
        ),
        cleanup=_object(status=_word("ok", "old", "failed", "running", "never", "unknown"), age_s=_SECONDS),
        disk_forecast=_object(days_left={"type": ["number", "null"], "description": "At last week's pace"}),
    ),
)
_PART: dict[str, Any] = {"type": ["object", "null"]}
_DETAILED = _object(
    **_HEALTH["properties"],
    versions=_PART, database=_PART, pictures=_PART, scenes=_PART, jobs=_PART, budget=_PART, disks=_PART,
    forecast=_PART, provider=_PART, backup=_PART, commands={"type": ["array", "null"], "items": {"type": "object"}},
)  # fmt: skip
_WEBP: dict[str, Any] = {"image/webp": {"schema": {}}}
_ERROR = {"$ref": "#/components/schemas/Error"}


def _part_of_path(name: str, pattern: str) -> dict[str, Any]:
    return {"in": "path", "name": name, "required": True, "schema": {"type": "string", "pattern": pattern}}


PLAIN_ROUTES: dict[str, Any] = {
    "/": _get(
        "service",
        "What this service is; browsers get the gallery",
        tags=["service"],
        responses={
            "200": {
                "description": "The service, or the gallery page",
                "headers": REQUEST_ID,
                "content": {"application/json": {"schema": _SERVICE}, "text/html": {"schema": _TEXT}},
            }
        },
    ),
    "/health": _get(
        "health",
        "How the service does; always 200",
        description="Anything but `ok` means that new pictures cannot be made and kept.",
        tags=["service"],
        responses={"200": _json("How the service does", _HEALTH)},
    ),
    "/health/detailed": _get(
        "healthDetailed",
        "The same with numbers: queue, budget, disks, backups, what cron did",
        description="For members of staff and keys with the scope `maintain`. A part that cannot be told is null.",
        tags=["service"],
        security=[{"apiKey": []}, {"staffSession": []}],
        responses={
            "200": _json("How the service does", _DETAILED),
            "401": _json("No, or an unknown, API key", _ERROR),
            "403": _json("The key lacks the scope", _ERROR),
        },
    ),
    "/livez": _get(
        "livez",
        "Whether the process answers",
        tags=["service"],
        responses={"200": _json("Alive", _STATUS)},
    ),
    "/readyz": _get(
        "readyz",
        "Whether requests can be served: the database answers and is migrated",
        tags=["service"],
        responses={"200": _json("Ready", _STATUS), "503": _json("Not ready yet", _STATUS)},
    ),
    "/metrics": _get(
        "metrics",
        "Counts over all processes and how things stand, for Prometheus",
        description="Open in the local profile; else for keys with the scope `maintain` (METRICS_PUBLIC).",
        tags=["service"],
        responses={
            "200": {
                "description": "Prometheus' text format",
                "headers": REQUEST_ID,
                "content": {"text/plain": {"schema": _TEXT}},
            },
            "401": _json("No, or an unknown, API key", _ERROR),
            "403": _json("The key lacks the scope", _ERROR),
        },
    ),
    "/images/{folder}/{shard}/{file}": _get(
        "picture",
        "A picture's file: `/` and a `storage_path_…`, as they stand",
        description="ETag and Range are honoured. Where pictures are kept elsewhere: a redirect to them.",
        tags=["images"],
        parameters=[
            _part_of_path("folder", r"^(full|thumbnails|w[0-9]{2,5})$"),
            _part_of_path("shard", r"^[0-9a-f]{2}$"),
            _part_of_path("file", r"^[0-9a-f]{32}-[0-9]{1,4}\.webp$"),
        ],
        responses={
            "200": {"description": "The WebP", "headers": REQUEST_ID, "content": _WEBP},
            "206": {"description": "The part that was asked for", "headers": REQUEST_ID, "content": _WEBP},
            "302": {"description": "It is over there", "headers": REQUEST_ID},
            "304": {"description": "You have it", "headers": REQUEST_ID},
            "404": _json("There is no such picture, or it is in the trash", _ERROR),
            "416": {"description": "There are no such bytes", "headers": REQUEST_ID},
        },
    ),
}
