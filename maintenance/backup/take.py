"""Taking a backup: the database as of one instant first, then the files that it names.

In that order every row of the copy has its files: files are written before their row, and go after
it. The only pictures that can vanish in between are purged ones; they are noted, and a restore purges
them, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from gallery import storage
from maintenance import refusals
from maintenance.backup import bundle, pictures, shelf
from maintenance.backup import manifest as manifests
from maintenance.backup.database import Engine, engine, migrations_of
from maintenance.backup.errors import BackupRefused, BadBackup, refusing_os_errors
from maintenance.backup.manifest import MEDIA, SPOOL, Entry, Manifest, Table
from maintenance.backup.pictures import Named
from maintenance.backup.writers import ArchiveWriter, FolderWriter, Writer

OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A backup that was just made, in BACKUP_DIR. ``damaged``: pictures that are not what was stored."""

    name: str
    manifest: Manifest
    shared: int
    damaged: int


@dataclass(kw_only=True)
class _State:
    """What the database says at the backup's instant."""

    taken_at: datetime
    named: list[Named]
    spooled: list[str]
    migrations: Sequence[str]
    tables: dict[str, Table]
    plain_bytes: int


@dataclass
class _Losses:
    missing: list[str] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    damaged: int = 0


def take(
    *,
    now: datetime,
    incremental: bool = False,
    before_restore: bool = False,
    on_step: OnStep | None = None,
) -> Taken:
    """Make a backup in BACKUP_DIR; the caller holds `shelf.locked`. When it is interrupted there is
    none, and nothing else has changed.

    Raises `StorageUnavailable` when the pictures are not there, `StorageFull`, `BackupRefused`. Before a
    restore any state is worth keeping, else one that has lost many pictures is refused.
    """
    refusals.refuse_without_pictures()
    kind = engine()
    kind.refuse_unready()
    partial = shelf.new_partial()
    with refusing_os_errors(shelf.folder()):
        pictures.refuse_without_room(shelf.folder(), needed=kind.estimate_bytes() * 2)
        try:
            with shelf.scratch() as scratch:
                state = _remember(kind, scratch, now)
                writer = _writer(partial, now, incremental)
                most_missing = None if before_restore else _most_missing(state.named)
                losses = _write_files(writer, state, scratch, on_step, most_missing)
                manifest = _finish(writer, state, losses, kind)
            shared: set[str] = getattr(writer, "shared", set())
            _verify(partial, manifest, skip=shared)
            name = shelf.new_name(now=now, archive=not incremental, before_restore=before_restore)
            shelf.publish(partial, name)
        except BaseException:
            shelf.discard(partial)
            raise
    return Taken(name=name, manifest=manifest, shared=len(shared), damaged=losses.damaged)


def _remember(kind: Engine, scratch: Path, now: datetime) -> _State:
    spooled = scratch / "spool"
    pictures.copy_spool(spooled)
    with kind.snapshot(scratch) as snapshot:
        pictures.copy_spool(spooled)
        found = pictures.named(snapshot.alias)
        needed = pictures.estimate_bytes(found, snapshot.alias) + kind.estimate_bytes()
        pictures.refuse_without_room(shelf.folder(), needed=needed)
        return _State(
            taken_at=now,
            named=found,
            spooled=list(pictures.wanted_spool(snapshot.alias, spooled)),
            migrations=migrations_of(snapshot.alias),
            tables=dict(snapshot.contents()),
            plain_bytes=snapshot.write(scratch / manifests.DUMPS[connection.vendor]),
        )


def _writer(partial: Path, now: datetime, incremental: bool) -> Writer:
    if not incremental:
        return ArchiveWriter(partial, taken_at=now)
    base, known = _base(now)
    return FolderWriter(partial, base=base, known=known)


def _base(now: datetime) -> tuple[Path | None, dict[str, Entry]]:
    """The newest folder that can be read; nothing is taken from one that cannot."""
    for backup in shelf.of_the_past(shelf.kept(), now=now):
        if not backup.is_archive:
            try:
                with bundle.opened(backup.path) as (_, manifest):
                    return backup.path, dict(manifest.files)
            except (BadBackup, OSError):
                continue
    return None, {}


def _most_missing(named: list[Named]) -> int:
    """So many files may be gone: more are no accident of some pictures."""
    return max(refusals.FEW, sum(len(entry.names) for entry in named) * refusals.MOST_PERCENT // 100)


def _refuse_hollow(losses: _Losses, most: int | None) -> None:
    if most is not None and len(losses.missing) > most:
        raise BackupRefused(
            f"No backup was made: more than {most:,} files of pictures are missing. Is the right folder"
            " mounted (IMAGE_STORAGE_DIR)? manage.py fsck says more"
        )


def _write_files(
    writer: Writer, state: _State, scratch: Path, on_step: OnStep | None, most_missing: int | None
) -> _Losses:
    dump = manifests.DUMPS[connection.vendor]
    writer.add_file(dump, scratch / dump)
    for name in state.spooled:
        writer.add_file(SPOOL + name, scratch / "spool" / name)
    losses = _Losses()
    for done, entry in enumerate(state.named, start=1):
        _write_picture(writer, entry, losses)
        _refuse_hollow(losses, most_missing)
        if on_step is not None:
            on_step("backup", done, len(state.named))
    return losses


def _write_picture(writer: Writer, entry: Named, losses: _Losses) -> None:
    full = entry.names[0]
    for name in entry.names:
        written = _write_one(writer, name)
        if written is None and pictures.is_purged(entry.token):
            losses.purged.append(entry.token)
            return
        if written is None:
            losses.missing.append(name)
        elif name == full and written.sha256 != entry.sha256:
            losses.damaged += 1


def _write_one(writer: Writer, name: str) -> Entry | None:
    """None when the file is not there."""
    found = pictures.facts(name)
    if found is None:
        return None
    if isinstance(writer, FolderWriter):
        shared = writer.share(MEDIA + name, size=found.size, modified_ns=found.modified_ns)
        if shared is not None:
            return shared
    data = storage.read(storage.pictures(), name)
    return None if data is None else writer.add(MEDIA + name, data, modified_ns=found.modified_ns)


def _finish(writer: Writer, state: _State, losses: _Losses, kind: Engine) -> Manifest:
    manifest = Manifest(
        service_version=_service_version(),
        engine=connection.vendor,
        engine_version=kind.version(),
        taken_at=state.taken_at,
        migrations=state.migrations,
        tables=state.tables,
        plain_bytes=state.plain_bytes,
        files=dict(writer.entries),
        missing=losses.missing,
        purged=losses.purged,
    )
    writer.finish(manifests.written(manifest))
    return manifest


def _service_version() -> str:
    return str(settings.SPECTACULAR_SETTINGS["VERSION"])


def _verify(partial: Path, manifest: Manifest, *, skip: set[str]) -> None:
    """Read again what was written. What is shared was read when it was written; `backup_verify`
    reads all of it."""
    with bundle.opened(partial) as (held, found):
        if manifests.written(found) != manifests.written(manifest):
            raise BadBackup("its manifest is not what was written")
        for name, entry in manifest.files.items():
            if name not in skip:
                for _ in bundle.compared(held, name, entry):
                    continue
