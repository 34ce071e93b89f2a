"""Full-text search over names, prompts, campaigns and tags, alike on SQLite and PostgreSQL.

A word is a run of letters and digits. Every word of a query must occur, the last one may be only
begun; case and the accents of Latin letters do not matter. The database keeps the index itself, by
the triggers of `gallery.triggers`: SQLite in an FTS5 table, PostgreSQL in a tsvector column.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from gallery.querysets import ImageQuerySet

#: Far more than anybody types; the rest of a pasted page is not looked at.
_MOST_WORDS = 50
#: PostgreSQL takes no lexeme over 2,046 bytes; `gallery.triggers` cuts there, too.
MOST_LETTERS = 200
_ACCENTS = "\u0300-\u036f"
_ACCENTED_LATIN = re.compile(f"([A-Za-zÀ-ɏ])[{_ACCENTS}]+")
_ACCENT = re.compile(f"[{_ACCENTS}]")

#: The ids of pictures that match; its one parameter is what `query` gives.
_SELECT_IDS = {
    "sqlite": "SELECT rowid FROM gallery_imagetext WHERE gallery_imagetext MATCH %s",
    "postgresql": "SELECT id FROM gallery_imageasset WHERE words @@ %s::tsquery",
}


def matching(images: ImageQuerySet, text: str) -> ImageQuerySet:
    """Those in which every word of ``text`` occurs; none when there is no word in it."""
    wanted = query(text)
    if wanted is None:
        return images.none()
    return images.filter(pk__in=RawSQL(select_ids(), [wanted]))  # noqa: S611 - the text is a parameter


def select_ids() -> str:
    """SQL for the ids of matching pictures, with one parameter: what `query` gives."""
    return _SELECT_IDS[connection.vendor]


def query(text: str) -> str | None:
    """``text`` in the words of this database's full-text search; None when there is no word in it."""
    found = words(text)
    if not found:
        return None
    if connection.vendor == "sqlite":
        return " ".join(f'"{word}"' for word in found) + "*"
    return " & ".join(f"'{_folded(word)}'" for word in found) + ":*"


def words(text: str) -> list[str]:
    """Runs of letters and digits, as FTS5's tokenizer with the categories L* and Nd sees them.

    Nothing else comes through: no quote, operator, NUL or emoji reaches the database.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(c if c.isalpha() or c.isdecimal() or _ACCENT.match(c) else " " for c in composed)
    return [word[:MOST_LETTERS] for word in spaced.split() if _ACCENT.sub("", word)][:_MOST_WORDS]


def _folded(word: str) -> str:
    """What PostgreSQL's function gallery_words makes of it."""
    bare = _ACCENTED_LATIN.sub(r"\1", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).lower().replace("ς", "σ")
