"""Work of several threads on one PostgreSQL, to see that they do not wait for each other for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections


def at_once(*works: Callable[[], Any]) -> list[Exception]:
    """What goes wrong when these run side by side, each in a thread of its own."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    failed: list[Exception] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed
