"""SQLite's triggers, over an FTS5 table.

That table has its own copy of the text. External content would save the copy, but to take a row out
FTS5 must then be given its old text, and that hangs on rows of other tables (tags), some of which
are gone by then. Contentless tables that can delete came with SQLite 3.43.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from gallery.triggers.text import SEEN_COLUMNS, TEXT, TEXT_COLUMNS, WITH_NEW_TAG

LIST = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"

_TEXT = TEXT.format(join="group_concat")
_STAMP = "UPDATE gallery_change SET stamp = hex(randomblob(12));"


def _forget(ids: str) -> str:
    return f"DELETE FROM gallery_imagetext WHERE rowid IN ({ids});"  # noqa: S608 - as below


def _learn(ids: str) -> str:
    return (
        f"INSERT INTO gallery_imagetext(rowid, words)"  # noqa: S608 - names and SQL of ours only
        f" SELECT i.id, {_TEXT} FROM gallery_imageasset i WHERE i.id IN ({ids});"
    )


def _trigger(event: str, *actions: str) -> str:
    return f"CREATE TRIGGER {{name}} AFTER {event} BEGIN {' '.join(actions)} END"


TRIGGERS = {
    "gallery_image_added": _trigger("INSERT ON gallery_imageasset", _learn("new.id"), _STAMP),
    "gallery_image_gone": _trigger("DELETE ON gallery_imageasset", _forget("old.id"), _STAMP),
    "gallery_image_changed": _trigger(f"UPDATE OF {SEEN_COLUMNS} ON gallery_imageasset", _STAMP),
    "gallery_image_reworded": _trigger(
        f"UPDATE OF {TEXT_COLUMNS} ON gallery_imageasset", _forget("new.id"), _learn("new.id")
    ),
    "gallery_image_tagged": _trigger(
        "INSERT ON gallery_imageasset_tags", _forget("new.imageasset_id"), _learn("new.imageasset_id"), _STAMP
    ),
    "gallery_image_untagged": _trigger(
        "DELETE ON gallery_imageasset_tags", _forget("old.imageasset_id"), _learn("old.imageasset_id"), _STAMP
    ),
    "gallery_tag_renamed": _trigger(
        "UPDATE OF name ON gallery_tag", _forget(WITH_NEW_TAG), _learn(WITH_NEW_TAG), _STAMP
    ),
}


def is_migrated(cursor: CursorWrapper) -> bool:
    """Whether the tables are there; they are not after `migrate gallery zero`."""
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('gallery_imagetext', 'gallery_change')")
    return bool(cursor.fetchone()[0] == 2)


def prepare(cursor: CursorWrapper) -> None:
    """SQLite's triggers need nothing else."""


def fill(cursor: CursorWrapper) -> None:
    cursor.execute("DELETE FROM gallery_imagetext")
    cursor.execute(_learn("SELECT id FROM gallery_imageasset"))
    cursor.execute(_STAMP)
