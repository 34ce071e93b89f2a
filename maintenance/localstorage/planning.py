"""What a dry run would have stored, so that it says of later entries what the run would say of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gallery.models import ImageAsset
from maintenance.localstorage import storing
from maintenance.localstorage.entries import Entry
from scenes import imported


@dataclass
class Row:
    """A picture of the gallery as a dry run would have left it."""

    is_featured: bool
    is_trashed: bool = False

    def unlike(self, entry: Entry) -> tuple[str, ...]:
        return (storing.NOT_FEATURED,) if entry.featured and not self.is_featured else ()


@dataclass
class Plan:
    """What a dry run would have stored so far, for those entries that come after."""

    #: By id, or by type, name and digest of one that has none yet.
    rows: dict[object, Row] = field(default_factory=dict)
    #: Scenes that would show a picture by now, and those of them that another one would not replace.
    shown: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    featured: set[tuple[str, str]] = field(default_factory=set)

    def row_of(self, entry: Entry, sha256: str, here: ImageAsset | None) -> Row | None:
        """The picture that an entry means, as far as it would be here by now."""
        if here is None:
            return self.rows.get(_same(entry, sha256))
        return self.rows.setdefault(here.pk, Row(here.is_featured, here.deleted_at is not None))

    def add(self, entry: Entry, sha256: str, row: Row) -> None:
        self.rows[_same(entry, sha256)] = row

    def feature(self, entry: Entry) -> bool:
        """Make its picture the featured one of its subject; false where another one is, or would be."""
        subject = (entry.subject_type, entry.subject_name)
        if subject in self.featured or storing.has_featured(entry):
            return False
        self.featured.add(subject)
        return True

    def is_shown(self, entry: Entry) -> bool:
        """Whether its scene has, or would have, a picture; true for what is no scene."""
        return entry.scene is None or entry.scene.key in self.shown or storing.is_shown(entry)

    def show(self, entry: Entry, here: ImageAsset | None, *, now: datetime) -> bool:
        """As `storing.show`."""
        if entry.scene is None:
            return True
        if entry.scene.key in self.fresh or imported.fresh_others(entry.scene.key, here, now=now).exists():
            return False
        self.shown.add(entry.scene.key)
        self.fresh.add(entry.scene.key)
        return True

    def restore(self, entry: Entry, here: ImageAsset, *, now: datetime) -> bool:
        """As `storing.restore`: its own scene, and whether that shows it; others have it again as well."""
        is_shown = self.show(entry, here, now=now)
        for scene in here.scenes.all():
            self.shown.add(scene.key)
            if scene.expires_at > now:
                self.fresh.add(scene.key)
        return is_shown


def _same(entry: Entry, sha256: str) -> tuple[str, str, str]:
    return entry.subject_type, entry.subject_name, sha256
