"""For those who watch the service: old-style health, and Kubernetes' two probes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from dndimages.access.permissions import MayMaintain
from dndimages.api import json_response, reads_only, timestamp
from maintenance import detail, health


@reads_only
def health_view(request: HttpRequest) -> HttpResponse:
    """Always 200; the page takes any status but "ok" as offline."""
    now = timezone.now()
    found = health.report(now=now)
    answer = {"status": found["status"], "timestamp": timestamp(now), "checks": found["checks"]}
    return _fresh(json_response(answer))


@reads_only
def health_detailed(request: HttpRequest) -> HttpResponse:
    """The same with numbers, for staff and for keys that may maintain; 200 too, whatever is wrong, but for a
    database that is away: then nobody can be known, and the answer is 503."""
    return _fresh(_for_those_who_may(request))


@api_view(["GET", "HEAD"])
@permission_classes([MayMaintain])
def _for_those_who_may(request: Request) -> HttpResponse:
    return json_response(detail.detailed(now=timezone.now()))


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
