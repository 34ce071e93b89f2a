"""The stores of sister pages: a history of sprites, and the jobs of a maker of pixel art."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from maintenance.localstorage import fields
from maintenance.localstorage.entries import Bad, Entry, Unusable
from maintenance.localstorage.json_text import Unreadable, opened
from maintenance.localstorage.records import PICTURE, entry, kind, listed, undressed

_LONGEST_WORDS = 2_000


def sprites(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    """A history of sprites, each before and after it was enhanced."""
    for index, record in listed(value):
        if not isinstance(record, Mapping):
            yield Bad(f"{path}/{index}", f"It is {kind(record)}, not an entry")
            continue
        sides = [side for side in ("sprite", "enhanced") if record.get(side) not in (None, "")]
        if not sides:
            yield Bad(f"{path}/{index}", "It holds no picture")
        for side in sides:
            dressed = {**record, "image": record[side], "prompt": record.get("description")}
            yield from entry(f"{path}/{index}/{side}", dressed, now, _sister_picture)


def pixel_jobs(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    """Jobs of a maker of pixel art; one without a result has made no picture."""
    try:
        store = opened(value)
    except Unreadable as error:
        yield Bad(path, error.message)
        return
    jobs = store.get("jobs") if isinstance(store, Mapping) else store
    if store and jobs is None:
        yield Bad(f"{path}/jobs", "It has no list of jobs")
        return
    for index, job in listed([] if jobs is None else jobs):
        yield from _pixel_job(f"{path}/jobs/{index}", job, now)


def _pixel_job(path: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    try:
        job = undressed(value)
        if not isinstance(job, Mapping):
            raise Unusable(f"It is {kind(job)}, not a job")
        result = undressed(job.get("result"))
    except (Unreadable, Unusable) as error:
        yield Bad(path, error.message)
        return
    picture = fields.first(result, *PICTURE) if isinstance(result, Mapping) else result
    if picture not in (None, ""):
        yield from entry(path, {**job, "image": picture}, now, _sister_picture)
    elif _may_hold_a_picture(result):
        yield Bad(path, "Its picture is not where such pages keep it")


def _may_hold_a_picture(result: object) -> bool:
    """Whether some text in it is too long for anything else; a job that failed says so in few words.

    A loop, since a dump may nest deeper than Python calls."""
    parts = [result]
    while parts:
        part = parts.pop()
        if isinstance(part, str) and len(part) > _LONGEST_WORDS:
            return True
        parts += part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return False


def _sister_picture(path: str, record: Mapping[str, object], now: datetime) -> Entry:
    """These have descriptions, no names: the beginning of one is a name to find it by."""
    prompt, notes = fields.prompt(record.get("prompt"))
    made_at = fields.first(record, "timestamp", "created_at", "createdAt")
    return Entry(
        key=path,
        picture=record["image"],
        subject_type="item",
        subject_name=prompt.strip()[: fields.LONGEST_NAME] or "Sprite",
        component="item-modal",
        prompt=prompt,
        created_at=fields.moment(made_at, now=now) or fields.moment(record.get("id"), now=now),
        notes=notes,
    )
