"""What Prometheus is told, added up over all processes of this data folder.

Each process counts in memory (prometheus-client) and writes what it has counted to a file of its own,
with the other deferred counts. Whoever is asked adds its own counts, those of the living and those of
the dead; the dead are added up into one file, so that no count ever goes back and no file stays. The
library's own way for several processes maps files into memory: on a full disk that ends the process.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric

from dndimages import counters

log = logging.getLogger("dndimages.metrics")
OURS = CollectorRegistry(auto_describe=False)
#: Seconds: from an answer out of memory to a slow page; and from the painter to the longest deadline.
ANSWER_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
GENERATION_S = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0, 120.0)

requests = Counter("dndimages_requests", "Requests answered", ["route", "method", "status"], registry=OURS)
request_seconds = Histogram(
    "dndimages_request_seconds", "Time to an answer", ["route", "method"], buckets=ANSWER_S, registry=OURS
)
generations = Counter(
    "dndimages_generations", "Calls of a provider", ["adapter", "model", "outcome"], registry=OURS
)
generation_seconds = Histogram(
    "dndimages_generation_seconds", "Time of a provider's call", ["adapter", "model"],
    buckets=GENERATION_S, registry=OURS,
)  # fmt: skip
paid_calls = Counter("dndimages_paid_calls", "Calls that cost money", ["model"], registry=OURS)
cost_usd = Counter("dndimages_cost_usd", "Money spent, in US dollars", ["model"], registry=OURS)
scene_requests = Counter("dndimages_scene_requests", "Requests for scenes", ["result"], registry=OURS)

breaker_open_until = Gauge(
    "dndimages_breaker_open_until_timestamp_seconds",
    "When the breaker before a provider lets the next call through; in the past or 0: it is closed",
    ["adapter"], registry=OURS,
)  # fmt: skip

_GAUGE = "dndimages_breaker_open_until_timestamp_seconds"
Key = tuple[str, tuple[tuple[str, str], ...]]  # a sample's name and labels
Sums = dict[Key, float]
_ALL = (requests, request_seconds, generations, generation_seconds, paid_calls, cost_usd, scene_requests,
        breaker_open_until)  # fmt: skip


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    requests.labels(route, method, str(status)).inc()
    request_seconds.labels(route, method).observe(seconds)
    _own.changed()


def count_generation(*, adapter: str, model: str, outcome: str, seconds: float, paid: bool) -> None:
    """One call: ``outcome`` is "success" or the kind of the error, ``paid`` whether it cost money."""
    generations.labels(adapter, model, outcome).inc()
    generation_seconds.labels(adapter, model).observe(seconds)
    if paid:
        paid_calls.labels(model).inc()
    _own.changed()


def count_cost(*, model: str, usd: float) -> None:
    cost_usd.labels(model).inc(usd)
    _own.changed()


def breaker_opened(*, adapter: str, seconds: float) -> None:
    """The breaker of this process lets nothing through for so long; 0: it is closed again."""
    breaker_open_until.labels(adapter).set(time.time() + seconds if seconds else 0.0)
    _own.changed()


def count_scenes(result: str, number: int) -> None:
    """So many requests for scenes, answered by a hit, a miss, by joining another's flight, or stale."""
    scene_requests.labels(result).inc(number)
    _own.changed()


class _Own:
    """This process's counts and the file that holds them, locked as long as the process lives."""

    def __init__(self) -> None:
        self._dirty = False
        self._start_anew()

    def _start_anew(self) -> None:
        self.name = uuid.uuid4().hex
        self._lock: IO[str] | None = None

    def forked(self) -> None:
        """In a child: what the parent counted is the parent's."""
        for metric in _ALL:
            metric.clear()
        self._start_anew()

    def changed(self) -> None:
        self._dirty = True
        counters.soon()

    def flush(self) -> None:
        if not self._dirty:
            return
        self._dirty = False
        try:
            if self._lock is None:
                with _one_adds_up():  # or somebody might bury us before we hold our lock
                    self._lock = (folder() / f"{self.name}.lock").open("w")
                    fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(folder() / f"{self.name}.json", own_sums())
        except OSError as error:  # a full disk must not be in the way of an answer
            self._dirty = True
            log.warning("Metrics wait for the next try: %s", type(error).__name__)


def folder() -> Path:
    return Path(settings.DATA_DIR) / ".run" / "metrics"


def own_sums() -> Sums:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for metric in OURS.collect()
        for sample in metric.samples
        if not sample.name.endswith("_created")
    }


def _write(path: Path, sums: Sums) -> None:
    body = orjson.dumps([[name, labels, value] for (name, labels), value in sums.items()])
    part = path.with_suffix(".part")
    part.write_bytes(body)
    os.replace(part, path)


def _read(path: Path) -> Sums:
    try:
        told = orjson.loads(path.read_bytes())
        return {
            (str(name), tuple((str(key), str(text)) for key, text in labels)): float(value)
            for name, labels, value in told
        }
    except (OSError, TypeError, ValueError):
        return {}  # a process that has just ended, a full disk, or a power cut while it was written


# ── Adding up ────────────────────────────────────────────────────────────────────────────────────


def everybodys() -> Iterator[Metric]:
    """The metrics of all processes, living and dead; for a registry to collect.

    What this process counted is written first: what was told once is not lost by a kill, or the next
    answer would tell less.
    """
    _own.flush()
    with _one_adds_up():
        sums = _add(own_sums(), _bury_the_dead())
        for path in folder().glob("*.json"):
            if path.stem not in (_own.name, "ended"):
                sums = _add(sums, _read(path))
    for metric in OURS.collect():
        told = Metric(metric.name, metric.documentation, metric.type)
        for (name, labels), value in sums.items():
            if name in _names(metric):
                told.add_sample(name, dict(labels), value)
        yield told


def _names(metric: Metric) -> tuple[str, ...]:
    endings = {"histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}.get(metric.type, ("_total",))
    return tuple(metric.name + ending for ending in endings)


def _add(sums: Sums, more: Sums) -> Sums:
    """Counts add up; of a gauge (there is one) the latest instant counts."""
    added = dict(sums)
    for key, value in more.items():
        before = sums.get(key, 0.0)
        added[key] = max(before, value) if key[0] == _GAUGE else before + value
    return added


@contextmanager
def _one_adds_up() -> Iterator[None]:
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "adding").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _bury_the_dead() -> Sums:
    """Add the counts of ended processes to those that ended before; gives their sum.

    A burial that breaks off is no double count: the sum names whom it holds already.
    """
    path = folder() / "ended.json"
    buried, sums = _read_ended(path)
    dead = [lock.stem for lock in folder().glob("*.lock") if _is_dead(lock)]
    for name in dead:
        if name not in buried:
            counted = _read(folder() / f"{name}.json")
            sums = _add(sums, {key: value for key, value in counted.items() if key[0] != _GAUGE})
    if dead:
        _write(path, sums | {("buried", (("name", name),)): 1.0 for name in dead})
        for name in dead:
            for ending in (".json", ".part", ".lock"):
                (folder() / f"{name}{ending}").unlink(missing_ok=True)
    return sums


def _read_ended(path: Path) -> tuple[set[str], Sums]:
    told = _read(path)
    buried = {dict(labels).get("name", "") for name, labels in told if name == "buried"}
    return buried, {key: value for key, value in told.items() if key[0] != "buried"}


def _is_dead(lock: Path) -> bool:
    if lock.stem == _own.name:
        return False
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False  # somebody holds it: alive
    return True


def latest_breaker_opening() -> dict[str, float]:
    """Adapter → until when (seconds since 1970) the breaker of some living process is open."""
    found: dict[str, float] = {}
    for path in (None, *folder().glob("*.json")):
        for (name, labels), value in (own_sums() if path is None else _read(path)).items():
            if name == _GAUGE:
                adapter = dict(labels)["adapter"]
                found[adapter] = max(found.get(adapter, 0.0), value)
    return found


class Everybody:
    """What a `CollectorRegistry` asks."""

    def collect(self) -> Iterable[Metric]:
        return everybodys()


_own = _Own()
counters.write_with_the_others(_own)
os.register_at_fork(after_in_child=_own.forked)


def in_registry(*more: Any) -> CollectorRegistry:
    """A registry of these metrics and of other collectors, to be told by `generate_latest`."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in (Everybody(), *more):
        registry.register(collector)
    return registry
