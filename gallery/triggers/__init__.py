"""What the database keeps up by itself: the full-text index, and the stamp of the last change.

Triggers, so that both are right whoever writes: the ORM's bulk methods, the admin, a person with a
SQL prompt. They are dropped before migrations run and made anew after them, since

- SQLite silently loses a table's triggers when Django makes the table anew to alter a field, and
  refuses to do so while another table's trigger names it;
- PostgreSQL alters no column that a trigger names.

Making them anew fills the index, too: whatever was written in between is in it.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.utils import CursorWrapper

from gallery.triggers import postgresql, sqlite
from gallery.triggers.text import SEEN_COLUMNS

_KINDS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


def drop_before_migrations(*, using: str = DEFAULT_DB_ALIAS, plan: Any = (), **signal: Any) -> None:
    """For `pre_migrate`: make room when there is anything to migrate."""
    if plan:
        with connections[using].cursor() as cursor:
            _drop(cursor)


def create_after_migrations(*, using: str = DEFAULT_DB_ALIAS, **signal: Any) -> None:
    """For `post_migrate`: when a trigger is missing make all anew, and fill the index."""
    kind = _KINDS[connections[using].vendor]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if not (kind.is_migrated(cursor) and _has_all_columns(cursor)):
            return
        if _present(cursor).keys() >= kind.TRIGGERS.keys():
            return
        _drop(cursor)
        kind.prepare(cursor)
        for name, definition in kind.TRIGGERS.items():
            cursor.execute(definition.format(name=name))
        kind.fill(cursor)


def _has_all_columns(cursor: CursorWrapper) -> bool:
    """Not after a migration backwards: triggers name columns of the newest version."""
    table = cursor.db.introspection.get_table_description(cursor, "gallery_imageasset")
    return {column.name for column in table} >= set(SEEN_COLUMNS.split(", "))


def _drop(cursor: CursorWrapper) -> None:
    for name, table in _present(cursor).items():
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if cursor.db.vendor == "postgresql" else ""))


def _present(cursor: CursorWrapper) -> dict[str, str]:
    """Our triggers that the database has, with their tables."""
    cursor.execute(_KINDS[cursor.db.vendor].LIST)
    return {name: table for name, table in cursor.fetchall() if name.startswith("gallery_")}
