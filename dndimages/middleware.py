"""What every request passes: an id, one shape for errors, and browser furniture only for browsers."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from dndimages import api, metrics
from dndimages import logging as our_logging
from dndimages.errors import DndImagesError

Handler = Callable[[HttpRequest], HttpResponseBase]
access_log = logging.getLogger("dndimages.access")
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")
#: Served without sessions, messages and CSRF cookies unless a session cookie comes along.
_PLAIN = re.compile(r"/(api|images)/|/(health|livez|readyz|openapi\.json|metrics)/?\Z")
#: Asked by address, not by name, by whoever watches the process.
_PROBES = re.compile(r"/(livez|readyz)/?\Z")


def request_id(get_response: Handler) -> Handler:
    """Every answer and log line carries the request's id: the client's own if it is a sane token."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        rid = given if _SANE_ID.match(given) else uuid.uuid4().hex
        token = our_logging.request_id.set(rid)
        request.request_id = rid  # type: ignore[attr-defined]
        request.is_plain = (  # type: ignore[attr-defined]
            _PLAIN.match(request.path_info) is not None
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
        )
        started = time.perf_counter()
        try:
            response = get_response(request)
            response.headers["X-Request-ID"] = rid
            if not response.streaming and "Content-Length" not in response.headers:
                # Without it the server must close the connection after each answer.
                response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
            took_s = time.perf_counter() - started
            metrics.count_request(
                route=_route(request), method=_method(request), status=response.status_code, seconds=took_s
            )
            if access_log.isEnabledFor(logging.INFO):
                took_ms = took_s * 1000
                access_log.info(
                    "%s %s %d %.1f ms", request.method, request.path, response.status_code, took_ms,
                    extra={"fields": {"method": request.method, "path": request.path,
                                      "status": response.status_code, "duration_ms": round(took_ms, 1)}},
                )  # fmt: skip
            return response
        finally:
            our_logging.request_id.reset(token)

    return middleware


def _route(request: HttpRequest) -> str:
    """The pattern that matched, never the address itself: labels must stay few."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
    return (match.view_name or match.route).removesuffix("-slash")


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def _method(request: HttpRequest) -> str:
    return request.method if request.method in _METHODS else "other"


def known_host(get_response: Handler) -> Handler:
    """A Host that is not ours is refused before anything is done or paid: a name that an attacker
    points at this machine must not open it to his pages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _PROBES.match(request.path_info):
            request.get_host()  # raises DisallowedHost
        return get_response(request)

    return middleware


class one_error_shape:
    """Errors of plain views take the same shape as those of the API."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        foreseen = isinstance(error, DndImagesError)
        if not foreseen and (request.path.startswith("/admin/") or settings.DEBUG):
            return None  # Django's own pages tell more
        return api.error_response(error, request)


class _ForBrowsers:
    """Skips its middleware for plain requests: half of a hot read's time would go there."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.is_plain:  # type: ignore[attr-defined]
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class BrowserSessionMiddleware(_ForBrowsers, SessionMiddleware):
    pass


class BrowserCsrfMiddleware(_ForBrowsers, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, callback: Any, *args: Any, **kwargs: Any) -> Any:
        # An API request without a session has no cookie that could be abused.
        if request.is_plain:  # type: ignore[attr-defined]
            return None
        return super().process_view(request, callback, *args, **kwargs)


class BrowserAuthMiddleware(_ForBrowsers, AuthenticationMiddleware):
    pass


class BrowserMessageMiddleware(_ForBrowsers, MessageMiddleware):
    pass


class BrowserCSPMiddleware(_ForBrowsers, CSPMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")  # pictures have their own
        return super().process_response(request, response)
