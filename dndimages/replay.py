"""Hot reads given again before Django, from what the last answer to the same request was made of.

Most of a hot read's time goes into middleware, routing, objects for request and response, and a query
whose answer is known. A view that answered one may `offer` how its body is made again. `Replay` stands
around Django's WSGI application, keeps the offer with the headers that the whole stack gave, and
answers the same request from it until anything is written to the database: `sqlite.changes` tells that
exactly, across processes. PostgreSQL tells no such thing; there, all goes through Django.

"The same" means: all that an answer to somebody without cookies and credentials may depend on is the
same (`_key`). What a request counts (uses, hits, its limit) is counted by the offer each time.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from random import SystemRandom
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpRequest

from dndimages import logging as our_logging
from dndimages.api import to_json
from dndimages.middleware import id_of, route_of, tell
from dndimages.sqlite.changes import Changes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("dndimages.replay")
#: The body, made again for a request with this environment; None: let Django answer.
Again = Callable[[Mapping[str, Any]], bytes | None]
Headers = list[tuple[str, str]]

MOST_KEPT_BYTES = 8 * 2**20  # a guess: of bodies, and for each what it takes however short it is
BYTES_OF_EACH = 10_240  # the longest key, headers, functions
LONGEST_KEY = 2_048  # characters and bytes
_OFFER = "dndimages.replay"
#: Stands in the data of a `Form` for a number that is not known yet. Nobody can have guessed it.
BLANK = SystemRandom().randrange(10**17, 10**18)


class Form:
    """JSON with numbers to be filled in, each where the data has a `BLANK`."""

    def __init__(self, data: Any) -> None:
        self._parts = to_json(data).split(b"%d" % BLANK)

    def fill(self, numbers: Iterable[int]) -> bytes:
        """The JSON with these numbers, in the order of their places. Raises ValueError unless there are as many."""
        filled = [self._parts[0]]
        for number, part in zip(numbers, self._parts[1:], strict=True):
            filled += (b"%d" % number, part)
        return b"".join(filled)


class _Offer(NamedTuple):
    again: Again
    route: str
    path: str


class _Kept(NamedTuple):
    offer: _Offer
    headers: Headers


class _Answers(dict[Hashable, _Kept]):
    """What is kept while the database's mark is ``mark``."""

    def __init__(self, mark: Hashable) -> None:
        super().__init__()
        self.mark = mark
        self.kept_bytes = 0


def offer(request: HttpRequest, again: Again) -> None:
    """For a view that answers with 200 and JSON: how the same answer is made again while nothing is written."""
    request.META[_OFFER] = _Offer(again, route_of(request), request.path)


class Replay:
    """WSGI middleware around Django."""

    def __init__(self, application: WSGIApplication, changes: Changes) -> None:
        self._application = application
        self._changes = changes
        self._answers = _Answers(None)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        key = _key(environ)
        mark = self._changes.mark() if key is not None else None
        if mark is None:
            return self._application(environ, start_response)
        answers = self._answers
        if answers.mark != mark or answers.kept_bytes > MOST_KEPT_BYTES:
            answers = self._answers = _Answers(mark)
        kept = answers.get(key)
        if kept is not None:
            rid = id_of(environ)
            token = our_logging.request_id.set(rid)
            try:
                body = _made_again(kept, environ)
                if body is not None:
                    start_response("200 OK", _headers(kept, body, rid))
                    _tell(kept, environ, started)
                    return [body]
            finally:
                our_logging.request_id.reset(token)
        return self._first(key, answers, environ, start_response)

    def _first(
        self,
        key: Hashable,
        answers: _Answers,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Django's answer. What it offers is kept beside what was known before it began to look."""
        told: list[tuple[str, Headers]] = []

        def started(status: str, headers: Headers, exc_info: Any = None) -> Any:
            told.append((status, headers))
            return start_response(status, headers, exc_info)

        answer = self._application(environ, started)
        made: _Offer | None = environ.pop(_OFFER, None)
        if made is not None:
            status, headers = told[-1]
            names = {name.lower(): value for name, value in headers}
            # What is somebody's own is nobody else's.
            if status.startswith("200 ") and "set-cookie" not in names:
                answers[key] = _Kept(made, [each for each in headers if each[0] not in _OF_EACH])
                answers.kept_bytes += BYTES_OF_EACH + int(names["content-length"])
        return answer


#: Headers that each answer has for itself.
_OF_EACH = ("X-Request-ID", "Content-Length")


def _headers(kept: _Kept, body: bytes, rid: str) -> Headers:
    return [*kept.headers, *zip(_OF_EACH, (rid, str(len(body))), strict=True)]


def _tell(kept: _Kept, environ: WSGIEnvironment, started: float) -> None:
    tell(
        route=kept.offer.route,
        method=environ["REQUEST_METHOD"],
        path=kept.offer.path,
        status=200,
        seconds=time.perf_counter() - started,
    )


def _made_again(kept: _Kept, environ: WSGIEnvironment) -> bytes | None:
    try:
        return kept.offer.again(environ)
    except Exception:
        log.exception("%s is not answered again; Django tells more", kept.offer.route)
        return None


# ── What makes a request the same ────────────────────────────────────────────────────────────────

#: Whoever sends one of these is somebody, or asks for something else than all others do.
_PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING", "HTTP_RANGE")
_PARTS = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE",
    "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT",
    "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_ORIGIN",
)  # fmt: skip


def _key(environ: WSGIEnvironment) -> Hashable | None:
    """None for a request that is not to be answered from here. Reads a short body, and puts it back."""
    method = environ["REQUEST_METHOD"]
    if method not in ("GET", "POST") or any(name in environ for name in _PERSONAL):
        return None
    parts = tuple([environ.get(name) for name in _PARTS])
    if sum([len(part) for part in parts if part]) > LONGEST_KEY:
        return None
    length = environ.get("CONTENT_LENGTH") or "0"
    if length == "0":
        return parts
    if not (length.isascii() and length.isdecimal()) or int(length) > LONGEST_KEY:
        return None
    try:
        body = environ["wsgi.input"].read(int(length))
    except Exception:  # whatever the server raises: Django meets it, too, and tells
        return None
    environ["wsgi.input"] = io.BytesIO(body)
    return parts, body
