"""A dump, in any of its shapes → the entries in it.

The text of ``JSON.stringify(localStorage)`` (values are texts), a body of the documented API, or the
page's stores as objects: all are one object whose keys tell what lies there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from datetime import datetime
from typing import Any

from dndimages.errors import Invalid, NotJson, TooLarge
from maintenance.localstorage import fields
from maintenance.localstorage.entries import Bad, Entry, Found
from maintenance.localstorage.json_text import Unreadable, loads
from maintenance.localstorage.records import Reader
from maintenance.localstorage.stores import reader_of

MOST_BYTES = 64 * 1024 * 1024  # of a dump: a browser holds 10 MB at most
MOST_ENTRIES = 50_000
_MOST_LAYERS = 3


def parse(data: bytes) -> dict[str, Any]:
    """The object in the text of a dump. Raises `TooLarge`, `NotJson`, or `Invalid` for another value."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A dump may have at most {MOST_BYTES // 1048576} MB")
    parsed = loads(_utf8(data))
    for _ in range(_MOST_LAYERS):  # the text of a text: it was stringified more than once
        if isinstance(parsed, str):
            parsed = loads(parsed)
    if not isinstance(parsed, dict):
        raise Invalid.at("body", msg="must be a JSON object", type="type_error")
    return parsed


def _utf8(data: bytes) -> bytes:
    """Windows' editors and shells save UTF-16, or put a byte order mark first."""
    encoding = json.detect_encoding(data)
    if encoding == "utf-8":
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        raise NotJson from None


def find(dump: MutableMapping[str, Any], *, now: datetime) -> Found:
    """Every picture in the dump, which is emptied meanwhile: its texts are large. Raises `Invalid` when
    there are more entries than MOST_ENTRIES."""
    found = Found()
    for key in list(dump):
        reader = reader_of(key)
        if reader is None:
            found.ignored += 1
            continue
        for one in _read(reader, key, dump.pop(key), now):
            if isinstance(one, Bad):
                found.bad.append(one)
            else:
                found.entries.append(one)
            if found.total > MOST_ENTRIES:
                raise Invalid(f"A dump may hold at most {MOST_ENTRIES:,} pictures")
    return found


def _read(reader: Reader, key: str, value: object, now: datetime) -> Iterator[Entry | Bad]:
    place = fields.text(key)  # a key, too, may hold half a surrogate pair
    try:
        yield from reader(place, value, now)
    except Unreadable as error:
        yield Bad(place, error.message)
