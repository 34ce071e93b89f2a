"""A breaker between us and a provider that is down: while it is open nobody waits, nothing is paid."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from gallery.errors import (
    ContentBlocked,
    GenerationError,
    GenerationTimeout,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderUnavailable,
    QuotaExceeded,
)

State = Literal["closed", "open", "half_open"]

#: A used-up quota keeps the breaker open for as long as the provider said, but no longer than
#: this: it may come back early (a new billing plan), and one refused call costs nothing.
LONGEST_QUOTA_WAIT_S = {"minute": 60.0, "day": 600.0, "none": 600.0}
_QUOTA_WAIT_S = 60.0  # of a quota error that names no time


class ServerFault(ProviderBadResponse):
    """The provider broke down (HTTP 500): to callers an unusable answer, to the breaker a failure."""


FAILURES = (ProviderUnavailable, GenerationTimeout, ServerFault)
ANSWERS = (ContentBlocked, ProviderBadResponse, ProviderMisconfigured)  # not good, but it is there


class Breaker:
    """Opens after ``failures`` in a row for ``cooldown_s``, or at once for a used-up quota.

    Then one attempt is let through as a trial (half open): success closes, failure opens again.
    One instance is shared by the threads of a process. ``clock`` gives seconds that only grow.
    """

    def __init__(
        self,
        failures: int = 5,
        cooldown_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[float], object] = lambda open_s: None,
    ) -> None:
        self._limit = failures
        self._cooldown_s = cooldown_s
        self._clock = clock
        self._on_change = on_change  # told the seconds for which it opens; 0 when it closes
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._open_until: float | None = None  # None: closed
        self._quota: QuotaExceeded | None = None  # why it is open, when a quota is why
        self._told_until = 0.0  # until when callers are told to wait
        self._trial: object | None = None

    @property
    def state(self) -> str:
        """For health: "closed" | "open" | "half_open"."""
        with self._lock:
            return self._state()

    def check(self) -> None:
        """Raise the error that stands for the open breaker, with the time left; claims nothing."""
        with self._lock:
            self._refuse_unless_passable()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Around one generation: refused while open, else its outcome is counted.

        While half open only the first to come is let through.
        """
        me = self._enter()
        try:
            yield
        except GenerationError as error:
            self._failed(me, error)
            raise
        except BaseException:
            self._leave(me)
            raise
        self._succeeded(me)

    def _state(self) -> State:
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half_open"

    def _refuse_unless_passable(self) -> None:
        state = self._state()
        if state == "open" or (state == "half_open" and self._trial is not None):
            raise self._refusal()

    def _refusal(self) -> GenerationError:
        left_s = float(max(1, math.ceil(self._told_until - self._clock())))
        if self._quota is None:
            return ProviderUnavailable(retry_after=left_s)
        return QuotaExceeded(self._quota.message, retry_after=left_s, **self._quota.detail)

    def _enter(self) -> object:
        with self._lock:
            self._refuse_unless_passable()
            me = object()
            if self._open_until is not None:
                self._trial = me
            return me

    def _succeeded(self, me: object) -> None:
        with self._lock:
            # A call from before the breaker opened proves nothing about now.
            if self._open_until is None or self._trial is me:
                self._close()

    def _failed(self, me: object, error: GenerationError) -> None:
        with self._lock:
            was_trial, shut = self._trial is me, self._open_until is None
            if was_trial:
                self._trial = None
            if isinstance(error, QuotaExceeded):
                self._open_for_quota(error)
            elif isinstance(error, FAILURES) and (shut or was_trial):
                self._in_a_row += 1
                if was_trial or self._in_a_row >= self._limit:
                    self._open_for(self._cooldown_s)
            elif isinstance(error, ANSWERS) and (shut or was_trial):
                self._close()

    def _leave(self, me: object) -> None:
        """Neither success nor failure of the provider: only the trial's place is given back."""
        with self._lock:
            if self._trial is me:
                self._trial = None

    def _open_for_quota(self, error: QuotaExceeded) -> None:
        longest_s = LONGEST_QUOTA_WAIT_S.get(error.detail.get("scope", ""), _QUOTA_WAIT_S)
        told_s = _QUOTA_WAIT_S if error.retry_after is None else error.retry_after
        self._open_for(min(told_s, longest_s))
        # A copy: the error itself would hold on to its traceback and all its frames.
        self._quota = QuotaExceeded(error.message, **error.detail)
        self._told_until = self._clock() + told_s

    def _open_for(self, seconds: float) -> None:
        self._in_a_row = 0
        self._quota = None
        self._open_until = self._told_until = self._clock() + seconds
        self._on_change(seconds)

    def _close(self) -> None:
        was_open = self._open_until is not None
        self._in_a_row = 0
        self._open_until = self._quota = self._trial = None
        if was_open:
            self._on_change(0.0)
