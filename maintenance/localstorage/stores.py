"""The stores of all pages, each read into entries. The fields count; a key is asked where they are missing.

Every reader takes where it is (for messages), what lies there, and the time. It gives an `Entry` or a `Bad`
for each picture, and never raises for anything that a dump may hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from maintenance.localstorage import fields
from maintenance.localstorage.entries import Bad, Entry, Unusable
from maintenance.localstorage.json_text import Unreadable
from maintenance.localstorage.pictures import same_text
from maintenance.localstorage.records import PICTURE, Reader, entry, members, undressed
from maintenance.localstorage.sister_pages import pixel_jobs, sprites
from scenes.keys import SceneSpec

_DOCUMENTED = "scene_cache_"


def reader_of(key: str) -> Reader | None:
    """Who reads what lies under this key of a dump; None for keys that are none of ours."""
    if key in _STORES:
        return _STORES[key]
    if key.startswith(_DOCUMENTED):
        return _one_scene
    return _one_item if key.startswith("item_image_") else None


# ── Places ───────────────────────────────────────────────────────────────────────────────────────


def _scenes(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    for key, record in members(value):
        yield from entry(f"{path}/{key}", record, now, partial(_scene, key, ""))


def _documented_scenes(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    for key, record in members(value):
        yield from entry(f"{path}/{key}", record, now, partial(_scene, key, _DOCUMENTED))


def _one_scene(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    yield from entry(path, value, now, partial(_scene, path, _DOCUMENTED))


def _scene(key: str, prefix: str, path: str, record: Mapping[str, object], now: datetime) -> Entry:
    spec = _spec(key, prefix, record)
    prompt, notes = fields.prompt(record.get("prompt"))
    return Entry(
        key=path,
        picture=fields.first(record, *PICTURE),
        subject_type="scene",
        subject_name=spec.location,
        component="scene-viewer",
        prompt=prompt,
        custom_prompt=_custom_prompt(record),
        created_at=fields.moment(record.get("timestamp"), now=now),
        last_used_at=fields.moment(record.get("lastUsed"), now=now),
        use_count=fields.uses(record.get("useCount")),
        scene=spec,
        notes=notes,
    )


def _spec(key: str, prefix: str, record: Mapping[str, object]) -> SceneSpec:
    """The place. Its fields are right to the letter; the key was lower-cased and had its blanks made
    hyphens, except that of the documented store."""
    if prefix and key.startswith(prefix):
        location, time_of_day, weather = _parts(key.removeprefix(prefix))
    else:
        location, time_of_day, weather = (
            part.replace("-", " ") for part in _parts(key.removeprefix("scene_"))
        )
    return SceneSpec(
        fields.name(_word(record, "location") or location, "location"),
        fields.name(
            _word(record, "timeOfDay", "time_of_day") or time_of_day,
            "time of day",
            longest=fields.LONGEST_WORD,
        ),
        fields.name(_word(record, "weather") or weather, "weather", longest=fields.LONGEST_WORD),
    )


def _word(record: Mapping[str, object], *names: str) -> str:
    return fields.text(fields.first(record, *names))


def _parts(key: str) -> tuple[str, str, str]:
    """Locations hold underscores: time and weather are the last two parts."""
    parts = key.rsplit("_", 2)
    if len(parts) < 3:
        return key, "day", "clear"
    return parts[0], parts[1] or "day", parts[2] or "clear"


# ── Items ────────────────────────────────────────────────────────────────────────────────────────


def _items(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    for name, record in members(value):
        yield from _item(f"{path}/{name}", name, record, now)


def _documented_items(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    for key, record in members(value):
        yield from _item(f"{path}/{key}", key.removeprefix("item_image_"), record, now)


def _one_item(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    yield from _item(path, path.removeprefix("item_image_"), value, now)


def _item(path: str, name: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    try:
        record = undressed(value)
        pictures = _pictures(record)
    except (Unreadable, Unusable) as error:
        yield Bad(path, error.message)
        return
    featured = _featured(record, pictures)
    for index, picture in enumerate(pictures):
        yield from entry(f"{path}/{index}", picture, now, partial(_item_picture, name, featured))


def _pictures(record: object) -> Sequence[object]:
    """Its pictures: in ``images``; older pages held the list, or the one picture, itself."""
    if isinstance(record, Mapping):
        images = record.get("images")
        if not images and fields.first(record, *PICTURE) is not None:
            return [record]
        record = images
    if isinstance(record, list):
        return record
    if isinstance(record, str) and record:
        return [record]
    raise Unusable("It has no list of pictures")


def _featured(record: object, pictures: Sequence[object]) -> object:
    """The text of the featured picture: by its id, else the first that is marked. An id that no picture
    has means none. The same picture may stand there more than once, so it is known by its text."""
    wanted = record.get("featured") if isinstance(record, Mapping) else None
    for picture in pictures:
        if isinstance(picture, Mapping) and _is_featured(picture, wanted):
            return same_text(fields.first(picture, *PICTURE))
    return None


def _is_featured(picture: Mapping[str, object], wanted: object) -> bool:
    if wanted is not None:
        return isinstance(wanted, (str, int, float)) and picture.get("id") == wanted
    return picture.get("is_featured") is True or picture.get("isFeatured") is True


def _item_picture(
    name: str, featured: object, path: str, record: Mapping[str, object], now: datetime
) -> Entry:
    prompt, notes = fields.prompt(record.get("prompt"))
    picture = fields.first(record, *PICTURE)
    return Entry(
        key=path,
        picture=picture,
        subject_type="item",
        subject_name=fields.name(name, "name"),
        component="item-modal",
        prompt=prompt,
        custom_prompt=_custom_prompt(record),
        created_at=fields.moment(record.get("timestamp"), now=now)
        or fields.moment_in_id(record.get("id"), now=now),
        last_used_at=fields.moment(record.get("lastUsed"), now=now),
        use_count=fields.uses(record.get("useCount")),
        featured=featured is not None and same_text(picture) == featured,
        notes=notes,
    )


def _custom_prompt(record: Mapping[str, object]) -> str | None:
    given, _ = fields.prompt(fields.first(record, "customPrompt", "custom_prompt"))
    return given or None


_STORES: dict[str, Reader] = {
    "nanoBananaSceneCache": _scenes,
    "nanoBananaImageLibrary": _items,
    "scene_cache": _documented_scenes,
    "item_images": _documented_items,
    "sprite_enhancer_history": sprites,
    "pixellab_jobs_v1": pixel_jobs,
}
