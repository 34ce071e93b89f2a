"""The API's description: OpenAPI 3.1 at /openapi.json, Swagger UI and ReDoc without the internet."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from dndimages.api import json_response, reads_only


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it follows from code and settings alone, so it is made once a process."""
    described: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return described


@reads_only
def openapi(request: HttpRequest) -> HttpResponse:
    return json_response(document())


@reads_only
def swagger(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/swagger.html")


@reads_only
@csp_update({"worker-src": ["blob:"]})  # ReDoc's search runs in a worker that it makes itself
def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/redoc.html")
