"""One line a record, whatever a client sends, and no secret in it."""

from __future__ import annotations

import json
import logging
import sys

import orjson
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from dndimages.logging import ConsoleFormatter, JsonFormatter, redact, request_id


def record(message: str, *args: object, trouble: bool = False) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, "f", 1, message, args, sys.exc_info() if trouble else None)


@given(st.text(max_size=100))
def test_json_logs_are_one_object_a_line(text: str) -> None:
    line = JsonFormatter().format(record("%s", text))
    assert "\n" not in line
    assert isinstance(json.loads(line)["message"], str)


@given(st.text(max_size=100))
def test_console_logs_cannot_be_forged(text: str) -> None:
    line = ConsoleFormatter().format(record("%s", text))
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_the_request_id_stands_in_every_line() -> None:
    token = request_id.set("trace-7")
    try:
        assert json.loads(JsonFormatter().format(record("x")))["request_id"] == "trace-7"
        assert "[trace-7]" in ConsoleFormatter().format(record("x"))
    finally:
        request_id.reset(token)


SECRETS = [
    "AIzaSyA1234567890abcdefghijklmnopqrstuvw",
    "https://host/v1?key=AIza-secret-0000000&x=1",
    "GET /x?key=verysecret",
    "Authorization: Bearer abc.def-123",
    "postgres://user:hunter2@host/db",
    "dnd_1a2b3c4d_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_redacted(text: str) -> None:
    shown = redact(text)
    assert "[redacted]" in shown
    for piece in ("AIza", "verysecret", "abc.def", "hunter2", "abcdefghij"):
        assert piece not in shown


def test_secrets_in_a_traceback_are_redacted_too() -> None:
    try:
        raise ValueError(f"call failed: {SECRETS[1]}")
    except ValueError:
        shown = JsonFormatter().format(record("x", trouble=True)) + ConsoleFormatter().format(
            record("x", trouble=True)
        )
    assert "AIza" not in shown
    assert "ValueError" in shown


@pytest.mark.django_db
def test_each_request_leaves_one_line_with_its_id(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dndimages.access")
    api.get("/livez?token=secret", headers={"X-Request-ID": "abc"})
    lines = [entry.getMessage() for entry in caplog.records if entry.name == "dndimages.access"]
    assert len(lines) == 1
    assert lines[0].startswith("GET /livez 200 ")
    assert "secret" not in lines[0]


def test_fields_and_our_own_secrets_are_redacted(settings: Settings) -> None:
    settings.GEMINI_API_KEY = "a key of another shape"
    entry = record("tried with a key of another shape")
    entry.fields = {"path": f"/x/{SECRETS[-1]}"}
    line = JsonFormatter().format(entry)
    assert "another shape" not in line
    assert "abcdefghij" not in line


def test_a_traceback_cannot_pass_for_lines_of_the_log() -> None:
    try:
        raise ValueError("x\n12:00:00 I forged line")
    except ValueError:
        lines = ConsoleFormatter().format(record("x", trouble=True)).splitlines()
    assert all(line.startswith("    | ") for line in lines[1:])


@given(st.text(max_size=60), st.floats() | st.text(st.characters(), max_size=60) | st.none())
def test_a_strict_reader_takes_every_line(text: str, value: object) -> None:
    entry = record("%s", text)
    entry.fields = {"path": value, "message": "not overwritten"}
    told = orjson.loads(JsonFormatter().format(entry))
    assert told["message"] != "not overwritten" or text == "not overwritten"


@pytest.mark.parametrize("lone", ["\ud800", "ab\udcffcd"])
def test_bytes_that_are_no_text_are_escaped(lone: str) -> None:
    assert "\\u" in orjson.loads(JsonFormatter().format(record("%s", lone)))["message"]


def test_a_huge_message_and_field_are_cut() -> None:
    entry = record("%s", "x" * 10**6)
    entry.fields = {"path": "y" * 10**6}
    assert len(JsonFormatter().format(entry)) < 6_000
    assert len(ConsoleFormatter().format(entry)) < 6_000


def test_values_that_do_not_fit_their_message_are_no_traceback() -> None:
    assert "do not fit" in json.loads(JsonFormatter().format(record("%d", "x")))["message"]


def test_what_a_database_quotes_is_not_told() -> None:
    prompt = "A dagger of the dragon cult"
    try:
        try:
            raise KeyError(prompt)
        except KeyError:
            raise ValueError(f'invalid input: "{prompt}"\nDETAIL: Failing row contains (1, {prompt})')  # noqa: B904
    except ValueError:
        shown = JsonFormatter().format(record("x", trouble=True))
    assert "dragon" not in shown
    assert "KeyError" in shown
    assert "This led to" in shown


def test_passwords_of_our_servers_are_redacted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "p@ss/of-database")
    settings.REDIS_URL = "redis://:p%40ss%2Fof-redis@host/0"
    shown = redact("could not log in with p@ss/of-database, p@ss/of-redis or p%40ss%2Fof-redis")
    assert "of-" not in shown
