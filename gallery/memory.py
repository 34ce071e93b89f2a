"""What was found out about all pictures, remembered until one of them changes.

A total over 100,000 rows costs a hundred times what a page of them costs. Each process keeps what it
has counted together with the stamp that the database's triggers renew in every transaction that
changes pictures or their tags. Reading the stamp costs one row, so the answer after a change is
right, in every process, without anybody telling anybody. A tally for each filter would have to be
kept in every write, and would cover some filters only; a time to live would be wrong for a while.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from django.db import connection

from gallery.rows import run

T = TypeVar("T")
MOST_ENTRIES = 5_000
_UNKNOWN = object()


class _Known:
    """What is known as of one stamp."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        self.facts: dict[Hashable, Any] = {}
        self.finding_out: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)


_known = _Known("")


def until_change(key: Hashable, find_out: Callable[[], T]) -> T:
    """What ``find_out()`` gives, asked once for each ``key`` until pictures or their tags change.

    It may look at everything but `use_count` and `last_used_at`. Inside a transaction, whose own
    changes nobody else may see, it is asked each time.
    """
    if connection.in_atomic_block:
        return find_out()
    known = _known_now()
    fact = known.facts.get(key, _UNKNOWN)
    if fact is _UNKNOWN:
        with known.finding_out[key]:  # one finds it out, others who want the same wait for it
            fact = known.facts.get(key, _UNKNOWN)
            if fact is _UNKNOWN:
                fact = find_out()
                if len(known.facts) >= MOST_ENTRIES:
                    known.facts.clear()
                    known.finding_out.clear()
                known.facts[key] = fact
    return cast(T, fact)


def _known_now() -> _Known:
    global _known
    stamp = run("SELECT stamp FROM gallery_change", [])[0][0]
    known = _known
    if known.stamp != stamp:
        # A thread that read the stamp before the change fills its own book; that is thrown away.
        known = _known = _Known(stamp)
    return known
