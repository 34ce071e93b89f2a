"""What Prometheus reads: parsed by its own parser, right over processes, guarded by a setting."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from dndimages import metrics
from dndimages.tests.service import ROOT, Service, clean_environment, eventually, free_port
from gallery import images
from gallery.models import Job, SpendDay
from gallery.tests.fake_gemini import FakeGemini, quota
from gallery.tests.making import make_image
from maintenance.models import CommandRun

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    families = list(text_string_to_metric_families(text))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def told(client: Client) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return parsed(answer.content.decode())


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((f"dndimages_{name}", frozenset(labels.items())), 0.0)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_address(api: Client) -> None:
    route = {"route": "image", "method": "GET"}
    before = told(api)
    for number in (77777, 88888):
        assert api.get(f"/api/v1/images/{number}").status_code == 404
    after = told(api)
    assert (
        of(after, "requests_total", **route, status="404")
        - of(before, "requests_total", **route, status="404")
        == 2
    )
    assert of(after, "request_seconds_count", **route) - of(before, "request_seconds_count", **route) == 2
    assert "77777" not in str(after)


@pytest.mark.django_db
def test_strange_methods_and_addresses_make_no_labels_of_their_own(api: Client) -> None:
    for word in ("BREW", "STEEP"):
        api.generic(word, f"/{word}")
    assert not [labels for _, labels in told(api) if ("method", "BREW") in labels]
    assert of(told(api), "requests_total", route="none", method="other", status="404") >= 2


@pytest.mark.django_db
def test_calls_of_the_model_are_counted_with_their_outcome_and_price(
    api: Client, fake_gemini: FakeGemini
) -> None:
    before = told(api)
    assert api.post("/api/v1/scenes/generate?location=Tavern").status_code == 200
    assert api.post("/api/v1/scenes/generate?location=Tavern").status_code == 200
    after = told(api)

    def grown(name: str, **labels: str) -> float:
        return of(after, name, **labels) - of(before, name, **labels)

    [(adapter, model)] = {
        (dict(labels)["adapter"], dict(labels)["model"])
        for (name, labels) in after
        if name == "dndimages_generations_total" and after[name, labels] != before.get((name, labels))
    }
    assert grown("generations_total", adapter=adapter, model=model, outcome="success") == 1
    assert grown("generation_seconds_count", adapter=adapter, model=model) == 1
    assert grown("paid_calls_total", model=model) == 1
    assert (grown("scene_requests_total", result="hits"), grown("scene_requests_total", result="misses")) == (
        1,
        1,
    )


@pytest.mark.django_db
def test_a_used_up_quota_opens_the_breaker_and_is_counted(api: Client, fake_gemini: FakeGemini) -> None:
    fake_gemini.default(quota())
    assert api.post("/api/v1/scenes/generate?location=Tavern").status_code == 429
    found = told(api)
    outcomes = {
        dict(labels).get("outcome") for name, labels in found if name == "dndimages_generations_total"
    }
    assert "quota_exceeded" in outcomes
    assert of(found, "breaker_open", adapter="gemini") == 1


@pytest.mark.django_db
def test_how_things_stand_is_told(api: Client, settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 7
    now = timezone.now()
    kept, thrown = make_image("A"), make_image("B")
    images.trash(thrown.pk, now=now)
    SpendDay.objects.create(day=now.date(), scope="all", calls=3)
    Job.objects.create(kind="image", key="k", state="queued", created_at=now - timedelta(minutes=5))
    CommandRun.objects.create(
        command="cleanup", started_at=now - timedelta(hours=1), finished_at=now, exit_code=3, line="Refused."
    )
    found = told(api)
    assert (of(found, "images", state="active"), of(found, "images", state="trashed")) == (1, 1)
    assert of(found, "images_bytes") == kept.file_size_bytes
    assert (of(found, "paid_calls_today"), of(found, "daily_cap")) == (3, 7)
    assert (of(found, "jobs", state="queued"), of(found, "jobs", state="running")) == (1, 0)
    assert of(found, "oldest_queued_job_seconds") >= 300
    assert of(found, "command_exit_code", command="cleanup") == 3
    assert of(found, "command_age_seconds", command="cleanup") >= 3600
    assert (of(found, "ready"), of(found, "storage_ok")) == (1, 1)


@pytest.mark.django_db
def test_without_a_database_the_rest_is_told(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from maintenance.tests.test_health import gone

    monkeypatch.setattr(connection, "cursor", gone)
    found = told(api)
    assert of(found, "ready") == 0
    assert of(found, "disk_free_bytes") > 0
    assert ("dndimages_images_bytes", frozenset()) not in found


@pytest.mark.django_db
def test_in_public_it_needs_a_key_that_may_maintain(api: Client, keyed: Any, settings: Settings) -> None:
    settings.METRICS_PUBLIC = False
    assert api.get("/metrics").status_code == 401
    assert keyed("generate").get("/metrics").status_code == 403
    assert keyed("maintain").get("/metrics").status_code == 200
    assert keyed("maintain").get("/metrics/").status_code == 200


def test_a_folder_that_cannot_be_written_is_in_nobodys_way(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    metrics.count_scenes("hits", 1)
    metrics._own.flush()


@pytest.mark.parametrize("damage", [b"", b"[1]", b"null", b'[["a",[["x"]],1]]', b'[["a",[],"b"]]', b"\xff"])
@pytest.mark.django_db
def test_a_damaged_file_of_counts_is_left_out(api: Client, damage: bytes) -> None:
    metrics.folder().mkdir(parents=True)
    for name in ("ended.json", "other.json"):
        (metrics.folder() / name).write_bytes(damage)
    assert of(told(api), "ready") == 1
    assert api.get("/health").status_code == 200


def test_what_was_told_once_survives_a_kill_right_after(tmp_path: Path) -> None:
    with Service(tmp_path, processes=2, env={"MOCK_MODE": "true"}) as service:

        def livez(n: int) -> float:
            samples = parsed(service.get("/metrics", n=n).text)
            return of(samples, "requests_total", route="livez", method="GET", status="200")

        for _ in range(50):
            service.get("/livez", n=0)
        before = livez(0)
        service.kill(0)
        assert before >= 50
        assert livez(1) >= before


def test_counts_of_four_processes_are_one_sum_and_survive_their_deaths(tmp_path: Path) -> None:
    with Service(tmp_path, processes=4, env={"MOCK_MODE": "true"}) as service:

        def livez(n: int = 0) -> float:
            samples = parsed(service.get("/metrics", n=n).text)
            return of(samples, "requests_total", route="livez", method="GET", status="200")

        def reached(n: int) -> bool:
            return livez(n) >= start + 20

        start = eventually(lambda: livez() or 1.0)
        for n in range(4):
            for _ in range(5):
                assert service.get("/livez", n=n).status_code == 200
        for n in range(4):
            eventually(partial(reached, n))
        before = livez()
        service.kill(3)
        assert livez() == livez(1) == before
        assert not list((tmp_path / ".run" / "metrics").glob("*.part"))


@pytest.mark.pure
def test_a_database_that_is_away_is_asked_once_and_told_as_not_ready(tmp_path: Path) -> None:
    url = f"postgres://someone@127.0.0.1:{free_port()}/nobody"
    code = (
        "from django.utils import timezone; from maintenance import detail, metrics;"
        "print(metrics.exposition().decode(), detail.detailed(now=timezone.now()))"
    )
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    env = clean_environment(tmp_path, DATABASE_URL=url)
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100, check=True)
    assert "dndimages_ready 0.0" in told.stdout
    assert "dndimages_storage_ok" in told.stdout
    assert "'migrated': False" in told.stdout
    assert "Metrics without" not in told.stderr, "each of these waited for it"
