"""Refusals that people get to see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from dndimages.api import error_response
from dndimages.errors import Forbidden


def forbidden(request: HttpRequest, message: str, *, back: str) -> HttpResponse:
    """A page for people, with a way back; the one error shape for programs."""
    if "text/html" in request.META.get("HTTP_ACCEPT", ""):
        told = {"message": message, "back": back}
        response = render(request, "scenes/forbidden.html", told, status=Forbidden.status)
    else:
        response = error_response(Forbidden(message), request)
    patch_vary_headers(response, ["Accept"])
    return response
