"""Fresh hit → the picture at once; miss → generated once; provider down → the expired picture."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from dndimages import metrics, ratelimit
from dndimages.access.caller import Caller
from dndimages.api import timestamp
from dndimages.counters import Deferred
from dndimages.errors import DndImagesError, Invalid, RateLimited
from gallery import archive, regeneration
from gallery.errors import BudgetExhausted
from gallery.generation import jobs, service
from gallery.generation.prompts import scene_prompt
from gallery.models import GenerationLog, ImageAsset, Job
from gallery.rows import used_images
from scenes.keys import SceneSpec, location_key
from scenes.models import PINNED_UNTIL, SceneCache, SceneDay

log = logging.getLogger("scenes")
KIND = "scene"
HIT, JOINED, MISS, STALE = KINDS = ("hits", "joined", "misses", "stale")  # fields of `SceneDay`


@dataclass(frozen=True)
class Scene:
    """An answer to a scene request."""

    image_id: int
    cached: bool
    stale: bool = False


def register() -> None:
    """Tell the gallery what belongs into the transaction that finishes a scene's job, how a scene's
    picture is made anew, and what a picture's archive says of its scenes."""
    service.on_stored[KIND] = _remember
    regeneration.elsewhere[KIND] = regeneration.Elsewhere(
        right="scenes.change_scenecache",
        right_name="Can change scene cache",
        shows=lambda image: SceneCache.objects.filter(image=image).exists(),
        regenerate=_regenerate_all_of,
    )
    archive.more_facts["scenes"] = _facts_by_image


def get_or_generate(spec: SceneSpec, *, caller: Caller, force: bool, admit: Callable[[], None]) -> Scene:
    """The scene's picture. Raises what `gallery.generation.service.obtain` raises when there is
    neither a fresh picture, nor a new one, nor an expired one to fall back on."""
    now = timezone.now()
    if not force and (image_id := fresh_image_id(spec.key, now=now)) is not None:
        count_hit(spec.key, image_id, now=now)
        return Scene(image_id, cached=True)
    try:
        obtained = service.obtain(
            order_for(spec, caller=caller),
            admit=admit,
            recheck=_recheck(spec, force=force),
        )
    except (DndImagesError, DatabaseError) as error:
        spare = _spare_image_id(spec.key, error, force=force)
        if spare is None and isinstance(error, RateLimited):
            raise  # refused, not looked for: it says nothing of the cache
        counted.add((MISS, spec.key, _minute(now)))
        if spare is None:
            raise
        counted.add((STALE, spec.key, _minute(now)))
        log.info("Scene served stale: %s", type(error).__name__)
        return Scene(spare, cached=True, stale=True)
    counted.add((JOINED if obtained.joined else MISS, spec.key, _minute(now)))
    return Scene(obtained.image_id, cached=False)


def enqueue(
    spec: SceneSpec, *, caller: Caller, force: bool, admit: Callable[[], None]
) -> Job | service.Obtained:
    """Leave a scene to a worker; the picture when it came to be in the meantime."""
    order = order_for(spec, caller=caller, background=True)
    return service.enqueue(order, admit=admit, recheck=_recheck(spec, force=force))


def _recheck(spec: SceneSpec, *, force: bool) -> Callable[[], int | None]:
    return lambda: None if force else fresh_image_id(spec.key, now=timezone.now())


def order_for(spec: SceneSpec, *, caller: Caller, background: bool = False) -> jobs.Order:
    request = service.Request(
        subject_type="scene",
        subject_name=spec.location,
        prompt=scene_prompt(location=spec.location, time_of_day=spec.time_of_day, weather=spec.weather),
        location=spec.location,
        time_of_day=spec.time_of_day,
        weather=spec.weather,
    )
    return jobs.Order(
        kind=KIND, key=spec.key, request=request.as_json(), caller=caller, background=background
    )


def fresh_image_id(key: str, *, now: datetime) -> int | None:
    found = SceneCache.objects.with_picture().fresh(now=now).filter(key=key)
    return found.values_list("image_id", flat=True).first()


def _spare_image_id(key: str, error: Exception, *, force: bool) -> int | None:
    """The picture to fall back on when no new one could be had. A caller who forces a new picture
    is told of limits of our own; who only wants to see the place never gets an empty frame."""
    if isinstance(error, Invalid) or (force and isinstance(error, (RateLimited, BudgetExhausted))):
        return None
    found = SceneCache.objects.with_picture().filter(key=key)
    return found.values_list("image_id", flat=True).first()


def _remember(job: Job, image: ImageAsset) -> None:
    """The new picture replaces the old one for all."""
    wanted = service.Request(**job.request)
    now = image.created_at
    SceneCache.objects.update_or_create(
        key=job.key,
        defaults={
            "image": image,
            "expires_at": now + timedelta(days=settings.CACHE_EXPIRY_DAYS),
            "last_used_at": now,
            "use_count": F("use_count") + 1,
        },
        create_defaults={
            "place": location_key(wanted.location),
            "location": wanted.location,
            "time_of_day": wanted.time_of_day,
            "weather": wanted.weather,
            "image": image,
            "created_at": now,
            "last_used_at": now,
            "expires_at": now + timedelta(days=settings.CACHE_EXPIRY_DAYS),
        },
    )


def clear(location: str | None = None) -> int:
    """Forget scenes, of one place or all; gives how many. Their pictures stay."""
    scenes = SceneCache.objects.all()
    if location is not None:
        scenes = scenes.filter(place=location_key(location))
    with transaction.atomic():
        return scenes.locked().delete()[1].get("scenes.SceneCache", 0)


# ── By hand ──────────────────────────────────────────────────────────────────────────────────────


def expire_now(ids: Iterable[int], *, now: datetime) -> int:
    """Let the next request of these scenes have a new picture; gives how many were fresh or pinned."""
    with transaction.atomic():
        return SceneCache.objects.filter(pk__in=list(ids)).fresh(now=now).locked().update(expires_at=now)


def pin(ids: Iterable[int]) -> int:
    """Keep what these scenes show until somebody unpins, regenerates or clears them; gives how many were
    not pinned. A scene without a visible picture has nothing to keep."""
    shown = SceneCache.objects.with_picture().filter(pk__in=list(ids)).exclude(expires_at=PINNED_UNTIL)
    with transaction.atomic():
        return SceneCache.objects.filter(pk__in=shown.locked().values("pk")).update(expires_at=PINNED_UNTIL)


def unpin(ids: Iterable[int], *, now: datetime) -> int:
    """Let them expire as if they had just been made; gives how many were pinned."""
    later = now + timedelta(days=settings.CACHE_EXPIRY_DAYS)
    with transaction.atomic():
        return SceneCache.objects.filter(pk__in=list(ids)).pinned().locked().update(expires_at=later)


def regenerate(scene: SceneCache, *, caller: Caller, admit: regeneration.Admit) -> Job:
    """Leave a new picture of the scene to a worker, whatever there is; it also ends a pin. Raises what
    ``admit`` raises, which is asked for a scene."""
    spec = SceneSpec(scene.location, scene.time_of_day, scene.weather)
    left = enqueue(spec, caller=caller, force=True, admit=lambda: admit(ratelimit.SCENES))
    assert isinstance(left, Job)  # forced: no picture that is there already would do
    return left


def _regenerate_all_of(image: ImageAsset, caller: Caller, admit: regeneration.Admit) -> list[Job]:
    """A pin is ended where it is seen, in the list of scenes: not by the way."""
    scenes = list(SceneCache.objects.filter(image=image).order_by("pk"))
    for scene in scenes:
        if scene.pinned:
            raise Invalid.at("body", "location", msg=f"“{scene}” is pinned; unpin it among the scenes first")
    return [regenerate(scene, caller=caller, admit=admit) for scene in scenes]


def _facts_by_image(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """For archives: the scenes that show each picture. ``expires_at`` in the year 9999 means: pinned."""
    facts: dict[int, list[dict[str, Any]]] = {}
    for scene in SceneCache.objects.filter(image_id__in=ids).order_by("pk"):
        facts.setdefault(scene.image_id or 0, []).append(
            {
                "key": scene.key,
                "location": scene.location,
                "time_of_day": scene.time_of_day,
                "weather": scene.weather,
                "use_count": scene.use_count,
                "created_at": timestamp(scene.created_at),
                "last_used_at": timestamp(scene.last_used_at),
                "expires_at": timestamp(scene.expires_at),
            }
        )
    return facts


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────


def count_hit(key: str, image_id: int, *, now: datetime) -> None:
    counted.add((HIT, key, _minute(now)))
    used_images.add(image_id)


def count_miss(key: str, *, now: datetime) -> None:
    """A request for a scene that is left to a worker."""
    counted.add((MISS, key, _minute(now)))


def waiting_uses(key: str, *, now: datetime) -> int:
    """Uses of a scene in this minute that this process has counted and not written yet."""
    return counted.waiting((HIT, key, _minute(now))) + counted.waiting((JOINED, key, _minute(now)))


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _write_counts(counts: Counter[tuple[str, str, datetime]]) -> None:
    with transaction.atomic():
        SceneCache.objects.filter(key__in={key for what, key, _ in counts if what in (HIT, JOINED)}).locked()
        days: Counter[tuple[datetime, str]] = Counter()
        for (what, key, minute), number in sorted(counts.items()):
            days[minute, what] += number
            if what in (HIT, JOINED):
                SceneCache.objects.filter(key=key).update(
                    use_count=F("use_count") + number, last_used_at=minute
                )
            if what != MISS:
                _add_up(key, minute, number, "stale" if what == STALE else "cached")
        for (minute, what), number in days.items():
            day, _ = SceneDay.objects.get_or_create(day=minute.astimezone(UTC).date())
            SceneDay.objects.filter(pk=day.pk).update(**{what: F(what) + number})
    for (what, _, _), number in counts.items():
        metrics.count_scenes(what, number)


def _add_up(key: str, minute: datetime, number: int, status: str) -> None:
    row = {"scene_key": key, "status": status, "minute": minute}
    GenerationLog.objects.bulk_create(
        [GenerationLog(**row, count=0, subject_type="scene", created_at=minute)], ignore_conflicts=True
    )
    GenerationLog.objects.filter(**row).update(count=F("count") + number)


counted: Deferred[tuple[str, str, datetime]] = Deferred(_write_counts)
