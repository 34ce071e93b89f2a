"""What the doctor says about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dndimages.logging import redact


class Severity(StrEnum):
    OK = "ok"
    INFO = "info"  # worth knowing, nothing to do
    WARNING = "warning"  # will hurt some day
    ERROR = "error"  # hurts now


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``says`` is one sentence, ``todo`` what helps; empty where nothing is wrong."""

    check: str
    severity: Severity
    says: str
    todo: str = ""

    @property
    def is_problem(self) -> bool:
        return self.severity in (Severity.WARNING, Severity.ERROR)

    def as_line(self) -> str:
        text = f"{self.severity} {self.check}: {self.says}" + (f" → {self.todo}" if self.todo else "")
        return _one_line(text)

    def as_json(self) -> dict[str, str]:
        return {
            "check": self.check,
            "severity": self.severity,
            "says": _one_line(self.says),
            "todo": _one_line(self.todo),
        }


def _one_line(text: str) -> str:
    """Without secrets and control characters, whatever a provider or a database put into it."""
    return " ".join("".join(char if char.isprintable() else " " for char in redact(text)).split())


def ok(check: str, says: str) -> Finding:
    return Finding(check=check, severity=Severity.OK, says=says)


def info(check: str, says: str, todo: str = "") -> Finding:
    return Finding(check=check, severity=Severity.INFO, says=says, todo=todo)


def warning(check: str, says: str, todo: str) -> Finding:
    return Finding(check=check, severity=Severity.WARNING, says=says, todo=todo)


def error(check: str, says: str, todo: str) -> Finding:
    return Finding(check=check, severity=Severity.ERROR, says=says, todo=todo)
