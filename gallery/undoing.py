"""Taking back what curators did: what is still as an act left it becomes what it was before; what has
been changed since stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction

from gallery import curation, images
from gallery.curation import Change
from gallery.errors import ImageNotFound
from gallery.models import CurationAct, ImageAsset


@dataclass(frozen=True, kw_only=True)
class Undone:
    """How many pictures are as they were before an act, how many but in part, and how many stay as
    they are, since they have been changed after it."""

    whole: int = 0
    partly: int = 0
    left: int = 0

    @property
    def put_back(self) -> int:
        return self.whole + self.partly


class Back(Enum):
    """How far one change is taken back."""

    WHOLE = "whole"
    PARTLY = "partly"
    NOT = "not"


def undo(act: CurationAct, *, now: datetime) -> Undone | None:
    """Take an act back. Where nothing can be put back, it may be tried again later. An act is undone
    once: whoever comes second changes nothing and is given None."""
    with transaction.atomic():
        if not CurationAct.objects.filter(pk=act.pk, undone_at=None).update(undone_at=now):
            return None
        changes = _with_tags_of_today(act.changes)
        curation.make_tags(
            {name for change in changes if change["what"] == "tags" for name in change["before"]}
        )
        curation.lock(curation.Verb(act.verb), {change["id"] for change in act.changes})
        undone = _put_all_back(changes)
        if not undone.put_back:
            transaction.set_rollback(True)  # as if nobody had tried
        return undone


def _with_tags_of_today(changes: Sequence[Change]) -> list[Change]:
    """Of tags no more than what differs, spelled as by now: a tag may have been given other capitals since."""
    of_tags = [change for change in changes if change["what"] == "tags"]
    now = curation.spelled_as_kept(
        {name for change in of_tags for name in {*change["before"]} ^ {*change["after"]}}
    )

    def today(change: Change) -> Change:
        before, after = set(change["before"]), set(change["after"])
        return change | {
            "before": [now[name] for name in sorted(before - after)],
            "after": [now[name] for name in sorted(after - before)],
        }

    return [today(change) if change["what"] == "tags" else change for change in changes]


def _put_all_back(changes: Sequence[Change]) -> Undone:
    """Backwards: whoever stepped back for another is featured again after that one no longer is."""
    backs: defaultdict[int, set[Back]] = defaultdict(set)
    for change in reversed(changes):
        backs[change["id"]].add(_put_back(change))
    whole = sum(back == {Back.WHOLE} for back in backs.values())
    left = sum(back == {Back.NOT} for back in backs.values())
    return Undone(whole=whole, partly=len(backs) - whole - left, left=left)


def _put_back(change: Change) -> Back:
    try:
        return _PUT_BACK[change["what"]](change["id"], change["before"], change["after"])
    except ImageNotFound:
        return Back.NOT


def _put_back_featured(pk: int, before: bool, after: bool) -> Back:
    image = images.locked_with_rivals(pk)
    if image.is_featured != after:
        return Back.NOT
    if image.deleted_at is not None:  # in the trash the mark only waits for its return
        ImageAsset.objects.filter(pk=pk).update(is_featured=before)
        return Back.WHOLE
    if before and images.featured_rivals(image).exists():
        return Back.NOT  # somebody has featured another one since
    images.feature(pk, to=before)
    return Back.WHOLE


def _put_back_trash(pk: int, before: str | None, after: str | None) -> Back:
    image = images.locked_with_rivals(pk)
    if (curation.moment(image.deleted_at) if image.deleted_at else None) != after:
        return Back.NOT
    if before is not None:
        images.trash(pk, now=datetime.fromisoformat(before))  # its days in the trash go on counting
        return Back.WHOLE
    restored = images.restore(pk)
    return Back.WHOLE if restored.is_featured == image.is_featured else Back.PARTLY


def _put_back_rating(pk: int, before: int | None, after: int | None) -> Back:
    rows = ImageAsset.objects.filter(pk=pk, rating=after).update(rating=before)
    return Back.WHOLE if rows else Back.NOT


def _put_back_tags(pk: int, before: list[str], after: list[str]) -> Back:
    image = curation.locked(pk, among=ImageAsset.objects.all())  # also in the trash
    gone, added = set(before) - set(after), set(after) - set(before)
    now = set(image.tags.values_list("name", flat=True))
    wanted = (now | gone) - added
    curation.set_tags(image, now, wanted)
    if now == wanted:
        return Back.NOT
    return Back.WHOLE if added <= now else Back.PARTLY  # it may stand there under another name


_PUT_BACK: dict[str, Callable[[int, Any, Any], Back]] = {
    "is_featured": _put_back_featured,
    "deleted_at": _put_back_trash,
    "rating": _put_back_rating,
    "tags": _put_back_tags,
}
