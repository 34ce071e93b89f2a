"""The doctor: each illness has a finding that says what to do, and no secret is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from dndimages import metrics
from dndimages.beats import Heart
from dndimages.models import WorkerBeat
from dndimages.tests.service import ROOT, clean_environment, free_port
from gallery.models import ImageAsset, Job, SpendDay
from gallery.tests.fake_gemini import FakeGemini, failed, quota
from gallery.tests.making import make_image
from maintenance.backup import shelf
from maintenance.doctor import database
from maintenance.doctor.examine import examine
from maintenance.doctor.finding import Finding, Severity
from maintenance.models import CommandRun
from maintenance.tests.backing_up import run
from maintenance.tests.test_health import gone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_order(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service on which everything is well."""
    monkeypatch.setattr(database, "MOST_TAKEN", 1.0)  # other tests may use the server, too
    settings.DATA_DIR = tmp_path
    settings.BASE_DIR = tmp_path
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.MIN_FREE_DISK_MB = 1
    settings.BACKUP_S3_BUCKET = ""
    metrics.breaker_open_until.clear()  # of tests before this one
    if connection.vendor == "sqlite":
        for path in Path(settings.DATABASES["default"]["NAME"]).parent.glob("test*.sqlite3*"):
            path.chmod(0o600)
    now = timezone.now()
    for command in ("cleanup", "backup", "backup_verify", "fsck"):
        ran(command)
    Heart(started_at=now).beat(now=now)
    name = shelf.new_name(now=now, archive=True)
    settings.BACKUP_DIR.mkdir(mode=0o700)
    (settings.BACKUP_DIR / name).touch(mode=0o600)
    shelf.record_verified(name, now=now)


def ran(command: str, *, hours_ago: float = 1, exit_code: int | None = 0, line: str = "Done.") -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    end = at if exit_code is not None else None
    CommandRun.objects.create(command=command, started_at=at, finished_at=end, exit_code=exit_code, line=line)


def problems(check: str, *, offline: bool = True) -> list[Finding]:
    found = examine(now=timezone.now(), offline=offline)
    return [finding for finding in found if finding.check == check and finding.is_problem]


def the_problem(check: str, **options: Any) -> Finding:
    found = problems(check, **options)
    assert len(found) == 1, found
    assert found[0].todo, "a finding says what to do"
    return found[0]


def test_a_healthy_service_is_well_and_ends_with_zero() -> None:
    assert run("doctor", offline=True) == "All is well."


def test_a_problem_ends_with_one_and_stands_on_stderr() -> None:
    ran("backup", exit_code=1, line="The disk is full.")
    with pytest.raises(CommandError) as caught:
        run("doctor", offline=True)
    assert caught.value.returncode == 1
    assert "warning cron: backup ended with 1: The disk is full. → " in str(caught.value)


def test_json_tells_every_check_also_what_is_well() -> None:
    told = json.loads(run("doctor", offline=True, json=True))
    assert told["status"] == "info"
    checks = {finding["check"] for finding in told["findings"]}
    assert checks == {
        "settings", "secrets", "database", "clock", "storage", "disk", "cache", "worker", "queue", "budget",
        "files", "backup", "cron",
    }  # fmt: skip


# ── The provider ─────────────────────────────────────────────────────────────────────────────────


def test_a_good_key_and_listed_models_are_well(fake_gemini: FakeGemini, settings: Settings) -> None:
    settings.GEMINI_IMAGE_MODELS = fake_gemini.models
    assert problems("provider", offline=False) == []
    assert (fake_gemini.listings, fake_gemini.calls) == (1, 0)


def test_offline_nobody_is_asked(fake_gemini: FakeGemini) -> None:
    examine(now=timezone.now(), offline=True)
    assert fake_gemini.listings == 0


@pytest.mark.parametrize(
    ("answer", "severity", "words"),
    [
        (failed(403, reason="PERMISSION_DENIED"), Severity.ERROR, "refuses our key"),
        (quota(), Severity.WARNING, "quota is used up"),
        (failed(503), Severity.WARNING, "did not answer as it should"),
    ],
)
def test_what_the_provider_refuses_is_told(
    fake_gemini: FakeGemini, answer: Any, severity: Severity, words: str
) -> None:
    fake_gemini.listing = answer
    found = the_problem("provider", offline=False)
    assert found.severity == severity
    assert words in found.says
    assert "AIza" not in found.as_line()


@pytest.mark.parametrize(
    ("chain", "severity"),
    [(["gone-1", "gone-2"], Severity.ERROR), (["gemini-nano-banana-2.1", "gone-1"], Severity.WARNING)],
)
def test_models_that_are_gone_are_named(
    fake_gemini: FakeGemini, settings: Settings, chain: list[str], severity: Severity
) -> None:
    settings.GEMINI_IMAGE_MODELS = chain
    found = the_problem("provider", offline=False)
    assert found.severity == severity
    assert "gone-1" in found.says


# ── This machine ─────────────────────────────────────────────────────────────────────────────────


def test_unsafe_settings_are_told(settings: Settings) -> None:
    settings.GENERATION_PROVIDER = "gemini"
    found = the_problem("settings")
    assert "dndimages.E002" in found.says
    assert found.severity == Severity.ERROR


@pytest.mark.parametrize("line", ["WEBP_QUALTY=70", "webp_quality=70", "BACKUPS_KEEP=3"])
def test_a_misspelled_name_in_dotenv_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(
        f"HTTPS_PROXY=http://proxy:1\nAWS_ENDPOINT_URL=http://s3\nPORT=8000\nPOSTGRES_PASSWORD=x\n{line}\n"
    )
    (tmp_path / ".env").chmod(0o600)
    found = the_problem("settings")
    assert line.split("=")[0] in found.says
    assert found.todo in ("say WEBP_QUALITY", "say BACKUP_KEEP")


@pytest.mark.parametrize("name", ["secret_key", ".env"])
def test_a_secret_that_others_can_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / name).chmod(0o644)
    found = the_problem("secrets")
    assert f"chmod go-rwx {tmp_path / name}" == found.todo
    (tmp_path / name).chmod(0o600)
    assert problems("secrets") == []


def test_a_backup_that_others_can_read_is_named(settings: Settings) -> None:
    shelf.kept()[0].path.chmod(0o640)
    assert shelf.kept()[0].name in the_problem("secrets").says


def test_missing_and_unknown_migrations_are_told() -> None:
    MigrationRecorder(connection).record_applied("scenes", "9999_of_tomorrow")
    assert "newer version" in the_problem("database").says
    MigrationRecorder(connection).record_unapplied("scenes", "0001_first")
    assert "missing" in the_problem("database").says


def test_without_a_database_every_check_says_so_and_none_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", gone)
    assert the_problem("database").severity == Severity.ERROR
    assert "see the finding about the database" in the_problem("cron").todo


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts no connections")
def test_few_connections_left_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_TAKEN", 0.0)
    found = the_problem("database")
    assert re.match(
        r"[1-9]\d* of the [1-9]\d* connections that PostgreSQL allows are taken, [1-9]", found.says
    )
    assert "DB_POOL_SIZE" in found.todo


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets everybody in")
def test_why_the_database_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = connection.get_connection_params()
    monkeypatch.setattr(connection, "get_connection_params", lambda: known | {"user": "no_such_role"})
    monkeypatch.setattr(connection, "cursor", gone)
    assert 'role "no_such_role" does not exist' in the_problem("database").says


def test_a_clock_that_is_wrong_is_told(settings: Settings) -> None:
    found = [
        each for each in examine(now=timezone.now() + timedelta(days=365), offline=True) if each.is_problem
    ]
    assert "clock" in {each.check for each in found}


def test_a_missing_folder_of_pictures_is_told(media: Path) -> None:
    media.rename(media.with_name("unmounted"))
    assert "storage_unavailable" in the_problem("storage").says


def test_a_full_disk_is_told(settings: Settings) -> None:
    settings.MIN_FREE_DISK_MB = 2**40
    assert "free for" in problems("disk")[0].says


# ── The work ─────────────────────────────────────────────────────────────────────────────────────


def test_a_dead_worker_and_a_stuck_queue_are_told() -> None:
    at = timezone.now() - timedelta(hours=1)
    Heart(started_at=at).beat(now=timezone.now())
    assert problems("worker") == []
    WorkerBeat.objects.update(beat_at=at)
    Job.objects.create(kind="image", key="k", state="queued", created_at=at)
    assert "no worker is alive" in the_problem("worker").says
    assert "60 min" in the_problem("queue").says


def test_leases_of_the_dead_are_counted() -> None:
    at = timezone.now() - timedelta(hours=1)
    Job.objects.create(kind="image", key=str(uuid.uuid4()), state="running", lease_until=at, created_at=at)
    assert "1 lease of" in the_problem("queue").says


def test_an_open_breaker_of_any_process_is_told() -> None:
    metrics.breaker_opened(adapter="gemini", seconds=60)
    try:
        assert "breaker open" in the_problem("budget").says
    finally:
        metrics.breaker_opened(adapter="gemini", seconds=0)


def test_a_used_up_budget_is_told(settings: Settings) -> None:
    settings.DAILY_GENERATION_CAP = 3
    SpendDay.objects.create(day=timezone.now().date(), scope="all", calls=3)
    assert "used up" in the_problem("budget").says


def test_orphans_both_ways_are_told_and_nothing_is_changed(media: Path) -> None:
    image = make_image()
    (media / image.storage_path_full).unlink()
    orphan = media / "images" / "full" / "ab" / f"{'ab' * 16}-1.webp"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"RIFF")
    old = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(orphan, (old, old))
    found = {finding.severity for finding in problems("files")}
    assert found == {Severity.ERROR, Severity.WARNING}
    assert orphan.exists()
    assert ImageAsset.objects.count() == 1


# ── Cron ─────────────────────────────────────────────────────────────────────────────────────────


def test_commands_that_never_ran_are_named() -> None:
    CommandRun.objects.filter(command="fsck").delete()
    assert the_problem("cron").says == "fsck never ran"


def test_a_command_that_is_late_or_was_killed_is_named() -> None:
    ran("fsck", hours_ago=24 * 20)
    assert "20 days ago" in the_problem("cron").says
    CommandRun.objects.filter(command="fsck").delete()
    ran("fsck", hours_ago=20, exit_code=None)
    assert "never ended" in the_problem("cron").says


def test_no_or_old_backup_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "elsewhere"
    assert the_problem("backup").severity == Severity.ERROR
    settings.BACKUP_DIR.mkdir()
    name = shelf.new_name(now=timezone.now() - timedelta(days=20), archive=True)
    (settings.BACKUP_DIR / name).touch(mode=0o600)
    shelf.record_verified(name, now=timezone.now())
    assert "20 days old" in the_problem("backup").says


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────

PLANTED = {
    "GEMINI_API_KEY": "AIzaPLANTED0000000000000000000000000000",
    "SECRET_KEY": "PLANTED-django-secret-0123456789-0123456789-0123456789",
    "S3_SECRET_KEY": "PLANTED/s3+secret",
    "S3_ACCESS_KEY": "PLANTEDACCESS0000000",
    "DJANGO_SUPERUSER_PASSWORD": "PLANTED-password",
}


@pytest.mark.pure  # it brings a database of its own
@pytest.mark.parametrize("arguments", [[], ["--json"], ["-v3"]])
def test_no_secret_is_told_when_everything_fails_at_once(tmp_path: Path, arguments: list[str]) -> None:
    closed = free_port()
    env = clean_environment(
        tmp_path,
        **PLANTED,
        GEMINI_BASE_URL=f"http://127.0.0.1:{closed}/PLANTED?key=PLANTED",
        DATABASE_URL=f"postgres://someone:PLANTED%2Fpw@127.0.0.1:{closed}/PLANTEDless",
        REDIS_URL=f"redis://:PLANTED@127.0.0.1:{closed}/0",
        S3_BUCKET="pictures", S3_ENDPOINT_URL=f"http://127.0.0.1:{closed}",
        BACKUP_S3_BUCKET="backups",
        SENTRY_DSN=f"http://PLANTED@127.0.0.1:{closed}/1",
    )  # fmt: skip
    command = [sys.executable, "manage.py", "doctor", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100)
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert "error database" in done.stderr
    assert "PLANTED" not in told.replace("PLANTEDless", "")
    for finding in (
        "error storage: ",
        "warning cache: Redis",
        "without it nothing is known of: clock",
    ):
        assert finding in told
    assert "see the finding about the database" not in told, "what needs it is not asked, each for seconds"
