"""What several hosts share: Redis, and the bucket of the backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from dndimages.plural import counted
from gallery.errors import StorageUnavailable
from maintenance import standing
from maintenance.backup import remote
from maintenance.doctor.finding import Finding, error, ok, warning


def limits_are_counted(now: datetime) -> Iterator[Finding]:
    found = standing.cache()
    if found["status"] == "error":
        says = "rate limits cannot be counted, so nothing is generated"
        yield error("cache", says, "is DATA_DIR/cache writable, and the disk not full?")
    elif found["status"] == "fallback":
        says = "Redis does not answer; each host counts rate limits for itself"
        yield warning("cache", says, "is Redis running, and REDIS_URL right?")
    else:
        yield ok("cache", f"rate limits are counted ({found['kind']})")


def backup_bucket_answers(now: datetime) -> Iterator[Finding]:
    if not settings.BACKUP_S3_BUCKET:
        return
    try:
        number = len(remote.kept())
    except StorageUnavailable:
        todo = "check BACKUP_S3_BUCKET, S3_ENDPOINT_URL and the S3 keys"
        yield error("backup bucket", "it does not answer or does not let us in", todo)
        return
    yield ok("backup bucket", f"it answers; {counted(number, 'backup')} there")
