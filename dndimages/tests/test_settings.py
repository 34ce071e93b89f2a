"""Settings are read loudly, documented, and checked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from dndimages import checks  # noqa: F401 - registers them
from dndimages import settings as our_settings
from dndimages.env import Environment, SettingsError
from dndimages.tests.service import ROOT, clean_environment

#: Read by Django's own createsuperuser convention, not by settings.py.
SUPERUSER = {"DJANGO_SUPERUSER_USERNAME", "DJANGO_SUPERUSER_EMAIL", "DJANGO_SUPERUSER_PASSWORD"}


def start(data_dir: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    return subprocess.run(
        command,
        env=clean_environment(data_dir, **env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_setting_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    documented = set(re.findall(r"`([A-Z0-9_]+)`", " ".join(rows)))
    assert documented == our_settings.env.names | SUPERUSER


def test_the_example_names_only_real_settings() -> None:
    names = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert names
    assert set(names) <= our_settings.env.names


def test_a_bad_start_names_every_bad_variable_and_shows_no_traceback(tmp_path: Path) -> None:
    told = start(tmp_path, WEBP_QUALITY="best", PORT="99999", THUMBNAIL_SIZE="big", DEBUG="perhaps")
    assert told.returncode != 0
    for name in ("WEBP_QUALITY", "PORT", "THUMBNAIL_SIZE", "DEBUG"):
        assert name in told.stderr
    assert "Traceback" not in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    told = start(tmp_path, DATABASE_URL="nonsense://user:hunter2@host/x", GEMINI_API_KEY="AIzaSECRET12345678")
    assert told.returncode != 0
    assert "DATABASE_URL" in told.stderr
    assert "hunter2" not in told.stderr + told.stdout
    assert "AIzaSECRET" not in told.stderr + told.stdout


def test_it_starts_with_no_environment_at_all(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_secret_key_stays_the_same(tmp_path: Path) -> None:
    start(tmp_path)
    key = (tmp_path / "secret_key").read_text()
    start(tmp_path)
    assert (tmp_path / "secret_key").read_text() == key
    assert len(key) > 50


@pytest.mark.parametrize(
    ("value", "good"),
    [("200x200", (200, 200)), ("64X128", (64, 128)), ("200", None), ("9999x9999", None), ("-1x5", None)],
)
def test_a_size_has_two_sides(monkeypatch: pytest.MonkeyPatch, value: str, good: Any) -> None:
    monkeypatch.setenv("THUMBNAIL_SIZE", value)
    env = Environment()
    read = env.size_px("THUMBNAIL_SIZE", (1, 1))
    if good is None:
        with pytest.raises(SettingsError, match="THUMBNAIL_SIZE"):
            env.finish()
    else:
        env.finish()
        assert read == good


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "  ")
    env = Environment()
    assert (env.number("X", 5), env.text("X", "a"), env.flag("X", True), env.words("X", ["w"])) == (
        5,
        "a",
        True,
        ["w"],
    )


def ids(settings: Settings, **changes: Any) -> set[str]:
    for name, value in changes.items():
        setattr(settings, name, value)
    return {found.id or "" for found in run_checks(tags=["security"])}


PUBLIC: dict[str, Any] = {"LOCAL_PROFILE": False, "ALLOWED_HOSTS": ["x.example"], "CORS_ALLOWED_ORIGINS": []}


@pytest.mark.parametrize(
    ("id", "changes"),
    [
        ("dndimages.W001", {"PUBLIC_GENERATION": True, "GEMINI_API_KEY": "k", "DAILY_GENERATION_CAP": None}),
        ("dndimages.W002", {"CORS_ALLOWED_ORIGINS": ["null"]}),
        ("dndimages.W003", {"ALLOWED_HOSTS": ["*"]}),
        ("dndimages.E001", {"DEBUG": True}),
        ("dndimages.W004", {"HTTPS": True, "TRUSTED_PROXIES": 0}),
        ("dndimages.E002", {"GENERATION_PROVIDER": "gemini", "GEMINI_API_KEY": ""}),
        ("dndimages.E003", {"GEMINI_IMAGE_MODELS": []}),
        ("dndimages.W005", {"GEMINI_BASE_URL": "http://proxy.example"}),
        ("dndimages.W006", {"JOB_LEASE_S": 60, "GENERATION_DEADLINE_S": 60}),
    ],
)
def test_unsafe_settings_are_told(settings: Settings, id: str, changes: dict[str, Any]) -> None:
    assert id not in ids(settings, **PUBLIC)
    assert id in ids(settings, **changes)


def test_the_test_run_itself_is_not_a_developers_environment() -> None:
    assert "GEMINI_API_KEY" not in os.environ
