"""From what the SDK or the socket raised to an error of ours.

The class of an error comes from the HTTP status and structured details. Nothing that upstream wrote
goes on, in no message and in no chain: it can repeat the key.
"""

from __future__ import annotations

from typing import Any

import httpcore2
import httpx2
from google.genai import errors

from gallery.errors import (
    GenerationError,
    GenerationTimeout,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderUnavailable,
    QuotaExceeded,
)
from gallery.generation.breaker import ServerFault

from .network import CertificateRefused, Exchange
from .quota import error_details, quota_scope, told_wait_s, usual_wait_s

#: 401 and 403: the key; 402: no plan is paid; 404: no such model; 407: the proxy wants a password.
_OUR_SETUP = (401, 402, 403, 404, 407)
#: ErrorInfo reasons that come with a 400 (google.api.ErrorReason).
_KEY_REASONS = ("API_KEY_INVALID", "API_KEY_EXPIRED", "CONSUMER_INVALID", "SERVICE_DISABLED")
#: A 400 with this status: the region needs a paid plan (Gemini API docs, troubleshooting).
_PLAN_STATUS = "FAILED_PRECONDITION"
_BAD_ADDRESS = (httpcore2.UnsupportedProtocol, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
_NOT_TAKEN = "The image provider did not take this request; please change the description"


def explain(exc: Exception, exchange: Exchange) -> GenerationError:
    """Our error for ``exc``, with ``billed`` set. Raise it outside the ``except`` block."""
    error = _for_status(exc, exchange) if _has_error_status(exchange) else _for_transport(exc, exchange)
    error.billed = _may_be_billed(exchange)
    return error


def _has_error_status(exchange: Exchange) -> bool:
    return exchange.status is not None and exchange.status != 200


def _may_be_billed(exchange: Exchange) -> bool:
    """A status that says no is free; otherwise, once the request is out, who knows."""
    return exchange.sent and (exchange.status is None or 200 <= exchange.status < 300)


def _for_status(exc: Exception, exchange: Exchange) -> GenerationError:
    """``exc`` may be other than an APIError: cut while the error's body came, or not readable."""
    status, body = exchange.status or 0, _body(exc)
    told_s = told_wait_s(body, exchange.retry_after)
    if status == 429:
        scope = quota_scope(body)
        return QuotaExceeded(scope=scope, retry_after=usual_wait_s(scope) if told_s is None else told_s)
    if status in _OUR_SETUP or (status == 400 and _blames_setup(body)):
        return ProviderMisconfigured()
    if status == 500:
        return ServerFault(retry_after=told_s)
    if status > 500:
        return ProviderUnavailable(retry_after=told_s)
    if 400 <= status < 500:
        return ProviderBadResponse(_NOT_TAKEN)
    return ProviderBadResponse()


def _body(exc: Exception) -> Any:
    body = exc.details if isinstance(exc, errors.APIError) else None
    return body[0] if isinstance(body, list) and body else body


def _blames_setup(body: Any) -> bool:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("status") == _PLAN_STATUS:
        return True
    return any(entry.get("reason") in _KEY_REASONS for entry in error_details(body, "ErrorInfo"))


def _for_transport(exc: Exception, exchange: Exchange) -> GenerationError:
    if isinstance(exc, (httpcore2.ReadTimeout, httpcore2.WriteTimeout)):
        return GenerationTimeout()  # our own deadline: nothing else limits these
    if isinstance(exc, (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.ProxyError)):
        return GenerationTimeout() if exchange.expired() else ProviderUnavailable()
    if isinstance(exc, (CertificateRefused, *_BAD_ADDRESS)):
        return ProviderMisconfigured()
    if isinstance(exc, (httpcore2.NetworkError, httpcore2.ProtocolError)) and not exchange.received_bytes:
        return ProviderUnavailable()  # hung up without a word
    return ProviderBadResponse()
