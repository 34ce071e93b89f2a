"""Promises that hold over several processes at once."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import httpx2
import pytest

from dndimages.tests.service import Service, eventually
from gallery.tests.fake_gemini import FakeGemini

SCENE = "/api/v1/scenes/generate"
KEY = "AIzaTESTKEY0000000000000000000000000000"
PROCESSES = 4


@pytest.fixture(scope="module")
def model() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, model: FakeGemini) -> Callable[..., Service]:
    """``start(NAME="value")`` makes four server processes over one data folder."""

    def make(**env: str) -> Service:
        known = {"GEMINI_API_KEY": KEY, "GEMINI_BASE_URL": model.base_url, "JOB_LEASE_S": "2"}
        plenty = dict.fromkeys(("MAX_REQUESTS_PER_MINUTE", "SCENE_GENERATIONS_PER_MINUTE"), "100000")
        return Service(tmp_path_factory.mktemp("data"), env=known | plenty | env, processes=PROCESSES)

    return make


@pytest.fixture(scope="module")
def running(start: Callable[..., Service]) -> Iterator[Service]:
    with start() as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """Four live processes; whoever was killed before is back."""
    running.start()
    return running


@pytest.fixture
def gemini(model: FakeGemini) -> FakeGemini:
    """The model, its count at zero and its gate open."""
    model.reset()
    return model


def at_once(number: int, ask: Callable[[int], httpx2.Response]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(ask, range(number)))


def hits_and_misses(service: Service) -> tuple[int, int]:
    stats = service.get("/api/v1/scenes/cache/stats", n=1).json()
    return stats["hits"], stats["misses"]


def test_64_clients_on_4_processes_get_one_picture_for_one_call(service: Service, gemini: FakeGemini) -> None:
    gemini.hold()
    with ThreadPoolExecutor(64) as pool:
        asked = [
            pool.submit(service.post, SCENE, n % PROCESSES, json={"location": "Place 0"}) for n in range(64)
        ]
        gemini.wait_for_calls(1)
        gemini.release()
        answers = [future.result() for future in asked]
    assert Counter(answer.status_code for answer in answers) == {200: 64}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert gemini.calls == 1
    assert service.get("/api/v1/images/search?subject_name=Place 0").json()["total"] == 1


def test_when_the_winner_is_killed_exactly_one_other_takes_over(service: Service, gemini: FakeGemini) -> None:
    gemini.hold()
    with ThreadPoolExecutor(32) as pool:
        winner = pool.submit(service.post, SCENE, 0, json={"location": "Place 1"})
        gemini.wait_for_calls(1)
        others = [
            pool.submit(service.post, SCENE, 1 + n % 3, json={"location": "Place 1"}) for n in range(30)
        ]
        service.kill(0)
        with pytest.raises(httpx2.TransportError):
            winner.result()
        gemini.wait_for_calls(2)
        gemini.release()
        answers = [future.result() for future in others]
    assert Counter(answer.status_code for answer in answers) == {200: 30}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert gemini.calls == 2


def test_who_hangs_up_while_waiting_leaves_a_picture_for_the_next(
    service: Service, gemini: FakeGemini
) -> None:
    gemini.hold()
    with pytest.raises(httpx2.TimeoutException):
        service.post(SCENE, json={"location": "Place 2"}, timeout=1.0)
    gemini.wait_for_calls(1)
    gemini.release()
    eventually(lambda: service.get("/api/v1/images/search?subject_name=Place 2").json()["total"] == 1)
    assert service.post(SCENE, 1, json={"location": "Place 2"}).json()["cached"] is True
    assert gemini.calls == 1


def test_limits_are_exact_over_processes_and_forged_headers_change_nothing(
    start: Callable[..., Service], gemini: FakeGemini
) -> None:
    limit, cap = 10, 100
    env = {
        "MAX_REQUESTS_PER_MINUTE": str(limit),
        "DAILY_GENERATION_CAP": str(cap),
        "SCENE_HITS_PER_MINUTE": "200",
    }
    ends: list[float] = []  # when the minute is over, as each refusal told

    def ask(client: httpx2.Client, number: int) -> int:
        forged = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "True-Client-IP"), f"10.0.{number}.1")
        body = {"subject_type": "item", "subject_name": f"Dagger {number}", "prompt": "A rusty dagger of old"}
        url = limited.urls[number % PROCESSES] + "/api/v1/images/generate"
        answer = client.post(url, json=body, headers=forged)
        if answer.status_code == 429:
            ends.append(time.monotonic() + int(answer.headers["Retry-After"]))
        return answer.status_code

    def ask_all(address: str) -> Counter[int]:
        transport = httpx2.HTTPTransport(local_address=address)
        with httpx2.Client(transport=transport, timeout=120) as client, ThreadPoolExecutor(16) as pool:
            at_first = list(pool.map(partial(ask, client), range(16)))
            return Counter(at_first + [ask(client, number) for number in range(16, 30)])

    with start(**env) as limited:
        for number in range(2, 6):  # each address has a minute of its own
            ends.clear()
            statuses = ask_all(f"127.0.0.{number}")
            if time.monotonic() < min(ends, default=0) - 1:
                break  # it did not turn meanwhile
        assert statuses == {200: limit, 429: 30 - limit}
        left = cap - gemini.calls
        scenes = at_once(64, lambda n: limited.post(SCENE, n % PROCESSES, json={"location": f"Cap {n}"}))
        scenes += [
            limited.post(SCENE, n % PROCESSES, json={"location": f"Cap {n}"})
            for n in range(64, 64 + cap - 50)
        ]
        assert _hits_are_added_up(limited)
    refused = [answer.json()["detail"]["kind"] for answer in scenes if answer.status_code == 429]
    assert len(scenes) - len(refused) == left
    assert set(refused) == {"budget_exhausted"}
    assert gemini.calls == cap


def _hits_are_added_up(limited: Service) -> bool:
    """Whether a process refuses who has used up the limit of the minute with another one."""

    def hit(n: int) -> int:
        return limited.post(SCENE, n, json={"location": "Cap 0"}).status_code

    for _ in range(2):  # the minute may turn
        while hit(0) == 200:
            pass
        time.sleep(1.2)  # twice as long as counts wait to be written
        hit(1)  # what it now adds up, it learns the sum of
        time.sleep(1.2)
        if hit(1) == 429:
            return True
    return False


def test_one_idempotency_key_over_processes_is_paid_once(service: Service, gemini: FakeGemini) -> None:
    body = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old"}

    def ask(number: int) -> httpx2.Response:
        return service.post(
            "/api/v1/images/generate", number % PROCESSES, json=body, headers={"Idempotency-Key": "k"}
        )

    answers = at_once(16, ask)
    assert Counter(answer.status_code for answer in answers) == {200: 16}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert gemini.calls == 1


def test_uses_are_counted_over_processes_and_lost_by_nobody_who_ends_in_order(
    service: Service, gemini: FakeGemini
) -> None:
    service.restart()  # whatever other tests counted is written
    hits, misses = hits_and_misses(service)
    for _ in range(2):
        service.post(SCENE, json={"location": "Place 3"})
    at_once(15, lambda n: service.post(SCENE, n % PROCESSES, json={"location": "Place 3"}))
    eventually(lambda: hits_and_misses(service) == (hits + 16, misses + 1), timeout=5)
    service.post(SCENE, 2, json={"location": "Place 3"})
    service.restart()
    assert hits_and_misses(service) == (hits + 17, misses + 1)


def test_a_trashed_picture_is_gone_from_every_process_at_once(service: Service) -> None:
    made = service.post(SCENE, json={"location": "Place 4"}).json()
    key = service.manage("create_api_key", "curator", "--scopes", "curate").stdout.strip()
    trashed = service.request(
        "DELETE", f"/api/v1/images/{made['id']}", headers={"Authorization": f"Bearer {key}"}
    )
    assert trashed.status_code == 200
    for n in range(PROCESSES):
        assert service.get(f"/{made['storage_path_full']}", n=n).status_code == 404
        assert service.get(f"/api/v1/images/{made['id']}", n=n).status_code == 404
    assert service.post(SCENE, 3, json={"location": "Place 4"}).json()["id"] != made["id"]


def test_a_cleared_scene_is_made_anew_whoever_gave_it_again_and_again(service: Service) -> None:
    made = service.post(SCENE, json={"location": "Place 5"}).json()
    for n in range(PROCESSES):
        hits = [service.post(SCENE, n, json={"location": "Place 5"}).json() for _ in range(3)]
        assert {(hit["id"], hit["cached"]) for hit in hits} == {(made["id"], True)}
    key = service.manage("create_api_key", "keeper", "--scopes", "maintain").stdout.strip()
    bearer = {"Authorization": f"Bearer {key}"}
    service.request("DELETE", "/api/v1/scenes/cache/clear?location=Place 5", headers=bearer)
    first, *others = [service.post(SCENE, n, json={"location": "Place 5"}).json() for n in range(PROCESSES)]
    assert (first["id"] != made["id"], first["cached"]) == (True, False)
    assert {(other["id"], other["cached"]) for other in others} == {(first["id"], True)}


def test_a_known_picture_costs_no_connection(service: Service) -> None:
    made = service.post(SCENE, json={"location": "Place 9"}).json()
    with closing(http.client.HTTPConnection("127.0.0.1", service.ports[0])) as connection:
        seen = []
        for known in ({}, {"If-None-Match": "*"}, {"If-None-Match": "*"}, {}):
            connection.request("GET", f"/{made['storage_path_full']}", headers=known)
            answer = connection.getresponse()
            answer.read()
            seen.append((answer.status, answer.getheader("Connection")))
            assert connection.sock is not None, "closed by the server"
    assert seen == [(200, None), (304, None), (304, None), (200, None)]
