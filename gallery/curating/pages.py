"""The page, and the plain forms by which it works without its script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dndimages.errors import DndImagesError, Invalid, MethodNotAllowed
from gallery.curating import acts, queue, subjects
from gallery.curating.answers import stretch_answer, tag_names
from gallery.curating.cards import cards
from gallery.curating.filters import Filters, read, read_id
from gallery.curating.pairs import Pair, pair
from gallery.curating.rights import for_curators
from gallery.models import Source, SubjectType


@for_curators
def curate(request: HttpRequest) -> HttpResponse:
    """One picture of the queue, or a pair, with everything that can be done to it."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed
    filters, problems = read(request.GET)
    past = read_id(request.GET, "past")
    if past is not None:
        following = subjects.beside(filters, past) if filters.pairs else queue.past_subject(filters, past)
        return _to(filters, following or past)
    shown = _compare(request, filters) if filters.pairs else _single(request, filters)
    if isinstance(shown, HttpResponse):
        return shown
    common = {
        "filters": filters,
        "problems": problems,
        "tally": acts.tally(by=_curator(request), now=timezone.now()),
        "types": SubjectType.values,
        "sources": Source.choices,
    }
    return render(request, "gallery/curate.html", common | shown)


def _single(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    found = stretch_answer(filters, read_id(request.GET, "at"))
    line, at = found["pictures"], found["at"]
    place = next((n for n, card in enumerate(line) if card["id"] == at), len(line))
    return _counts(found["before"], found["after"], exact=found["is_exact"]) | {
        "undo_query": filters.query(at=at or read_id(request.GET, "at") or ""),
        "card": line[place] if place < len(line) else None,
        "previous": line[place - 1]["id"] if place > 0 else None,
        "next": line[place + 1]["id"] if place + 1 < len(line) else None,
        "queue": found,
        "tag_names": tag_names(),
    }


def _compare(request: HttpRequest, filters: Filters) -> dict[str, Any] | HttpResponse:
    at = read_id(request.GET, "at")
    anchor = at if at is not None else subjects.beside(filters, None)
    left, right = read_id(request.GET, "left"), read_id(request.GET, "with")
    match = pair(anchor, left=left, right=right) if anchor is not None else None
    if anchor is not None and match is None:
        return _other_subject(request, filters, anchor)
    count = subjects.count(filters, anchor) if anchor is not None else queue.Count(0, 0)
    found = cards([match.left, match.right]) if match else {}
    if match and len(found) < 2:  # gone this very moment
        return _to(filters, anchor)
    return _counts(count.before, count.after if match else 0, exact=count.is_exact) | {
        "anchor": anchor,
        "match": match,
        "sides": [found[match.left], found[match.right]] if match else [],
        "single_query": replace(filters, pairs=False).query(at=anchor or ""),
        **(_ways(filters, anchor, match, is_first=at is None) if match and anchor is not None else {}),
    }


def _other_subject(request: HttpRequest, filters: Filters, anchor: int) -> HttpResponse | dict[str, Any]:
    """Where to go from a picture that has nothing to be compared with."""
    following = subjects.beside(filters, anchor)
    if following is None:
        count = subjects.count(filters, anchor)
        single = replace(filters, pairs=False).query(at=anchor)
        return _counts(count.before, 0, exact=count.is_exact) | {
            "anchor": anchor,
            "sides": [],
            "single_query": single,
        }
    messages.info(request, "Nothing is left to compare there; this is the next subject.")
    return _to(filters, following)


def _ways(filters: Filters, anchor: int, match: Pair, *, is_first: bool) -> dict[str, str]:
    """Addresses of the pairs around this one, and of either picture by itself."""
    onwards = filters.query(past=anchor)
    if match.next is not None:
        onwards = filters.query(at=anchor, **{"with": match.next})
    earlier = match.previous
    if earlier is not None:
        back = filters.query(at=anchor, **{"with": earlier})
    else:
        before = None if is_first else subjects.beside(filters, anchor, backwards=True)
        back = filters.query(at=before) if before is not None else ""
    here = filters.query(at=anchor, left=match.left, **{"with": match.right})
    return {
        "onwards": onwards, "back": back, "next_subject": filters.query(past=anchor),
        "here_query": here, "undo_query": here,
    }  # fmt: skip


def _counts(before: int, after: int, *, exact: bool) -> dict[str, Any]:
    most = queue.MOST_COUNTED
    left = f"{after:,}" if after <= most else f"{most:,}+"
    return {"before": before, "after": after, "left": left, "all": before + 1 + after, "is_exact": exact}


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────


@for_curators
def act(request: HttpRequest) -> HttpResponse:
    """A form of the page: does it, tells it there, and goes on."""
    if request.method != "POST":
        raise MethodNotAllowed
    filters, _ = read(request.GET)
    verb, _, value = request.POST.get("do", "").partition(":")
    try:
        if verb == "undo":
            return _undone(request, filters)
        wanted = _wanted(verb, value, request.POST)
        done = acts.act(wanted, by=_curator(request), now=timezone.now())
    except DndImagesError as error:
        messages.error(request, f"{error.message}.")
        return HttpResponseRedirect(_here(request, filters))
    messages.success(request, f"{acts.told(done)}." if done.changes else "It was so already.")
    return _onwards(request, filters, wanted)


def _wanted(verb: str, value: str, given: QueryDict) -> acts.Wanted:
    image_id = read_id(given, "image")
    if image_id is None:
        raise Invalid.at("body", "image", msg="must be a picture's number")
    names = given.get("tag", "").split(",") if verb == "tag" else []
    return acts.Wanted(
        verb="tag" if verb == "untag" else verb,
        image_id=image_id,
        stars=_stars(value) if verb == "rate" else None,
        add=[name for name in names if name.strip()],
        remove=[value] if verb == "untag" else [],
        seen=acts.Seen(read_id(given, "seen_featured_id"), read_id(given, "seen_rating")),
    )


def _stars(text: str) -> int | None:
    if text not in {"0", "1", "2", "3", "4", "5"}:
        raise Invalid.at("body", "stars", msg="must be 0 to 5")
    return int(text) or None


def _undone(request: HttpRequest, filters: Filters) -> HttpResponse:
    """Back to the picture that is as it was."""
    undone = acts.undo(read_id(request.POST, "act"), by=_curator(request), now=timezone.now())
    messages.success(request, f"{acts.told_undone(undone)}.")
    if filters.pairs:
        return HttpResponseRedirect(_here(request, filters))
    return _to(filters, undone.act.changes[-1]["id"])


def _onwards(request: HttpRequest, filters: Filters, wanted: acts.Wanted) -> HttpResponse:
    """After stars to the next picture; the trash leaves a gap that the next one fills."""
    if filters.pairs:
        return HttpResponseRedirect(_here(request, filters))
    following = (
        queue.around(filters, wanted.image_id, behind=0, ahead=1).ahead if wanted.verb == "rate" else []
    )
    return _to(filters, following[0] if following else wanted.image_id)


def _here(request: HttpRequest, filters: Filters) -> str:
    """The page that the form was on; the forms of one picture name it as what they act on."""
    image = read_id(request.POST, "image") or ""
    places = {name: read_id(request.GET, name) or "" for name in ("at", "left", "with")}
    places["at"] = places["at"] or image
    return f"{reverse('curate')}?{filters.query(**places)}"


def _to(filters: Filters, at: int | None) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('curate')}?{filters.query(**({'at': at} if at else {}))}")


def _curator(request: HttpRequest) -> Any:
    """The user, whom `for_curators` has let in."""
    return request.user
