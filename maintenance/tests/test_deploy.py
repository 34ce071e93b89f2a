"""The files in deploy/: each command in them is run, each metric in them is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from dndimages import metrics
from dndimages.tests.service import ROOT, Service
from maintenance import standing
from maintenance.backup import shelf
from maintenance.models import CommandRun
from scenes.cache import HIT

pytestmark = pytest.mark.pure  # the commands are tried on both databases by themselves
DEPLOY = ROOT / "deploy"
ALERT_TESTS = ("alerts_test.yml", "alerts_days_test.yml")
CRON_LINES = [
    line.split(maxsplit=5)
    for line in (DEPLOY / "crontab").read_text().splitlines()
    if re.match(r"[\d*]", line)
]
CRON_COMMANDS = [fields[5] for fields in CRON_LINES]


# ── Cron ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service with a picture, stopped, and a folder that looks like /srv/dndimages."""
    srv = tmp_path_factory.mktemp("srv")
    (srv / ".venv").symlink_to(Path(sys.prefix))
    (srv / "manage.py").symlink_to(ROOT / "manage.py")
    with Service(tmp_path_factory.mktemp("cron"), env={"MOCK_MODE": "true"}) as service:
        service.post("/api/v1/scenes/generate", json={"location": "Tavern"}).raise_for_status()
        yield srv, service


def run_line(command: str, installed: Any) -> subprocess.CompletedProcess[str]:
    srv, service = installed
    assert command.startswith("cd /srv/dndimages && ")
    here = command.replace("/srv/dndimages", str(srv))
    return subprocess.run(
        ["/bin/sh", "-c", here], env=service.env, capture_output=True, text=True, timeout=100
    )


@pytest.mark.parametrize("command", [line for line in CRON_COMMANDS if "doctor" not in line])
def test_each_line_of_the_crontab_runs_as_it_stands(command: str, installed: Any) -> None:
    done = run_line(command, installed)
    if "backup_verify" in command and "no backup yet" in done.stderr:  # before the line above it
        assert run_line(CRON_COMMANDS[0], installed).returncode == 0
        done = run_line(command, installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_doctors_line_mails_what_is_wrong_and_nothing_else(installed: Any) -> None:
    (line,) = [each for each in CRON_COMMANDS if "doctor" in each]
    done = run_line(line, installed)
    assert (done.returncode, done.stdout) == (1, "")
    assert "warning worker" in done.stderr  # this service runs without one


def test_every_command_that_health_waits_for_is_in_crontab_and_timers() -> None:
    timers = "".join(path.read_text() for path in (DEPLOY / "systemd").glob("*.timer"))
    for command in (*standing.CRON, "doctor"):
        assert f"manage.py {command} " in "\n".join(CRON_COMMANDS)
        assert f"Unit=dndimages-run@{command}.service" in timers


@pytest.mark.parametrize("fields", CRON_LINES, ids=lambda fields: fields[5].split("manage.py ")[1].split()[0])
def test_crontab_and_timers_do_the_same_at_the_same_time(fields: list[str]) -> None:
    minute, hour, _, _, weekday, line = fields
    command, *arguments = line.split("manage.py ")[1].removesuffix(" >/dev/null").split()
    timer = (DEPLOY / "systemd" / f"dndimages-{command.replace('_', '-')}.timer").read_text()
    days = {"*": "", "0": "Sun "}[weekday]
    assert f"OnCalendar={days}*-*-* {int(hour):02}:{int(minute):02}:00" in timer
    drop_in = DEPLOY / "systemd" / f"dndimages-run@{command}.service.d" / "arguments.conf"
    given = drop_in.read_text().split("ARGUMENTS=")[1].split() if drop_in.exists() else []
    assert given == arguments


# ── systemd ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with the place of this checkout in them."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.service"):
        if path.is_file():
            path.write_text(path.read_text().replace("/srv/dndimages", str(tmp_path)))
    return tmp_path


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    files = sorted(str(path) for path in units.glob("dndimages*") if path.is_file())
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", ["dndimages.service", "dndimages-worker.service", "dndimages-run@.service"])
def test_the_units_are_locked_up_well(units: Path, unit: str) -> None:
    """systemd's own measure, 0 (safe) to 10, told here in tenths."""
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(units / unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout[-400:]


# ── Prometheus and Grafana ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def told(api: Client, db: None, settings: Settings, tmp_path: Path) -> set[str]:
    """The name of every sample that /metrics can tell."""
    settings.DATA_DIR, settings.METRICS_PUBLIC, settings.DAILY_GENERATION_CAP = tmp_path, True, 5
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir()
    now = timezone.now()
    name = shelf.new_name(now=now, archive=True)
    (settings.BACKUP_DIR / name).touch()
    shelf.record_verified(name, now=now)
    CommandRun.objects.create(command="cleanup", started_at=now, finished_at=now, exit_code=0)
    metrics.count_generation(adapter="deploy", model="m", outcome="success", seconds=1, paid=True)
    metrics.count_cost(model="m", usd=0.1)
    metrics.count_scenes("hits", 1)
    metrics.count_request(route="picture", method="GET", status=200, seconds=0.1)
    metrics.breaker_opened(adapter="deploy", seconds=0)
    text = api.get("/metrics").content.decode()
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\bdndimages_[a-z_]+", expression))


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())["panels"]
    return found


def test_every_metric_in_the_alerts_is_told(told: set[str]) -> None:
    for rule in rules():
        assert names_in(rule["expr"]) <= told, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("needs promtool, of Debian's package prometheus")
    return found


@pytest.mark.parametrize("words", ["check rules alerts.yml", *(f"test rules {name}" for name in ALERT_TESTS)])
def test_prometheus_takes_the_rules_and_they_ring_when_they_should(promtool: str, words: str) -> None:
    command = [promtool, *words.split()]
    done = subprocess.run(
        command, cwd=DEPLOY / "prometheus", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried_while_all_is_well_while_it_must_wait_and_when_it_should_ring() -> None:
    read = [yaml.safe_load((DEPLOY / "prometheus" / name).read_text())["tests"] for name in ALERT_TESTS]
    every = {rule["alert"] for rule in rules()}
    assert {one["alertname"] for well, *_ in read for one in well["alert_rule_test"]} == every
    ill = [test for _, *tests in read for test in tests]
    looks = [one for test in ill for one in test["alert_rule_test"]]
    assert {one["alertname"] for one in looks if one.get("exp_alerts")} == every
    assert {one["alertname"] for one in looks if not one.get("exp_alerts")} == every


def test_every_metric_in_the_dashboard_is_told(told: set[str]) -> None:
    for panel in panels():
        used = set().union(*(names_in(target["expr"]) for target in panel["targets"]))
        assert used, panel["title"]
        assert used <= told, panel["title"]


def test_panels_lie_side_by_side_without_covering_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_the_runbook_explains_every_alert() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text()
    assert [rule["alert"] for rule in rules() if f"| `{rule['alert']}` |" not in runbook] == []


def test_hits_are_counted_under_the_word_that_the_dashboard_asks_for() -> None:
    asked = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    assert f'result="{HIT}"' in asked


# ── Containers: no engine is here, so only what can be read is looked at ─────────────────────────


def test_compose_sets_only_variables_that_exist() -> None:
    known = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["service"]
    assert set(service["environment"]) <= known


def test_the_image_takes_code_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    taken = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in taken)
    assert not taken & {".env", ".git", "media", "db.sqlite3", "secret_key"}
