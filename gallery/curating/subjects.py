"""The subjects that have several pictures, by name: what the pairs are made of.

Names are walked along their index, where the pictures of one name lie together. A name that pictures of
two types share is one step: it leads to the type of its newest picture.
"""

from __future__ import annotations

from typing import Any

from gallery.curating.filters import Filters
from gallery.curating.queue import MOST_COUNTED, Count, where_beside
from gallery.memory import until_change
from gallery.rows import run

_NAME_AT = "(SELECT a.subject_name FROM gallery_imageasset a WHERE a.id = %s)"


def beside(filters: Filters, at: int | None, *, backwards: bool = False) -> int | None:
    """The newest picture of the next subject after that of picture ``at``, were it in the trash
    itself; of the first subject without it."""
    groups, params = _groups(filters, at, backwards=backwards, most=1)
    found = run(groups, params)
    return int(found[0][0]) if found else None


def count(filters: Filters, at: int | None) -> Count:
    """How many subjects come before and after that of picture ``at``. It looks at all pictures, so it is
    remembered until one of them changes."""
    return until_change(("subjects", filters, at), lambda: _count(filters, at))


def _count(filters: Filters, at: int | None) -> Count:
    before, before_params = _groups(filters, at, backwards=True, most=MOST_COUNTED + 1)
    after, after_params = _groups(filters, at, backwards=False, most=MOST_COUNTED + 1)
    found = run(
        f"SELECT (SELECT count(*) FROM ({before}) b), (SELECT count(*) FROM ({after}) a)",  # noqa: S608 - SQL of ours only
        [*before_params, *after_params],
    )
    return Count(*found[0])


def _groups(filters: Filters, at: int | None, *, backwards: bool, most: int) -> tuple[str, list[Any]]:
    where, params = where_beside(filters, None, backwards=False)
    side, direction = ("<", "DESC") if backwards else (">", "ASC")
    if at is not None:
        where, params = f"{where} AND i.subject_name {side} {_NAME_AT}", [*params, at]
    return (
        f"SELECT max(i.id) FROM gallery_imageasset i WHERE {where} GROUP BY i.subject_name"  # noqa: S608 - as above
        f" HAVING count(*) > 1 ORDER BY i.subject_name {direction} LIMIT {int(most)}",
        params,
    )
