"""What the scenes' API takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dndimages.serializers import Flag, QueryFlag, Text
from gallery.api.serializers import Image
from scenes.keys import normalise

TEXTS = {"location": 200, "time_of_day": 50, "weather": 50}


class SceneRequest(serializers.Serializer[Any]):
    location = Text(
        min_length=1,
        max_length=TEXTS["location"],
        described={
            "pattern": r"^[^\u0000]*[^\u0000\s_\-\uff3f\uff0d\ufe33\ufe34\ufe4d-\ufe4f\ufe63][^\u0000]*$"
        },
    )
    time_of_day = Text(min_length=1, max_length=TEXTS["time_of_day"], default="day")
    weather = Text(min_length=1, max_length=TEXTS["weather"], default="clear")
    force_regenerate = Flag(default=False)

    def validate_location(self, value: str) -> str:
        if not normalise(value):
            raise serializers.ValidationError("must hold more than blanks, - and _", code="blank")
        return value


class SceneQuery(SceneRequest):
    """The same in a query, where a flag is a word."""

    force_regenerate = QueryFlag(default=False)  # type: ignore[assignment]  # read differently


class SceneForm(SceneQuery):
    """For the OpenAPI document, which cannot say "in the query or in the body": no place requires it."""

    location = Text(
        min_length=1, max_length=TEXTS["location"], required=False, help_text="Required, here or in the body"
    )


class ForceQuery(serializers.Serializer[Any]):
    force_regenerate = QueryFlag(default=False)


class SceneInfo(serializers.Serializer[Any]):
    location = serializers.CharField()
    time_of_day = serializers.CharField()
    weather = serializers.CharField()
    expires_at = serializers.DateTimeField()
    use_count = serializers.IntegerField()


class SceneAnswer(Image):
    cached = serializers.BooleanField()
    scene = SceneInfo()
    stale = serializers.BooleanField(required=False)


class ClearQuery(serializers.Serializer[Any]):
    location = Text(min_length=1, max_length=200, required=False)


class CacheStatsAnswer(serializers.Serializer[Any]):
    total_scenes = serializers.IntegerField()
    active_cache_entries = serializers.IntegerField()
    expired = serializers.IntegerField()
    cache_hit_rate = serializers.FloatField()
    timestamp = serializers.DateTimeField()
    hits = serializers.IntegerField()
    misses = serializers.IntegerField()
    saved_calls = serializers.IntegerField()


class Cleared(serializers.Serializer[Any]):
    deleted = serializers.IntegerField()
    message = serializers.CharField()
