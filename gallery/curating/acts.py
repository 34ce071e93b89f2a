"""Acts of a curator on one picture, refused when somebody else has changed it since it was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from dndimages.errors import DndImagesError, Invalid
from gallery import curation, images, undoing
from gallery.errors import ImageNotFound
from gallery.models import CurationAct, ImageAsset
from gallery.querysets import ImageQuerySet

Verb = CurationAct.Verb
VERBS = ("feature", "unfeature", "rate", "tag", "trash")
#: All but tagging: tags are made before anything is locked, and those of two curators add up.
_LOOKED_AT = {"feature", "unfeature", "rate", "trash"}
#: As far back as undo reaches without being told which act, and as the page's tally counts.
SITTING = timedelta(hours=12)
_MOST_ACTS = 1_000
#: So many acts that have changed since are passed over, to find one that can be taken back.
_MOST_PASSED = 50


class ChangedMeanwhile(DndImagesError):
    kind = "changed_meanwhile"
    status = 409
    message = "Somebody else has changed this picture since you saw it; nothing was done. Look, then decide"


class NothingToUndo(DndImagesError):
    kind = "nothing_to_undo"
    status = 404
    message = "There is nothing of yours to take back"


@dataclass(frozen=True)
class Seen:
    """What the curator saw when deciding: which picture of the subject is featured, and the stars."""

    featured_id: int | None
    rating: int | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One act on one picture. ``seen`` None: whatever it is like by now."""

    verb: str
    image_id: int
    stars: int | None = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    seen: Seen | None = None


@dataclass(frozen=True)
class Undone:
    """What became of an act; ``passed``: later ones that could not be taken back before it."""

    act: CurationAct
    pictures: undoing.Undone
    passed: int = 0


def act(wanted: Wanted, *, by: AbstractBaseUser, now: datetime) -> CurationAct:
    """Do it, recorded so that it can be taken back; an act without changes found it done already.

    Raises `ImageNotFound` (also for one in the trash), `ChangedMeanwhile`, `Invalid`.
    """
    with transaction.atomic():
        if wanted.verb in _LOOKED_AT:
            _look(wanted)
        done = _do(wanted, by=by, now=now)
        if not done.changes and not _visible(wanted.image_id).exists():
            raise ImageNotFound
        return done


def _look(wanted: Wanted) -> None:
    """Before the act, and under its own lock: whether the picture is as it was seen."""
    curation.lock(Verb(wanted.verb), [wanted.image_id])
    image = _visible(wanted.image_id).first()
    if image is None:
        raise ImageNotFound
    if wanted.seen is not None:
        _refuse_if_changed(image, wanted.verb, wanted.seen)


def _visible(image_id: int) -> ImageQuerySet:
    return ImageAsset.objects.visible().filter(pk=image_id)


def _refuse_if_changed(image: ImageAsset, verb: str, seen: Seen) -> None:
    if verb in ("rate", "trash") and image.rating != seen.rating:
        raise ChangedMeanwhile
    if verb == "trash" and image.is_featured != (seen.featured_id == image.pk):
        raise ChangedMeanwhile
    if verb in ("feature", "unfeature"):
        rivals = images.featured_rivals(image).values_list("pk", flat=True)
        featured_id = image.pk if image.is_featured else rivals.first()
        if featured_id != seen.featured_id:
            raise ChangedMeanwhile


def _do(wanted: Wanted, *, by: AbstractBaseUser, now: datetime) -> CurationAct:
    ids = [wanted.image_id]
    if wanted.verb in ("feature", "unfeature"):
        return curation.feature(ids, to=wanted.verb == "feature", by=by, now=now)
    if wanted.verb == "rate":
        return curation.rate(ids, stars=wanted.stars, by=by, now=now)
    if wanted.verb == "trash":
        return curation.trash(ids, by=by, now=now)
    if wanted.verb != "tag":
        raise Invalid.at("body", "act", msg=f"must be one of: {', '.join(VERBS)}")
    if not wanted.add and not wanted.remove:
        raise Invalid.at("body", "tag", msg="must name a tag to add or to remove")
    return curation.tag(ids, add=wanted.add, remove=wanted.remove, by=by, now=now)


# ── Taking back ──────────────────────────────────────────────────────────────────────────────────


def undo(act_id: int | None, *, by: AbstractBaseUser, now: datetime) -> Undone:
    """Take this act of theirs back; without a number the last one of this sitting that still is as
    it left its pictures, at least in part.

    Raises `NothingToUndo`, also for an act of somebody else or one that is taken back already.
    """
    open_acts = _open_acts(by).filter(pk=act_id) if act_id is not None else _sitting(by, now)
    in_vain: list[Undone] = []
    for act in open_acts.order_by("-pk")[:_MOST_PASSED]:
        pictures = undoing.undo(act, now=now)
        if pictures is None:  # in another window, this very moment
            continue
        undone = Undone(act, pictures, passed=len(in_vain))
        if pictures.put_back:
            return undone
        in_vain.append(undone)
    if not in_vain:
        raise NothingToUndo
    return in_vain[0]


def _sitting(by: AbstractBaseUser, now: datetime) -> QuerySet[CurationAct]:
    return _open_acts(by).filter(made_at__gte=now - SITTING)


def _open_acts(by: AbstractBaseUser) -> QuerySet[CurationAct]:
    return CurationAct.objects.filter(curator_id=by.pk, undone_at=None)


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────


def tally(*, by: AbstractBaseUser, now: datetime) -> dict[str, int]:
    """What they did in this sitting and did not take back, the latest thousand acts at most."""
    latest = _open_acts(by).order_by("-pk").values("verb", "made_at")[:_MOST_ACTS]
    verbs = Counter(act["verb"] for act in latest if act["made_at"] >= now - SITTING)
    return {
        "done": verbs.total(),
        "featured": verbs[Verb.FEATURE],
        "rated": verbs[Verb.RATE],
        "trashed": verbs[Verb.TRASH],
    }


def told(act: CurationAct) -> str:
    """What an act did, as the page says it: "Rated 3 stars"."""
    pictures = len({change["id"] for change in act.changes})
    some = "" if pictures < 2 or act.verb == Verb.FEATURE else f": {pictures} pictures"
    return f"{_what(act)}{some}"


def _what(act: CurationAct) -> str:
    change = act.changes[-1] if act.changes else None
    if act.verb == Verb.RATE and change:
        return _rated(change["after"])
    if act.verb == Verb.TAG and change:
        return _tagged(set(change["before"]), set(change["after"]))
    return str(act.get_verb_display()).capitalize()


def _rated(stars: int | None) -> str:
    return "Took the stars away" if stars is None else f"Rated {stars} star{'' if stars == 1 else 's'}"


def _tagged(before: set[str], after: set[str]) -> str:
    told = [
        *([f"Tagged {', '.join(sorted(after - before))}"] if after - before else []),
        *([f"Took the tag {', '.join(sorted(before - after))} away"] if before - after else []),
    ]
    return "; ".join(told)


def told_undone(undone: Undone) -> str:
    """What taking back did, and what it left alone."""
    pictures, what = undone.pictures, told(undone.act)
    if not pictures.put_back:
        return f"Not taken back: {what}. It has changed since, so it stays as it is"
    done = "Taken back" if pictures.whole else "Taken back in part"
    return ". ".join([f"{done}: {what[:1].lower()}{what[1:]}", *_told_left(pictures), *_told_passed(undone)])


def _told_left(pictures: undoing.Undone) -> list[str]:
    told = []
    if pictures.partly:
        told.append(
            f"{f'{pictures.partly} in part only: t' if pictures.whole else 'T'}he rest has changed since"
        )
    if pictures.left:
        has, they = ("has", "stays as it is") if pictures.left == 1 else ("have", "stay as they are")
        told.append(f"{pictures.left} {has} changed since and {they}")
    return told


def _told_passed(undone: Undone) -> list[str]:
    if not undone.passed:
        return []
    if undone.passed == 1:
        return ["A later act of yours stays: it has changed since"]
    return [f"{undone.passed} later acts of yours stay: they have changed since"]
