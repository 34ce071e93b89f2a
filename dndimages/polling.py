"""Waiting for connections, at a cost that does not grow with how many there are.

waitress' own loop asks each connection at each turn whether it wants to read or to write. Connections
that only wait, for a slow picture or for their next request, then take their share of every answer: with
40 connections, as much time as the answers themselves. Here a connection is asked when something has
happened to it, and all of them once a second.
"""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

from waitress import wasyncore

ASK_ALL_S = 1.0  # also how long it takes at most until a time-out that waitress has set is noticed


class Connections(dict[int, Any]):
    """waitress' map from file descriptors to whom they belong to, and the loop over it.

    ``listeners``, a few, are asked at every turn: they look at how many connections there are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listeners: Sequence[Any] = ()
        self._poll = select.poll()
        self._lock = threading.Lock()  # waitress closes connections in its threads, too
        self._awaited: dict[int, int] = {}
        self._changed: deque[Any] = deque()
        self._ask_all_at_s = 0.0

    def __setitem__(self, descriptor: int, owner: Any) -> None:
        super().__setitem__(descriptor, owner)
        self._changed.append(owner)

    def __delitem__(self, descriptor: int) -> None:
        with self._lock:
            super().__delitem__(descriptor)
            if self._awaited.pop(descriptor, 0):
                self._poll.unregister(descriptor)

    def changed(self, owner: Any) -> None:
        """It may want something else now. Callable from any thread, which then wakes the loop."""
        self._changed.append(owner)

    def turn(self, timeout_s: float) -> None:
        """Wait up to ``timeout_s`` for something to happen, and handle it."""
        self._ask()
        for descriptor, events in self._poll.poll(int(timeout_s * 1000)):
            owner = self.get(descriptor)
            if owner is not None:  # else it was closed in this turn
                wasyncore.readwrite(owner, cast(Any, events))
                self._changed.append(owner)

    def _ask(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._ask_all_at_s:
            self._ask_all_at_s = now_s + ASK_ALL_S
            self._changed.clear()  # before it is looked at: what changes from now on is looked at again
            for owner in list(self.values()):
                self._await(owner)
            return
        for owner in self.listeners:
            self._await(owner)
        while self._changed:
            self._await(self._changed.popleft())

    def _await(self, owner: Any) -> None:
        descriptor = owner._fileno
        wanted = select.POLLIN if owner.readable() else 0  # nothing urgent: in HTTP that means nothing
        if owner.writable() and not owner.accepting:
            wanted |= select.POLLOUT
        if wanted == self._awaited.get(descriptor, 0):
            return
        with self._lock:
            if self.get(descriptor) is not owner:
                return  # closed
            if wanted:
                self._poll.register(descriptor, wanted)
            else:
                self._poll.unregister(descriptor)
            self._awaited[descriptor] = wanted
