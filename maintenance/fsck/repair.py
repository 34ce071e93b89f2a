"""Mending what a check found: parts are made again, a lost picture is looked for in the backups, the
rest goes into quarantine. Each thing is looked at once more before it is touched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.core.files.storage import Storage

from dndimages.errors import DndImagesError
from gallery import files, imaging, storage
from gallery.errors import ImageRejected
from gallery.generation import recovery, service
from gallery.models import ImageAsset, Job, JobState
from maintenance.backup.pictures import job_of
from maintenance.fsck.examine import belongs, is_as_stored
from maintenance.fsck.finding import Finding, Kind
from maintenance.fsck.salvage import salvaged

log = logging.getLogger("maintenance.fsck")


def repair(findings: Iterable[Finding], *, now: datetime) -> None:
    """Mark what was mended as ``repaired``. The caller holds the lock of backups and restores."""
    found = list(findings)
    # Full pictures before their parts, which are made from them.
    for finding in sorted(found, key=lambda finding: finding.kind not in _OF_PICTURES):
        finding.repaired = _mended(finding, now)


def _mended(finding: Finding, now: datetime) -> bool:
    """What fails is left for the next run, and does not keep the others from being mended."""
    try:
        return _MENDERS[finding.kind](finding, now)
    except DndImagesError as error:
        log.warning("%s %s is not repaired: %s", finding.kind, finding.name, error.message)
        return False


def _mend_picture(finding: Finding, now: datetime) -> bool:
    row = _row(finding)
    if row is None or is_as_stored(finding.name, row.sha256):
        return True
    if finding.kind == Kind.DAMAGED_PICTURE:
        _quarantine(finding, now)
    data = salvaged(finding.name, row.sha256)
    if data is None:
        return False  # its row stays, and a placeholder is served
    storage.write(storage.pictures(), finding.name, data)
    return True


def _mend_part(finding: Finding, now: datetime) -> bool:
    row = _row(finding)
    if row is None:
        return True
    full = storage.read(storage.pictures(), row.storage_path_full)
    data = _made_again(row, full, finding.name) if full is not None else None
    if finding.kind == Kind.DAMAGED_PART:
        _quarantine(finding, now)
    if data is None:
        return False
    storage.write(storage.pictures(), finding.name, data)
    return True


def _row(finding: Finding) -> ImageAsset | None:
    return ImageAsset.objects.filter(token=finding.token).order_by("pk").first()


def _made_again(row: ImageAsset, full: bytes, name: str) -> bytes | None:
    """The file of this name, from the full picture; None when that one is not readable."""
    provenance = imaging.Provenance(model=row.model, source=row.source, created_at=row.created_at)
    try:
        picture = imaging.prepare(
            full,
            quality=settings.WEBP_QUALITY,
            thumbnail=settings.THUMBNAIL_SIZE,
            max_bytes=settings.MAX_IMAGE_SIZE_MB * 2**20,
            provenance=provenance,
            widths=row.widths,  # other versions chose others
        )
    except ImageRejected:
        return None
    parts = {files.width_path(row.token, part.width): part.data for part in picture.widths}
    return (parts | {row.storage_path_thumbnail: picture.thumbnail.data}).get(name)


def _mend_orphan(finding: Finding, now: datetime) -> bool:
    return belongs(finding.name) or _quarantine(finding, now)


def _quarantine(finding: Finding, now: datetime) -> bool:
    return _set_aside(storage.pictures(), finding, now)


def _set_aside(where: Storage, finding: Finding, now: datetime) -> bool:
    name = f"quarantine/{_folder(now)}/{finding.kind}/{finding.name}"
    is_moved = storage.set_aside(where, finding.name, name)
    finding.aside = name if is_moved else ""
    return is_moved


def _folder(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _mend_job(finding: Finding, now: datetime) -> bool:
    recovery.sweep(now=now)
    return not Job.objects.abandoned(now=now).filter(pk=finding.name).exists()


def _clear_spool(finding: Finding, now: datetime) -> bool:
    job = Job.objects.filter(pk=job_of(finding.name), state=JobState.DONE).first()
    if job is not None:
        service.clear_away(job)
    return not storage.spool().exists(finding.name)


def _mend_spool(finding: Finding, now: datetime) -> bool:
    if Job.objects.filter(pk=job_of(finding.name)).exists():
        return True
    return _set_aside(storage.spool(), finding, now)


def _leave(finding: Finding, now: datetime) -> bool:
    """For a person to look at."""
    return False


def _is_ended(finding: Finding, now: datetime) -> bool:
    """Whoever takes the lock ends what was interrupted."""
    return True


_OF_PICTURES = (Kind.MISSING_PICTURE, Kind.DAMAGED_PICTURE)
_MENDERS: dict[Kind, Callable[[Finding, datetime], bool]] = {
    Kind.MISSING_PICTURE: _mend_picture,
    Kind.DAMAGED_PICTURE: _mend_picture,
    Kind.MISSING_PART: _mend_part,
    Kind.DAMAGED_PART: _mend_part,
    Kind.NO_ROW: _mend_orphan,
    Kind.STALE_JOB: _mend_job,
    Kind.SPOOL_OF_DONE_JOB: _clear_spool,
    Kind.SPOOL_OF_NO_JOB: _mend_spool,
    Kind.SPOOL_UNUSED: _leave,
    Kind.UNFINISHED_RESTORE: _is_ended,
}
