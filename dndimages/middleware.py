"""What every request passes: an id, one shape for errors, and browser furniture only for browsers."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from dndimages import api, metrics
from dndimages import logging as our_logging
from dndimages.errors import DndImagesError

Handler = Callable[[HttpRequest], HttpResponseBase]
access_log = logging.getLogger("dndimages.access")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")
#: Served without sessions, messages and CSRF cookies unless a session cookie comes along.
_PLAIN = re.compile(r"/(api|images)/|/(health|livez|readyz|openapi\.json|metrics)/?\Z")
#: Asked by address, not by name, by whoever watches the process.
_PROBES = re.compile(r"/(livez|readyz)/?\Z")
#: Asked past the proxy, on this machine, by whoever watches the service.
_WATCHED = re.compile(r"/(health|health/detailed|metrics)/?\Z")


def request_id(get_response: Handler) -> Handler:
    """Every answer and log line carries the request's id: the client's own if it is a sane token."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        rid = id_of(request.META)
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
            tell(
                route=route_of(request),
                method=request.method or "",
                path=request.path,
                status=response.status_code,
                seconds=time.perf_counter() - started,
            )
            return response
        finally:
            our_logging.request_id.reset(token)

    return middleware


def id_of(meta: Mapping[str, Any]) -> str:
    """The client's own, or a new one."""
    given = meta.get("HTTP_X_REQUEST_ID", "")
    return given if _SANE_ID.match(given) else uuid.uuid4().hex


def tell(*, route: str, method: str, path: str, status: int, seconds: float) -> None:
    """Count an answer and write its line of the log, while `logging.request_id` is set."""
    known = method if method in _METHODS else "other"
    metrics.count_request(route=route, method=known, status=status, seconds=seconds)
    if access_log.isEnabledFor(logging.INFO):
        took_ms = seconds * 1000
        access_log.info(
            "%s %s %d %.1f ms", method, path, status, took_ms,
            extra={"fields": {"method": method, "path": path,
                              "status": status, "duration_ms": round(took_ms, 1)}},
        )  # fmt: skip


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, never the address itself: labels must stay few."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
    return (match.view_name or match.route).removesuffix("-slash")


def known_host(get_response: Handler) -> Handler:
    """A Host that is not ours is refused before anything is done or paid: a name that an attacker
    points at this machine must not open it to his pages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not (_PROBES.match(path) or (_WATCHED.match(path) and _is_watching(request))):
            request.get_host()  # raises DisallowedHost
        return get_response(request)

    return middleware


def _is_watching(request: HttpRequest) -> bool:
    """Whether it is asked by address: a page of an attacker's name cannot do that, whatever its name is made
    to mean. In the local profile, where /metrics is open, the addresses of this machine are known hosts."""
    if settings.LOCAL_PROFILE:
        return False
    domain, _ = split_domain_port(request.META.get("HTTP_HOST", ""))
    try:
        return domain == "localhost" or bool(ipaddress.ip_address(domain.strip("[]")))
    except ValueError:
        return False


class one_error_shape:
    """Errors of plain views take the same shape as those of the API."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, Http404):
            return api.not_found(request, error)
        if isinstance(error, PermissionDenied):
            return api.permission_denied(request, error)
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
