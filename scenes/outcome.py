"""How a job stands, in words for whoever waits for its picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from gallery.generation import jobs
from gallery.models import Job, JobState
from gallery.rows import fetch, image_json
from scenes import cache
from scenes.models import SceneCache

#: What to do about a failure, by its kind; the error's own sentence stands before it.
ADVICE = {
    "content_blocked": "Change the words: leave out what may read as violent, or the names of real people.",
    "quota_exceeded": "The model gives no more pictures for the moment. Those that exist stay available.",
    "budget_exhausted": "New pictures are made again after midnight UTC. Those that exist stay available.",
    "generation_timeout": "The model took too long. Often the next try works, all the more with fewer words.",
    "provider_bad_response": "Nothing that could be shown came back. Often the next try works.",
    "provider_unavailable": "The model does not answer just now. Try again in a minute or two.",
    "provider_misconfigured": "Trying again does not help until the operator has looked at it.",
    "storage_full": "Trying again does not help until the operator has made room.",
    "storage_unavailable": "Trying again does not help until the operator has looked at it.",
    "invalid": "Look at what you asked for, and try again.",
}
_ANYTHING_ELSE = "Something went wrong on our side. Try again; if it stays like this, tell the operator."
_NO_RETRY = {"provider_misconfigured", "storage_full", "storage_unavailable"}
_WORDS = ("subject_name", "prompt", "custom_prompt", "campaign", "aspect_ratio")
_SCENE_WORDS = ("location", "time_of_day", "weather")
_LONGEST_ADDRESS = 3500  # characters; servers in front of us take no much longer first line


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why there is no picture. ``wait_s``: seconds until another try has a chance."""

    kind: str
    message: str
    advice: str
    wait_s: int
    may_retry: bool


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A job as its page shows it."""

    state: str  # queued | running | done | gone | failed | cancelled
    title: str
    name: str  # of what is made, as far as it is still known
    picture: dict[str, Any] | None = None
    failure: Failure | None = None
    spare: dict[str, Any] | None = None  # an older picture of the same scene
    again: str = ""  # the form's query, with the words where they are known

    @property
    def is_open(self) -> bool:
        return self.state in ("queued", "running")


_TITLES = {
    "queued": "Waiting for the painter",
    "running": "Being painted",
    "done": "Here it is",
    "gone": "The picture is gone",
    "failed": "No picture this time",
    "cancelled": "Taken back",
}


def outcome_of(job: Job, *, now: datetime, own: bool) -> Outcome:
    """``own``: the one who looks is the one who asked; only they see the words again."""
    picture = _picture(job.image_id) if job.state == JobState.DONE else None
    state = "gone" if job.state == JobState.DONE and picture is None else str(job.state)
    return Outcome(
        state=state,
        title=_TITLES[state],
        name=_name(job),
        picture=picture,
        failure=_failure(job, now=now) if job.state == JobState.FAILED else None,
        spare=_spare(job) if job.state == JobState.FAILED else None,
        again=_again(job, own=own),
    )


def _picture(image_id: int | None) -> dict[str, Any] | None:
    row = fetch(image_id) if image_id is not None else None
    return image_json(row, "") if row is not None else None


def _spare(job: Job) -> dict[str, Any] | None:
    if job.kind != cache.KIND:
        return None
    known = SceneCache.objects.with_picture().filter(key=job.key)
    return _picture(known.values_list("image_id", flat=True).first())


def _failure(job: Job, *, now: datetime) -> Failure:
    error = jobs.error_of(job)
    passed_s = (now - job.finished_at).total_seconds() if job.finished_at else 0.0
    hopeless = error.kind in _NO_RETRY or error.detail.get("scope") == "none"
    return Failure(
        kind=error.kind,
        message=error.message.rstrip("."),
        advice=ADVICE.get(error.kind, _ANYTHING_ELSE),
        wait_s=max(0, math.ceil((error.retry_after or 0) - passed_s)),
        may_retry=not hopeless,
    )


def _name(job: Job) -> str:
    """The words are taken out of a job that failed; a scene is still known by its key."""
    return str(job.request.get("subject_name") or _scene_in_key(job).get("location", ""))


def _scene_in_key(job: Job) -> dict[str, str]:
    parts = job.key.split("\n") if job.kind == cache.KIND else []
    return dict(zip(_SCENE_WORDS, parts, strict=True)) if len(parts) == len(_SCENE_WORDS) else {}


def _again(job: Job, *, own: bool) -> str:
    """The query that fills the form for another one like this."""
    request = job.request
    if job.kind == cache.KIND:
        scene = {name: request[name] for name in _SCENE_WORDS if request.get(name)}
        return urlencode({"kind": "scene"} | (scene or _scene_in_key(job)))
    words = {name: request[name] for name in _WORDS if request.get(name)} if own else {}
    query = urlencode({"kind": request.get("subject_type", "item")} | words)
    return query if len(query) <= _LONGEST_ADDRESS else urlencode({"kind": request["subject_type"]})
