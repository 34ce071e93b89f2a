"""Restoring: checked first, kept what was, then switched by one commit."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection, connections

from dndimages.errors import DndImagesError
from dndimages.living import standing_still, unchanging
from gallery import storage
from gallery.models import ImageAsset
from maintenance import refusals
from maintenance.backup import shelf
from maintenance.backup.database import engine
from maintenance.backup.errors import BackupRefused
from maintenance.backup.manifest import MEDIA, SPOOL, Manifest
from maintenance.backup.take import OnStep, take
from maintenance.exitcodes import ExitCode
from maintenance.models import CommandRun
from maintenance.restore import journal as journals
from maintenance.restore import place
from maintenance.restore.journal import Journal
from maintenance.restore.stage import Staged, staged

log = logging.getLogger("maintenance.restore")
#: A backup's own run begins so long before its instant at most.
_OWN = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Restored:
    """``restore_point`` is the backup of the state before; None when there was nothing to keep.
    ``is_cleared``: False when the new state is in place, but what is left over could not be taken away."""

    manifest: Manifest
    restore_point: str | None
    is_cleared: bool


@dataclass(frozen=True)
class Ended:
    """A restore that was interrupted, and is no more. ``switched``: its state is in place; else the one
    before it is."""

    backup: str
    switched: bool


@contextmanager
def at_work() -> Iterator[Ended | None]:
    """For whoever works with backups: one at a time, and only after what killed runs left is in order.
    Gives the restore that was ended for that, if there was one."""
    with shelf.locked():
        ended = finish_unfinished()
        for folder in (shelf.folder(), _beside_pictures()):
            shelf.sweep(folder)
        yield ended


def restore(
    path: Path,
    *,
    now: datetime,
    while_alive: bool = False,
    with_restore_point: bool = True,
    on_step: OnStep | None = None,
) -> Restored:
    """Put the backup at ``path`` in the place of the live data; the caller is `at_work`.

    Raises `BadBackup` or `BackupRefused`, and whatever else fails; then everything is as it was.
    """
    with _alone(while_alive):
        engine().refuse_unready()
        engine().refuse_damaged()
        engine().sweep()
        _refuse_wrong_folder(empty_is_ours=not with_restore_point)
        with (
            shelf.scratch() as folder,
            _staging() as files,
            staged(path, folder=folder, files=files, on_step=on_step) as found,
        ):
            return _replace(found, path.name, now, with_restore_point, on_step)


@contextmanager
def _alone(while_alive: bool) -> Iterator[None]:
    """Holds back servers and workers that want to start, and whoever deletes or brings pictures; refuses
    when some are at it already."""
    with unchanging() as nobody_changes, standing_still() as nobody_lives:
        if not nobody_changes:
            raise BackupRefused(
                "Nothing was changed: a cleanup or an import is at work; try again when it has ended"
            )
        if not while_alive and (not nobody_lives or engine().others_are_connected()):
            raise BackupRefused(
                "Nothing was changed: the service is running. Stop it first, or say --yes: then whatever it"
                " writes from now until the switch is lost"
            )
        yield


def _refuse_wrong_folder(*, empty_is_ours: bool) -> None:
    """Raises `StorageUnavailable` where the pictures' folder is not the one that the database knows."""
    if engine().is_empty() or (empty_is_ours and _is_bare(storage.pictures())):
        storage.prepare_folders(expect_pictures=False)
    refusals.refuse_without_pictures()


def _is_bare(pictures: object) -> bool:
    if not isinstance(pictures, FileSystemStorage):
        return False
    folder = Path(pictures.location)
    return not folder.exists() or not any(folder.iterdir())


def _beside_pictures() -> Path:
    """On the same disk as the pictures, so that a rename puts each file in its place."""
    pictures = storage.pictures()
    return Path(pictures.location) if isinstance(pictures, FileSystemStorage) else shelf.folder()


@contextmanager
def _staging() -> Iterator[Path]:
    """Gone afterwards, unless it is still needed to take something back."""
    path = shelf.new_scratch(_beside_pictures())
    try:
        yield path
    finally:
        if journals.read() is None:
            shelf.discard(path)


def _replace(
    found: Staged, name: str, now: datetime, with_restore_point: bool, on_step: OnStep | None
) -> Restored:
    id = secrets.token_hex(8)
    _mark(found, id, name, now)
    point = None
    if with_restore_point and not engine().is_empty():
        point = take(now=now, before_restore=True, on_step=on_step)
    plan = _plan(found, id, name, point.manifest if point else None)
    os.sync()  # what was staged, and then the note of what happens to it
    journals.write(plan)
    try:
        place.put(plan, found.files)
        place.put_spool(plan)
        found.database.switch(aside=plan.aside)
    except BaseException:
        ended = finish_unfinished()
        # The answer to the commit may be lost on its way, or Ctrl-C come after it: it is done then.
        if ended is None or not ended.switched:
            raise
    return Restored(
        manifest=found.manifest, restore_point=point.name if point else None, is_cleared=_is_cleared()
    )


def _is_cleared() -> bool:
    """The state is in place by now, so no error may say that nothing was done."""
    try:
        finish_unfinished()
    except (DndImagesError, DatabaseError, OSError) as error:
        log.warning("What the restore leaves over is not cleared away: %s", type(error).__name__)
        return False
    return True


def _mark(found: Staged, id: str, name: str, now: datetime) -> None:
    """What the new state shows of its own making; this is how a killed restore is told to have switched."""
    alias = found.database.alias
    _end_runs(found)
    CommandRun.objects.using(alias).create(
        command="restore",
        arguments=name[:500],
        started_at=now,
        finished_at=now,
        exit_code=ExitCode.OK,
        line=_line(id, found.manifest),
    )
    with connections[alias].cursor() as cursor:
        # A process that lives on remembers totals by this stamp, and could have seen the old one.
        cursor.execute("UPDATE gallery_change SET stamp = %s", [f"restore {id}"])
    _purge(found)


def _end_runs(found: Staged) -> None:
    """Those that were at work when the backup was taken will never end; its own run did, since it is here."""
    at = found.manifest.taken_at
    still = CommandRun.objects.using(found.database.alias).filter(exit_code=None)
    own = still.filter(command="backup", started_at__range=(at - _OWN, at))
    own.update(finished_at=at, exit_code=ExitCode.OK, line="Made the backup that was restored.")
    line = "Was at work, or had been killed, when the backup was taken that was restored."
    still.update(finished_at=at, exit_code=ExitCode.INTERRUPTED, line=line)


def _line(id: str, manifest: Manifest) -> str:
    return f"Restored the state of {manifest.taken_at:%Y-%m-%d %H:%M} UTC (restore {id})."


def _purge(found: Staged) -> None:
    """Pictures that were purged while the backup was taken, whose files it could not have any more."""
    for token in found.manifest.purged:
        ImageAsset.objects.using(found.database.alias).filter(token=token).delete()


def _plan(found: Staged, id: str, name: str, point: Manifest | None) -> Journal:
    added, replaced = place.compare(found.manifest, found.files)
    new, before = set(found.manifest.files), sorted(point.files) if point else []
    spooled = place.spooled(found.manifest)
    live = str(connection.settings_dict["NAME"])
    return Journal(
        id=id,
        backup=name,
        staging=str(found.files),
        aside=f"{Path(live).name[:40]}_before_{id[:8]}",
        added=added,
        replaced=replaced,
        spooled=spooled,
        spool_added=place.absent_from_spool(spooled),
        old=[name.removeprefix(MEDIA) for name in before if name.startswith(MEDIA) and name not in new],
        old_spooled=[name.removeprefix(SPOOL) for name in before if name.startswith(SPOOL)],
    )


# ── Ending what was begun ────────────────────────────────────────────────────────────────────────


def finish_unfinished() -> Ended | None:
    """End a restore that was interrupted: forward when it had switched, else back. None: there was none.
    The caller holds `shelf.locked`.

    Each step may be done twice; the journal goes last.
    """
    left = journals.read()
    if left is None:
        return None
    switched = _has_switched(left)
    if switched:
        _go_forward(left)
    elif not engine().is_empty():
        place.take_back(left)
    else:
        _go_back_to_nothing(left)
    place.clear_staging(left)
    journals.remove()
    return Ended(left.backup, switched)


def _has_switched(left: Journal) -> bool:
    connection.close()
    if engine().is_empty():
        return False
    return CommandRun.objects.filter(command="restore", line__contains=f"(restore {left.id})").exists()


def _go_forward(left: Journal) -> None:
    # The next start looks at everything anew, as after a migration.
    (Path(settings.DATA_DIR) / ".run" / "migrated").unlink(missing_ok=True)
    place.put_again(left)
    place.put_spool(left)
    place.clear_old(left)
    engine().drop_aside(left.aside)
    log.info("The restore of %s is complete", left.backup)


def _go_back_to_nothing(left: Journal) -> None:
    """There was no service here before, so no row can name these files."""
    storage.delete(storage.pictures(), *left.added)
    storage.delete(storage.spool(), *left.spool_added)
