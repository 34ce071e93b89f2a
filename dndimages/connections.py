"""Letting go of database connections while a thread waits for something else; why there are none."""

from __future__ import annotations

from typing import Any

from django.db import connections


def let_go() -> None:
    """Give this thread's connections back to their pool, or keep them, as CONN_MAX_AGE says.

    `django.db.close_old_connections`, except that it leaves an open transaction alone.
    """
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def why_refused() -> str:
    """What PostgreSQL says to one who asks it now, such as ``FATAL: role "x" does not exist``, in one line;
    empty when it lets us in, and for SQLite. The pool tells no more than that it had no connection to give."""
    default: Any = connections["default"]
    if default.vendor != "postgresql":
        return ""
    import psycopg

    try:
        psycopg.connect(**default.get_connection_params()).close()
    except psycopg.Error as error:
        hint = "\t"  # libpq's begin so
        told = [line.strip() for line in str(error).splitlines() if not line.startswith(hint)]
        return " ".join(told) or "no reason given"
    return ""
