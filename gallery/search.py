"""Finding pictures: which rows a search means, in which order.

The statements are put together as text: building a queryset costs more than running the statement.
What they find is remembered until pictures change (`gallery.memory`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import connection

from gallery import fulltext
from gallery.imaging.palette import color_bit
from gallery.memory import until_change
from gallery.rows import ImageRow, fetch_many, run

ORDERINGS = {
    "": ("-is_featured", "-created_at", "-id"),
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "-id"),
    "use_count": ("use_count", "id"),
    "-use_count": ("-use_count", "-id"),
    "subject_name": ("subject_name", "id"),
    "-subject_name": ("-subject_name", "-id"),
}


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for; empty means: any. ``color`` is a name or #rrggbb."""

    subject_name: str = ""
    subject_type: str = ""
    is_featured: bool | None = None
    q: str = ""
    tag: str = ""
    color: str = ""
    campaign: str = ""
    source: str = ""
    ordering: str = ""
    page: int = 1
    page_size: int = 12


@dataclass(frozen=True)
class Page:
    rows: list[ImageRow]
    total: int
    page: int
    page_size: int

    @property
    def total_pages(self) -> int:
        return -(-self.total // self.page_size)


def find(search: Search) -> Page:
    """One page of visible pictures; past the end it is empty."""
    total = count(search)
    start = (search.page - 1) * search.page_size
    ids = _ids(search, total, start) if start < total else []
    return Page(fetch_many(ids), total, search.page, search.page_size)


def count(search: Search) -> int:
    """How many visible pictures it means."""
    if search.q.strip() and fulltext.query(search.q) is None:
        return 0
    every_page = replace(search, page=1, page_size=1, ordering="")
    return until_change(("total", every_page), lambda: _count(every_page))


def _count(search: Search) -> int:
    conditions, params = _where(search)
    return int(run(f"SELECT count(*) FROM gallery_imageasset i WHERE {conditions}", params)[0][0])  # noqa: S608


def _ids(search: Search, total: int, start: int) -> list[int]:
    if "use_count" in search.ordering:  # changes with every use
        return _page_ids(search, total, start)
    return until_change(search, lambda: _page_ids(search, total, start))


def _page_ids(search: Search, total: int, start: int) -> list[int]:
    """A page in the second half is walked to from the far end: OFFSET costs what it skips."""
    size = min(search.page_size, total - start)
    from_end = total - start - size
    backwards = from_end < start
    skipped = from_end if backwards else start
    conditions, params = _where(search, in_order=_is_common(search, total, skipped + size))
    order = _order(search.ordering, backwards=backwards)
    found = run(
        f"SELECT i.id FROM gallery_imageasset i WHERE {conditions} ORDER BY {order} LIMIT %s OFFSET %s",  # noqa: S608
        [*params, size, skipped],
    )
    ids = [row[0] for row in found]
    return ids[::-1] if backwards else ids


@cache
def _order(ordering: str, *, backwards: bool) -> str:
    return ", ".join(
        f"i.{column.lstrip('-')} {'DESC' if column.startswith('-') != backwards else 'ASC'}"
        for column in ORDERINGS[ordering]
    )


# ── Conditions ───────────────────────────────────────────────────────────────────────────────────

_TAGGED = (
    "i.id IN (SELECT x.imageasset_id FROM gallery_imageasset_tags x"
    " JOIN gallery_tag t ON t.id = x.tag_id WHERE t.name = %s)"
)
_TAGGED_IN_ORDER = (
    "EXISTS (SELECT 1 FROM gallery_imageasset_tags x WHERE x.imageasset_id = i.id"
    " AND x.tag_id = (SELECT id FROM gallery_tag WHERE name = %s))"
)


def _where(search: Search, *, in_order: bool = False) -> tuple[str, list[Any]]:
    """Conditions on an image ``i``. ``in_order`` makes SQLite look at the pictures one after the
    other in list order, instead of collecting all that have the tag or the words and sorting them."""
    parts: dict[str, Any] = {
        "i.subject_name = %s": search.subject_name,
        "i.subject_type = %s": search.subject_type,
        "i.campaign = %s": search.campaign,
        "i.source = %s": search.source,
        (_TAGGED_IN_ORDER if in_order else _TAGGED): search.tag,
        "i.color_mask & %s > 0": (color_bit(search.color) or 0) if search.color else None,
        f"{'+' if in_order else ''}i.id IN ({fulltext.select_ids()})": fulltext.query(search.q),
    }
    wanted = {condition: value for condition, value in parts.items() if value not in ("", None)}
    if search.is_featured is not None:
        wanted["i.is_featured = %s"] = search.is_featured
    return " AND ".join(["i.deleted_at IS NULL", *wanted]), list(wanted.values())


def _is_common(search: Search, total: int, reach: int) -> bool:
    """Whether a tag or words are in so many pictures that the first ``reach`` of them are sooner
    met on a walk through all in list order than all ``total`` of them are collected and sorted.

    Only SQLite needs to be told. The walk looks at ``reach × all / total`` pictures.
    """
    if connection.vendor != "sqlite" or search.ordering or not (search.tag or search.q):
        return False
    return total * total > reach * count(Search())
