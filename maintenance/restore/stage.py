"""Unpacking a backup beside the live data and comparing it with what it says; also how one is proved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection

from maintenance.backup import bundle, pictures
from maintenance.backup.bundle import Bundle
from maintenance.backup.database import Scratch, engine, migrations_of, our_migrations, refuse_newer
from maintenance.backup.errors import BadBackup
from maintenance.backup.manifest import MEDIA, Manifest
from maintenance.backup.take import OnStep

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Staged:
    """A backup that was unpacked and found good. ``files`` has `media/…` and `spool/…` in it."""

    manifest: Manifest
    database: Scratch
    files: Path


@contextmanager
def staged(path: Path, *, folder: Path, files: Path, on_step: OnStep | None = None) -> Iterator[Staged]:
    """The backup at ``path``, unpacked and compared row by row and file by file, with the tables of this
    version. ``folder`` and ``files`` are new folders of the caller's, for the database and the rest.

    Raises `BadBackup` for whatever does not agree, `BackupRefused` when there is no room.
    """
    kind = engine()
    with bundle.opened(path) as (held, manifest):
        _refuse_strange(manifest)
        pictures.refuse_without_room(folder, needed=manifest.plain_bytes * 2)
        pictures.refuse_without_room(files, needed=manifest.bytes)
        _unpack(held, manifest, files, on_step)
    with kind.loaded(files / manifest.dump, folder, plain_bytes=manifest.plain_bytes) as database:
        database.check()
        _compare_rows(database, manifest)
        _compare_files(database, manifest)
        if our_migrations() - set(manifest.migrations):
            database.migrate()
        _refuse_other_tables(database)
        yield Staged(manifest, database, files)


def _refuse_strange(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        made, here = _NAMES[manifest.engine], _NAMES[connection.vendor]
        raise BadBackup(f"it is of {made}, and this service uses {here}")
    refuse_newer(list(manifest.migrations))
    engine().refuse_foreign_dump(manifest.engine_version)


def _unpack(held: Bundle, manifest: Manifest, into: Path, on_step: OnStep | None) -> None:
    for done, (name, entry) in enumerate(manifest.files.items(), start=1):
        target = into / name  # the name was compared with those that a backup may hold
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(handle, "wb") as file:
            for chunk in bundle.compared(held, name, entry):
                file.write(chunk)
        if on_step is not None:
            on_step("unpack", done, len(manifest.files))


def _compare_rows(database: Scratch, manifest: Manifest) -> None:
    if (found := migrations_of_copy(database)) != list(manifest.migrations):
        raise BadBackup("its database has other tables than its manifest says")
    refuse_newer(found)
    contents = database.contents()
    if contents.keys() != manifest.tables.keys():
        raise BadBackup("its database has other tables than its manifest says")
    for name, table in manifest.tables.items():
        if contents[name] != table:
            raise BadBackup(f"the rows of {name} are not those that its manifest tells")


def migrations_of_copy(database: Scratch) -> list[str]:
    try:
        return migrations_of(database.alias)
    except DatabaseError:
        raise BadBackup("its database cannot be read") from None


def _compare_files(database: Scratch, manifest: Manifest) -> None:
    """Each row has its files, but for those that were gone already; no file is without a row."""
    try:
        named = pictures.named(database.alias)
    except (DatabaseError, TypeError):
        raise BadBackup("its pictures cannot be read") from None
    purged, missing = set(manifest.purged), set(manifest.missing)
    expected = {name for entry in named if entry.token not in purged for name in entry.names}
    left_behind = {name for entry in named if entry.token in purged for name in entry.names}
    held = {name.removeprefix(MEDIA) for name in manifest.files if name.startswith(MEDIA)}
    if expected - missing - held:
        raise BadBackup("it lacks files of its pictures")
    if held - expected - left_behind:
        raise BadBackup("it holds files that belong to no picture of it")


def _refuse_other_tables(database: Scratch) -> None:
    """Every model must be readable: the tables could have the right names and be of another shape."""
    try:
        for model in apps.get_models():
            model._base_manager.using(database.alias).first()
    except (DatabaseError, ValueError, TypeError):
        raise BadBackup("its tables are not those of this version") from None
