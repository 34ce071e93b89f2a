"""Counts that are written a moment later: when their thread cannot start."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from pytest_django import Settings

from dndimages import counters
from dndimages.tests.service import eventually


def test_a_count_is_kept_while_no_thread_can_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start
    refused: list[str] = []

    def no_thread_left(thread: threading.Thread) -> None:
        if thread.name == "counters" and len(refused) < 2:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    settings.COUNTERS_FLUSH_S = 0.01
    monkeypatch.setattr(counters, "_thread", None)
    monkeypatch.setattr(counters, "_stop", threading.Event())
    monkeypatch.setattr(threading.Thread, "start", no_thread_left)
    written: Counter[str] = Counter()
    counted = counters.Deferred[str](written.update)
    try:
        for _ in range(2):
            counted.add("a")
        assert counted.waiting("a") == 2
        counted.add("a")
        eventually(lambda: written == {"a": 3})
    finally:
        counters._stop.set()
        counters._ALL.remove(counted)
