"""Answers given again before Django: the same as Django's, and only while nothing has changed."""

from __future__ import annotations

import io
import json
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from pytest_django import Settings

from dndimages import counters, metrics, replay
from dndimages import logging as our_logging
from dndimages.replay import BLANK, Form, Replay
from dndimages.sqlite.changes import Changes
from gallery import images
from gallery.models import ImageAsset
from gallery.tests.making import make_image
from scenes.models import SceneCache

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite tells of changes"),
    pytest.mark.pure,
]
SCENE = "/api/v1/scenes/generate"
SEARCH = "/api/v1/images/search"


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = int(status.split()[0]), dict(headers), body
        assert len(self.headers) == len(headers), "a header twice"

    def json(self) -> Any:
        return json.loads(self.body)


class Asked:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application, self.times = application, 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.times += 1
        return self.application(environ, start_response)


class Front:
    """`Replay` around something, and requests to it."""

    def __init__(self, application: Callable[..., Any], changes: Any) -> None:
        self.behind = Asked(application)
        self.application = Replay(self.behind, changes)

    def ask(self, path: str, body: bytes | None = None, **environ: Any) -> Answer:
        path, _, query = path.partition("?")
        sent: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"}
        if body is not None:
            sent |= {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json"}
            sent |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        sent |= environ
        setup_testing_defaults(sent)
        told: list[Any] = []

        def start_response(*args: Any) -> Callable[[bytes], object]:
            told.append(args)
            return told.append

        answer = self.application(sent, start_response)
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return Answer(told[-1][0], told[-1][1], content)

    def asks_behind(self, ask: Callable[[], Answer]) -> bool:
        before = self.behind.times
        ask()
        return self.behind.times > before


@pytest.fixture
def service(transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """Django behind it; counts are written when the test says so."""
    monkeypatch.setattr(counters, "_start_thread", lambda: None)
    settings.COUNTERS_FLUSH_S = 60
    settings.ALLOWED_HOSTS = ["127.0.0.1", "other.example"]
    yield Front(WSGIHandler(), Changes())
    counters.flush_all()


def scene(location: str) -> bytes:
    return json.dumps({"location": location}).encode()


@pytest.fixture
def warm(service: Front) -> Callable[..., Answer]:
    """Asks for a scene that was asked for before."""
    for _ in range(2):
        assert service.ask(SCENE, scene("Keep")).status == 200
    return partial(service.ask, SCENE, scene("Keep"))


# ── The same answer ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SCENE, scene('Keep "</script>" \u202e🏰')),
        (f"{SCENE}?location=Keep", b""),
        (SEARCH, None),
        (f"{SEARCH}?subject_type=item&page_size=1", None),
        ("/api/v1/images/1?include_data=false", None),
    ],
)
def test_it_is_the_same_as_djangos_with_its_own_id_and_counts(
    service: Front, path: str, body: bytes | None
) -> None:
    connection.cursor().execute("DELETE FROM sqlite_sequence")
    make_image("Dagger")
    make_image("Shield")
    service.ask(path, body)  # a scene is made
    counts = []
    for origin in ("http://localhost:8080", "https://evil.example"):
        first, second = (service.ask(path, body, HTTP_ORIGIN=origin) for _ in range(2))
        assert second.status == first.status == 200
        assert second.headers.pop("X-Request-ID") != first.headers.pop("X-Request-ID")
        assert second.headers.pop("Content-Length") == str(len(second.body))
        first.headers.pop("Content-Length")
        assert second.headers == first.headers
        assert ("access-control-allow-origin" in second.headers) == (origin == "http://localhost:8080")
        counts += [_counts_out_of(answer.json()) for answer in (first, second)]
        assert _without_counts(second.json()) == _without_counts(first.json())
    assert service.behind.times == 3
    by_one = 0 if path.startswith(SEARCH) else 1
    assert counts == [[count + n * by_one for count in counts[0]] for n in range(4)]


def _counts_out_of(data: Any) -> list[int]:
    """Every use_count, wherever it stands."""
    if isinstance(data, list):
        return [count for each in data for count in _counts_out_of(each)]
    if not isinstance(data, dict):
        return []
    own = [data["use_count"]] if "use_count" in data else []
    return own + [count for each in data.values() for count in _counts_out_of(each)]


def _without_counts(data: Any) -> str:
    return json.dumps(data | {"use_count": 0, "scene": (data.get("scene") or {}) | {"use_count": 0}})


def test_hits_are_counted_written_logged_and_measured(
    service: Front, warm: Callable[..., Answer], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "dndimages.access")
    before = _measured()
    answers = [warm(HTTP_X_REQUEST_ID=f"mine-{n}") for n in range(3)]
    assert service.behind.times == 2
    assert [answer.headers["X-Request-ID"] for answer in answers] == ["mine-0", "mine-1", "mine-2"]
    assert caplog.text.count(f"POST {SCENE} 200") == 3
    assert _measured() == before + 3
    counters.flush_all()
    assert SceneCache.objects.get().use_count == ImageAsset.objects.get().use_count == 1 + 1 + 3


def _measured() -> float:
    labels = (("method", "POST"), ("route", "generate-scene"), ("status", "200"))
    return metrics.own_sums()["dndimages_requests_total", labels]


# ── Only while nothing has changed ───────────────────────────────────────────────────────────────


def test_whatever_is_written_ends_it(service: Front, warm: Callable[..., Answer]) -> None:
    assert not service.asks_behind(warm)
    made = warm().json()["id"]
    images.trash(made, now=timezone.now())
    assert warm().json()["id"] != made
    warm()
    SceneCache.objects.all().delete()
    assert warm().json()["cached"] is False
    warm()
    assert not service.asks_behind(warm)
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as another_process:
        another_process.execute("UPDATE gallery_imageasset SET subject_name = 'Ruin'")
        another_process.commit()
    assert warm().json()["subject_name"] == "Ruin"


def test_counts_that_are_written_show_once(service: Front, warm: Callable[..., Answer]) -> None:
    uses = [warm().json()["use_count"]]
    for _ in range(3):
        counters.flush_all()
        uses += [warm().json()["use_count"] for _ in range(2)]
    assert uses == list(range(uses[0], uses[0] + 7))


def test_an_expired_scene_is_not_given_again(
    service: Front, warm: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not service.asks_behind(warm)
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert service.asks_behind(warm)


def test_who_asks_too_often_is_told_by_django(
    service: Front, warm: Callable[..., Answer], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SCENE_HITS_PER_MINUTE = 10
    answers = [warm(REMOTE_ADDR="10.0.0.1") for _ in range(15)]  # should the minute turn, 10 more are free
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert refused[0].json()["detail"]["kind"] == "rate_limited"
    assert 0 < int(refused[0].headers["Retry-After"]) <= 60
    assert warm(REMOTE_ADDR="10.0.0.2").status == 200
    assert not [record for record in caplog.records if record.name == "dndimages.replay"]


def test_in_a_transaction_whose_changes_nobody_sees_django_answers(
    service: Front, warm: Callable[..., Answer]
) -> None:
    with transaction.atomic():
        assert service.asks_behind(warm)
    assert not service.asks_behind(warm)


# ── Only to whom it is the same ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_HOST": "other.example"},
        {"HTTP_HOST": "unknown.example"},
        {"HTTP_ORIGIN": "http://localhost:8080"},
        {"wsgi.url_scheme": "https"},
        {"CONTENT_TYPE": "text/plain"},
        {"QUERY_STRING": "force_regenerate=true"},
        {"CONTENT_LENGTH": "5"},
        {"CONTENT_LENGTH": "-5"},
        {"SCRIPT_NAME": "/below"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_another_request_is_answered_by_django(
    service: Front, warm: Callable[..., Answer], environ: dict[str, str]
) -> None:
    assert not service.asks_behind(warm)
    assert service.asks_behind(partial(warm, **environ))


def test_the_answer_names_the_host_that_was_asked(service: Front, warm: Callable[..., Answer]) -> None:
    for host in ("127.0.0.1", "other.example", "127.0.0.1", "other.example"):
        assert warm(HTTP_HOST=host).json()["image_url"].startswith(f"http://{host}/")


def test_long_requests_are_answered_but_not_kept(service: Front) -> None:
    for _ in range(2):
        assert service.ask(f"{SEARCH}?unknown={'x' * replay.LONGEST_KEY}").status == 200
        assert service.ask(SCENE, scene("Keep") + b" " * replay.LONGEST_KEY).status == 200
    assert service.behind.times == 4


# ── Behind it something else than our views ──────────────────────────────────────────────────────


class Standstill:
    """Changes of a database to which nobody writes."""

    def mark(self) -> int:
        return 1


def offering(again: replay.Again, *, status: str = "200 OK", **headers: str) -> Front:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        request = HttpRequest()
        request.META = environ
        replay.offer(request, again)
        start_response(status, [("Content-Length", "2"), *headers.items()])
        return [b"{}"]

    return Front(application, Standstill())


def test_only_what_went_well_is_kept() -> None:
    front = offering(lambda environ: b"again", status="404 Not Found")
    assert [front.ask("/").body for _ in range(2)] == [b"{}", b"{}"]


def test_an_offer_that_breaks_leaves_the_answer_to_django(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: Mapping[str, Any]) -> bytes:
        raise ZeroDivisionError

    front = offering(broken)
    assert [front.ask("/").body for _ in range(2)] == [b"{}", b"{}"]
    assert "ZeroDivisionError" in caplog.text


def test_the_request_id_is_known_while_an_answer_is_made_again() -> None:
    front = offering(lambda environ: our_logging.request_id.get().encode())
    front.ask("/")
    assert front.ask("/", HTTP_X_REQUEST_ID="mine").body == b"mine"
    assert our_logging.request_id.get() == ""


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST_KEPT_BYTES", 2 * replay.BYTES_OF_EACH + 5)
    front = offering(lambda environ: b"again")
    for n in range(3):  # of two bytes each
        assert front.ask(f"/?{n}").body == b"{}"
    assert [front.ask(f"/?{n}").body for n in (3, 3, 0)] == [b"{}", b"again", b"{}"]


def test_a_cookie_is_nobody_elses() -> None:
    front = offering(lambda environ: b"again", **{"Set-Cookie": "a=b"})
    assert [front.ask("/").body for _ in range(2)] == [b"{}", b"{}"]


def test_a_body_that_breaks_off_is_djangos_business() -> None:
    class Broken(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            raise ZeroDivisionError  # servers have errors of their own

    front = offering(lambda environ: b"again")
    ask = partial(front.ask, "/", b"{}", **{"wsgi.input": Broken()})
    assert [ask().body for _ in range(2)] == [b"{}", b"{}"]


# ── Forms and changes ────────────────────────────────────────────────────────────────────────────


def test_a_form_takes_as_many_numbers_as_it_has_blanks() -> None:
    form = Form({"a": BLANK, "b": "%d 1 🏰", "c": [BLANK]})
    assert json.loads(form.fill([1, 20])) == {"a": 1, "b": "%d 1 🏰", "c": [20]}
    for numbers in ([1], [1, 2, 3]):
        with pytest.raises(ValueError, match="zip"):
            form.fill(numbers)


def test_every_commit_changes_the_mark(transactional_db: None) -> None:
    changes = Changes()
    marks = [changes.mark()]
    for name in ("a", "b"):
        make_image(name)
        marks.append(changes.mark())
    assert len(set(marks)) == 3
    assert changes.mark() == marks[-1]
    assert None not in marks


def test_no_file_no_mark_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "what?#%20.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    changes = Changes()
    assert changes.mark() is None
    assert not file.exists()
    sqlite3.connect(file).close()
    first = changes.mark()
    assert first is not None
    assert Changes().mark() is not None


def test_another_file_in_its_place_is_another_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "db.sqlite3", tmp_path / "other.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    for path in (file, other):
        sqlite3.connect(path).close()
    changes = Changes()
    before = changes.mark()
    other.replace(file)
    assert changes.mark() not in (None, before)
    file.unlink()
    assert changes.mark() is None


def test_who_looks_anew_never_takes_an_old_mark_for_its_own(transactional_db: None) -> None:
    changes = Changes()
    before = changes.mark()
    changes._close()
    assert changes.mark() != before


def test_a_forked_process_looks_for_itself(transactional_db: None) -> None:
    changes = Changes()
    changes.mark()
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()
    child = fork.Process(target=lambda: told.put(_watched_alone(changes)))
    child.start()
    assert told.get() is True
    child.join(30)
    assert child.exitcode == 0
    assert changes.mark() is not None


def _watched_alone(changes: Changes) -> bool:
    return changes._watcher is None and changes.mark() is not None
