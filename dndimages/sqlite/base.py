"""Django's SQLite backend, whose new files are their owner's alone."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's. A file that is not there is made for its owner's eyes (0600), whichever command asks:
        it will hold sessions and hashes of passwords. SQLite gives its -wal and -shm the same mode."""
        if not self.is_in_memory_db():
            path = os.path.realpath(conn_params["database"])  # the link may be there before its file is
            with suppress(OSError):  # it is there; or it cannot be made, which SQLite tells
                # Only ever a new one: closing one that SQLite has open would let go of its locks.
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return super().get_new_connection(conn_params)
