"""Work of several threads on one database at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections


def both(*works: Callable[[], object]) -> list[BaseException]:
    """What these raise, each in a thread of its own. On SQLite they take turns by themselves."""
    barrier, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """`both`, where they may wait for each other for ever: on PostgreSQL only."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    return both(*works)
