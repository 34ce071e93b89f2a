"""A place at a time in a weather → one normalised key. The only maker of cache keys."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_BLANKS = re.compile(r"[\s_\-]+")
#: Between the parts of a key. No part can hold it: it is white space, and that is collapsed.
_SEPARATOR = "\n"
#: PostgreSQL indexes no value over 2,704 bytes; NFKC can make 18 characters out of one.
_MOST_BYTES = 500


def normalise(text: str) -> str:
    """Equal for spellings that mean the same: Unicode form, case, blanks, ``_`` and ``-``.

    NFKC and case folding disturb each other, so they are repeated until nothing changes any more
    (Unicode 3.13, toNFKC_Casefold).
    """
    folded = text
    while (again := unicodedata.normalize("NFKC", folded).casefold()) != folded:
        folded = again
    return _BLANKS.sub(" ", folded).strip()


@dataclass(frozen=True)
class SceneSpec:
    """What a scene request asks for, spelled as it came."""

    location: str
    time_of_day: str = "day"
    weather: str = "clear"

    @property
    def key(self) -> str:
        return scene_key(self.location, self.time_of_day, self.weather)


def scene_key(location: str, time_of_day: str, weather: str) -> str:
    key = _SEPARATOR.join(normalise(part) for part in (location, time_of_day, weather))
    if len(key.encode()) <= _MOST_BYTES:
        return key
    return f"{key[:100]}…{hashlib.sha256(key.encode()).hexdigest()}"


def location_key(location: str) -> str:
    """What all scenes of one place have in common, bounded like a key."""
    name = normalise(location)
    return name if len(name.encode()) <= _MOST_BYTES else hashlib.sha256(name.encode()).hexdigest()
