"""The gallery's page for visitors, and what stands at the root for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page

from dndimages.api import base_url, json_response, reads_only
from gallery import asking, walls
from gallery.search import page_of, tallies


@reads_only
@conditional_page
def home(request: HttpRequest) -> HttpResponse:
    """The gallery for a browser, the service's card for everything else."""
    response = gallery(request) if _asks_for_html(request) else _card()
    patch_vary_headers(response, ["Accept"])
    return response


def _asks_for_html(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and request.accepts("text/html")


def _card() -> HttpResponse:
    return json_response(
        {
            "name": "D&D Image Generation API",
            "version": "1.0.0",
            "status": "operational",
            "docs": "/docs",
            "health": "/health",
            "openapi": "/openapi.json",
        }
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """A page of what is asked for in the address."""
    asked = asking.read(request.GET)
    numbers = tallies(asked.search)
    wanted = asked.search.subject_type
    page = page_of(asked.search, total=numbers.get(wanted, 0) if wanted else sum(numbers.values()))
    shown = {
        "asked": asked,
        "page": page,
        "cards": walls.cards(page.rows, asked),
        "chips": walls.chips(asked),
        "types": walls.types(asked, numbers),
        "sources": list(asking.BADGES.items()),
        "sorts": [(word, label) for word, (label, _) in asking.SORTS.items()],
        "colors": asking.COLORS,
        "canonical": asked.query(page=page.page),
        "no_filters": asked.without_filters,
        "newer": f"/{asked.query(page=page.page - 1)}",
        "older": f"/{asked.query(page=page.page + 1)}",
        "last": f"/{asked.query(page=page.total_pages)}",
        "base_url": base_url(request),
    }
    response = render(request, "gallery/home.html", shown)
    response["Cache-Control"] = "private, no-cache"  # kept, but asked for each time: see its ETag
    return response


@reads_only
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may look at pictures and pages; the rest is no place for them."""
    closed = ("/admin/", "/api/", "/curate", "/make/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
