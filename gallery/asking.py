"""What a visitor asks of the gallery in an address, and the addresses that ask for it.

`read` takes whatever stands in a query string: values that mean nothing are left out and named, never
an error. The names are short and stable: people keep and send these addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from gallery.imaging.palette import COLOR_NAMES, color_bit
from gallery.models import Source, SubjectType
from gallery.search import Search

PAGE_SIZE = 24
_MOST_PAGES = 2**31

#: How a card and a page say where a picture came from.
BADGES: dict[str, str] = {
    Source.GENERATED: "AI-made",
    Source.PAINTED: "painted",
    Source.IMPORTED: "imported",
    Source.UPLOADED: "uploaded",
}
TYPES: dict[str, str] = {
    SubjectType.SCENE: "Scenes",
    SubjectType.ITEM: "Items",
    SubjectType.CHARACTER: "Characters",
}
COLORS = tuple(COLOR_NAMES)
#: The word in the address: what people read, and the search's own name for it.
SORTS: dict[str, tuple[str, str]] = {
    "": ("Featured first", ""),
    "newest": ("Newest first", "-created_at"),
    "oldest": ("Oldest first", "created_at"),
    "used": ("Most used", "-use_count"),
    "name": ("By name", "subject_name"),
    "best": ("Best rated", "-rating"),
}
_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``given`` are the parameters that mean something, as they stand in an address; ``ignored`` the
    names of those that do not."""

    search: Search
    given: dict[str, str]
    ignored: tuple[str, ...]

    @property
    def page(self) -> int:
        return self.search.page

    @property
    def filters(self) -> dict[str, str]:
        """Without the order."""
        return {name: text for name, text in self.given.items() if name != "sort"}

    @property
    def without_filters(self) -> str:
        """The address's query for the whole list in the same order."""
        return self.query(**dict.fromkeys(self.filters, ""))

    def query(self, **changes: str | int) -> str:
        """``?…`` for these parameters with ``changes``; an empty one goes. The page is the first
        unless it is among the changes. Nothing at all: an empty text."""
        wanted = {**self.given, **{name: str(value) for name, value in changes.items()}}
        if wanted.get("page") == "1":
            del wanted["page"]
        text = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{text}" if text else ""


def read(query: Mapping[str, str]) -> Asked:
    """The search that the parameters mean, page by page of `PAGE_SIZE`."""
    given: dict[str, str] = {}
    found: dict[str, Any] = {}
    ignored: list[str] = []
    for name, (field, reader) in _READERS.items():
        text = query.get(name, "")
        if not text.strip():
            continue
        try:
            found[field] = reader(text)
        except (ValueError, KeyError):
            ignored.append(name)
        else:
            given[name] = text
    search = Search(**found, page=_page(query.get("page", "")), page_size=PAGE_SIZE)
    return Asked(search=search, given=given, ignored=tuple(ignored))


def _text(most: int) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if len(text) > most or "\x00" in text:
            raise ValueError
        return text

    return reader


def _choice(choices: Mapping[str, str]) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return reader


def _color(text: str) -> str:
    if len(text) > 20 or color_bit(text) is None:
        raise ValueError
    return text


def _page(text: str) -> int:
    """The page that was asked for; the first one for anything that is no number."""
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        return 1
    return min(max(1, int(text)), _MOST_PAGES)


#: Parameter of the address: field of the search, and what reads its text (ValueError, KeyError: nothing).
_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("q", _text(200)),
    "type": ("subject_type", _choice(TYPES)),
    "source": ("source", _choice(BADGES)),
    "subject": ("subject_name", _text(200)),
    "tag": ("tag", _text(50)),
    "campaign": ("campaign", _text(100)),
    "color": ("color", _color),
    "featured": ("is_featured", lambda text: _FLAGS[text.lower()]),
    "since": ("since", date.fromisoformat),
    "until": ("until", date.fromisoformat),
    "sort": ("ordering", lambda text: SORTS[text][1]),
}
