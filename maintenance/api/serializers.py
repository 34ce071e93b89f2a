"""What the maintenance API gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Deleted(serializers.Serializer[Any]):
    deleted = serializers.IntegerField()
    message = serializers.CharField()
    timestamp = serializers.DateTimeField()


class PictureCounts(serializers.Serializer[Any]):
    active = serializers.IntegerField()
    deleted = serializers.IntegerField(help_text="In the trash")
    storage_mb = serializers.FloatField(help_text="Full files of the active ones")


class SceneCounts(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    expired = serializers.IntegerField()


class Stats(serializers.Serializer[Any]):
    images = PictureCounts()
    cache = SceneCounts()
    timestamp = serializers.DateTimeField()
