"""What those who watch the service see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from gallery.tests.making import make_image

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
