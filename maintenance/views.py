"""For those who watch the service: old-style health, and Kubernetes' two probes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dndimages.api import json_response, reads_only, timestamp
from maintenance import health


@reads_only
def health_view(request: HttpRequest) -> HttpResponse:
    """Always 200; the page takes any status but "ok" as offline."""
    found = health.report()
    answer = {"status": found["status"], "timestamp": timestamp(timezone.now()), "checks": found["checks"]}
    return _fresh(json_response(answer))


@reads_only
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return _fresh(json_response({"status": "ok"}))


@reads_only
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while requests cannot be served."""
    ready = health.is_ready()
    answer = json_response({"status": "ok" if ready else "not ready"}, 200 if ready else 503)
    if not ready:
        answer["Retry-After"] = "2"
    return _fresh(answer)


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
