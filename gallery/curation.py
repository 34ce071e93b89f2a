"""What curators do to pictures, each act recorded so that it can be taken back.

Every act is one `CurationAct`: for each picture that it changed the state before and after. Pictures
that the act does not fit (in the trash, gone, as wanted already) are left alone; an act that changes
nothing is given back unsaved. `gallery.undoing` takes acts back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import QuerySet

from dndimages.errors import Invalid
from gallery import images
from gallery.errors import ImageNotFound
from gallery.models import CurationAct, ImageAsset, Tag
from gallery.querysets import ImageQuerySet

Verb = CurationAct.Verb
MOST_STARS = 5
MOST_TAGS = 20
Change = dict[str, Any]
#: These look at the other pictures of a subject, too.
_TOUCH_RIVALS = {Verb.FEATURE, Verb.UNFEATURE, Verb.TRASH, Verb.RESTORE}
#: What no database of ours takes: NUL, and half a surrogate pair.
_BROKEN = re.compile("[\x00\ud800-\udfff]")


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


def feature(ids: Iterable[int], *, to: bool, by: AbstractBaseUser, now: datetime) -> CurationAct:
    """Make them the featured pictures of their subjects, or no longer. A picture that steps back for
    one of them is part of the act."""
    return _record(Verb.FEATURE if to else Verb.UNFEATURE, ids, lambda pk: _feature(pk, to=to), by, now)


def trash(ids: Iterable[int], *, by: AbstractBaseUser, now: datetime) -> CurationAct:
    """Move them to the trash."""
    return _record(Verb.TRASH, ids, lambda pk: _trash(pk, now=now), by, now)


def restore(ids: Iterable[int], *, by: AbstractBaseUser, now: datetime) -> CurationAct:
    """Bring them back from the trash."""
    return _record(Verb.RESTORE, ids, _restore, by, now)


def rate(ids: Iterable[int], *, stars: int | None, by: AbstractBaseUser, now: datetime) -> CurationAct:
    """Give them 1 to 5 stars, or none. Raises `Invalid` for another number."""
    if stars is not None and not 1 <= stars <= MOST_STARS:
        raise Invalid.at("body", "stars", msg=f"must be 1 to {MOST_STARS}")
    return _record(Verb.RATE, ids, lambda pk: _rate(pk, stars), by, now)


def tag(
    ids: Iterable[int],
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    by: AbstractBaseUser,
    now: datetime,
) -> CurationAct:
    """Add tags to them, and take others away. Raises `Invalid` for a name that is no tag, and for
    more than `MOST_TAGS`."""
    if len({*add}) + len({*remove}) > MOST_TAGS:
        raise Invalid.at("body", "tag", msg=f"must be at most {MOST_TAGS} tags at once")
    unwanted = _kept_names(remove)
    names = {tag_name(name) for name in add} - unwanted
    with transaction.atomic():
        wanted = set(spelled_as_kept(names).values())
        make_tags(wanted)
        return _record(Verb.TAG, ids, lambda pk: _tag(pk, wanted, unwanted - wanted), by, now)


def tag_name(text: str) -> str:
    """A tag as it is kept: blanks at its ends and repeated ones gone, at most 50 characters."""
    name = " ".join(text.split())
    if not name or len(name) > 50:
        raise Invalid.at("body", "tag", msg="must have 1 to 50 characters")
    if _BROKEN.search(name):
        raise Invalid.at("body", "tag", msg="must be made of whole characters")
    return name


def spelled_as_kept(names: Iterable[str]) -> dict[str, str]:
    """For each name, how the tag that differs from it in no more than capitals is spelled already, so that
    curators do not get both "Dragon" and "dragon"; among several such tags (imports bring them as they
    are), itself or the oldest."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    kept = list(tags_like(wanted).order_by("pk").values_list("name", flat=True))
    spelling: dict[str, str] = {}
    for name in (*kept, *wanted):
        spelling.setdefault(name.casefold(), name)
    return {name: name if name in kept else spelling[name.casefold()] for name in wanted}


def tags_like(names: Iterable[str]) -> QuerySet[Tag]:
    """Those that differ from one of the names in no more than capitals. By a pattern: SQLite's other
    comparisons know no capitals but A to Z, as does a PostgreSQL database made with the locale C."""
    return Tag.objects.filter(name__iregex=f"^({'|'.join(map(re.escape, names))})$")


def _kept_names(names: Iterable[str]) -> set[str]:
    """To the letter where such a tag is kept: it may have come in without `tag_name`."""
    tidy = {name: tag_name(name) for name in names}
    kept = set(Tag.objects.filter(name__in=tidy).values_list("name", flat=True))
    return {name if name in kept else tidy[name] for name in tidy}


def _record(
    verb: CurationAct.Verb,
    ids: Iterable[int],
    act: Callable[[int], list[Change]],
    by: AbstractBaseUser,
    now: datetime,
) -> CurationAct:
    wanted = sorted(set(ids))
    with transaction.atomic():
        lock(verb, wanted)
        changes: list[Change] = []
        for pk in wanted:
            try:
                changes += act(pk)
            except ImageNotFound:
                continue
        made = CurationAct(verb=verb, curator_id=by.pk, made_at=now, changes=changes)
        if changes:
            made.save()
        return made


def lock(verb: CurationAct.Verb, ids: Iterable[int]) -> None:
    """Every row that the act will lock, at once and in one order: locked one after the other, two acts
    that meet (or an act and the counting of uses) could wait for each other for ever. Whoever wants to
    look before acting asks for this first, and for no other lock. SQLite lets one writer in at a time
    as it is."""
    if not connection.features.has_select_for_update:
        return
    pks = set(ids)
    if verb in _TOUCH_RIVALS:
        names = ImageAsset.objects.filter(pk__in=pks).values("subject_name")
        pks |= set(ImageAsset.objects.visible().filter(subject_name__in=names).values_list("pk", flat=True))
    rows = ImageAsset.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    list(rows.values_list("pk", flat=True))


# ── One picture each: what changed, with its state before and after ──────────────────────────────


def _changed(pk: int, what: str, before: Any, after: Any) -> list[Change]:
    return [] if before == after else [{"id": pk, "what": what, "before": before, "after": after}]


def _feature(pk: int, *, to: bool) -> list[Change]:
    image = images.locked_with_rivals(pk)
    rivals = list(images.featured_rivals(image).order_by("pk").values_list("pk", flat=True)) if to else []
    before = image.is_featured
    images.feature(pk, to=to)
    stepped_back = [change for rival in rivals for change in _changed(rival, "is_featured", True, False)]
    return [*stepped_back, *_changed(pk, "is_featured", before, to)]


def _trash(pk: int, *, now: datetime) -> list[Change]:
    images.trash(pk, now=now)
    return _changed(pk, "deleted_at", None, moment(now))


def _restore(pk: int) -> list[Change]:
    image = images.locked_with_rivals(pk)
    was_deleted_at, was_featured = image.deleted_at, image.is_featured
    if was_deleted_at is None:
        return []
    restored = images.restore(pk)
    return [
        *_changed(pk, "is_featured", was_featured, restored.is_featured),
        *_changed(pk, "deleted_at", moment(was_deleted_at), None),
    ]


def moment(at: datetime) -> str:
    """The same text for the same moment, in whatever zone it comes."""
    return at.astimezone(UTC).isoformat()


def _rate(pk: int, stars: int | None) -> list[Change]:
    image = locked(pk, among=ImageAsset.objects.visible())
    before, image.rating = image.rating, stars
    if before != stars:
        image.save(update_fields=["rating"])
    return _changed(pk, "rating", before, stars)


def _tag(pk: int, wanted: set[str], unwanted: set[str]) -> list[Change]:
    image = locked(pk, among=ImageAsset.objects.visible())
    before = sorted(image.tags.values_list("name", flat=True))
    after = sorted({*before, *wanted} - unwanted)
    set_tags(image, before, after)
    return _changed(pk, "tags", before, after)


def locked(pk: int, *, among: ImageQuerySet) -> ImageAsset:
    image = among.select_for_update().filter(pk=pk).first()
    if image is None:
        raise ImageNotFound
    return image


def make_tags(names: Iterable[str]) -> None:
    """Before any picture is locked, and in one order: two acts that make the same tags take turns."""
    wanted = set(names)
    known = Tag.objects.filter(name__in=wanted).values_list("name", flat=True)
    missing = sorted(wanted - set(known))
    Tag.objects.bulk_create([Tag(name=name) for name in missing], ignore_conflicts=True)


def set_tags(image: ImageAsset, before: Iterable[str], after: Iterable[str]) -> None:
    """All of ``after`` are there by now: see `make_tags`."""
    image.tags.add(*Tag.objects.filter(name__in=set(after) - set(before)))
    image.tags.remove(*Tag.objects.filter(name__in=set(before) - set(after)))
