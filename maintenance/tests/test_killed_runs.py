"""Commands that are killed before they end: somebody hears of it, however often they begin anew."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from dndimages.tests.service import ROOT
from maintenance import standing
from maintenance.doctor.cron import commands_run
from maintenance.models import CommandRun
from maintenance.runs import last_runs
from maintenance.tests.aging import days_ago
from maintenance.tests.test_metrics import of, told

pytestmark = pytest.mark.django_db


def ran(command: str, *, days: float, code: int | None = 0, line: str = "Done.") -> None:
    at = days_ago(days)
    end = None if code is None else at
    CommandRun.objects.create(command=command, started_at=at, finished_at=end, exit_code=code, line=line)


def all_ran(*, but: str) -> None:
    for command in standing.CRON.keys() - {but}:
        ran(command, days=0.2)


def doctor_says() -> list[str]:
    return [finding.says for finding in commands_run(timezone.now()) if finding.is_problem]


@pytest.mark.parametrize("ended_once", [True, False])
def test_a_backup_that_is_killed_every_night_is_reported(api: Client, ended_once: bool) -> None:
    all_ran(but="backup")
    if ended_once:
        ran("backup", days=10.2)
    for night in range(9, -1, -1):
        ran("backup", days=night + 0.2, code=None)
    assert doctor_says() == ["backup began 220 h ago and never ended"]
    assert of(told(api), "command_age_seconds", command="backup") > 9 * 86_400
    assert of(told(api), "command_exit_code", command="backup") == 0


def test_a_run_at_work_hides_nothing_and_alarms_nobody(api: Client) -> None:
    all_ran(but="backup")
    ran("backup", days=1.1)
    ran("backup", days=0.1, code=None)
    assert doctor_says() == []
    assert of(told(api), "command_age_seconds", command="backup") > 86_400
    CommandRun.objects.filter(command="backup", exit_code=0).update(exit_code=3, line="No room.")
    assert doctor_says() == ["backup ended with 3: No room."]
    assert of(told(api), "command_exit_code", command="backup") == 3


def test_one_that_was_killed_and_ended_well_since_is_well() -> None:
    all_ran(but="backup")
    ran("backup", days=3, code=None)
    ran("backup", days=0.1)
    assert doctor_says() == []
    assert not next(run for run in last_runs(now=timezone.now()) if run.command == "backup").was_killed


def test_hours_are_counted_over_days() -> None:
    all_ran(but="fsck")
    ran("fsck", days=73 / 24, code=None)
    assert doctor_says() == ["fsck began 73 h ago and never ended"]


def test_a_first_run_that_is_at_work_is_no_problem(api: Client) -> None:
    all_ran(but="backup")
    ran("backup", days=0.1, code=None)
    assert doctor_says() == []
    assert ("dndimages_command_exit_code", frozenset({("command", "backup")})) not in told(api)


def test_the_end_of_a_run_is_never_written_into_the_row_of_another() -> None:
    """A restore may have put another run under its number meanwhile."""
    from maintenance import runs

    mine = CommandRun.objects.create(command="doctor", started_at=days_ago(0))
    CommandRun.objects.filter(pk=mine.pk).update(command="restore", started_at=days_ago(1), line="Restored.")
    runs._end(mine, 1, "Ill.")
    assert CommandRun.objects.get().line == "Restored."


def rule(name: str) -> dict[str, Any]:
    groups = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"]
    return next(rule for group in groups for rule in group["rules"] if rule["alert"] == name)


def test_what_somebody_ran_by_hand_alarms_nobody_for_ever() -> None:
    matched = re.search(r'command=~"([^"]+)"', rule("DndimagesCommandFailed")["expr"])
    assert matched is not None
    assert set(matched[1].split("|")) == {*standing.CRON, "doctor"}


@pytest.mark.parametrize("hours", [1, 60])
def test_health_does_not_take_a_cleanup_that_is_killed_again_and_again_for_running(
    api: Client, hours: int
) -> None:
    ran("cleanup", days=hours / 24)
    for ago in (0.03, 0.02):
        ran("cleanup", days=ago, code=None)
    found = standing.cleanup(now=timezone.now() + timedelta(seconds=1))
    assert found["status"] == ("old" if hours > 48 else "running")
