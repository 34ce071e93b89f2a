"""All entries of a dump, one after the other, each for itself: a bad one never costs its neighbours.

Pictures are prepared by two threads a few entries ahead; everything that touches the database or decides
stays in the caller's thread, in the order of the dump. Entries that are here already are not prepared.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count

from dndimages.errors import DndImagesError
from gallery import imaging, storage
from gallery.imaging.decode import decode
from gallery.imaging.fingerprint import sha256_hex
from gallery.models import ImageAsset, Source
from maintenance.localstorage import pictures, storing
from maintenance.localstorage.entries import Bad, Entry, Found
from maintenance.localstorage.planning import Plan, Row
from maintenance.localstorage.report import Outcome, Report, Verdict

log = logging.getLogger("maintenance.import")
THREADS = 2  # as many as imaging lets work at once
AHEAD = 4  # entries whose bytes are held at once
_NO_DATABASE = "It could not be stored: the database did not answer. Import again for it"
OnStep = Callable[[int, int], None]


#: Width and height in pixels of what an entry holds, and what is to be stored of it; nothing in a dry run.
Prepared = tuple[int, int, imaging.Picture | None]


@dataclass(frozen=True)
class Looked:
    """An entry's bytes, and what is known of them before they are decoded."""

    entry: Entry
    sha256: str = ""
    bytes: int = 0
    here: ImageAsset | None = None
    prepared: Future[Prepared] | None = None  # where it is not here yet
    error: str = ""

    @property
    def size_px(self) -> tuple[int, int]:
        """As far as it could be decoded."""
        if self.here is not None:
            return self.here.width, self.here.height
        if self.prepared is None or self.prepared.exception() is not None:
            return 0, 0
        return self.prepared.result()[:2]


def take(found: Found, *, now: datetime, dry_run: bool = False, on_step: OnStep | None = None) -> Report:
    """Store what is found, or only say what would be stored. Running it again changes nothing.

    Raises `StorageUnavailable` or `StorageFull` before anything is stored. ``on_step(done, total)`` is told
    of each entry.
    """
    if not dry_run:
        storage.check_room()
    run = _Run(now=now, dry_run=dry_run, trash=storing.in_trash())
    report = Report(ignored=found.ignored, dry_run=dry_run, outcomes=[_bad(one) for one in found.bad])
    with ThreadPoolExecutor(THREADS, thread_name_prefix="import") as pool:
        for looked in run.looked_at(pool, found.entries):
            report.outcomes.append(run.outcome(looked))
            if on_step is not None:
                on_step(len(report.outcomes), found.total)
    report.remarks += _over_limit(report)
    return report


@dataclass
class _Run:
    now: datetime
    dry_run: bool
    trash: frozenset[str]
    #: What a dry run would have stored so far.
    plan: Plan = field(default_factory=Plan)

    def looked_at(self, pool: ThreadPoolExecutor, entries: list[Entry]) -> Iterator[Looked]:
        """Each entry in its order, looked at some steps ahead of its turn."""
        ahead: deque[Looked] = deque()
        for entry in entries:
            ahead.append(self._look(pool, entry))
            if len(ahead) > AHEAD:
                yield ahead.popleft()
        yield from ahead

    def _look(self, pool: ThreadPoolExecutor, entry: Entry) -> Looked:
        try:
            data = pictures.bytes_of(entry.picture)
            sha256 = sha256_hex(data)
            here = storing.find_same(entry, sha256, trash=self.trash)
        except DndImagesError as error:
            return Looked(entry, error=error.message)
        except DatabaseError as error:
            return Looked(entry, error=unstored(error))
        work = partial(_try, data) if self.dry_run else partial(_prepare, data, self.now)
        prepared = pool.submit(work) if here is None else None
        return Looked(entry, sha256, len(data), here, prepared)

    def outcome(self, looked: Looked) -> Outcome:
        """What becomes of the entry. Its turn has come: those before it are stored."""
        try:
            if looked.error:
                return _told(looked, Verdict.ERROR, looked.error)
            return self._planned(looked) if self.dry_run else self._stored(looked)
        except DndImagesError as error:
            return _told(looked, Verdict.ERROR, error.message)
        except DatabaseError as error:
            return _told(looked, Verdict.ERROR, unstored(error))

    def _stored(self, looked: Looked) -> Outcome:
        entry, here = looked.entry, looked.here
        if looked.prepared is not None and (picture := looked.prepared.result()[2]) is not None:
            try:
                notes = storing.store(entry, picture, now=self.now)
                return _told(looked, Verdict.NEW, *notes)
            except storing.AlreadyHere:
                here = storing.find_same(entry, looked.sha256, trash=frozenset([looked.sha256]))
        if here is not None and here.deleted_at is not None:  # an entry before this one may have restored it
            here = ImageAsset.objects.filter(pk=here.pk).first()
        if here is None:  # purged at this moment
            return _told(looked, Verdict.ERROR, "It was removed while it was imported. Import again for it")
        if here.deleted_at is not None:
            here, restored = storing.restore(entry, here, now=self.now)
            return _told(looked, Verdict.RESTORED, *restored, *Row(here.is_featured).unlike(entry))
        notes = Row(here.is_featured).unlike(entry)
        if storing.is_shown(entry):
            return _told(looked, Verdict.HERE, *notes)
        storing.show(entry, here, now=self.now)
        return _told(looked, Verdict.NEW, *notes)

    def _planned(self, looked: Looked) -> Outcome:
        """What `_stored` would say. Nothing is encoded, so a picture that would have to be made smaller, or
        cannot be made small enough, is told as it is."""
        entry, plan = looked.entry, self.plan
        if looked.prepared is not None:
            looked.prepared.result()  # raises what is wrong with it
        row = plan.row_of(entry, looked.sha256, looked.here)
        if row is None:
            notes = [] if entry.created_at else [storing.NO_TIME]
            featured = entry.featured and plan.feature(entry)
            notes += [storing.OTHER_FEATURED] if entry.featured and not featured else []
            notes += [] if plan.show(entry, None, now=self.now) else [storing.OTHER_SHOWN]
            plan.add(entry, looked.sha256, Row(featured))
            return _told(looked, Verdict.NEW, *notes)
        if row.is_trashed and looked.here is not None:
            row.is_trashed = False
            row.is_featured = row.is_featured and plan.feature(entry)  # it steps back for another one
            other_shown = [] if plan.restore(entry, looked.here, now=self.now) else [storing.OTHER_SHOWN]
            return _told(looked, Verdict.RESTORED, storing.RESTORED, *other_shown, *row.unlike(entry))
        if plan.is_shown(entry):
            return _told(looked, Verdict.HERE, *row.unlike(entry))
        plan.show(entry, looked.here, now=self.now)
        return _told(looked, Verdict.NEW, *row.unlike(entry))


def _try(data: bytes) -> Prepared:
    return (*decode(data).size, None)


def _prepare(data: bytes, now: datetime) -> Prepared:
    picture = imaging.prepare(
        data,
        quality=settings.WEBP_QUALITY,
        thumbnail=settings.THUMBNAIL_SIZE,
        max_bytes=settings.MAX_IMAGE_SIZE_MB * 1024 * 1024,
        provenance=imaging.Provenance(model="", source=Source.IMPORTED, created_at=now),
    )
    return picture.width, picture.height, picture


def _told(looked: Looked, verdict: Verdict, *notes: str) -> Outcome:
    entry, (width, height) = looked.entry, looked.size_px
    return Outcome(
        key=entry.key,
        kind="scene" if entry.subject_type == "scene" else "item",
        name=entry.subject_name,
        verdict=verdict,
        notes=notes if verdict in (Verdict.ERROR, Verdict.HERE) else (*notes, *entry.notes),
        bytes=looked.bytes,
        width=width,
        height=height,
    )


def _bad(one: Bad) -> Outcome:
    return Outcome(key=one.key, kind="", name="", verdict=Verdict.ERROR, notes=(one.reason,))


def unstored(error: DatabaseError) -> str:
    """The reason to tell; what the database said may hold values of the dump, so it is not logged."""
    log.warning("An entry could not be stored: %s", type(error).__name__)
    return _NO_DATABASE


def _over_limit(report: Report) -> list[tuple[str, str]]:
    """Items with more pictures than may be made anew: all are taken, and it is said."""
    brought = [
        one
        for one in report.outcomes
        if one.kind == "item" and one.verdict in (Verdict.NEW, Verdict.RESTORED)
    ]
    new = {one.name for one in brought if one.verdict == Verdict.NEW}
    coming = Counter(one.name for one in brought if report.dry_run)
    names, most, remarks = sorted(new), settings.MAX_IMAGES_PER_ITEM, []
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        items = ImageAsset.objects.visible().filter(subject_type="item", subject_name__in=some)
        rows = items.order_by().values_list("subject_name").annotate(number=Count("pk"))
        here: dict[str, int] = dict(rows)
        numbers = {name: here.get(name, 0) + coming[name] for name in some}
        remarks += [
            (name, f"It has {number} pictures, more than MAX_IMAGES_PER_ITEM ({most}); all are taken")
            for name, number in numbers.items()
            if number > most
        ]
    return remarks
