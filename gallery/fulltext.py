"""Full-text search over names, prompts, campaigns and tags, alike on SQLite and PostgreSQL.

A word is a run of letters and digits. Every word of a query must occur, the last one may be only
begun; case and the accents of Latin letters do not matter. A query of signs alone, such as an emoji, is
a part of a name to the letter. The database keeps the index itself, by
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

#: The ids of pictures with these words; its one parameter is what `query` gives.
_WITH_WORDS = {
    "sqlite": "SELECT rowid FROM gallery_imagetext WHERE gallery_imagetext MATCH %s",
    "postgresql": "SELECT id FROM gallery_imageasset WHERE words @@ %s::tsquery",
}
#: The ids of pictures with this in their name. No index helps: all names are looked at.
_WITH_SIGNS = {
    "sqlite": "SELECT id FROM gallery_imageasset WHERE instr(subject_name, %s) > 0",
    "postgresql": "SELECT id FROM gallery_imageasset WHERE strpos(subject_name, %s) > 0",
}


def matching(images: ImageQuerySet, text: str) -> ImageQuerySet:
    """Those that `selection` finds; none when there is nothing in ``text`` to look for."""
    if (found := selection(text)) is None:
        return images.none()
    select_ids, wanted = found
    return images.filter(pk__in=RawSQL(select_ids, [wanted]))  # noqa: S611 - the text is a parameter


def selection(text: str) -> tuple[str, str] | None:
    """SQL for the ids of the pictures in which every word of ``text`` occurs, and its one parameter.
    Signs alone, such as an emoji, are looked for in the names as they stand; None for anything less."""
    if (wanted := query(text)) is not None:
        return _WITH_WORDS[connection.vendor], wanted
    if (wanted := signs(text)) is not None:
        return _WITH_SIGNS[connection.vendor], wanted
    return None


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

    Nothing else comes through: no quote, operator, NUL or emoji gets into the database's query.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(c if c.isalpha() or c.isdecimal() or _ACCENT.match(c) else " " for c in composed)
    return [word[:MOST_LETTERS] for word in spaced.split() if _ACCENT.sub("", word)][:_MOST_WORDS]


def signs(text: str) -> str | None:
    """``text`` without blanks around it, when there is a sign (category S*) in it and no NUL."""
    has_sign = any(unicodedata.category(c).startswith("S") for c in text[:MOST_LETTERS])
    return text[:MOST_LETTERS].strip() if has_sign and "\x00" not in text else None


def _folded(word: str) -> str:
    """What PostgreSQL's function gallery_words makes of it."""
    bare = _ACCENTED_LATIN.sub(r"\1", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).lower().replace("ς", "σ")
