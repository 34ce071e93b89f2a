"""What those who watch the service see."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dndimages import metrics
from dndimages.beats import Heart, workers
from dndimages.models import WorkerBeat
from dndimages.tests.service import free_port
from gallery.generation.worker import Worker
from gallery.models import Job
from gallery.tests.making import make_image
from maintenance.models import CommandRun
from maintenance.tests.aging import rows

pytestmark = pytest.mark.django_db


def test_health_has_the_old_shape_first(api: Client) -> None:
    make_image()
    answer = api.get("/health").json()
    assert list(answer) == ["status", "timestamp", "checks"]
    assert answer["status"] == "ok"
    assert list(answer["checks"])[:3] == ["database", "disk_space", "images"]
    assert answer["checks"]["database"] == "ok"
    assert list(answer["checks"]["disk_space"]) == ["status", "free_gb"]
    assert answer["checks"]["images"] == {"total": 1}


def test_a_missing_api_key_is_no_fault(api: Client, settings: Settings) -> None:
    settings.GEMINI_API_KEY = ""
    answer = api.get("/health").json()
    assert answer["status"] == "ok"
    assert answer["checks"]["provider"]["name"] == "painter"


def gone(*_: Any, **__: Any) -> None:
    raise OperationalError("gone")


def test_without_a_database_health_says_error_and_only_readiness_fails(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "cursor", gone)
    health = api.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "error")
    assert api.get("/readyz").status_code == 503
    assert api.get("/livez").status_code == 200


def test_it_is_not_ready_before_the_database_is_migrated(api: Client) -> None:
    assert api.get("/readyz").status_code == 200
    MigrationRecorder(connection).record_unapplied("scenes", "0001_first")
    assert api.get("/readyz").status_code == 503


@pytest.mark.parametrize("url", ["/health", "/health/", "/livez", "/readyz/"])
def test_probes_are_never_cached(api: Client, url: str) -> None:
    assert api.get(url)["Cache-Control"] == "no-store"


# ── What stands around the pictures ──────────────────────────────────────────────────────────────


def checks(api: Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/health").json()["checks"]
    return found


def test_a_fresh_service_is_well_and_says_what_never_ran(
    api: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path / "backups"
    answer = api.get("/health").json()
    found = answer["checks"]
    assert answer["status"] == "ok"
    assert found["worker"] == {"status": "missing", "alive": 0, "last_seen_s": None}
    assert found["backup"] == {"status": "none", "age_s": None}
    assert found["cleanup"] == {"status": "never", "age_s": None}
    assert found["disk_forecast"] == {"days_left": None}
    assert found["cache"]["status"] == "ok"


def test_a_worker_counts_as_alive_while_it_beats(api: Client) -> None:
    now = timezone.now()
    hearts = [Heart(started_at=now), Heart(started_at=now)]
    for heart in hearts:
        heart.beat(now=now)
    assert checks(api)["worker"]["alive"] == 2
    hearts[0].stop()
    assert checks(api)["worker"]["alive"] == 1


def test_a_worker_that_hangs_or_was_killed_is_missing(api: Client) -> None:
    Heart(started_at=timezone.now()).beat(now=timezone.now() - timedelta(minutes=2))
    found = checks(api)["worker"]
    assert (found["status"], found["alive"]) == ("missing", 0)
    assert found["last_seen_s"] >= 120
    assert api.get("/health").json()["status"] == "ok"


def test_the_real_worker_beats_and_is_gone_when_it_ends() -> None:
    stop = threading.Event()
    worker = Worker(threads=1, stop=stop)
    worker._stop = _StopsAfterOneTurn()
    worker.run()
    assert worker._stop.seen == 1
    assert WorkerBeat.objects.count() == 0


class _StopsAfterOneTurn(threading.Event):
    """Set at the end of the first turn, when the beat must stand in the database."""

    seen = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.seen = workers(now=timezone.now()).alive
        self.set()
        return True


@pytest.mark.parametrize(
    ("hours_ago", "exit_code", "word"),
    [(1, 0, "ok"), (1, 3, "failed"), (1, None, "running"), (50, 0, "old"), (50, None, "old")],
)
def test_the_last_cleanup_is_told(api: Client, hours_ago: int, exit_code: int | None, word: str) -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    finished_at = None if exit_code is None else at
    CommandRun.objects.create(command="cleanup", started_at=at, finished_at=finished_at, exit_code=exit_code)
    found = checks(api)["cleanup"]
    assert found["status"] == word
    assert found["age_s"] >= hours_ago * 3600


def test_the_forecast_follows_last_weeks_pictures(api: Client, settings: Settings) -> None:
    settings.MIN_FREE_DISK_MB = 1
    fast = checks(api)["disk_space"]["free_gb"] * 2**30 / 100  # full files that would fill the disk in days
    rows(1, created_at=timezone.now() - timedelta(days=1), file_size_bytes=int(fast))
    rows(1, created_at=timezone.now() - timedelta(days=30), file_size_bytes=int(fast) * 1000)
    assert 200 < checks(api)["disk_forecast"]["days_left"] < 300  # 100 × 7 days / 2.8


def test_with_a_provider_that_is_not_set_up_new_pictures_cannot_be_made(
    api: Client, settings: Settings
) -> None:
    settings.GENERATION_PROVIDER = "gemini"
    settings.GEMINI_API_KEY = ""
    answer = api.get("/health").json()
    assert (answer["status"], answer["checks"]["provider"]["configured"]) == ("degraded", False)


def test_where_nothing_can_be_counted_nothing_is_generated(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(type(caches["local"]), "set", full)
    monkeypatch.setattr(type(caches["default"]), "set", full)
    answer = api.get("/health").json()
    assert (answer["status"], answer["checks"]["cache"]["status"]) == ("degraded", "error")


def test_while_redis_is_away_this_host_counts_for_itself(api: Client, settings: Settings) -> None:
    gone_redis = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        "OPTIONS": {"socket_connect_timeout": 0.5},
    }
    settings.CACHES = {**settings.CACHES, "default": gone_redis}
    settings.REDIS_URL = gone_redis["LOCATION"]
    answer = api.get("/health").json()
    assert (answer["status"], answer["checks"]["cache"]) == ("ok", {"status": "fallback", "kind": "redis"})


def test_an_open_breaker_is_told_but_is_no_outage(api: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.GEMINI_API_KEY = "AIzaTESTKEY0000000000000000000000000000"
    metrics.breaker_opened(adapter="gemini", seconds=60)
    try:
        answer = api.get("/health").json()
    finally:
        metrics.breaker_opened(adapter="gemini", seconds=0)
    assert (answer["status"], answer["checks"]["provider"]["breaker"]) == ("ok", "open")


def test_health_costs_few_queries_however_much_there_is(api: Client, django_assert_num_queries: Any) -> None:
    rows(300)
    api.get("/health")
    with django_assert_num_queries(5):
        api.get("/health")


# ── With numbers ─────────────────────────────────────────────────────────────────────────────────


def test_details_are_for_staff_and_keys_that_may_maintain(
    api: Client, keyed: Any, admin_client: Client
) -> None:
    stranger, weak = api.get("/health/detailed"), keyed("curate").get("/health/detailed")
    assert (stranger.status_code, stranger.json()["detail"]["kind"]) == (401, "unauthenticated")
    assert (weak.status_code, weak.json()["detail"]["kind"]) == (403, "forbidden")
    for client, url in ((keyed("maintain"), "/health/detailed"), (admin_client, "/health/detailed/")):
        answer = client.get(url, headers={"Host": "localhost"})
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert answer["Cache-Control"] == "no-store"


def test_details_give_the_numbers_behind_the_checks(keyed: Any, settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 7
    make_image()
    at = timezone.now() - timedelta(minutes=5)
    Job.objects.create(kind="image", key="k", state="queued", created_at=at)
    CommandRun.objects.create(command="fsck", started_at=at, finished_at=at, exit_code=1, line="Found 2.")
    found = keyed("maintain").get("/health/detailed").json()
    assert found["pictures"]["active"] == 1
    assert found["jobs"]["queued"] == 1
    assert found["jobs"]["oldest_queued_s"] >= 300
    assert found["budget"] == {"paid_calls_today": 0, "daily_cap": 7}
    assert found["commands"][0]["exit_code"] == 1
    assert found["disks"]["pictures"]["free_bytes"] > 0
    assert found["database"]["migrated"] is True


def test_details_without_a_database_tell_the_rest_to_nobody_unknown(
    keyed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = keyed("maintain")
    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/health/detailed")
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "busy")


@pytest.mark.parametrize("url", ["/health", "/health/detailed"])
def test_health_tells_no_secret(url: str, keyed: Any, settings: Settings) -> None:
    settings.GEMINI_API_KEY = "AIzaPLANTED00000000000000000000000000"
    settings.S3_SECRET = "planted-s3-secret"
    body = keyed("maintain").get(url).content.decode()
    assert not [word for word in ("PLANTED", "planted", settings.SECRET_KEY) if word in body]
