"""Settings are read loudly, documented, and checked."""

from __future__ import annotations

import os
import re
import shutil
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
from dndimages.secretkey import refuse_as_root
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


BAD = {
    "REDIS_URL": (
        "127.0.0.1:6379",
        "http://:hunter2@127.0.0.1",
        "redis://:hunter2@127.0.0.1:xx/9",
        "unix:/run/redis.sock",
        "redis://a/0,REDIS://b",
    ),
    "S3_ENDPOINT_URL": ("nonsense", "s3://bucket"),
    "S3_PUBLIC_DOMAIN": ("https://cdn.example", "cdn.example/"),
    "PUBLIC_BASE_URL": ("pictures.example", "https://"),
    "GEMINI_BASE_URL": ("nonsense",),
    "ALLOWED_HOSTS": (
        "https://pictures.example",
        "pictures.example:8000",
        "a b",
        "pictures.example/",
        "pictures.example.",
        "a,[::x]",
    ),
    "CORS_ALLOWED_ORIGINS": (
        "https://*.game.example",
        "https://game.example/",
        "game.example",
        "*",
        "https://game.example?x",
        "https://[::1",
        "https://game.example:xx",
    ),
    "CSRF_TRUSTED_ORIGINS": ("https://game.example/", "null", "https://[::1"),
    "IDEMPOTENCY_HOURS": ("99999999",),
    "BACKUP_DIR": ("/etc/passwd",),
}


def test_every_bad_value_stops_the_start_by_its_name_alone(tmp_path: Path) -> None:
    for number in range(max(map(len, BAD.values()))):
        chosen = {name: values[number] for name, values in BAD.items() if number < len(values)}
        told = start(tmp_path, **chosen).stderr
        assert [name for name in chosen if f"{name} must" not in told] == []
        assert "hunter2" not in told
        assert len(told.splitlines()) == 1


def test_good_values_of_their_kind_pass(tmp_path: Path) -> None:
    told = start(
        tmp_path,
        REDIS_URL="rediss://:p%40ss@redis.example:6380/1, unix:///run/redis.sock;redis://",
        S3_ENDPOINT_URL="http://[::1]:9000", S3_PUBLIC_DOMAIN="cdn.example/pictures",
        PUBLIC_BASE_URL="https://pictures.example/dnd/", GEMINI_BASE_URL="http://localhost:9",
        ALLOWED_HOSTS="pictures.example,.game.example,10.0.0.1,[::1],::1,my_host,*", BACKUP_DIR=str(tmp_path / "later"),
        CORS_ALLOWED_ORIGINS="https://game.example,http://localhost:8080,capacitor://localhost,null,file://", CSRF_TRUSTED_ORIGINS="https://*.game.example",
        X_ACCEL_REDIRECT_PREFIX="protected",
    )  # fmt: skip
    assert told.returncode == 0
    assert re.findall(r"dndimages\.W\d+", told.stderr) == ["dndimages.W002", "dndimages.W003"]  # null, and *


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


@pytest.mark.parametrize("name", ["", "secret_key", "db.sqlite3", ".run"])
def test_root_is_sent_to_the_user_whose_data_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(tmp_path / name, 54321, 54321)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SettingsError) as told:
        refuse_as_root(tmp_path, shared=ROOT)
    assert f"the data in {tmp_path} (DATA_DIR) is " in str(told.value)
    assert "run it as that user (sudo -u '" in str(told.value)


def test_where_the_code_lies_root_may_begin_and_others_may_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 54321, 54321)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    refuse_as_root(tmp_path, shared=tmp_path)
    refuse_as_root(tmp_path / "not there", shared=ROOT)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    refuse_as_root(tmp_path, shared=ROOT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_command_of_root_leaves_nothing_in_another_users_folder(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    told = start(theirs)
    assert (told.returncode, list(theirs.iterdir())) == (1, [])
    assert "sudo -u 'nobody'" in told.stderr


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


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PORT", "HOST", "SECRET_KEY", "QUITE_ELSE", "PYTHON_DOTENV_DISABLED"):
        monkeypatch.setenv(name, "")  # so that it is as before in the end
        monkeypatch.delenv(name)
    return tmp_path / ".env"


def test_what_stands_in_dotenv_counts_unless_the_environment_says_so_too(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv.write_text(
        "\ufeff# mine\nPORT=9123\nexport HOST='0.0.0.0'\nSECRET_KEY=a#b\nQUITE_ELSE=1\n", "utf-8"
    )
    monkeypatch.setenv("HOST", "127.0.0.1")
    env = Environment(dotenv)
    env.finish()
    assert (env.number("PORT", 8000), env.text("HOST"), env.secret("SECRET_KEY")) == (
        9123,
        "127.0.0.1",
        "a#b",
    )
    assert os.environ["QUITE_ELSE"] == "1"


def test_empty_in_the_environment_is_unset_whatever_dotenv_says(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv.write_text("PORT=9123\n")
    monkeypatch.setenv("PORT", "")
    assert Environment(dotenv).number("PORT", 8000) == 8000


def test_no_dotenv_is_none(dotenv: Path) -> None:
    assert Environment(dotenv).number("PORT", 8000) == 8000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PORT=1\nnonsense here\n", ": line 2"),
        (b"GEMINI_API_KEY\n", ": line 1"),
        (b"HOST=\xff\xfe\n", "not UTF-8"),
        (b"HOST=\0\n", "UTF-16"),
        (b"PORT=1\n\n\n# a word\n\nnonsense\n", ": line 6"),
    ],
)
def test_a_dotenv_that_is_none_is_told(dotenv: Path, content: bytes, told: str) -> None:
    dotenv.write_bytes(content)
    with pytest.raises(SettingsError, match=told):
        Environment(dotenv)


def test_a_dotenv_that_cannot_be_read_is_told(dotenv: Path) -> None:
    dotenv.mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read: Is a directory"):
        Environment(dotenv)


def test_the_service_reads_the_dotenv_beside_manage_py(tmp_path: Path) -> None:
    project, data = tmp_path / "project", tmp_path / "data"
    project.mkdir()
    shutil.copy(ROOT / "manage.py", project)
    for package in ("dndimages", "gallery", "scenes", "maintenance", "templates", "static"):
        shutil.copytree(
            ROOT / package, project / package, ignore=shutil.ignore_patterns("tests", "__pycache__")
        )
    env = clean_environment(data)
    del env["DATA_DIR"], env["PYTHON_DOTENV_DISABLED"]
    (project / ".env").write_text(f"DATA_DIR={data}\nWEBP_QUALITY=best\n")
    command = [sys.executable, "manage.py", "check"]
    told = subprocess.run(
        command, cwd=project, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert "WEBP_QUALITY" in told.stderr
    (project / ".env").write_text(f"DATA_DIR={data}\n")
    subprocess.run(command, cwd=project, env=env, timeout=60, check=True, stdout=subprocess.DEVNULL)
    assert (data / "secret_key").exists()
    assert not (project / "secret_key").exists()


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
