"""The models in the order in which they are asked, and which of them lately were gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

FORGET_S = 300.0
#: When all are gone something else is wrong, and a human may just be mending it.
FORGET_ALL_S = 30.0


class ModelChain:
    """``clock`` gives seconds that only grow. Threads may share it."""

    def __init__(self, models: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._models = tuple(dict.fromkeys(name for name in (model.strip() for model in models) if name))
        self._clock = clock
        self._lock = threading.Lock()
        self._gone_until: dict[str, float] = {}

    def usable(self) -> list[str]:
        """Those not known to be gone, in order; may be empty."""
        now = self._clock()
        with self._lock:
            return [model for model in self._models if self._gone_until.get(model, now) <= now]

    def gone(self, model: str) -> None:
        """The provider answered 404 for it: leave it out for a while."""
        now = self._clock()
        with self._lock:
            self._gone_until[model] = now + FORGET_S
            if all(self._gone_until.get(name, now) > now for name in self._models):
                self._gone_until = dict.fromkeys(self._models, now + FORGET_ALL_S)
