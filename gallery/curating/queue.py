"""The pictures that a curator goes through, by keyset: their order is that of their numbers.

Numbers follow the time when a picture came into the house, and walking along the primary key costs
the same wherever one stands. Whoever rates a picture in the queue of unrated ones keeps his place,
though the picture is no longer in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from gallery.curating.filters import Filters
from gallery.rows import run

BEHIND, AHEAD = 6, 18
#: Nobody counts on from here: "1,000+ more".
MOST_COUNTED = 1_000

_TAGGED = (
    "i.id IN (SELECT x.imageasset_id FROM gallery_imageasset_tags x"
    " WHERE x.tag_id = (SELECT id FROM gallery_tag WHERE name = %s))"
)


@dataclass(frozen=True)
class Stretch:
    """Numbers of pictures around a place: ``behind`` and ``ahead`` of it, nearest first."""

    behind: list[int]
    ahead: list[int]


@dataclass(frozen=True)
class Count:
    """How many are before and after a place; a number over `MOST_COUNTED` stands for many more."""

    before: int
    after: int

    @property
    def is_exact(self) -> bool:
        return max(self.before, self.after) <= MOST_COUNTED


def around(filters: Filters, at: int | None, *, behind: int = BEHIND, ahead: int = AHEAD) -> Stretch:
    """What is next to picture ``at``, which itself is in neither list; from the start without it."""
    steps = [(True, behind), (False, ahead)] if at is not None else [(False, ahead)]
    parts, params = [], []
    for backwards, size in steps:
        where, values = where_beside(filters, at, backwards=backwards)
        parts.append(
            f"SELECT * FROM (SELECT {int(backwards)} AS side, i.id FROM gallery_imageasset i WHERE {where}"  # noqa: S608 - SQL of ours only
            f" ORDER BY i.id {_direction(filters, backwards=backwards)} LIMIT {int(size)}) s{int(backwards)}"
        )
        params += values
    found = run(" UNION ALL ".join(parts), params)
    towards = sorted((pk for side, pk in found if not side), reverse=not filters.oldest)
    back = sorted((pk for side, pk in found if side), reverse=filters.oldest)
    return Stretch(back, towards)


def count(filters: Filters, at: int | None) -> Count:
    """How many there are before and after picture ``at``."""
    before, before_params = _counted(filters, at, backwards=True) if at is not None else ("0", [])
    after, after_params = _counted(filters, at, backwards=False)
    return Count(*run(f"SELECT {before}, {after}", [*before_params, *after_params])[0])


def past_subject(filters: Filters, at: int) -> int | None:
    """The first picture after ``at`` that shows another subject."""
    where, params = where_beside(filters, at, backwards=False)
    other = (
        "NOT EXISTS (SELECT 1 FROM gallery_imageasset n WHERE n.id = %s"
        " AND n.subject_name = i.subject_name AND n.subject_type = i.subject_type)"
    )
    found = run(
        f"SELECT i.id FROM gallery_imageasset i WHERE {where} AND {other}"  # noqa: S608 - as above
        f" ORDER BY i.id {_direction(filters, backwards=False)} LIMIT 1",
        [*params, at],
    )
    return int(found[0][0]) if found else None


def _counted(filters: Filters, at: int | None, *, backwards: bool) -> tuple[str, list[Any]]:
    where, params = where_beside(filters, at, backwards=backwards)
    order = _direction(filters, backwards=backwards)
    inner = f"SELECT 1 FROM gallery_imageasset i WHERE {where} ORDER BY i.id {order} LIMIT {MOST_COUNTED + 1}"  # noqa: S608 - as above
    return f"(SELECT count(*) FROM ({inner}) c)", params  # noqa: S608 - as above


def _direction(filters: Filters, *, backwards: bool) -> str:
    return "ASC" if filters.oldest != backwards else "DESC"


def where_beside(filters: Filters, at: int | None, *, backwards: bool) -> tuple[str, list[Any]]:
    """Conditions on an image ``i`` on one side of ``at``.

    The plus keeps SQLite from collecting all pictures of a type by their index and sorting them,
    where a short walk along the numbers finds as many as are asked for.
    """
    walk = "+" if connection.vendor == "sqlite" else ""
    parts: dict[str, Any] = {
        f"{walk}i.subject_type = %s": filters.subject_type,
        f"{walk}i.source = %s": filters.source,
        "i.campaign = %s": filters.campaign,
        "i.subject_name = %s": filters.subject,
        _TAGGED: filters.tag,
    }
    if at is not None:
        parts[f"i.id {'>' if _direction(filters, backwards=backwards) == 'ASC' else '<'} %s"] = at
    wanted = {condition: value for condition, value in parts.items() if value != ""}
    plain = ["i.deleted_at IS NULL", *(["i.rating IS NULL"] if filters.unrated else [])]
    return " AND ".join([*plain, *wanted]), list(wanted.values())
