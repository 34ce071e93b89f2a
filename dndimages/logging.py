"""Logs: one line a record, with the request id in each; JSON for machines, short text for people."""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

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
    """The same text without anything that looks like a key or a password."""
    return _SECRETS.sub("[redacted]", text)


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
            **getattr(record, "fields", {}),
        }
        if trouble := _trouble(record):
            entry["exception"] = redact(trouble)
        return json.dumps(entry, default=str)


class ConsoleFormatter(logging.Formatter):
    """Time, level and message; control characters escaped, so that nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        message = redact(record.getMessage())
        line = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode() for char in message
        )
        rid = request_id.get()
        text = f"{at} {record.levelname[0]} {line}" + (f" [{rid}]" if rid else "")
        trouble = _trouble(record)
        return f"{text}\n{redact(trouble).rstrip()}" if trouble else text
