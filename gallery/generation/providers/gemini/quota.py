"""What an error answer says about waiting, from its structured parts only, never from its text."""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Iterator
from typing import Any, Literal

Scope = Literal["minute", "day", "none"]

#: Where the provider names no delay. A day's quota comes back at midnight Pacific (docs); asking
#: once an hour finds it soon enough.
_USUAL_WAIT_S: dict[Scope, float] = {"minute": 60, "day": 3600, "none": 3600}
#: Nobody is told to wait longer than this, whatever an answer says.
_LONGEST_WAIT_S = 7 * 86_400
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)s")  # google.protobuf.Duration in JSON


def error_details(body: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The entries of ``error.details`` whose ``@type`` is ``google.rpc.<kind>``."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for entry in details if isinstance(details, list) else ():
        if isinstance(entry, dict) and str(entry.get("@type", "")).endswith(f"google.rpc.{kind}"):
            yield entry


def told_wait_s(body: Any, retry_after: str) -> float | None:
    """Whole seconds from RetryInfo, else from the ``Retry-After`` header; None when neither says."""
    for entry in error_details(body, "RetryInfo"):
        match = _DURATION.fullmatch(str(entry.get("retryDelay")))
        if match:
            return _bounded(float(match[1]))
    return _header_wait_s(retry_after.strip())


def _header_wait_s(value: str) -> float | None:
    if value.isascii() and value.isdigit() and len(value) <= 12:
        return _bounded(float(value))
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return _bounded(moment.timestamp() - time.time())
    except (ValueError, OverflowError, OSError):
        return None


def _bounded(seconds: float) -> float:
    # Rounded up: a client that comes back a fraction early is refused once more.
    return float(min(max(math.ceil(seconds), 0), _LONGEST_WAIT_S))


def quota_scope(body: Any) -> Scope:
    """Which quota is used up: the widest that the violations name."""
    violations = [v for entry in error_details(body, "QuotaFailure") for v in _dicts(entry.get("violations"))]
    ids = [str(violation.get("quotaId", "")) for violation in violations]
    values = [str(violation["quotaValue"]) for violation in violations if "quotaValue" in violation]
    of_day = any("PerDay" in name for name in ids)
    of_minute = any("PerMinute" in name for name in ids)
    # A zero is often left out (protobuf drops default values): then a key without any quota shows
    # by breaking the minute's and the day's limit at once, with no number given.
    if "0" in values or (of_day and of_minute and not values):
        return "none"
    return "day" if of_day else "minute"


def usual_wait_s(scope: Scope) -> float:
    return _USUAL_WAIT_S[scope]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
