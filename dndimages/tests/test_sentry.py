"""Unforeseen errors reach Sentry, with where they happened and nothing that players or operators wrote.

A real Sentry would be asked in the same way: the SDK sends to a server on loopback.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dndimages.sentry import is_dsn
from dndimages.tests.service import ROOT, Service, clean_environment, eventually

pytestmark = pytest.mark.pure  # what is reported is the same on every database
KEY = "AIzaPLANTED00000000000000000000000000"
PROMPT = "A drowned bell below the harbour of Emberpeak"
BEARER = "dnd_1a2b3c4d_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class FakeSentry(ThreadingHTTPServer):
    """Keeps the envelopes that come in, as text, with their headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.envelopes: list[str] = []
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/7"

    def close(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        eventually(lambda: len(self.events()) >= number)
        return self.events()

    def events(self) -> list[dict[str, Any]]:
        lines = (line for text in self.envelopes for line in text.splitlines())
        parts = [json.loads(line) for line in lines if line.startswith("{")]
        return [part for part in parts if "level" in part]


class _Handler(BaseHTTPRequestHandler):
    server: FakeSentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.server.envelopes.append(f"{self.path}\n{self.headers}\n{text.decode()}")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def sentry() -> Iterator[FakeSentry]:
    server = FakeSentry()
    yield server
    server.close()


def run(code: str, data_dir: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """``code`` in a process of its own, after Django's start."""
    return subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
        cwd=ROOT, env=clean_environment(data_dir, **env), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def names_in(event: dict[str, Any]) -> list[str]:
    return [part["type"] for part in event["exception"]["values"]]


def is_free_of_plants(sentry: FakeSentry) -> bool:
    sent = "\n".join(sentry.envelopes)
    return bool(sent) and not any(plant in sent for plant in (KEY, PROMPT, BEARER, "Emberpeak", "hunter2"))


EVERYWHERE = f"""
import logging
from dndimages.logging import request_id
request_id.set("trace-7")
def work(prompt, api_key):
    row = dict(prompt=prompt)
    try:
        raise KeyError(prompt)
    except KeyError as error:
        error.add_note(prompt)
        raise ValueError(f"{{row}} failed with {{api_key}}") from error
log = logging.getLogger("gallery.jobs")
log.info("asked for {PROMPT}")
try:
    work({PROMPT!r}, {KEY!r})
except ValueError:
    log.exception("Job %s with {BEARER} ended unforeseen", {PROMPT!r}, extra={{"fields": {{"prompt": {PROMPT!r}}}}})
logging.getLogger("waitress").error("Exception while serving /x?{PROMPT}")
"""


def test_an_event_says_where_and_nothing_of_what(sentry: FakeSentry, tmp_path: Path) -> None:
    env = {"SENTRY_DSN": sentry.dsn, "GEMINI_API_KEY": KEY, "DATABASE_URL": "sqlite:///hunter2.sqlite3"}
    ran = run(EVERYWHERE, tmp_path, **env)
    assert ran.returncode == 0, ran.stderr
    ours, foreign = sentry.wait_for(2)
    assert names_in(ours) == ["KeyError", "ValueError"]
    assert ours["exception"]["values"][1]["stacktrace"]["frames"][-1]["function"] == "work"
    assert ours["logentry"]["message"] == "Job %s with [redacted] ended unforeseen"
    assert ours["tags"] == {"request_id": "trace-7"}
    assert foreign["logger"] == "waitress"
    assert is_free_of_plants(sentry)


def test_an_event_holds_these_parts_and_no_other(sentry: FakeSentry, tmp_path: Path) -> None:
    run(EVERYWHERE, tmp_path, SENTRY_DSN=sentry.dsn)
    event = sentry.wait_for(1)[0]
    assert set(event) <= {
        "event_id", "timestamp", "level", "logger", "platform", "release", "environment", "sdk", "exception",
        "logentry", "tags",
    }  # fmt: skip
    assert (event["release"], event["environment"]) == ("dndimages@1.0.0", "local")


EXPECTED = """
import logging
from gallery.errors import StorageFull
log = logging.getLogger("gallery")
log.error("full", exc_info=StorageFull())
log.warning("wait")
logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: 'evil.example'")
log.error("the last")
"""


def test_expected_errors_and_mere_warnings_are_not_sent(sentry: FakeSentry, tmp_path: Path) -> None:
    run(EXPECTED, tmp_path, SENTRY_DSN=sentry.dsn)
    events = sentry.wait_for(1)
    assert [event["logentry"]["message"] for event in events] == ["the last"]


PLANT = f"""
from gallery.models import ImageAsset, Job
from django.utils import timezone
ImageAsset.objects.create(subject_name={PROMPT!r}, subject_type="item", source="imported", width=1, height=1,
    file_size_bytes=1, phash=0, token="0" * 32 + "-1", colors=[], widths=5, prompt={PROMPT!r})
Job.objects.create(kind="image", key="x", state="queued", request_hash="", caller="", background=True,
    request={{{PROMPT + KEY!r}: 1}})
"""


def test_server_and_worker_report_too(sentry: FakeSentry, tmp_path: Path) -> None:
    with Service(tmp_path, env={"SENTRY_DSN": sentry.dsn, "GEMINI_API_KEY": ""}) as service:
        service.manage("shell", "-v0", "-c", PLANT)
        headers = {"X-Request-ID": "trace-9", "Authorization": ""}
        answer = service.get(f"/api/v1/images/search?subject_name={PROMPT}&x={KEY}", headers=headers)
        assert (answer.status_code, answer.json()["detail"]["kind"]) == (500, "internal")
        event = sentry.wait_for(1)[0]
        assert event["tags"] == {"request_id": "trace-9"}
        service.manage("worker", "--once")
        sentry.wait_for(2)
    assert is_free_of_plants(sentry)


def test_a_command_that_breaks_reports_it(sentry: FakeSentry, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom django.core.management import call_command\ncall_command('cleanup', nonsense='x')"
    )
    ran = run(code, tmp_path, SENTRY_DSN=sentry.dsn)
    assert ran.returncode == 1
    assert names_in(sentry.wait_for(1)[0]) == ["TypeError"]


def test_a_sentry_that_is_away_changes_nothing(tmp_path: Path) -> None:
    ran = run(
        "import logging; logging.getLogger('gallery').error('x')",
        tmp_path,
        SENTRY_DSN="http://k@127.0.0.1:9/1",
    )
    assert ran.returncode == 0
    assert "entry" not in ran.stderr


def test_without_a_dsn_the_sdk_is_not_even_loaded(tmp_path: Path) -> None:
    ran = run("import sys; print('sentry_sdk' in sys.modules)", tmp_path)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://key@sentry.example/1", True),
        ("http://key:old@sentry.example:9000/path/12", True),
        ("https://sentry.example/1", False),
        ("https://key@sentry.example/", False),
        ("https://key@sentry.example:port/1", False),
        ("key@sentry.example/1", False),
        ("nonsense \u202e 🐉", False),
    ],
)
def test_what_is_an_address_of_sentry(text: str, good: bool) -> None:
    assert is_dsn(text) is good


def test_a_bad_dsn_stops_the_start_by_name_and_is_not_shown(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        env=clean_environment(tmp_path, SENTRY_DSN="https://hunter2.example"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode != 0
    assert ran.stderr.startswith("dndimages cannot start: SENTRY_DSN must look like")
    assert "hunter2" not in ran.stderr
