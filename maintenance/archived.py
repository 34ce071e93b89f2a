"""One picture of an archive: what its index says of it, checked, and how it becomes a row again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from gallery import files, images, imaging
from gallery.curation import MOST_STARS, tag_name
from gallery.imaging.encode import Rendition
from gallery.imaging.limits import DEFAULT_LIMITS
from gallery.imaging.ours import is_our_own
from gallery.models import ImageAsset, Source, SubjectType, Tag
from maintenance.localstorage import fields, storing
from maintenance.localstorage.entries import Unusable
from scenes.imported import remember_imported
from scenes.keys import SceneSpec
from scenes.models import PINNED_UNTIL

AHEAD = "It was of a time to come; it counts as made now"
REENCODED = "Its file holds more than our own do, so it was made anew"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/]{16,4000}={0,2}")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # where clocks begin that nobody set
_SLACK, _MOST_AHEAD = timedelta(days=1), timedelta(days=36_500)
_MOST_COLORS = 16
_MOST_SCENES = 1_000
_LIMITS = replace(DEFAULT_LIMITS, max_bytes=100 * 1024 * 1024)


@dataclass(frozen=True)
class ArchivedScene:
    spec: SceneSpec
    use_count: int
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Archived:
    """``labels`` are fields of the row as they were; ``likeness`` those that were read off the pixels of
    the picture's source, which an archive does not hold. ``is_ahead``: its time had not come, and is now."""

    key: str
    file: str
    sha256: str
    width: int
    height: int
    labels: Mapping[str, Any]
    likeness: Mapping[str, Any]
    tags: tuple[str, ...]
    featured: bool
    is_ahead: bool
    scenes: tuple[ArchivedScene, ...]


@dataclass(frozen=True)
class Prepared:
    picture: imaging.Picture
    notes: tuple[str, ...] = ()


# ── What the index says ──────────────────────────────────────────────────────────────────────────


def read(place: str, facts: Any, *, now: datetime) -> Archived:
    """Facts of a picture, each checked. Raises `Unusable` for what our own archives never say."""
    if not isinstance(facts, Mapping):
        raise Unusable("It is no object")
    if facts.get("file") is None:
        raise Unusable("Its file was gone when the archive was made")
    scenes = facts.get("scenes", [])
    if not isinstance(scenes, list) or len(scenes) > _MOST_SCENES:
        raise Unusable("Its scenes are no list")
    return Archived(
        key=str(facts["file"]),
        file=str(facts["file"]),
        sha256=_matching(facts, "sha256", _DIGEST),
        width=_number(facts, "width", least=1, most=16383),
        height=_number(facts, "height", least=1, most=16383),
        labels=_labels(facts, now),
        likeness=_likeness(facts),
        tags=_tags(facts),
        featured=facts.get("is_featured") is True,
        is_ahead=_moment(facts, "created_at", now) > now + _SLACK,
        scenes=tuple(_scene(scene, now) for scene in scenes),
    )


def _labels(facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "subject_name": fields.name(facts.get("subject_name"), "name"),
        "subject_type": _one_of(facts, "subject_type", SubjectType.values),
        "component": _text(facts, "component", 50),
        "campaign": _text(facts, "campaign", 100),
        "aspect_ratio": _text(facts, "aspect_ratio", 8),
        "prompt": _text(facts, "prompt", fields.LONGEST_PROMPT),
        "custom_prompt": None
        if facts.get("custom_prompt") is None
        else _text(facts, "custom_prompt", fields.LONGEST_PROMPT),
        "source": _one_of(facts, "source", Source.values),
        "model": _text(facts, "model", 100),
        "generation_time_ms": _number(facts, "generation_time_ms", most=fields.MOST_USES),
        "use_count": _number(facts, "use_count", most=fields.MOST_USES),
        "rating": None if facts.get("rating") is None else _number(facts, "rating", least=1, most=MOST_STARS),
        "created_at": _time(facts, "created_at", now),
        "last_used_at": None if facts.get("last_used_at") is None else _time(facts, "last_used_at", now),
    }


def _likeness(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Empty for archives that do not tell: then it is read off the file."""
    found: dict[str, Any] = {"source_sha256": _matching(facts, "source_sha256", _DIGEST)}
    if "phash" in facts:
        found["phash"] = _number(facts, "phash", least=-(2**63), most=2**63 - 1)
        found["color_mask"] = _number(facts, "color_mask", most=2**31 - 1)
        found["colors"] = _colors(facts)
        if facts.get("placeholder") != "":  # a row that has none: it gets one
            found["placeholder"] = _matching(facts, "placeholder", _PLACEHOLDER)
    return found


def _colors(facts: Mapping[str, Any]) -> list[str]:
    given = facts.get("colors")
    if not isinstance(given, list) or len(given) > _MOST_COLORS:
        raise Unusable("Its colors are not right")
    return [_matching({"colors": color}, "colors", _COLOR) for color in given]


def _tags(facts: Mapping[str, Any]) -> tuple[str, ...]:
    given = facts.get("tags", [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise Unusable("Its tags are not right")
    return tuple(sorted({tag_name(name) for name in given}))


def _scene(facts: Any, now: datetime) -> ArchivedScene:
    if not isinstance(facts, Mapping):
        raise Unusable("One of its scenes is no object")
    created_at = _time(facts, "created_at", now)
    expires_at = facts.get("expires_at")
    is_pinned = isinstance(expires_at, str) and expires_at.startswith("9999-")
    return ArchivedScene(
        spec=SceneSpec(
            fields.name(facts.get("location"), "location"),
            fields.name(facts.get("time_of_day"), "time of day", longest=fields.LONGEST_WORD),
            fields.name(facts.get("weather"), "weather", longest=fields.LONGEST_WORD),
        ),
        use_count=_number(facts, "use_count", most=fields.MOST_USES),
        created_at=created_at,
        last_used_at=_time(facts, "last_used_at", now) if "last_used_at" in facts else created_at,
        expires_at=PINNED_UNTIL if is_pinned else _moment(facts, "expires_at", now),
    )


def _text(facts: Mapping[str, Any], name: str, longest: int) -> str:
    given = facts.get(name)
    if not isinstance(given, str) or len(given) > longest:
        raise Unusable(f"Its {name} is not right")
    return fields.text(given)


def _number(facts: Mapping[str, Any], name: str, *, least: int = 0, most: int) -> int:
    given = facts.get(name)
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise Unusable(f"Its {name} is not right")
    return given


def _matching(facts: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    given = facts.get(name)
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise Unusable(f"Its {name} is not right")
    return given


def _one_of(facts: Mapping[str, Any], name: str, words: list[str]) -> str:
    given = facts.get(name)
    if given not in words:
        raise Unusable(f"Its {name} is not right")
    return str(given)


def _time(facts: Mapping[str, Any], name: str, now: datetime) -> datetime:
    """A time that has come: where a clock ran ahead, it is now."""
    at = _moment(facts, name, now)
    return now if at > now + _SLACK else at


def _moment(facts: Mapping[str, Any], name: str, now: datetime) -> datetime:
    given = facts.get(name)
    at = fields.moment(given, now=now + _MOST_AHEAD, earliest=_EARLIEST) if isinstance(given, str) else None
    if at is None:
        raise Unusable(f"Its {name} is not right")
    return at


# ── A row again ──────────────────────────────────────────────────────────────────────────────────


def prepare(one: Archived, data: bytes) -> Prepared:
    """All files of it. The full one keeps its bytes where they are such as we write; the smaller ones are
    made anew. Raises `ImageRejected`, or `Unusable` where the index lies."""
    picture = imaging.prepare(
        data,
        quality=settings.WEBP_QUALITY,
        thumbnail=settings.THUMBNAIL_SIZE,
        max_bytes=_LIMITS.max_bytes,
        provenance=imaging.Provenance(
            model=one.labels["model"], source=one.labels["source"], created_at=one.labels["created_at"]
        ),
        limits=_LIMITS,
    )
    if (picture.width, picture.height) != (one.width, one.height):
        raise Unusable("Its size is not the one that the index tells of")
    picture = replace(picture, **one.likeness)
    notes = (AHEAD,) if one.is_ahead else ()
    if not is_our_own(data, limits=_LIMITS):
        return Prepared(picture, (*notes, REENCODED))
    return Prepared(replace(picture, full=Rendition(picture.width, picture.height, data)), notes)


def find_same(one: Archived, *, trash: frozenset[str]) -> ImageAsset | None:
    """The same picture, made by the same maker at the same moment, under the same name; rather a visible one
    than one in the trash."""
    digests = {one.sha256, one.likeness["source_sha256"]}
    same = Q(**_made(one)) & (Q(sha256__in=digests) | Q(source_sha256__in=digests))
    named = ImageAsset.objects.of_subject(one.labels["subject_name"], one.labels["subject_type"])
    found = named.visible().filter(same).order_by("pk").first()
    if found is None and digests & trash:
        found = named.trashed().filter(same).order_by("pk").first()
    return found


def _made(one: Archived) -> dict[str, Any]:
    """What tells two pictures of the same bytes under one name apart. A time that was ahead is another one
    at each import."""
    names = ("source", "model") if one.is_ahead else ("source", "model", "created_at")
    return {name: one.labels[name] for name in names}


def store(one: Archived, prepared: Prepared, *, now: datetime) -> tuple[str, ...]:
    """Add it with its labels, tags and scenes, and give notes. Raises `storing.AlreadyHere`, and what
    `gallery.images.add_image` raises."""
    notes = list(prepared.notes)

    def finish(image: ImageAsset) -> None:
        storing.refuse_twin(image, **_made(one))
        image.tags.set([Tag.objects.get_or_create(name=name)[0] for name in one.tags])
        if one.featured and not storing.feature(image):
            notes.append(storing.OTHER_FEATURED)
        if not _show(one, image, now=now):
            notes.append(storing.OTHER_SHOWN)

    token = files.token_for(uuid.uuid4(), 1)
    images.add_image(prepared.picture, token=token, and_then=finish, **one.labels)
    return tuple(notes)


def restore(one: Archived, image: ImageAsset, *, now: datetime) -> tuple[str, ...]:
    """Out of the trash, with its scenes; what was changed here since the archive was made stays."""
    with transaction.atomic():
        shown = _show(one, images.restore(image.pk), now=now)
    return (storing.RESTORED,) if shown else (storing.RESTORED, storing.OTHER_SHOWN)


def _show(one: Archived, image: ImageAsset, *, now: datetime) -> bool:
    shown = [
        remember_imported(
            image,
            spec=scene.spec,
            created_at=scene.created_at,
            last_used_at=scene.last_used_at,
            use_count=scene.use_count,
            expires_at=scene.expires_at,
            now=now,
        )
        for scene in one.scenes
    ]
    return all(shown)
