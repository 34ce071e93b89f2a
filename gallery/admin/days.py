"""The days above the list of pictures: years lead to their months, and months to their days.

Django's own hierarchy looks at all rows for the days that have one. This one asks an index for the first
and the last day alone, and offers what lies between them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as as_text

from gallery.memory import until_change
from gallery.rows import run

_PARTS = ("created_at__year", "created_at__month", "created_at__day")
#: Of years that lie far apart the newest ones; any other can be typed into the address.
MOST_YEARS = 30


@dataclass(frozen=True)
class Choice:
    """A link: what it says, and the parameters of the address that it sets."""

    title: str
    query: dict[str, int]


@dataclass(frozen=True)
class Days:
    """``up``: the way back to a longer time, from all that was chosen."""

    up: Choice | None
    choices: list[Choice]


def is_day(given: Mapping[str, Any]) -> bool:
    """Whether an address asks for a day, a month or a year that there is; or for none of them."""
    asked = [given[part] for part in _PARTS if part in given]
    if any(part not in given for part in _PARTS[: len(asked)]):
        return False  # a month of no year
    if not all(text.isascii() and text.isdecimal() and len(text) <= 4 for text in asked):
        return False
    try:
        return date(*[int(text) for text in asked], *[1] * (3 - len(asked))).year < date.max.year
    except ValueError:
        return False


def days(given: Mapping[str, str]) -> Days | None:
    """The links for what an address asks for; none while there is no picture."""
    ends = first_and_last()
    if ends is None:
        return None
    asked = [int(given[part]) for part in _PARTS if part in given]
    if asked:
        return _below(asked, *ends)
    first, last = ends
    if first.year != last.year:
        return Days(None, _years(*ends))
    if first.month != last.month:
        return Days(None, _months(first.year, *ends))
    return Days(None, _days(first.year, first.month, *ends) if first != last else [])


def first_and_last() -> tuple[date, date] | None:
    """The days of the oldest and of the newest visible picture."""
    return until_change("first and last day", _first_and_last)


def _first_and_last() -> tuple[date, date] | None:
    # Two in one: SQLite walks along the whole index for one that asks for both ends.
    end = "(SELECT {}(created_at) FROM gallery_imageasset WHERE deleted_at IS NULL)"
    first, last = run(f"SELECT {end.format('min')}, {end.format('max')}", [])[0]
    return (_day(first), _day(last)) if first is not None else None


def _day(moment: str | datetime) -> date:
    """SQLite gives text, and both give UTC."""
    return date.fromisoformat(str(moment)[:10])


def _below(asked: list[int], first: date, last: date) -> Days:
    match asked:
        case [year]:
            return Days(Choice("All dates", {}), _months(year, first, last))
        case [year, month]:
            return Days(Choice(str(year), _query(year)), _days(year, month, first, last))
        case [year, month, day]:
            up = Choice(as_text(date(year, month, 1), "F Y"), _query(year, month))
            return Days(up, [Choice(as_text(date(year, month, day), "F j"), _query(year, month, day))])
    raise AssertionError(asked)


def _years(first: date, last: date) -> list[Choice]:
    oldest = max(first.year, last.year - MOST_YEARS + 1)
    return [Choice(str(year), _query(year)) for year in range(oldest, last.year + 1)]


def _months(year: int, first: date, last: date) -> list[Choice]:
    found = [month for month in range(1, 13) if _between(year, month, first, last)]
    return [Choice(as_text(date(year, month, 1), "F"), _query(year, month)) for month in found]


def _between(year: int, month: int, first: date, last: date) -> bool:
    return (first.year, first.month) <= (year, month) <= (last.year, last.month)


def _days(year: int, month: int, first: date, last: date) -> list[Choice]:
    every = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    found = [day for day in every if first <= day <= last]
    return [Choice(as_text(day, "F j"), _query(year, month, day.day)) for day in found]


def _query(*asked: int) -> dict[str, int]:
    return dict(zip(_PARTS, asked, strict=False))
