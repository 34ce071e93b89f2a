"""Two pictures of one subject side by side: who is compared with whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Subquery

from gallery.models import ImageAsset

#: Of a subject with more pictures the newest ones are compared.
_MOST_COMPARED = 1_000


@dataclass(frozen=True)
class Pair:
    """The champion on the left, a challenger on the right, which is the ``place``-th of ``challengers``;
    ``next`` and ``previous`` challengers."""

    left: int
    right: int
    next: int | None
    previous: int | None
    place: int
    challengers: int


def pair(anchor: int, *, left: int | None = None, right: int | None = None) -> Pair | None:
    """The pair of the subject that picture ``anchor`` shows, were it in the trash itself.

    ``left`` and ``right`` are shown as far as they are pictures of it. Else the featured picture
    meets the others, newest first; where none is featured, ``anchor`` does. None without two.
    """
    pictures = _of_subject(anchor)
    champion = _champion(pictures, anchor, left)
    others = [pk for pk in pictures if pk != champion]
    if champion is None or not others:
        return None
    challenger = right if right in others else _after(others, right)
    if challenger is None:
        return None
    at = others.index(challenger)
    # Whoever has won meanwhile is the next champion, so it does not meet itself.
    coming = [pk for pk in others[at + 1 :] if not pictures[pk]]
    before = others[at - 1] if at else None
    return Pair(champion, challenger, next(iter(coming), None), before, at + 1, len(others))


def _of_subject(anchor: int) -> dict[int, bool]:
    """The visible pictures of its subject, newest first, and whether each is featured."""
    itself = ImageAsset.objects.filter(pk=anchor)
    same = ImageAsset.objects.visible().filter(
        subject_name=Subquery(itself.values("subject_name")),
        subject_type=Subquery(itself.values("subject_type")),
    )
    return dict(same.order_by("-pk").values_list("pk", "is_featured")[:_MOST_COMPARED])


def _champion(pictures: dict[int, bool], anchor: int, left: int | None) -> int | None:
    featured = next((pk for pk, is_featured in pictures.items() if is_featured), None)
    wanted = (left, featured, anchor, next(iter(pictures), None))
    return next((pk for pk in wanted if pk is not None and pk in pictures), None)


def _after(others: list[int], gone: int | None) -> int | None:
    """The first of them, or the first that is older than one that is not there any more."""
    return next((pk for pk in others if gone is None or pk < gone), None)
