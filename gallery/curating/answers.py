"""The JSON that the page's script asks for: not part of the public API, for a curator's session only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request

from dndimages.access.authentication import StaffSession
from dndimages.api import json_response
from dndimages.serializers import Choice, validated
from gallery.curating import acts, queue
from gallery.curating.cards import Card, cards
from gallery.curating.filters import Filters, read, read_id
from gallery.curating.rights import MayChangePictures
from gallery.models import CurationAct, Tag

_MOST_TAGS = 20
_LARGEST_ID = 10**18 - 1
View = Callable[..., HttpResponse]


class Number(serializers.IntegerField):
    """JSON's whole numbers only: no text, no fraction, no true."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Names(serializers.Field[Any, Any, Any, Any]):
    """A list of tags; `gallery.curation` knows what a tag is."""

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
            raise serializers.ValidationError("must be a list of names", code="type_error")
        return data


class ActRequest(serializers.Serializer[Any]):
    act = Choice(choices=acts.VERBS)
    image = Number(min_value=1, max_value=_LARGEST_ID)
    stars = Number(min_value=1, max_value=5, allow_null=True, default=None)
    add = Names(default=list)
    remove = Names(default=list)
    seen_featured_id = Number(min_value=1, max_value=_LARGEST_ID, allow_null=True)
    seen_rating = Number(min_value=1, max_value=5, allow_null=True)


class UndoRequest(serializers.Serializer[Any]):
    act = Number(min_value=1, max_value=_LARGEST_ID, allow_null=True, default=None)


def _for_script(*methods: str) -> Callable[[Callable[[Request], HttpResponse]], View]:
    def decorate(view: Callable[[Request], HttpResponse]) -> View:
        guarded = permission_classes([MayChangePictures])(view)
        guarded = authentication_classes([StaffSession])(guarded)
        return cast(View, extend_schema(exclude=True)(api_view(list(methods))(guarded)))

    return decorate


@_for_script("POST")
def act(request: Request) -> HttpResponse:
    """One act on one picture."""
    body = validated(ActRequest, request.data, where="body")
    seen = acts.Seen(body["seen_featured_id"], body["seen_rating"])
    wanted = acts.Wanted(
        verb=body["act"], image_id=body["image"], stars=body["stars"],
        add=body["add"], remove=body["remove"], seen=seen,
    )  # fmt: skip
    try:
        done = acts.act(wanted, by=_curator(request), now=timezone.now())
    except acts.ChangedMeanwhile as error:
        raise acts.ChangedMeanwhile(picture=cards([wanted.image_id]).get(wanted.image_id)) from error
    return _acted(request, done, {wanted.image_id}, acts.told(done))


@_for_script("POST")
def undo(request: Request) -> HttpResponse:
    """An act taken back: the one that is named, or the last one of this sitting."""
    body = validated(UndoRequest, request.data, where="body")
    undone = acts.undo(body["act"], by=_curator(request), now=timezone.now())
    return _acted(request, undone.act, set(), acts.told_undone(undone), put_back=undone.pictures.put_back)


def _acted(request: Request, act: CurationAct, ids: set[int], told: str, **more: int) -> HttpResponse:
    """What was done, and how every picture that it touched is by now."""
    touched = ids | {change["id"] for change in act.changes}
    found = cards(touched)
    answer = {
        "act": act.pk,
        "has_changed": bool(act.changes),
        "told": told,
        "pictures": list(found.values()),
        "gone": sorted(touched - found.keys()),
        "tally": acts.tally(by=_curator(request), now=timezone.now()),
    }
    return _fresh(answer | more)


@_for_script("GET", "HEAD")
def stretch(request: Request) -> HttpResponse:
    """The pictures around one, in the queue's order, and how many there are on both sides."""
    filters, _ = read(request.query_params)
    past, at = read_id(request.query_params, "past"), read_id(request.query_params, "at")
    if past is not None:
        at = queue.past_subject(filters, past)
        if at is None:
            return _fresh({"pictures": [], "at": None, "before": 0, "after": 0, "is_exact": True})
    return _fresh(stretch_answer(filters, at))


def stretch_answer(filters: Filters, at: int | None) -> dict[str, Any]:
    """As `stretch` gives it: ``at`` is the picture there, else the one that follows it."""
    near = queue.around(filters, at)
    line = [*reversed(near.behind), *([at] if at is not None else []), *near.ahead]
    found = cards(line)
    here = next((pk for pk in ([at] if at is not None else []) + near.ahead if pk in found), None)
    count = _known_count(near, at, found) or queue.count(filters, here if here is not None else at)
    return {
        "pictures": _in_order(found, line),
        "at": here,
        "before": count.before,
        "after": count.after if here is not None else 0,
        "is_exact": count.is_exact,
    }


def _known_count(near: queue.Stretch, at: int | None, found: dict[int, Card]) -> queue.Count | None:
    """Where the stretch holds everything there is, nothing needs to be counted."""
    if len(near.behind) >= queue.BEHIND or len(near.ahead) >= queue.AHEAD:
        return None
    behind, ahead = ([pk for pk in side if pk in found] for side in (near.behind, near.ahead))
    is_here = at is not None and at in found
    return queue.Count(len(behind), len(ahead) if is_here else max(0, len(ahead) - 1))


def _in_order(found: dict[int, Card], line: Iterable[int]) -> list[Card]:
    return [found[pk] for pk in line if pk in found]


@_for_script("GET", "HEAD")
def tags(request: Request) -> HttpResponse:
    """Names of tags that have these letters in them, those that begin with them first."""
    return _fresh({"tags": tag_names(request.query_params.get("q", ""))})


def tag_names(letters: str = "") -> list[str]:
    """At most twenty; the newest ones without any letters."""
    letters = letters.replace("\x00", "").strip()[:50]
    if not letters:
        return list(Tag.objects.order_by("-pk").values_list("name", flat=True)[:_MOST_TAGS])
    found = Tag.objects.filter(name__icontains=letters).order_by("name", "pk")
    begun = list(found.filter(name__istartswith=letters).values_list("name", flat=True)[:_MOST_TAGS])
    rest = found.exclude(name__in=begun).values_list("name", flat=True)[: _MOST_TAGS - len(begun)]
    return [*begun, *rest]


def _curator(request: Request) -> Any:
    """The user, whom `MayChangePictures` has let in."""
    return request.user


def _fresh(data: Any) -> HttpResponse:
    response = json_response(data)
    response["Cache-Control"] = "no-store"
    return response
