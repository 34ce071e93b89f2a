"""The one tree of errors that callers may see. Subclasses stand beside the code that raises them.

An error knows its HTTP status, a stable machine word (``kind``), one sentence that a player or
developer can act on, and what else belongs into ``detail``. `dndimages.api` turns it into the one
shape of the contract. The message never holds an exception's text, a path, SQL or a key.
"""

from __future__ import annotations

from typing import Any, ClassVar


class DndImagesError(Exception):
    """An expected failure with everything its answer needs.

    ``retry_after`` is in seconds and becomes the ``Retry-After`` header too. ``detail`` must be
    JSON-serialisable.
    """

    kind: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    message: str = "Internal server error"

    def __init__(
        self, message: str | None = None, *, retry_after: float | None = None, **detail: Any
    ) -> None:
        self.message = message or type(self).message
        self.retry_after = retry_after
        self.detail = detail
        super().__init__(self.message)


class Invalid(DndImagesError):
    """The request breaks a rule of the contract; ``errors`` names each place.

    Each entry is ``{"loc": ["body", "prompt"], "msg": "…", "type": "…"}``.
    """

    kind = "invalid"
    status = 422
    message = "The request is not valid"

    def __init__(self, message: str | None = None, *, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message, errors=errors or [])

    @classmethod
    def at(cls, *loc: str | int, msg: str, type: str = "value_error") -> Invalid:
        """One wrong value at one place, told in the message as well."""
        place = ".".join(str(part) for part in loc[1:]) or str(loc[0])
        return cls(f"{place}: {msg}", errors=[{"loc": list(loc), "msg": msg, "type": type}])


class NotJson(Invalid):
    kind = "invalid"
    status = 400
    message = "The request body is not valid JSON"


class TooLarge(DndImagesError):
    kind = "too_large"
    status = 413
    message = "The request body is too large"


class UnsupportedType(DndImagesError):
    kind = "unsupported_type"
    status = 415
    message = "This content type is not supported; send application/json"


class Unauthenticated(DndImagesError):
    kind = "unauthenticated"
    status = 401
    message = "This needs an API key (Authorization: Bearer <key>) or a staff login"


class Forbidden(DndImagesError):
    kind = "forbidden"
    status = 403
    message = "You do not have the right to do this"


class EndpointNotFound(DndImagesError):
    kind = "endpoint_not_found"
    status = 404
    message = "Endpoint not found"


class MethodNotAllowed(DndImagesError):
    kind = "method_not_allowed"
    status = 405
    message = "Method not allowed"


class RateLimited(DndImagesError):
    kind = "rate_limited"
    status = 429
    message = "Rate limit exceeded"


class Busy(DndImagesError):
    """The database is locked or gone, or all waiting places are taken; trying again helps."""

    kind = "busy"
    status = 503
    message = "The service is busy; please try again in a moment"

    def __init__(self, message: str | None = None, *, retry_after: float = 2) -> None:
        super().__init__(message, retry_after=retry_after)
