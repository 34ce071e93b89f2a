"""Reading one record of a store, whatever it holds: JSON in a text, a bare picture, or nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from maintenance.localstorage import fields
from maintenance.localstorage.entries import Bad, Entry, Unusable
from maintenance.localstorage.json_text import Unreadable, opened

Reader = Callable[[str, object, datetime], Iterator[Entry | Bad]]
PICTURE = ("imageData", "data", "image", "image_data_url")
_KINDS = {list: "a list", bool: "true or false", int: "a number", float: "a number", str: "a text"}


def entry(
    path: str, value: object, now: datetime, read: Callable[[str, Mapping[str, object], datetime], Entry]
) -> Iterator[Entry | Bad]:
    """One record, read; a bare text is the picture itself."""
    try:
        record = undressed(value)
        if isinstance(record, str):
            record = {"image": record}
        if not isinstance(record, Mapping):
            raise Unusable(f"It is {kind(record)}, not an entry")
        yield read(path, record, now)
    except (Unreadable, Unusable) as error:
        yield Bad(path, error.message)


def undressed(value: object) -> object:
    """What it holds when it is text that looks like JSON; the text itself otherwise: it is a picture."""
    return opened(value) if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"') else value


def members(value: object) -> Iterator[tuple[str, object]]:
    """Entries of a store that is an object. Raises `Unreadable` for another; null holds nothing."""
    store = opened(value)
    if store is None:
        return
    if not isinstance(store, Mapping):
        raise Unreadable(f"The store is {kind(store)}, not an object")
    yield from ((fields.text(key), record) for key, record in store.items())


def listed(value: object) -> Iterator[tuple[int, object]]:
    """The same of a store that is a list; one that was made an object is taken too."""
    store = opened(value)
    if store is None:
        return
    if isinstance(store, Mapping):
        store = list(store.values())
    if not isinstance(store, list):
        raise Unreadable(f"The store is {kind(store)}, not a list")
    yield from enumerate(store)


def kind(value: object) -> str:
    """The word that messages have for it."""
    return _KINDS.get(type(value), "nothing" if value is None else "an object")
