"""PostgreSQL's triggers, over a tsvector column of the images' table.

Words are cut and folded by a function of our own, as FTS5 does it: PostgreSQL's parser knows URLs,
paths and signed numbers, and `unaccent` makes "ss" of "ß". That also needs no extension.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from gallery.fulltext import MOST_LETTERS
from gallery.triggers.text import SEEN_COLUMNS, TEXT, TEXT_COLUMNS, WITH_NEW_TAG

LIST = (
    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    " AND pg_table_is_visible(tgrelid)"
)

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION gallery_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT left(word, {MOST_LETTERS}))), '')
    FROM regexp_split_to_table(
        translate(lower(normalize(regexp_replace(
            normalize(left($1, 100000), NFD), '([A-Za-zÀ-ɏ])[\\u0300-\\u036f]+', '\\1', 'g'
        ), NFC) COLLATE {{collation}}), 'ς', 'σ'),
        '[^[:alnum:]\\u0300-\\u036f]+') word
    WHERE word <> ''
$$;
CREATE OR REPLACE FUNCTION gallery_words_of(i gallery_imageasset) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT gallery_words({TEXT.format(join="string_agg")})
$$;
CREATE OR REPLACE FUNCTION gallery_image_reworded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.words := gallery_words_of(new);
    RETURN new;
END $$;
CREATE OR REPLACE FUNCTION gallery_image_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_imageasset i SET words = gallery_words_of(i)
    WHERE i.id = CASE tg_op WHEN 'DELETE' THEN old.imageasset_id ELSE new.imageasset_id END;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION gallery_tag_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_imageasset i SET words = gallery_words_of(i) WHERE i.id IN ({WITH_NEW_TAG});
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION gallery_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_running text := pg_current_xact_id()::text;
BEGIN
    UPDATE gallery_change SET stamp = now_running WHERE stamp <> now_running;
    RETURN NULL;
END $$;
"""  # noqa: S608 - names and SQL of ours only


def _trigger(event: str, function: str) -> str:
    return f"CREATE TRIGGER {{name}} {event} FOR EACH ROW EXECUTE FUNCTION {function}()"


def _stamp(event: str) -> str:
    """At the commit: held any earlier, the stamp's row would make writers wait for each other, and
    two that change several pictures could wait for each other for ever."""
    return (
        f"CREATE CONSTRAINT TRIGGER {{name}} AFTER {event} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION gallery_stamp()"
    )


TRIGGERS = {
    "gallery_image_reworded": _trigger(
        f"BEFORE INSERT OR UPDATE OF {TEXT_COLUMNS} ON gallery_imageasset", "gallery_image_reworded"
    ),
    "gallery_image_tagged": _trigger(
        "AFTER INSERT OR DELETE ON gallery_imageasset_tags", "gallery_image_tagged"
    ),
    "gallery_tag_renamed": _trigger("AFTER UPDATE OF name ON gallery_tag", "gallery_tag_renamed"),
    "gallery_stamp_images": _stamp(f"INSERT OR DELETE OR UPDATE OF {SEEN_COLUMNS} ON gallery_imageasset"),
    "gallery_stamp_tagged": _stamp("INSERT OR DELETE ON gallery_imageasset_tags"),
    "gallery_stamp_tags": _stamp("UPDATE OF name ON gallery_tag"),
    "gallery_stamp_truncated": (
        "CREATE TRIGGER {name} AFTER TRUNCATE ON gallery_imageasset EXECUTE FUNCTION gallery_stamp()"
    ),
}


def is_migrated(cursor: CursorWrapper) -> bool:
    """Whether table and column are there; they are not after `migrate gallery zero`."""
    cursor.execute(
        "SELECT 1 FROM pg_attribute WHERE to_regclass('gallery_change') IS NOT NULL"
        " AND attrelid = to_regclass('gallery_imageasset') AND attname = 'words' AND NOT attisdropped"
    )
    return cursor.fetchone() is not None


def prepare(cursor: CursorWrapper) -> None:
    # A database made with the locale C knows only ASCII letters; ICU's root locale knows them all.
    cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
    collation = '"und-x-icu"' if cursor.fetchone() else '"default"'
    cursor.execute(_FUNCTIONS.replace("{collation}", collation))


def fill(cursor: CursorWrapper) -> None:
    cursor.execute(
        "UPDATE gallery_imageasset i SET words = gallery_words_of(i)"
        " WHERE words IS DISTINCT FROM gallery_words_of(i)"
    )
    cursor.execute("UPDATE gallery_change SET stamp = pg_current_xact_id()::text")
