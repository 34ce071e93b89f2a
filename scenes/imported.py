"""Scenes that were made elsewhere: they join the cache, and are found under other spellings of their place."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gallery import search
from gallery.models import ImageAsset, Source
from scenes.keys import SceneSpec, location_key
from scenes.models import SceneCache, SceneQuerySet


def register() -> None:
    """Tell the gallery how else a place may be spelled."""
    search.other_spellings["scene"] = spelling_of


def remember_imported(
    image: ImageAsset,
    *,
    spec: SceneSpec,
    created_at: datetime,
    last_used_at: datetime,
    use_count: int,
    now: datetime,
    expires_at: datetime | None = None,
) -> bool:
    """Make it the picture of its scene until ``expires_at`` (None: for CACHE_EXPIRY_DAYS from now); False
    when the scene shows another one that is still fresh: that one stays."""
    expires_at = expires_at or now + timedelta(days=settings.CACHE_EXPIRY_DAYS)
    shown = {"image": image, "last_used_at": last_used_at, "expires_at": expires_at}
    place = {
        "place": location_key(spec.location),
        "location": spec.location,
        "time_of_day": spec.time_of_day,
        "weather": spec.weather,
        "created_at": created_at,
        "use_count": use_count,
    }
    with transaction.atomic():
        _, made = SceneCache.objects.get_or_create(key=spec.key, defaults=shown | place)
        if made:
            return True
        scene = SceneCache.objects.select_for_update().filter(key=spec.key)
        if fresh_others(spec.key, image, now=now).exists():
            return False
        return bool(scene.update(**shown))


def fresh_others(key: str, image: ImageAsset | None, *, now: datetime) -> SceneQuerySet:
    """The scene, when it shows another picture than ``image`` that is still fresh."""
    shown = SceneCache.objects.with_picture().fresh(now=now).filter(key=key)
    return shown if image is None else shown.exclude(image=image)


def spelling_of(name: str) -> str | None:
    """The name of an imported picture of the place that ``name`` means too.

    Old pages kept places under their ids (`emberpeak_entrance`) and search for their names (`Emberpeak
    Entrance`). Names are kept and found to the letter, so this is asked only for a name that no picture has.
    """
    scenes = SceneCache.objects.with_picture().filter(
        place=location_key(name), image__source=Source.IMPORTED, image__subject_type="scene"
    )
    return scenes.order_by("-image_id", "pk").values_list("image__subject_name", flat=True).first()
