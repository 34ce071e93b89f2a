"""Pages about places, and the sample campaign's."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.api import error_response
from dndimages.errors import MethodNotAllowed
from gallery.rows import fetch_many, image_json
from scenes import demo as sample
from scenes import places as atlas
from scenes.campaign import CAMPAIGN, PIECES
from scenes.making import caller_of_page
from scenes.refusal import forbidden

LONGEST_KEY = 600  # characters of `SceneCache.place`


def places(request: HttpRequest) -> HttpResponse:
    """All places, a page of them at a time."""
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("q", "before", "after")}
    q = asked["q"][:200]
    page = atlas.find_places(
        q=q,
        before=asked["before"][:LONGEST_KEY],
        after=asked["after"][:LONGEST_KEY],
        now=timezone.now(),
    )
    kept = {"q": q} if q else {}
    context = {
        "page": page,
        "q": q,
        "previous": urlencode(kept | {"before": page.before}) if page.before else "",
        "next": urlencode(kept | {"after": page.after}) if page.after else "",
    }
    return render(request, "scenes/places.html", context)


def place(request: HttpRequest, place: str) -> HttpResponse:
    """One place: what it looks like at which hour in which weather."""
    now = timezone.now()
    matrix = atlas.matrix_of(place, now=now)
    if matrix is None and place.endswith("/"):
        place = place.rstrip("/")
        matrix = atlas.matrix_of(place, now=now)
    if matrix is None:
        raise Http404
    make = f"{reverse('make')}?{urlencode({'kind': 'scene', 'location': matrix.location})}"
    return render(request, "scenes/place.html", {"matrix": matrix, "place": place, "make": make})


# ── The sample campaign ──────────────────────────────────────────────────────────────────────────


def demo(request: HttpRequest) -> HttpResponse:
    """What the sample campaign is, a button that paints it, and its pictures as they come."""
    if request.method == "POST":
        return _begin(request)
    if request.method not in ("GET", "HEAD"):
        response = error_response(MethodNotAllowed(), request)
        response["Allow"] = "GET, HEAD, POST"
        return response
    progress = sample.progress(now=timezone.now())
    context = {
        "progress": progress,
        "campaign": CAMPAIGN,
        "pieces": len(PIECES),
        "cards": [image_json(row, "") for row in fetch_many(progress.made)],
        "may_begin": _may_begin(caller_of_page(request)),
        "is_alone": sample.would_be_alone(),
    }
    response = render(request, "scenes/demo.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


def _begin(request: HttpRequest) -> HttpResponse:
    caller = caller_of_page(request)
    if not _may_begin(caller):
        told = "Only a member of staff can paint the demo here"
        return forbidden(request, told, back=reverse("demo"))
    if sample.would_be_alone():
        sample.begin(caller=caller)
    return redirect("demo")


def _may_begin(caller: Caller) -> bool:
    """Staff, and everybody where only this machine is served and all may make pictures."""
    return caller.staff is not None or (settings.LOCAL_PROFILE and settings.PUBLIC_GENERATION)
