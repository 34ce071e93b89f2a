"""Bytes that are paid for but not yet a picture, kept so that no kill can lose them.

One file an attempt, `<job>-<attempt>`: a line of JSON that tells where the bytes came from, then
the bytes as they arrived.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import asdict

import orjson

from gallery import storage
from gallery.generation.providers.base import RawPicture, Usage
from gallery.models import Job

_NAME = re.compile(r"([0-9a-f]{32})-(\d{1,9})(?:\.part)?")


def _name(job: Job, attempt: int) -> str:
    return f"{job.pk.hex}-{attempt}"


def keep(job: Job, raw: RawPicture) -> None:
    """Durable when it returns."""
    origin = asdict(raw)
    del origin["data"]
    storage.write(storage.spool(), _name(job, job.attempts), orjson.dumps(origin) + b"\n" + raw.data)


def find(job: Job) -> RawPicture | None:
    """What the newest attempt of this job brought home before it died."""
    for attempt in range(job.attempts, 0, -1):
        kept = storage.read(storage.spool(), _name(job, attempt))
        if kept is not None:
            head, _, data = kept.partition(b"\n")
            origin = orjson.loads(head)
            return RawPicture(**{**origin, "usage": Usage(**origin["usage"]), "data": data})
    return None


def holds(job: Job) -> bool:
    """Whether bytes of any attempt lie here, whatever they are worth."""
    with storage.told_as_ours():
        return any(storage.spool().exists(_name(job, attempt)) for attempt in range(job.attempts, 0, -1))


def drop(job: Job) -> None:
    storage.delete(storage.spool(), *(_name(job, attempt) for attempt in range(1, job.attempts + 1)))


def job_ids() -> set[uuid.UUID]:
    """The jobs whose bytes lie here."""
    with storage.told_as_ours():
        _, names = storage.spool().listdir("")
    return {uuid.UUID(match[1]) for name in names if (match := _NAME.fullmatch(name))}
