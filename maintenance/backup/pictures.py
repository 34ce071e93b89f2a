"""Which files belong to a state of the database, and reading them wherever they lie."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models import Sum

from gallery import files, storage
from gallery.models import ImageAsset, Job, JobState
from maintenance.backup.errors import BackupRefused

#: Thumbnail and narrower files beside a full one, where asking for their size would cost a request each.
_BESIDE = 1.0


@dataclass(frozen=True, slots=True)
class Named:
    """The files of one token. ``sha256`` is that of the full one, as it was stored."""

    token: str
    widths: tuple[int, ...]
    sha256: str

    @property
    def names(self) -> list[str]:
        return files.all_paths(self.token, self.widths)


def named(alias: str) -> list[Named]:
    """What rows name, each token once: rows with the same bytes share their files."""
    rows = ImageAsset.objects.using(alias).order_by("pk").values_list("token", "widths", "sha256")
    found: dict[str, Named] = {}
    for token, widths, sha256 in rows.iterator(chunk_size=2_000):
        found.setdefault(token, Named(token, tuple(widths), sha256))
    return list(found.values())


def is_purged(token: str) -> bool:
    """Whether the live database does not know it any more."""
    return not ImageAsset.objects.filter(token=token).exists()


def missed(names: Sequence[str]) -> list[str]:
    """Of missing files those that somebody misses: not of a picture that was moved to the trash."""
    tokens = {name: files.token_in(name) or "" for name in names}
    wanted = ImageAsset.objects.filter(deleted_at=None)
    found: set[str] = set()
    for start in range(0, len(names), 500):
        some = [tokens[name] for name in names[start : start + 500]]
        found.update(wanted.filter(token__in=some).values_list("token", flat=True))
    return [name for name in names if tokens[name] in found]


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a live file; None where asking would cost a request."""

    size: int | None
    modified_ns: int | None


def facts(name: str) -> Facts | None:
    """None when the file is not there."""
    pictures = storage.pictures()
    if not isinstance(pictures, FileSystemStorage):
        return Facts(None, None)
    try:
        found = Path(pictures.path(name)).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Facts(found.st_size, found.st_mtime_ns)


def estimate_bytes(all_named: list[Named], alias: str) -> int:
    if storage.is_local(storage.pictures()):
        found = (facts(name) for entry in all_named for name in entry.names)
        return sum(one.size or 0 for one in found if one is not None)
    full = ImageAsset.objects.using(alias).aggregate(size=Sum("file_size_bytes", default=0))["size"]
    return int(full * (1 + _BESIDE))


def copy_spool(into: Path) -> None:
    """Bytes that are paid for and no picture yet. Called before and after the database's instant: they
    come and go while jobs run."""
    into.mkdir(mode=0o700, exist_ok=True)
    for name in spool_names():
        data = storage.read(storage.spool(), name)
        if data is not None and not (into / name).exists():
            (into / name).write_bytes(data)


def spool_names() -> list[str]:
    """The files of the spool, without unfinished ones."""
    with storage.told_as_ours():
        _, names = storage.spool().listdir("")
    return sorted(name for name in names if files.token_in(files.full_path(name)) is not None)


def job_of(name: str) -> uuid.UUID:
    """The job whose bytes a file of the spool holds."""
    return uuid.UUID(name.partition("-")[0])


def wanted_spool(alias: str, copied: Path) -> Iterator[str]:
    """Of what was copied: the bytes of jobs whose picture is not made at the database's instant."""
    names = sorted(path.name for path in copied.iterdir())
    ids = {name: job_of(name) for name in names}
    unmade = Job.objects.using(alias).filter(pk__in=ids.values()).exclude(state=JobState.DONE)
    waiting = set(unmade.values_list("pk", flat=True))
    return (name for name in names if ids[name] in waiting)


def refuse_without_room(folder: Path, *, needed: int) -> None:
    """Raises `BackupRefused` when so many bytes would leave less than MIN_FREE_DISK_MB."""
    free = shutil.disk_usage(folder).free - settings.MIN_FREE_DISK_MB * 2**20
    if needed > free:
        raise BackupRefused(
            f"Nothing was done: this needs about {needed / 2**20:,.0f} MB, and only"
            f" {max(free, 0) / 2**20:,.0f} MB may be used (MIN_FREE_DISK_MB stays free)"
        )
