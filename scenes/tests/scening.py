"""Scenes for tests, with real pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from gallery.models import ImageAsset
from gallery.tests.making import make_image
from scenes.keys import location_key, scene_key
from scenes.models import SceneCache


def make_scene(
    location: str = "Tavern",
    time_of_day: str = "day",
    weather: str = "clear",
    *,
    image: ImageAsset | None = None,
    days_left: int = 7,
    **fields: Any,
) -> SceneCache:
    """A scene and its picture; expired where ``days_left`` is negative."""
    return SceneCache.objects.create(
        key=scene_key(location, time_of_day, weather),
        place=location_key(location),
        location=location,
        time_of_day=time_of_day,
        weather=weather,
        image=image or make_image(location, subject_type="scene"),
        expires_at=timezone.now() + timedelta(days=days_left),
        **fields,
    )
