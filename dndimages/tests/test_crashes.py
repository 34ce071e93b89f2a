"""A server killed at each step of a generation: no loss, no partial file, no orphan, no call paid twice
once the bytes had arrived."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dndimages.tests.service import ROOT, Service, eventually
from gallery.tests.fake_gemini import FakeGemini

CRASH = ROOT / "dndimages" / "tests" / "crash"
GENERATE = "/api/v1/scenes/generate"


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture
def service(tmp_path: Path, gemini: FakeGemini) -> Iterator[Service]:
    env = {
        "GEMINI_API_KEY": "AIzaTESTKEY0000000000000000000000000000",
        "GEMINI_BASE_URL": gemini.base_url,
        "JOB_LEASE_S": "1",
        "SCENE_GENERATIONS_PER_MINUTE": "100000",
        "PYTHONPATH": str(CRASH),
    }
    with Service(tmp_path, env=env, processes=2) as running:
        yield running


def steps(service: Service) -> list[str]:
    path = service.data_dir / "steps.log"
    found = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [line.partition(" ")[2] for line in found]


def plan(service: Service, kill_at: int) -> None:
    process = service.processes[0]
    assert process is not None
    text = json.dumps({"pid": process.pid, "kill_at": kill_at})
    draft = service.data_dir / "crash.draft"
    draft.write_text(text)
    draft.replace(service.data_dir / "crash.json")


def files_of(service: Service, folder: str) -> set[str]:
    root = service.data_dir / folder
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()} - {".dndimages"}


def check_invariants(service: Service) -> None:
    """I2, I3, I4, I9: every row has its files, every file its row, nothing is left half done."""
    everything = service.get("/api/v1/images/search?page_size=100", n=1).json()
    named: set[str] = set()
    for item in everything["items"]:
        named |= {item["storage_path_full"], item["storage_path_thumbnail"]}
        for part in item["srcset"].split(", "):
            named.add(part.split()[0].partition("/images/")[2].join(["images/", ""]))
    assert files_of(service, "media") == named
    assert files_of(service, "spool") == set()


def ask(service: Service, location: str, n: int) -> httpx2.Response:
    return service.post(GENERATE, n=n, json={"location": location})


def die_at(service: Service, step: int, location: str) -> list[str]:
    """Kill process 0 at this step of making the place; gives the steps it took."""
    plan(service, step)
    with pytest.raises(httpx2.TransportError):
        ask(service, location, n=0)
    service.kill(0)
    (service.data_dir / "crash.json").unlink()
    return steps(service)


@pytest.mark.timeout(280)
def test_a_server_killed_at_any_step_loses_nothing_and_pays_no_picture_twice(
    service: Service, gemini: FakeGemini
) -> None:
    plan(service, kill_at=0)
    assert ask(service, "First", n=0).status_code == 200
    whole = steps(service)
    (service.data_dir / "crash.json").unlink()
    assert "call the model" in whole
    tried = 0
    for step in range(1, len(whole) + 1):
        before = gemini.calls
        made = die_at(service, step, f"Place {step}")
        assert made == whole[:step]  # it died where it was meant to
        answer = ask(service, f"Place {step}", n=1)
        assert answer.status_code == 200, (made[-1], answer.text)
        calls = gemini.calls - before
        done = made[:-1]  # the last one it died of
        unclear = "call the model" in done and "os.rename spool" not in done
        assert calls <= 2 if unclear else calls == 1, (step, calls, made)
        service.start()
        again = ask(service, f"Place {step}", n=0).json()
        assert (again["id"], again["cached"]) == (answer.json()["id"], True)
        tried += 1
    service.manage("worker", "--once")
    check_invariants(service)
    assert tried >= 8
    assert "Traceback" not in service.logs()


def test_what_nobody_asks_for_again_is_brought_home_by_a_worker(service: Service, gemini: FakeGemini) -> None:
    plan(service, kill_at=0)
    ask(service, "First", n=0)
    arrived = steps(service).index("os.rename spool") + 1
    die_at(service, arrived + 1, "Lonely")
    assert files_of(service, "spool")

    def home() -> bool:
        service.manage("worker", "--once")
        return not files_of(service, "spool")

    eventually(home, timeout=30)
    assert gemini.calls == 2
    found: Any = service.get("/api/v1/images/search?subject_name=Lonely", n=1).json()
    assert found["total"] == 1
    check_invariants(service)


def test_the_crashing_aid_stays_out_of_the_service() -> None:
    """It lies on the path only where this file puts it."""
    assert not any("crash" in path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep))
