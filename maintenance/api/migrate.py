"""Route 14: what a browser's localStorage holds becomes pictures here."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from dndimages.access.permissions import MayMaintain
from dndimages.api import json_response
from dndimages.errors import NotJson, TooLarge
from dndimages.serializers import QueryFlag, validated
from maintenance import refusals
from maintenance.localstorage import reading, taking

#: An object, or the text of one. Whatever else lies there is an error of its own in the answer.
_STORE: dict[str, Any] = {"description": "An object of entries, or its JSON as text"}
_DUMP: dict[str, Any] = {
    "type": "object",
    "description": "`JSON.stringify(localStorage)` as it is, or the page's stores as objects, or the two of"
    " the documented API. Other keys are counted, never read.",
    "properties": dict.fromkeys(
        ("nanoBananaSceneCache", "nanoBananaImageLibrary", "scene_cache", "item_images"), _STORE
    ),
}
_EXAMPLE = {
    "scene_cache": {
        "scene_cache_Emberpeak_dawn_clear": {"image": "iVBORw0KGgo…", "timestamp": "2025-10-24T12:00:00Z"}
    },
    "item_images": {"item_image_Dagger": {"images": [{"image": "iVBORw0KGgo…", "is_featured": True}]}},
}


class MigrateQuery(serializers.Serializer[Any]):
    dry_run = QueryFlag(default=False, help_text="Only say what would be imported, entry by entry")


class MigrateError(serializers.Serializer[Any]):
    key = serializers.CharField()
    error = serializers.CharField()


class MigrateNote(serializers.Serializer[Any]):
    key = serializers.CharField()
    note = serializers.CharField()


class MigrateEntry(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.CharField(help_text="scene or item; empty where that is not known")
    name = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["new", "restored", "here", "error"])
    notes = serializers.ListField(child=serializers.CharField())
    bytes = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class MigrateReport(serializers.Serializer[Any]):
    found = serializers.IntegerField(help_text="imported + skipped + errors")
    imported = serializers.IntegerField()
    restored = serializers.IntegerField(help_text="Of the imported: they lay in the trash")
    dry_run = serializers.BooleanField()
    notes = MigrateNote(many=True)
    entries = MigrateEntry(many=True, required=False, help_text="Only with dry_run")


class Migrated(serializers.Serializer[Any]):
    scenes = serializers.IntegerField()
    items = serializers.IntegerField()
    errors = MigrateError(many=True)  # type: ignore[assignment]  # a name of DRF's own
    total_size_mb = serializers.FloatField(help_text="Of the imported pictures, as they came")
    status = serializers.ChoiceField(choices=["success", "partial", "failed"])
    skipped = serializers.IntegerField(help_text="Here already")
    ignored = serializers.IntegerField(help_text="Keys that hold no pictures")
    report = MigrateReport()


class DumpParser(BaseParser):
    """JSON to 64 MB: this route takes longer bodies than others."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = stream.read(reading.MOST_BYTES + 1)
        if len(data) > reading.MOST_BYTES:
            raise TooLarge
        return reading.parse(data)


@extend_schema(
    operation_id="migrateFromLocalstorage",
    parameters=[MigrateQuery],
    request={"application/json": _DUMP},
    responses=Migrated,
    examples=[OpenApiExample("The documented stores", _EXAMPLE, request_only=True)],
)
@api_view(["POST"])
@parser_classes([DumpParser])
@permission_classes([MayMaintain])
@refusals.unless_restoring()
def from_localstorage(request: Request) -> HttpResponse:
    """Import the pictures of a browser's localStorage; what is here already is skipped."""
    now = timezone.now()
    wanted = validated(MigrateQuery, request.query_params.dict(), where="query")
    if request.META.get("CONTENT_LENGTH") in (None, "", "0"):
        raise NotJson  # to DRF an empty body is an empty object
    found = reading.find(request.data, now=now)
    report = taking.take(found, now=now, dry_run=wanted["dry_run"])
    return json_response(report.as_json(with_entries=report.dry_run))
