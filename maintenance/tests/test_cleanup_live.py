"""Cleanup in a loop for a minute, while pictures are made, read, trashed and restored over real processes.

The minute is how long it lasts, as many cleanups as fit in it; how fast anybody was decides nothing.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dndimages.tests.service import ROOT, Service
from gallery.tests.fake_gemini import FakeGemini

#: A minute; a third of it in the second run of the suite, on the other database.
LONG_S = 20.0 if os.environ.get("DATABASE_URL") else 60.0
GENERATIONS, READS, ACTS = 20.0, 200.0, 20.0  # a second, as far as the machine keeps up
SCENE, IMAGE = "/api/v1/scenes/generate", "/api/v1/images/"


@pytest.fixture
def model() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture
def service(tmp_path: Path, model: FakeGemini) -> Iterator[Service]:
    names = ("SCENE_GENERATIONS_PER_MINUTE", "SCENE_HITS_PER_MINUTE", "MAX_REQUESTS_PER_MINUTE")
    env = dict.fromkeys(names, "1000000") | {
        "GEMINI_API_KEY": "AIzaTESTKEY0000000000000000000000000000",
        "GEMINI_BASE_URL": model.base_url,
        "MIN_FREE_DISK_MB": "1",
        "JOB_LEASE_S": "60",  # a machine that stands still for a while makes nobody pay again
    }
    with Service(tmp_path, env=env, processes=2, worker=True) as running:
        yield running


class Crowd:
    """Players, readers and curators at a steady pace; what they were answered.

    A picture whose number is divisible by three belongs to a curator, who trashes and restores it at
    will; `standing` tells which of these were left standing. All others are `kept`: nobody trashes them.
    Whatever cleanup does, both are there.
    """

    def __init__(self, service: Service, key: str) -> None:
        self.kept: dict[int, dict[str, Any]] = {}
        self.standing: dict[int, bool] = {}
        self.pictures: set[int] = set()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.failed: list[BaseException] = []
        self._service, self._places = service, itertools.count()
        self._headers = {"Authorization": f"Bearer {key}"}
        self._stop = threading.Event()
        self._threads = [
            *self._team(20, GENERATIONS, self._make),
            *self._team(8, READS, self._read),
            *self._team(1, ACTS / 2, partial(self._curate, 0)),
            *self._team(1, ACTS / 2, partial(self._curate, 1)),
        ]

    def __enter__(self) -> Crowd:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait(self, seconds: float) -> None:
        """So long, or until somebody met what must not be."""
        end = time.monotonic() + seconds
        while not self.failed and time.monotonic() < end:
            self._stop.wait(0.1)

    def _team(self, size: int, rate: float, act: Callable[[httpx2.Client], None]) -> list[threading.Thread]:
        """Threads that together act so often a second, or as often as they can."""
        turns = itertools.count()

        def work() -> None:
            try:
                with httpx2.Client(timeout=60, trust_env=False) as client:
                    while not self._stop.wait(max(0.0, self._began + next(turns) / rate - time.monotonic())):
                        act(client)
            except BaseException as error:
                self.failed.append(error)

        return [threading.Thread(target=work) for _ in range(size)]

    def ask(
        self, client: httpx2.Client, what: str, method: str, path: str, **options: Any
    ) -> httpx2.Response:
        url = random.choice(self._service.urls) + path
        answer = client.request(method, url, **options)
        self.answers[what, answer.status_code] += 1
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def _scene(self, client: httpx2.Client, what: str, location: str) -> dict[str, Any]:
        answer = self.ask(client, what, "POST", SCENE, json={"location": location})
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        self.pictures.add(made["id"])
        return made

    def _make(self, client: httpx2.Client) -> None:
        made = self._scene(client, "make", f"Place {next(self._places)}")
        if made["id"] % 3:
            self.kept[made["id"]] = made
        else:
            self.standing[made["id"]] = True

    def _read(self, client: httpx2.Client) -> None:
        made = random.choice(list(self.kept.values()))
        what, path = random.choice(
            [
                ("full", "/" + made["storage_path_full"]),
                ("thumbnail", "/" + made["storage_path_thumbnail"]),
                ("image", f"{IMAGE}{made['id']}?include_data=false"),
                ("search", "/api/v1/images/search"),
                ("gallery", "/"),
            ]
        )
        if random.random() < 0.2:
            # It may have expired: then it is made anew, and that is a picture like others.
            self._scene(client, "scene", made["scene"]["location"])
            return
        answer = self.ask(client, what, "GET", path)
        assert answer.status_code == 200, (path, answer.text)

    def _curate(self, half: int, client: httpx2.Client) -> None:
        """Each of the two has pictures of its own, so that it knows how it left them."""
        number = random.choice([number for number in list(self.standing) if number // 3 % 2 == half])
        stands = self.standing[number]
        method, path = ("DELETE", "") if stands else ("POST", "/restore")
        answer = self.ask(client, "curate", method, f"{IMAGE}{number}{path}", headers=self._headers)
        # Out of the trash it may have gone for good; from where it stood it may not.
        assert answer.status_code == 200 or (answer.status_code == 404 and not stands), answer.text
        if answer.status_code == 200:
            self.standing[number] = not stands


@pytest.mark.timeout(400)
def test_a_minute_of_cleanups_beside_players_readers_and_curators_loses_no_live_file(
    service: Service, model: FakeGemini
) -> None:
    key = service.manage("create_api_key", "hand", "--scopes", "curate").stdout.strip().splitlines()[-1]
    crowd = Crowd(service, key)
    with httpx2.Client(timeout=60, trust_env=False) as client:
        for _ in range(30):  # so that there is something to read, and the trash is a small part
            crowd._make(client)
    sweeper = subprocess.Popen(
        [sys.executable, "-m", "maintenance.tests.sweeping"],
        env=service.env,
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        with crowd:
            crowd.wait(LONG_S)
        said, complained = sweeper.communicate()
    finally:
        sweeper.kill()
        sweeper.wait()
    assert crowd.failed == []
    assert (sweeper.returncode, complained) == (0, "")
    gone = json.loads(said)
    print(gone, dict(crowd.answers))  # -s shows them
    assert min(gone.get(name, 0) for name in ("runs", "image", "scene", "job")) > 0

    left_standing = [number for number, stands in crowd.standing.items() if stands]
    for number in (*crowd.kept, *left_standing):
        there = service.get(f"{IMAGE}{number}?include_data=false")
        assert there.status_code == 200, number
        for name in ("storage_path_full", "storage_path_thumbnail"):
            assert (service.data_dir / "media" / there.json()[name]).is_file(), number
    service.manage("worker", "--once")
    service.manage("fsck", "--deep")  # it ends with 1 where a row or a file lacks the other
    assert model.calls == len(crowd.pictures)  # each was paid once, and somebody got it
    assert "Traceback" not in service.logs()
