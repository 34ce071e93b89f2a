"""Logs: one line a record, with the request id in each; JSON for machines, short text for people.

Whatever a client sends, a line stays one line of bounded length that a strict parser takes. No secret
goes in; of an exception's text only what can hold no prompt.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

#: The id of the request that this thread serves; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: Characters. A path of 200 KB is a client's right, but not its right to fill the disk with it.
LONGEST_MESSAGE, LONGEST_FIELD, LONGEST_TROUBLE = 4_000, 1_000, 20_000
_SHORTEST_SECRET = 8  # characters; a shorter one would be found in innocent words
_SECRETS = re.compile(
    r"AIza[\w-]{10,}"  # Google API keys
    r"|(?<=[?&]key=)[^\s&\"']+"
    r"|dnd_[A-Za-z0-9]{8}_[\w-]{16,}"  # our own keys
    r"|(?i:(?<=bearer )[\w.~+/-]+=*)"
    r"|(?<=://)[^\s/@]*(?=@)"  # user:password in a URL, and the lonely key of a Sentry address
)
#: Quoted values of ten characters or more: the shortest prompt has ten.
_QUOTED = re.compile(r"'[^']{10,}'|\"[^\"]{10,}\"")


# ── What must not be told ────────────────────────────────────────────────────────────────────────


def redact(text: str) -> str:
    """The same text without our own secrets, and without anything that looks like a key or a password."""
    for secret in _our_secrets():
        text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


@cache
def _our_secrets() -> tuple[str, ...]:
    password = _password(settings.REDIS_URL)
    secrets = (
        settings.GEMINI_API_KEY,
        settings.SECRET_KEY,
        settings.S3_SECRET,
        settings.DATABASES["default"].get("PASSWORD") or "",
        password,
        unquote(password),
    )
    return tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)


@receiver(setting_changed)
def _ask_again(**kwargs: object) -> None:
    """Only tests change settings."""
    _our_secrets.cache_clear()


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _discreet(error: BaseException) -> str:
    """An exception's text without the values in it: a database quotes whole rows, with prompts."""
    first_line = (str(error).splitlines() or [""])[0]
    return _QUOTED.sub("'…'", first_line)


def _trouble(record: logging.LogRecord) -> str:
    """The traceback, oldest cause first."""
    error = record.exc_info[1] if record.exc_info else None
    parts = [_one_error(each) for each in _with_causes(error)]
    return "\nThis led to:\n\n".join(reversed(parts))


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one_error(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"Traceback (most recent call last):\n{frames}{name}: {_discreet(error)}\n"


# ── What fits into a line ────────────────────────────────────────────────────────────────────────


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # a message and values that do not fit; logging itself would print many lines
        text = f"{record.msg} (its values do not fit)"
    return _short(redact(text), LONGEST_MESSAGE)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _unicode(text: str) -> str:
    """Lone surrogates (bytes that are no UTF-8) escaped: no strict reader of JSON takes them."""
    return text.encode("utf-8", "backslashreplace").decode()


def _shown(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON knows no NaN and no infinity
    return _unicode(_short(redact(str(value)), LONGEST_FIELD))


def _on_one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, whatever a client put into the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _unicode(_message(record)),
            "request_id": request_id.get(),
        }
        for name, value in getattr(record, "fields", {}).items():
            entry.setdefault(name, _shown(value))
        if trouble := _trouble(record):
            entry["exception"] = _unicode(_short(redact(trouble), LONGEST_TROUBLE))
        return json.dumps(entry)


class ConsoleFormatter(logging.Formatter):
    """Time, level and message; control characters escaped, so that nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        rid = request_id.get()
        text = f"{at} {record.levelname[0]} {_on_one_line(_message(record))}" + (f" [{rid}]" if rid else "")
        trouble = _short(redact(_trouble(record)), LONGEST_TROUBLE)
        # Lines of a traceback begin with a bar: text inside of it cannot pass for a line of the log.
        bars = "".join(f"\n    | {_on_one_line(part)}" for part in trouble.splitlines())
        return text + bars
