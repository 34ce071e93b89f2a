"""A backup of a service that works: many writes a second, real processes, restored on another machine."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dndimages.tests.service import ROOT, Service
from maintenance.tests.backing_up import files
from maintenance.tests.crashing import KINDS

PICTURES = 3


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    env = {
        "SCENE_GENERATIONS_PER_MINUTE": "100000",
        "MAX_REQUESTS_PER_MINUTE": "100000",
        "MIN_FREE_DISK_MB": "1",
    }
    with Service(tmp_path / "one", env=env) as running:
        yield running


class Writing:
    """Curators who never rest: each write features one picture of a subject, and unfeatures another in
    the same transaction. Beside them, a game asks for new places."""

    def __init__(self, service: Service, key: str, ids: list[int]) -> None:
        self.writes = self.places = 0
        self._service, self._ids = service, ids
        self._headers = {"Authorization": f"Bearer {key}"}
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=work) for work in (self._curate, self._curate, self._explore)
        ]

    def __enter__(self) -> Writing:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _curate(self) -> None:
        while not self._stop.is_set():
            image = self._ids[self.writes % len(self._ids)]
            body = {"is_featured": True}
            answer = self._service.request(
                "PUT", f"/api/v1/images/{image}/feature", json=body, headers=self._headers
            )
            assert answer.status_code == 200, answer.text
            self.writes += 1

    def _explore(self) -> None:
        while not self._stop.is_set():
            answer = self._service.post(f"/api/v1/scenes/generate?location=Place {self.places}")
            assert answer.status_code == 200, answer.text
            self.places += 1


def every(service: Service) -> dict[int, Any]:
    found = service.get("/api/v1/images/search?page_size=100").json()
    assert found["total"] <= 100
    return {item["id"]: item for item in found["items"]}


def daggers(service: Service) -> list[int]:
    body = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger with blue runes"}
    return [service.post("/api/v1/images/generate", json=body).json()["id"] for _ in range(PICTURES)]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_under_writes_restores_to_one_instant_with_every_file(
    service: Service, tmp_path: Path, kind: list[str]
) -> None:
    ids = daggers(service)
    key = service.manage("create_api_key", "hand", "--scopes", "curate").stdout.strip().splitlines()[-1]
    with Writing(service, key, ids) as writing:
        before = every(service)
        written = writing.writes
        service.manage("backup", *kind)
        assert writing.writes > written + PICTURES
        during = every(service)
    name = next(name for name in os.listdir(service.data_dir / "backups") if name.startswith("dndimages"))
    with Service(tmp_path / "two", env={"MIN_FREE_DISK_MB": "1"}) as other:
        other.stop()
        other.manage("restore", str(service.data_dir / "backups" / name))
        other.start()
        restored = every(other)
        assert before.keys() <= restored.keys() <= during.keys()
        for image_id, item in restored.items():
            assert lasting(item) == lasting(during[image_id])
        assert sum(item["is_featured"] for item in restored.values()) == 1
        pictures = files(other.data_dir / "media")
        fulls = {item["storage_path_full"] for item in restored.values()}
        assert {name for name in pictures if "/full/" in name} == fulls
        assert {item["storage_path_thumbnail"] for item in restored.values()} <= pictures.keys()
        live = files(service.data_dir / "media")
        assert pictures == {name: live[name] for name in pictures}
        other.manage("fsck", "--deep")
    assert "Traceback" not in service.logs()


def lasting(item: dict[str, Any]) -> dict[str, Any]:
    """What no writer changes, and no address that names the server's port."""
    changing = {"is_featured", "use_count", "image_url", "thumbnail_url", "srcset"}
    return {name: value for name, value in item.items() if name not in changing}


@pytest.mark.pure
def test_the_documented_crontab_lines_work(service: Service) -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    found = re.findall(r"^ {4}(?:[\d*/,-]+ ){5}(.+manage\.py (?:backup|fsck).*)$", text, re.MULTILINE)
    assert len(found) == 3
    for line in found:
        here = line.replace("/srv/dndimages", shlex.quote(str(ROOT)))
        here = here.replace(".venv/bin/python", shlex.quote(sys.executable))
        command = ["/bin/sh", "-c", here]
        ran = subprocess.run(
            command, env=service.env, capture_output=True, text=True, timeout=100, check=False
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", ""), line


def test_a_server_that_lives_is_noticed_and_restored_under_its_feet_only_when_told(service: Service) -> None:
    first = daggers(service)
    service.manage("backup")
    name = next(name for name in os.listdir(service.data_dir / "backups") if name.endswith(".tar"))
    daggers(service)
    told = service.manage("restore", name, check=False)
    assert (told.returncode, told.stdout) == (3, "")
    assert "the service is running" in told.stderr
    assert len(every(service)) == 2 * PICTURES
    service.manage("restore", name, "--yes")
    assert sorted(every(service)) == sorted(first)
    assert len(daggers(service)) == PICTURES
    service.manage("fsck", "--deep")
