"""The names of a picture's files under the storage: all follow from its token.

`images/full/ab/ab….webp`, `images/thumbnails/ab/ab….webp`, `images/w640/ab/ab….webp`. A token is
never used again for other bytes, so a name means the same bytes for ever.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

NAME = re.compile(
    r"images/(?P<folder>full|thumbnails|w\d{2,5})/(?P<shard>[0-9a-f]{2})/(?P<token>[0-9a-f]{32}-\d{1,9})\.webp"
)


def token_for(job_id: uuid.UUID, attempt: int) -> str:
    """A token that only this attempt of this job uses: a dead attempt's files can be found again."""
    return f"{job_id.hex}-{attempt}"


def _path(folder: str, token: str) -> str:
    return f"images/{folder}/{token[:2]}/{token}.webp"


def full_path(token: str) -> str:
    return _path("full", token)


def thumbnail_path(token: str) -> str:
    return _path("thumbnails", token)


def width_path(token: str, width: int) -> str:
    return _path(f"w{width}", token)


def all_paths(token: str, widths: Sequence[int]) -> list[str]:
    return [full_path(token), thumbnail_path(token), *(width_path(token, width) for width in widths)]


def token_in(path: str) -> str | None:
    """The token that a file's name holds; None for any other name."""
    match = NAME.fullmatch(path)
    if match is None or not match["token"].startswith(match["shard"]):
        return None
    return match["token"]
