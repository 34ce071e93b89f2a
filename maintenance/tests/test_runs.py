"""What a command of cron says, how it ends, and what is remembered of it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from dndimages.errors import Busy
from dndimages.tests.service import ROOT, Service
from maintenance.models import CommandRun
from maintenance.runs import CronCommand, Outcome, last_runs
from maintenance.tests.aging import cleanup, days_ago, rows

pytestmark = pytest.mark.django_db
#: With a line break, a colour of terminals and a key, all of which must not get into the record.
HOSTILE = "Found <b>\n\x1b[31m \u202e AIzaSyA1234567890abcdefghijklmnopqrstuvw 🐉"


class Watch(CronCommand):
    """A command that does what it is told."""

    def __init__(self, outcome: Outcome | BaseException, **options: Any) -> None:
        super().__init__(**options)
        self.outcome = outcome

    def act(self, **_: Any) -> Outcome:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def watch(outcome: Outcome | BaseException) -> tuple[str, str]:
    """What stood on stdout, and why it failed."""
    out, told = StringIO(), ""
    try:
        call_command(Watch(outcome, stdout=out))
    except BaseException as error:
        told = f"{getattr(error, 'returncode', '')} {error}"
    return out.getvalue(), told


def only_run() -> CommandRun:
    run = CommandRun.objects.get()
    assert run.finished_at is not None
    return run


def test_a_run_is_recorded_with_its_line() -> None:
    rows(1)
    said = cleanup("--logs")
    run = only_run()
    assert (run.command, run.exit_code, run.line) == ("cleanup", 0, said)
    assert run.started_at <= run.finished_at <= timezone.now()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("outcome", "code", "said", "told"),
    [
        (Outcome("All is well."), 0, "All is well.\n", ""),
        (Outcome("Looked.", ["one file is cut"]), 1, "Looked.\n", "1 one file is cut"),
        (CommandError("no such part", returncode=2), 2, "", "2 no such part"),
        (Busy("not now"), 3, "", "3 not now"),
        (ValueError("secret"), 1, "", " secret"),
        (KeyboardInterrupt(), 130, "", " "),
    ],
)
def test_each_end_has_its_code(outcome: Any, code: int, said: str, told: str) -> None:
    assert watch(outcome) == (said, told)
    assert only_run().exit_code == code
    assert "secret" not in only_run().line


def test_the_record_is_one_short_line_without_secrets() -> None:
    watch(Outcome(HOSTILE + "x" * 600))
    line = only_run().line
    assert len(line) == 500
    assert line.isprintable()
    assert line.startswith("Found <b> [31m [redacted] 🐉xx")


def test_a_command_works_also_when_its_run_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(CommandRun.objects, "create", broken)
    assert watch(Outcome("Done.")) == ("Done.\n", "")
    assert "is not recorded: DatabaseError" in caplog.text


def test_the_newest_run_of_each_command_comes_by_one_query(django_assert_num_queries: Any) -> None:
    for command, age in (("backup", 3), ("cleanup", 2), ("backup", 1)):
        at = days_ago(age)
        CommandRun.objects.create(command=command, started_at=at, exit_code=0, line=f"{age} days ago")
    CommandRun.objects.create(command="fsck", started_at=days_ago(0))
    with django_assert_num_queries(1):
        found = last_runs(now=timezone.now())
    assert [(run.command, run.line) for run in found] == [
        ("backup", "1 days ago"), ("cleanup", "2 days ago"), ("fsck", ""),
    ]  # fmt: skip
    assert 86_400 <= found[0].age_s < 86_500
    assert found[2].exit_code is None


def test_the_record_can_be_looked_at_and_not_changed(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    at = timezone.now()
    run = CommandRun.objects.create(
        command="cleanup", started_at=at, finished_at=at + timedelta(seconds=2.5), exit_code=1, line="<b>x"
    )
    CommandRun.objects.create(command="backup", started_at=at)
    listed = client.get("/admin/maintenance/commandrun/?command=cleanup").content.decode()
    assert "2.5 s" in listed
    assert "<b>x" not in listed
    assert client.get("/admin/maintenance/commandrun/?q=cleanup&exit_code=1").status_code == 200
    assert client.post(f"/admin/maintenance/commandrun/{run.pk}/change/", {}).status_code == 403
    assert client.get("/admin/maintenance/commandrun/add/").status_code == 403
    assert client.post(f"/admin/maintenance/commandrun/{run.pk}/delete/", {}).status_code == 403


def test_the_list_of_runs_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    CommandRun.objects.bulk_create(CommandRun(command=f"c{n}", started_at=days_ago(n)) for n in range(50))
    with django_assert_max_num_queries(8):
        client.get("/admin/maintenance/commandrun/")


# ── As cron does it ──────────────────────────────────────────────────────────────────────────────


def crontab_commands() -> list[str]:
    """The commands of the crontab lines in docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    return re.findall(r"^ {4}(?:[\d*/,-]+ ){5}(.+)$", text, re.MULTILINE)


@pytest.mark.pure
def test_the_documented_crontab_line_works(tmp_path: Path) -> None:
    command = next(line for line in crontab_commands() if "cleanup" in line)
    assert command == "cd /srv/dndimages && .venv/bin/python manage.py cleanup >/dev/null"
    here = command.replace("/srv/dndimages", shlex.quote(str(ROOT)))
    here = here.replace(".venv/bin/python", shlex.quote(sys.executable))
    with Service(tmp_path) as service:
        ran = subprocess.run(
            ["/bin/sh", "-c", here], env=service.env, capture_output=True, text=True, timeout=100, check=False
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
        shown = service.manage("shell", "-v0", "-c", SHOW).stdout
        assert shown.startswith("cleanup 0 Purged 0 images, expired 0 scenes")
        service.manage("cleanup", "--logs", "--force")
        assert "--logs --force" in service.manage("shell", "-v0", "-c", SHOW).stdout
        (tmp_path / "media" / ".dndimages").unlink()
        ran = subprocess.run(
            ["/bin/sh", "-c", here], env=service.env, capture_output=True, text=True, timeout=100, check=False
        )
        assert (ran.returncode, ran.stdout) == (3, "")
        assert "is it mounted" in ran.stderr
        assert service.manage("cleanup", "--nonsense", check=False).returncode == 2


SHOW = (
    "from maintenance.models import CommandRun as R; r = R.objects.latest('pk');"
    " print(r.command, r.exit_code, r.line, r.arguments)"
)


@pytest.mark.pure
def test_without_a_database_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    from dndimages.tests.service import clean_environment

    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "cleanup"],
        env=clean_environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/no/such.sqlite3"),
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "There is no database" in ran.stderr
    assert "Traceback" not in ran.stderr
