"""/metrics: for Prometheus."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from dndimages.access.permissions import MayMaintain
from dndimages.api import reads_only
from maintenance.metrics import exposition


@reads_only
def metrics(request: HttpRequest) -> HttpResponse:
    """How the service does: counts over all processes, and how things stand."""
    return _told() if settings.METRICS_PUBLIC else _for_those_who_may(request)


@api_view(["GET", "HEAD"])
@permission_classes([MayMaintain])
def _for_those_who_may(request: Request) -> HttpResponse:
    return _told()


def _told() -> HttpResponse:
    response = HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response["Cache-Control"] = "no-store"
    return response
