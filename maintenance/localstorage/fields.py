"""Single fields of an entry, as pages of all ages wrote them: text, names, numbers, times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from maintenance.localstorage.entries import Unusable

LONGEST_NAME = 200
LONGEST_WORD = 50  # time of day, weather
LONGEST_PROMPT = 20_000
MOST_USES = 2_000_000_000
#: The game is younger; an earlier time is a broken clock.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS_END = 100_000_000_000  # a number below it counts seconds, above it milliseconds
_TIME_IN_ID = re.compile(r"img_(\d{12,14})(?:_|\Z)")


def text(value: object) -> str:
    """The text to the letter; "" for what is none. Half a surrogate pair and NUL, which no database of
    ours can hold, become U+FFFD."""
    if not isinstance(value, str):
        return ""
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "\ufffd")


def first(record: Mapping[str, object], *names: str) -> object:
    """The first of these fields that holds anything."""
    return next((record[name] for name in names if record.get(name) not in (None, "")), None)


def name(value: object, what: str, *, longest: int = LONGEST_NAME) -> str:
    """A name to the letter. Raises `Unusable` for an empty or too long one."""
    given = text(value)
    if not given.strip():
        raise Unusable(f"It has no {what}")
    if len(given) > longest:
        raise Unusable(f"Its {what} is longer than {longest} characters")
    return given


def prompt(value: object) -> tuple[str, tuple[str, ...]]:
    """A prompt, and a note when it had to be cut."""
    given = text(value)
    if len(given) <= LONGEST_PROMPT:
        return given, ()
    return given[:LONGEST_PROMPT], (f"Its prompt was cut after {LONGEST_PROMPT:,} characters",)


def uses(value: object) -> int:
    """How often it was used; 1 for what is no sensible number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_USES:
        return 1
    return int(value)


def moment(value: object, *, now: datetime, earliest: datetime = EARLIEST) -> datetime | None:
    """The time that an ISO text or a number of (milli)seconds since 1970 means; None for no time, and
    for one that cannot be: before ``earliest`` (the game was written later), or more than a day ahead."""
    try:
        at = _moment(value)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and earliest <= at <= now + timedelta(days=1) else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:20])
    if isinstance(value, str):
        at = datetime.fromisoformat(value.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value if abs(value) < _SECONDS_END else value / 1000, UTC)
    return None


def moment_in_id(value: object, *, now: datetime) -> datetime | None:
    """The time that the page wrote into the id of a picture (`img_1761331567000_nl2v80232`)."""
    found = _TIME_IN_ID.match(value) if isinstance(value, str) else None
    return moment(int(found[1]), now=now) if found else None
