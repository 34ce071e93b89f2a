"""JSON as browsers leave it: text in text, half surrogate pairs, a byte order mark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from dndimages.errors import DndImagesError, NotJson, TooLarge

#: Lists, objects, and commas between what they hold: two bytes of text may cost a hundred of memory. A store
#: of 50,000 pictures with all their fields has a third of it.
MOST_PARTS = 2_000_000

_MOST_LAYERS = 3  # a store is text in a dump; a dump that was stringified once more has one layer more
_PARTS_BYTES = re.compile(rb'(?:"(?:[^"\\]++|\\.)*+"?|[^"\[{,]++)*+(?:[\[{,]|\Z)', re.DOTALL)
_PARTS_TEXT = re.compile(_PARTS_BYTES.pattern.decode(), re.DOTALL)


class Unreadable(DndImagesError):
    """This store cannot be read; the message is the one plain reason."""

    kind = "invalid"
    status = 422


def loads(data: bytes | str, *, most_parts: int = MOST_PARTS) -> Any:
    """Raises `NotJson`, and `TooLarge` for more than ``most_parts``. JavaScript's strings may hold half a
    surrogate pair, which orjson refuses; one of them in a foreign value must not cost the whole dump."""
    if _has_more_parts(data, most_parts):
        raise TooLarge("The JSON has too many parts")
    try:
        return orjson.loads(data)
    except ValueError:
        pass  # then the more patient one decides
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NotJson from None


def _has_more_parts(data: bytes | str, most: int) -> bool:
    """Counted roughly first; what stands in texts is left out only where that matters."""
    found: Iterator[object]
    if isinstance(data, bytes):
        roughly, found = sum(map(data.count, (b"[", b"{", b","))), _PARTS_BYTES.finditer(data)
    else:
        roughly, found = sum(map(data.count, "[{,")), _PARTS_TEXT.finditer(data)
    return roughly > most and sum(1 for _ in islice(found, most + 1)) > most


def opened(value: object) -> object:
    """What a value means when it is text that holds JSON. Raises `Unreadable`."""
    for _ in range(_MOST_LAYERS):
        if not isinstance(value, str):
            return value
        if not value.strip():
            raise Unreadable("The store is empty")
        try:
            value = loads(value)
        except NotJson:
            raise Unreadable("The store is not JSON, or was cut off") from None
        except TooLarge:
            raise Unreadable("The store has too many parts") from None
    return value
