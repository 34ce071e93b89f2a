"""The API's one error shape, its JSON, and URLs that work with and without a trailing slash."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions as drf
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from dndimages import errors

log = logging.getLogger("dndimages.errors")


class UnknownHost(errors.DndImagesError):
    kind = "invalid"
    status = 400
    message = "This service does not answer to this host name; its operator can add it to ALLOWED_HOSTS"


class FormRefused(errors.DndImagesError):
    kind = "forbidden"
    status = 403
    message = "This page is of another login, or cookies are switched off; load it again"


class Malformed(errors.DndImagesError):
    kind = "invalid"
    status = 400
    message = "The request is malformed"


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def to_json(data: Any) -> bytes:
    """UTF-8 JSON, non-ASCII not escaped, field order kept."""
    return orjson.dumps(data, default=str)


def json_response(data: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(to_json(data), status=status, content_type="application/json")


def timestamp(moment: datetime) -> str:
    """ISO 8601 UTC, seconds first and fractions after, ``Z`` at the end (old clients cut at 19)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_json(body: bytes) -> Any:
    """Raises `errors.NotJson`, also for what only looks like text (lone surrogates, NaN, deep nesting)."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise errors.NotJson from None


class OrjsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        # Django's own reader of the body keeps to DATA_UPLOAD_MAX_MEMORY_SIZE; the stream would not.
        return parse_json(parser_context["request"]._request.body)


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else to_json(data)


class JsonWhateverIsAsked(BaseContentNegotiation):
    """Old clients send any Accept header; the answer is JSON all the same."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        wanted = (request.content_type or "application/json").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


# ── Errors ───────────────────────────────────────────────────────────────────────────────────────


def as_our_error(error: Exception) -> errors.DndImagesError:
    """The error of our tree that tells a caller what happened; unforeseen ones are logged here."""
    if isinstance(error, errors.DndImagesError):
        return error
    for known, ours in _FOREIGN:
        if isinstance(error, known):
            return ours(error)
    log.error("Unforeseen error", exc_info=error)
    return errors.DndImagesError()


def _invalid(error: Any) -> errors.DndImagesError:
    found = list(_flatten(error.detail, ["body"]))
    first = found[0]
    return errors.Invalid(f"{first['loc'][-1]}: {first['msg']}", errors=found)


def _flatten(detail: Any, loc: list[str | int]) -> Any:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flatten(inner, loc if name == "non_field_errors" else [*loc, name])
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, loc)
    else:
        yield {"loc": loc, "msg": str(detail), "type": getattr(detail, "code", "invalid")}


def _busy(error: Exception) -> errors.DndImagesError:
    log.warning("The database did not answer in time: %s", type(error).__name__)
    return errors.Busy()


def _unknown_host(error: Exception) -> errors.DndImagesError:
    log.warning("%s", error)  # it names the host, and the setting
    return UnknownHost()


_FOREIGN: tuple[tuple[Any, Callable[[Any], errors.DndImagesError]], ...] = (
    (drf.ValidationError, _invalid),
    (drf.ParseError, lambda _: errors.NotJson()),
    (drf.NotAuthenticated, lambda _: errors.Unauthenticated()),
    (drf.AuthenticationFailed, lambda _: errors.Unauthenticated()),
    (drf.PermissionDenied, lambda e: errors.Forbidden(str(e.detail) if "CSRF" in str(e.detail) else None)),
    (PermissionDenied, lambda _: errors.Forbidden()),
    (drf.MethodNotAllowed, lambda _: errors.MethodNotAllowed()),
    (drf.UnsupportedMediaType, lambda _: errors.UnsupportedType()),
    ((drf.NotFound, Http404), lambda _: errors.EndpointNotFound()),
    (RequestDataTooBig, lambda _: errors.TooLarge()),
    (DisallowedHost, _unknown_host),
    ((SuspiciousOperation, BadRequest), lambda _: Malformed()),
    ((OperationalError, InterfaceError), _busy),
)


def error_body(error: errors.DndImagesError, request: HttpRequest | Request) -> dict[str, Any]:
    """The one shape of the contract."""
    detail: dict[str, Any] = {"message": error.message, "kind": error.kind}
    if error.retry_after is not None:
        detail["retry_after"] = math.ceil(error.retry_after)
    body: dict[str, Any] = {
        "status": "error",
        "code": error.status,
        "message": error.message,
        "detail": detail | error.detail,
    }
    if isinstance(error, errors.EndpointNotFound):
        body["path"] = request.path
    return body | {"request_id": getattr(request, "request_id", "")}


def error_response(exc: Exception, request: HttpRequest | Request) -> HttpResponse:
    error = as_our_error(exc)
    response = json_response(error_body(error, request), error.status)
    if error.retry_after is not None:
        response["Retry-After"] = str(math.ceil(error.retry_after))
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="dndimages"'
    return response


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's one door for exceptions."""
    view, request = context["view"], context["request"]
    response = error_response(exc, request._request)
    if response.status_code == 405:
        response["Allow"] = ", ".join(name for name in view.allowed_methods if name != "OPTIONS")
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page for somebody who followed a link, JSON for every program."""
    if _is_for_people(request):
        return render(request, "404.html", status=404)
    return error_response(errors.EndpointNotFound(), request)


def _is_for_people(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and not request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_response(exception if exception is not None else Malformed(), request)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_for_people(request):
        return render(request, "403.html", status=403)
    return error_response(errors.Forbidden(), request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody logged in or out in another window, keeps no cookies, or was sent here by a stranger's page."""
    log.info("A form was refused: %s", reason)
    if _is_for_people(request):
        return render(request, "403_csrf.html", status=403)
    return error_response(FormRefused(), request)


def server_error(request: HttpRequest) -> HttpResponse:
    log.error("Unforeseen error", exc_info=True)
    return error_response(errors.DndImagesError(), request)


def reads_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """A plain view that answers GET and HEAD; other methods get the one error shape."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        response = error_response(errors.MethodNotAllowed(), request)
        response["Allow"] = "GET, HEAD"
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]  # it changes nothing
    return guarded


# ── URLs ─────────────────────────────────────────────────────────────────────────────────────────


def both_slashes(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    """``route`` (without a slash, canonical) and ``route/``: no redirect that would lose a body."""
    return [path(route, view, name=name), path(f"{route}/", view, name=f"{name}-slash")]


def answers_first(slow_view: Any) -> Callable[[Callable[..., HttpResponse]], Callable[..., Any]]:
    """For a plain view that answers hot requests itself and hands the others to ``slow_view``.

    The OpenAPI document describes the API view behind it.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        exempt: Any = csrf_exempt(view)  # the slow view looks at CSRF itself, where there is a session
        exempt.cls, exempt.initkwargs = slow_view.cls, slow_view.initkwargs
        return cast(Callable[..., Any], exempt)

    return decorate


def base_url(request: HttpRequest | Request) -> str:
    """Our own address without a slash at its end: PUBLIC_BASE_URL, else as this request names it."""
    if settings.PUBLIC_BASE_URL:
        return str(settings.PUBLIC_BASE_URL)
    return f"{request.scheme}://{request.get_host()}"
