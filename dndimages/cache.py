"""A cache that counts on even while Redis is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from diskcache_community import DjangoCache, Timeout  # type: ignore[attr-defined]
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

T = TypeVar("T")
RETRY_REDIS_S = 5.0
LOCAL_WINDOW_S = 65  # as long as django-ratelimit keeps a minute


def redis_error() -> type[Exception]:
    """What Redis raises. Its library is loaded only where something went wrong, or REDIS_URL is set."""
    from redis.exceptions import RedisError

    return RedisError


class FailoverCache(BaseCache):
    """Redis where REDIS_URL is set; while it does not answer, the disk cache of this host.

    Rate limits count here: with Redis gone they still hold for each host, and Redis is asked
    again after `RETRY_REDIS_S` seconds. Only the calls that counting needs are offered.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis_away_until = 0.0

    def _on_either(self, act: Callable[[BaseCache], T]) -> T:
        if not settings.REDIS_URL or time.monotonic() < self._redis_away_until:
            return act(caches["local"])
        try:
            return act(caches["default"])
        except redis_error():
            self._redis_away_until = time.monotonic() + RETRY_REDIS_S
            return act(caches["local"])

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._on_either(lambda cache: cache.add(key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._on_either(lambda cache: cache.get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._on_either(lambda cache: cache.set(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add ``delta``; raises ValueError when the key is nowhere."""
        before = self._redis_away_until
        try:
            return self._on_either(lambda cache: cache.incr(key, delta, version))
        except ValueError:
            if self._redis_away_until == before:
                raise
            # Redis went away between `add` and here: this host begins to count for itself.
            caches["local"].add(key, delta, LOCAL_WINDOW_S, version)
            return delta

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._on_either(lambda cache: cache.delete(key, version))

    def clear(self) -> None:
        self._on_either(lambda cache: cache.clear())


class KeptDiskCache(DjangoCache):  # type: ignore[misc]  # it has no types
    """The disk cache with its files kept open, one writer of a process at a time.

    Django closes all caches after each request; opening these again costs two milliseconds, counting
    a twentieth of one. Who must wait for another writer is put to sleep by SQLite for up to 100 ms:
    threads of one process take turns instead. While another process holds the files for longer than
    DATABASE_TIMEOUT, counting raises `diskcache_community.Timeout` (left to itself it would wait on).
    """

    _turn = threading.Lock()

    def __init__(self, directory: str, params: dict[str, Any]) -> None:
        super().__init__(directory, params)
        self._patience_s = float(params.get("DATABASE_TIMEOUT", 5.0))

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None, **kwargs: Any
    ) -> bool:
        """False: it is there, or the files are locked, which `incr` tells."""
        with self._in_turn():
            return bool(super().add(key, value, timeout, version, **{**kwargs, "retry": False}))

    def incr(
        self, key: str, delta: int = 1, version: int | None = None, default: Any = None, retry: bool = False
    ) -> int:
        """Add ``delta``; raises ValueError when the key is nowhere."""
        with self._in_turn():
            total = super().incr(key, delta, version, default, retry=False)
        if total is None:
            raise Timeout
        return int(total)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._patience_s):
            raise Timeout
        try:
            yield
        finally:
            self._turn.release()

    def close(self, **kwargs: Any) -> None:
        """Stays open: each thread's connections end with the thread."""
