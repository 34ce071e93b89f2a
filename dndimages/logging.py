"""Logs: one line a record, with the request id in each; JSON for machines, short text for people."""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings

#: The id of the request that this thread serves; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_SECRETS = re.compile(
    r"AIza[\w-]{10,}"  # Google API keys
    r"|(?<=[?&]key=)[^\s&\"']+"
    r"|dnd_[A-Za-z0-9]{8}_[\w-]{16,}"  # our own keys
    r"|(?i:(?<=bearer )[\w.~+/-]+=*)"
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"  # user:password in a URL
)


def redact(text: str) -> str:
    """The same text without our own secrets, and without anything that looks like a key or a password."""
    for secret in (settings.GEMINI_API_KEY, settings.SECRET_KEY, settings.S3_SECRET):
        if len(secret) >= 8:
            text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


def _shown(value: object) -> object:
    return redact(value) if isinstance(value, str) else value


def _on_one_line(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _trouble(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""


class JsonFormatter(logging.Formatter):
    """One JSON object a line, whatever a client put into the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
            "request_id": request_id.get(),
            **{name: _shown(value) for name, value in getattr(record, "fields", {}).items()},
        }
        if trouble := _trouble(record):
            entry["exception"] = redact(trouble)
        return json.dumps(entry, default=str)


class ConsoleFormatter(logging.Formatter):
    """Time, level and message; control characters escaped, so that nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        line = _on_one_line(redact(record.getMessage()))
        rid = request_id.get()
        text = f"{at} {record.levelname[0]} {line}" + (f" [{rid}]" if rid else "")
        trouble = _trouble(record)
        # Lines of a traceback begin with a bar: text inside of it cannot pass for a line of the log.
        bars = "".join(f"\n    | {_on_one_line(part)}" for part in redact(trouble).splitlines())
        return text + bars
