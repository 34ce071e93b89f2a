"""Pages for visitors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from dndimages.api import base_url, json_response, reads_only
from gallery.models import Source
from gallery.rows import image_json
from gallery.search import Search, find

PAGE_SIZE = 24
#: What a card says about where its picture came from.
BADGES: dict[str, str] = {
    Source.GENERATED: "AI-made",
    Source.PAINTED: "painted",
    Source.IMPORTED: "imported",
    Source.UPLOADED: "uploaded",
}


@reads_only
def home(request: HttpRequest) -> HttpResponse:
    """The gallery for a browser, the service's card for everything else."""
    response = gallery(request) if request.accepts("text/html") and _asks_for_html(request) else _card()
    patch_vary_headers(response, ["Accept"])
    return response


def _asks_for_html(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "")


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
    """What is there, newest first."""
    page = find(Search(page=_page_number(request), page_size=PAGE_SIZE))
    # Addresses from the root on: whatever name this request came under, they are ours.
    cards = [image_json(row, "") | {"badge": BADGES[row.source]} for row in page.rows]
    return render(request, "gallery/home.html", {"page": page, "cards": cards, "base_url": base_url(request)})


def _page_number(request: HttpRequest) -> int:
    """The page that was asked for; the first one for anything that is no number."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
