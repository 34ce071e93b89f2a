"""Whether anybody has written to the database since: a question that costs some microseconds."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Hashable
from contextlib import suppress
from urllib.parse import quote

from django.db import connection


class Changes:
    """SQLite's own count of the commits of others, asked on a connection that commits nothing itself.

    So it tells of every commit, of this process and of any other, as soon as it is done.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # that it watches
        self._opened = 0  # each connection counts for itself
        self._parents: list[object] = []
        os.register_at_fork(after_in_child=self._forget)

    def mark(self) -> Hashable | None:
        """What is another one after each commit. None where it cannot be told: the file is not there
        or busy, or this thread is in a transaction, whose own changes nobody else may see."""
        if connection.in_atomic_block:
            return None
        name = str(connection.settings_dict["NAME"])
        with self._lock:
            try:
                status = os.stat(name)
                file = (status.st_dev, status.st_ino)
                if self._watcher is None or self._file != file:  # another one may have been put in its place
                    self._close()
                    self._watcher, self._file, self._opened = _open(name), file, self._opened + 1
                return self._opened, self._watcher.execute("PRAGMA data_version").fetchone()[0]
            except (sqlite3.Error, OSError):
                self._close()
                return None

    def _close(self) -> None:
        if self._watcher is not None:
            with suppress(sqlite3.Error):
                self._watcher.close()
            self._watcher = None

    def _forget(self) -> None:
        """In a child: SQLite forbids to use, even to close, what the parent has opened."""
        self._parents.append(self._watcher)
        self._lock, self._watcher = threading.Lock(), None


def _open(name: str) -> sqlite3.Connection:
    # "rw" makes no file. A connection that may only read would, closed last, leave the -wal and what is in it.
    return sqlite3.connect(
        f"file:{quote(name)}?mode=rw", uri=True, check_same_thread=False, isolation_level=None, timeout=0
    )
