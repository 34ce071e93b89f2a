"""Letting go of database connections while a thread waits for something else."""

from __future__ import annotations

from django.db import connections


def let_go() -> None:
    """Give this thread's connections back to their pool, or keep them, as CONN_MAX_AGE says.

    `django.db.close_old_connections`, except that it leaves an open transaction alone.
    """
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
