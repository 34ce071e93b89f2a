"""What is found in a dump: pictures with their labels, and what cannot be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dndimages.errors import DndImagesError
from scenes.keys import SceneSpec


class Unusable(DndImagesError):
    """This entry cannot be taken; the message is the one plain reason. It holds nothing of a value."""

    kind = "invalid"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One picture in a dump. ``key`` says where it stands, ``picture`` is its text as it is there.

    ``created_at`` None: no usable time was given. ``scene``: the place that it shows.
    """

    key: str
    picture: object
    subject_type: str
    subject_name: str
    component: str
    prompt: str = ""
    custom_prompt: str | None = None
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    use_count: int = 1
    featured: bool = False
    scene: SceneSpec | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bad:
    """An entry that cannot be taken, and why."""

    key: str
    reason: str


@dataclass
class Found:
    """All of a dump: ``ignored`` counts the keys that are none of ours."""

    entries: list[Entry] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    ignored: int = 0

    @property
    def total(self) -> int:
        return len(self.entries) + len(self.bad)
