"""Our own rule for trying again: bounded, inside the deadline, never when money may be gone twice."""

from __future__ import annotations

import random
import time

from gallery.errors import GenerationError, ProviderUnavailable, QuotaExceeded

from .network import Exchange

#: A try that has less than this left can bring no picture, only a bill.
ROOM_S = 2.0
#: The longest wait that a provider may ask for within one request.
LONGEST_TOLD_S = 5.0


class Patience:
    """Counts the tries of one request against one model.

    A 5xx is tried again twice (once when the provider asks for more time than we have), a refused
    connection once, a minute's quota once if it comes back within 5 s. A call that was cut or timed
    out is never repeated: it may have been billed.
    """

    def __init__(self, *, deadline: float, first_wait_s: float) -> None:
        self._deadline = deadline
        self._first_wait_s = first_wait_s
        self._faults = 0
        self._refusals = 0
        self._quota_waits = 0

    def wait_s(self, error: GenerationError, exchange: Exchange) -> float | None:
        """Seconds to wait before the next try; None: give up with this error."""
        wait_s = self._wanted_s(error, exchange)
        if wait_s is None or time.monotonic() + wait_s + ROOM_S > self._deadline:
            return None
        return wait_s

    def _wanted_s(self, error: GenerationError, exchange: Exchange) -> float | None:
        if isinstance(error, QuotaExceeded):
            return self._after_quota(error)
        if exchange.status is not None and exchange.status >= 500:
            return self._after_fault(error.retry_after or 0)
        if isinstance(error, ProviderUnavailable) and not exchange.sent:
            self._refusals += 1
            return self._backoff_s(1) if self._refusals <= 1 else None
        return None

    def _after_quota(self, error: QuotaExceeded) -> float | None:
        self._quota_waits += 1
        told_s = error.retry_after
        if self._quota_waits > 1 or told_s is None or told_s > LONGEST_TOLD_S:
            return None
        if error.detail.get("scope") != "minute":
            return None
        return told_s + random.uniform(0, self._first_wait_s)  # noqa: S311 - as below

    def _after_fault(self, told_s: float) -> float | None:
        self._faults += 1
        if told_s <= LONGEST_TOLD_S:
            return max(told_s, self._backoff_s(self._faults)) if self._faults <= 2 else None
        # Often one sick machine among many: one more try finds another, more would be pushing.
        return self._backoff_s(1) if self._faults <= 1 else None

    def _backoff_s(self, nth: int) -> float:
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, hides nothing
        return self._first_wait_s * float(2 ** (nth - 1)) * jitter
