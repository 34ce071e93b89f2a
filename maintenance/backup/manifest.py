"""What a backup says about itself. It is believed only as far as its files bear it out.

`manifest.json` is the last member of an archive, so one that was cut off has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from dndimages.api import timestamp
from gallery import files
from maintenance.backup.errors import BadBackup

FORMAT = 1
NAME = "manifest.json"
MOST_BYTES = 512 * 2**20  # a million files take about 170 MB
DUMPS = {"sqlite": "database.sqlite3.gz", "postgresql": "database.dump"}
MEDIA, SPOOL = "media/", "spool/"
_SPOOLED = re.compile(r"[0-9a-f]{32}-\d{1,9}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,200}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it lies in the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows at the backup's instant, and one hash over all of them in a fixed order."""

    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``files`` has the database's dump, too. ``missing``: names of files that rows name and that were
    not there. ``purged``: tokens of pictures that were purged while the backup ran."""

    service_version: str
    engine: str
    engine_version: str
    taken_at: datetime
    migrations: Sequence[str]  # "gallery.0001_first", sorted
    tables: Mapping[str, Table]
    plain_bytes: int  # of the database, uncompressed; an estimate for PostgreSQL
    files: Mapping[str, Entry]
    missing: Sequence[str]
    purged: Sequence[str]

    @property
    def dump(self) -> str:
        return DUMPS[self.engine]

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files.values())


def is_allowed(name: str) -> bool:
    """Whether a backup may hold a file of this name: the dumps, pictures and spooled bytes, no other."""
    if name.startswith(MEDIA):
        return files.token_in(name.removeprefix(MEDIA)) is not None
    if name.startswith(SPOOL):
        return _SPOOLED.fullmatch(name.removeprefix(SPOOL)) is not None
    return name in DUMPS.values()


def written(manifest: Manifest) -> bytes:
    """As it is stored."""
    shown = {
        "format": FORMAT,
        "service_version": manifest.service_version,
        "engine": manifest.engine,
        "engine_version": manifest.engine_version,
        "taken_at": timestamp(manifest.taken_at),
        "migrations": list(manifest.migrations),
        "tables": manifest.tables,
        "plain_bytes": manifest.plain_bytes,
        "missing": list(manifest.missing),
        "purged": list(manifest.purged),
        "files": manifest.files,
    }
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2) + b"\n"


def parsed(data: bytes) -> Manifest:
    """Raises `BadBackup` for anything that we did not write like this."""
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadBackup("its manifest is not readable") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        found = told.get("format") if isinstance(told, dict) else None
        known = isinstance(found, int) and not isinstance(found, bool)
        raise BadBackup(f"its format is {found if known else 'unknown'}, this version reads format {FORMAT}")
    try:
        manifest = _read(told)
    except (KeyError, TypeError, ValueError):
        raise BadBackup("its manifest does not say what a manifest says") from None
    if manifest.dump not in manifest.files:
        raise BadBackup("it has no database")
    return manifest


def _read(told: dict[str, Any]) -> Manifest:
    taken_at = datetime.fromisoformat(_text(told["taken_at"]))
    if taken_at.tzinfo is None or told["engine"] not in DUMPS:
        raise ValueError
    dump = DUMPS[told["engine"]]
    return Manifest(
        service_version=_word(told["service_version"]),
        engine=told["engine"],
        engine_version=_word(told["engine_version"]),
        taken_at=taken_at,
        migrations=[_word(name) for name in _list(told["migrations"])],
        tables=_mapped(told["tables"], _word, _table),
        plain_bytes=_count(told["plain_bytes"]),
        files=_mapped(told["files"], lambda name: _stored(name, dump), _entry),
        missing=[_picture(name) for name in _list(told["missing"])],
        purged=[_token(token) for token in _list(told["purged"])],
    )


def _mapped(told: Any, key: Callable[[Any], str], value: Callable[[Any], Any]) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise TypeError
    return {key(name): value(entry) for name, entry in told.items()}


def _entry(told: Any) -> Entry:
    return Entry(bytes=_count(told["bytes"]), sha256=_digest(told["sha256"]))


def _table(told: Any) -> Table:
    return Table(rows=_count(told["rows"]), sha256=_digest(told["sha256"]))


def _stored(name: Any, dump: str) -> str:
    if not is_allowed(_text(name)) or (name in DUMPS.values() and name != dump):
        raise ValueError
    return str(name)


def _picture(name: Any) -> str:
    if files.token_in(_text(name)) is None:
        raise ValueError
    return str(name)


def _token(token: Any) -> str:
    if files.token_in(files.full_path(_text(token))) is None:
        raise ValueError
    return str(token)


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told


def _word(told: Any) -> str:
    if not _WORD.fullmatch(_text(told)):
        raise ValueError
    return str(told)


def _digest(told: Any) -> str:
    if not _SHA256.fullmatch(_text(told)):
        raise ValueError
    return str(told)


def _count(told: Any) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or told < 0:
        raise TypeError
    return told


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError
    return told
