"""Finding pictures: which rows a search means, in which order.

The statements are put together as text: building a queryset costs more than running the statement.
What they find is remembered until pictures change (`gallery.memory`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
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
    "-rating": ("-rating", "-created_at", "-id"),
}
#: What is no plain column: without stars a picture stands below those with one, on either database.
_EXPRESSIONS = {"rating": "coalesce({i}.rating, 0)"}


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for; empty means: any. ``color`` is a name or #rrggbb; ``since`` and ``until``
    are the first and the last UTC day on which a picture may have been made."""

    subject_name: str = ""
    subject_type: str = ""
    is_featured: bool | None = None
    q: str = ""
    tag: str = ""
    color: str = ""
    campaign: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
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


#: Type → (a name that no picture of it has → the name of an imported picture that is meant too, or None).
#: Rooms above tell what only they know.
other_spellings: dict[str, Callable[[str], str | None]] = {}


def find(search: Search) -> Page:
    """One page of visible pictures; past the end it is empty. Names are found to the letter; see
    `other_spellings` for one that is not there."""
    total = count(search)
    if not total and (meant := _meant(search)) is not None:
        return find(meant)
    return page_of(search, total=total)


def page_of(search: Search, *, total: int) -> Page:
    """One page of visible pictures for whoever knows how many there are in all, see `tallies`."""
    start = (search.page - 1) * search.page_size
    ids = _ids(search, total, start) if start < total else []
    return Page(fetch_many(ids), total, search.page, search.page_size)


def _meant(search: Search) -> Search | None:
    spelling_of = other_spellings.get(search.subject_type)
    if spelling_of is None or not search.subject_name or search.source not in ("", "imported"):
        return None
    name = spelling_of(search.subject_name)
    if name is None or name == search.subject_name:
        return None
    return replace(search, subject_name=name, source="imported")


def count(search: Search) -> int:
    """How many visible pictures it means."""
    if search.q.strip() and fulltext.selection(search.q) is None:
        return 0
    every_page = replace(search, page=1, page_size=1, ordering="")
    return until_change(("total", every_page), lambda: _count(every_page))


def tallies(search: Search) -> dict[str, int]:
    """How many visible pictures of each type it means, whatever type it asks for."""
    if search.q.strip() and fulltext.selection(search.q) is None:
        return {}
    of_any_type = replace(search, subject_type="", page=1, page_size=1, ordering="")
    return until_change(("tallies", of_any_type), lambda: _tallies(of_any_type))


def _tallies(search: Search) -> dict[str, int]:
    conditions, params = _where(search)
    return dict(
        run(
            f"SELECT i.subject_type, count(*) FROM gallery_imageasset i WHERE {conditions}"  # noqa: S608
            " GROUP BY i.subject_type",
            params,
        )
    )


def neighbours(search: Search, image_id: int) -> tuple[int | None, int | None]:
    """The ids before and after this picture in the whole list that a search means; None at its ends."""
    if search.q.strip() and fulltext.selection(search.q) is None:
        return None, None
    here = replace(search, page=1, page_size=1)
    if "use_count" in search.ordering:  # changes with every use
        return _neighbours(here, image_id)
    return until_change(("neighbours", here, image_id), lambda: _neighbours(here, image_id))


def _neighbours(search: Search, image_id: int) -> tuple[int | None, int | None]:
    in_order = bool(search.tag or search.q) and _is_common(search, count(search), 1)
    conditions, params = _where(search, in_order=in_order)
    before, after = (
        _next_to(search.ordering, conditions, backwards=backwards) for backwards in (True, False)
    )
    here = [*params, image_id]
    found = run(f"SELECT ({before}), ({after})", [*here, *here])[0]
    return found[0], found[1]


def _next_to(ordering: str, conditions: str, *, backwards: bool) -> str:
    """The id beside a picture, whose own id is the last parameter. All columns of an order run the same
    way, so rows compare as a whole, along the order's index."""
    sign = "<" if _descends(ordering) != backwards else ">"
    return (
        f"SELECT i.id FROM gallery_imageasset i WHERE {conditions}"  # noqa: S608
        f" AND ({', '.join(_columns(ordering, 'i'))}) {sign}"
        f" (SELECT {', '.join(_columns(ordering, 'h'))} FROM gallery_imageasset h WHERE h.id = %s)"
        f" ORDER BY {_order(ordering, backwards=backwards)} LIMIT 1"
    )


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
    direction = "DESC" if _descends(ordering) != backwards else "ASC"
    return ", ".join(f"{column} {direction}" for column in _columns(ordering, "i"))


@cache
def _columns(ordering: str, table: str) -> tuple[str, ...]:
    names = [name.lstrip("-") for name in ORDERINGS[ordering]]
    return tuple(_EXPRESSIONS.get(name, f"{{i}}.{name}").format(i=table) for name in names)


def _descends(ordering: str) -> bool:
    """Whether an order runs downwards: all of its columns do, or none."""
    return ORDERINGS[ordering][0].startswith("-")


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
    with_text, text = fulltext.selection(search.q) or ("", None)
    parts: dict[str, Any] = {
        "i.subject_name = %s": search.subject_name,
        "i.subject_type = %s": search.subject_type,
        "i.campaign = %s": search.campaign,
        "i.source = %s": search.source,
        (_TAGGED_IN_ORDER if in_order else _TAGGED): search.tag,
        "i.color_mask & %s > 0": (color_bit(search.color) or 0) if search.color else None,
        f"{'+' if in_order else ''}i.id IN ({with_text})": text,
        "i.created_at >= %s": _moment(search.since, time.min),
        "i.created_at <= %s": _moment(search.until, time.max),
    }
    wanted = {condition: value for condition, value in parts.items() if value not in ("", None)}
    if search.is_featured is not None:
        wanted["i.is_featured = %s"] = search.is_featured
    return " AND ".join(["i.deleted_at IS NULL", *wanted]), list(wanted.values())


def _moment(day: date | None, at: time) -> Any:
    """A moment of a UTC day as the database's own parameter: SQLite keeps times as text."""
    if day is None:
        return None
    return connection.ops.adapt_datetimefield_value(datetime.combine(day, at, tzinfo=UTC))


def _is_common(search: Search, total: int, reach: int) -> bool:
    """Whether a tag or words are in so many pictures that the first ``reach`` of them are sooner
    met on a walk through all in list order than all ``total`` of them are collected and sorted.

    Only SQLite needs to be told. The walk looks at ``reach × all / total`` pictures.
    """
    if connection.vendor != "sqlite" or search.ordering or not (search.tag or search.q):
        return False
    return total * total > reach * count(Search())
