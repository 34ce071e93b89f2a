"""``python -m bench --strain``: what others feel while every call to the model hangs, and whether a
process grows under load."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench import load
from bench.load import Figures
from bench.rows import fill
from bench.work import Work, works
from dndimages.tests.service import Service
from gallery.tests.fake_gemini import FakeGemini

LOOKS = 4  # at the memory, each after every kind of request was sent for
CHUNK_S = 5.0  # seconds
SLOTS = 8
COLD = 24  # scenes asked for at once while the model hangs: all slots, and many who wait for one
SETTINGS = {
    "GEMINI_API_KEY": "AIzaONLYTOMEASURE0000000000000000000000",
    "GENERATION_SLOTS": str(SLOTS),
    "SCENE_GENERATIONS_PER_MINUTE": "1000000",
    "SCENE_HITS_PER_MINUTE": "1000000000",
    "ACCESS_LOG": "false",
    "LOG_LEVEL": "ERROR",
}
LOOKED_AT = (
    "scene cache hit",
    "image by id",
    "search page 1",
    "full text: three words, each once",
    "picture file",
    "gallery page",
)


def run(number: int, *, seconds: float, connections: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="dndimages-bench-") as folder,
        FakeGemini() as gemini,
        Service(Path(folder), env=SETTINGS | {"GEMINI_BASE_URL": gemini.base_url}) as service,
    ):
        facts = fill(service, number)
        service.restart()
        chosen = [work for work in works(number, facts) if work.name in LOOKED_AT]
        url = service.urls[0]
        print(f"load: {load.generator()}, {connections} connections, {number:,} pictures\n")
        _tell_waits(service, gemini, chosen, seconds, connections)
        _tell_memory(service, url, chosen, connections)


def _tell_waits(
    service: Service, gemini: FakeGemini, chosen: list[Work], seconds: float, connections: int
) -> None:
    print(f"{'while the model hangs':<34}{'p99 ms':>11}{'idle p99':>11}{'ratio':>11}")
    for work in chosen:
        _measure(service, work, 1.0, connections)
        idle = _measure(service, work, seconds, connections)
        with _hanging(service, gemini, work.name):
            strained = _measure(service, work, seconds, connections)
        failed = f"  {strained.failed} failed" if strained.failed else ""
        ratio = strained.p99_ms / idle.p99_ms
        print(
            f"{work.name:<34}{strained.p99_ms:>11.1f}{idle.p99_ms:>11.1f}{ratio:>11.2f}{failed}", flush=True
        )


def _measure(service: Service, work: Work, seconds: float, connections: int) -> Figures:
    return load.run(service.urls[0], work, seconds=seconds, connections=connections)


@contextmanager
def _hanging(service: Service, gemini: FakeGemini, name: str) -> Iterator[None]:
    """All slots wait for a model that says nothing, and others wait for a slot."""
    gemini.reset()
    gemini.hold()
    with ThreadPoolExecutor(COLD) as pool:
        cold = [
            pool.submit(service.post, "/api/v1/scenes/generate", json={"location": f"{name} {n}"})
            for n in range(COLD)
        ]
        try:
            if not gemini.wait_for_calls(SLOTS, timeout_s=30):
                raise RuntimeError(f"only {gemini.calls} calls hang")
            yield
            if gemini.calls != SLOTS:
                raise RuntimeError("some call ended before the measurement")
        finally:
            gemini.release()
        for future in cold:
            future.result().raise_for_status()


def _tell_memory(service: Service, url: str, chosen: list[Work], connections: int) -> None:
    """In MiB, resident. What is remembered fills up first, so growth counts from the first look on."""
    print(f"\n{'requests so far':<34}{'MiB':>11}")
    sent, sizes = 0.0, []
    for _ in range(LOOKS):
        for work in chosen:
            sent += load.run(url, work, seconds=CHUNK_S, connections=connections).per_second * CHUNK_S
        sizes.append(_resident_mib(service))
        print(f"{sent:<34,.0f}{sizes[-1]:>11.0f}", flush=True)
    print(f"growth from the first look on: {100 * (sizes[-1] / sizes[0] - 1):.1f} %")


def _resident_mib(service: Service) -> float:
    process = service.processes[0]
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
