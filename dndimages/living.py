"""Whether the service lives: each of its processes holds a lock that nobody else wants, until it ends.
A second lock keeps those who delete or bring pictures and a restore apart, also while the service lives.

The kernel lets go of a dead process's lock, so there is nothing to clean up and nothing to mistake.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

log = logging.getLogger("dndimages.living")
_held: list[IO[str]] = []


_LIVE = "live.lock"
_CHANGE = "change.lock"


def _file(name: str) -> IO[str]:
    path = Path(settings.DATA_DIR) / ".run" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w")


def live() -> None:
    """For a server or a worker, once at its start: from here on it counts as alive. Waits while the
    data is being replaced."""
    if _held:
        return
    file = _file(_LIVE)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        log.warning("A restore is at work; the service goes on when it has ended")
        fcntl.flock(file, fcntl.LOCK_SH)
    _held.append(file)


def standing_still() -> AbstractContextManager[bool]:
    """Inside, no server or worker of this data folder starts; gives whether none was alive before. When
    one was, nothing is held."""
    return _tried(_LIVE, fcntl.LOCK_EX)


def changing() -> AbstractContextManager[bool]:
    """For whoever deletes pictures or brings some, many at once: inside, no restore begins. False: one is
    at work, and nothing is held."""
    return _tried(_CHANGE, fcntl.LOCK_SH)


def unchanging() -> AbstractContextManager[bool]:
    """For a restore: inside, nobody begins what `changing` is for. False: somebody is at it, and nothing
    is held."""
    return _tried(_CHANGE, fcntl.LOCK_EX)


@contextmanager
def _tried(name: str, how: int) -> Iterator[bool]:
    with _file(name) as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
