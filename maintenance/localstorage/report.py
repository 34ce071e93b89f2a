"""What an import came to: every entry is imported, already here, or an error with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_LONGEST_KEY = 300  # of a key in an answer; a hostile one may have megabytes


class Verdict(StrEnum):
    NEW = "new"
    RESTORED = "restored"  # it lay in the trash
    HERE = "here"  # the same bytes under the same name
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one entry. ``kind`` is scene or item; ``bytes`` are those that came, width and height the
    picture's in pixels as it is kept or would be, upright; 0 when it could not be decoded."""

    key: str
    kind: str
    name: str
    verdict: Verdict
    notes: tuple[str, ...] = ()  # for an error: its reason
    bytes: int = 0
    width: int = 0
    height: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "key": shortened(self.key),
            "kind": self.kind,
            "name": self.name,
            "verdict": self.verdict.value,
            "notes": list(self.notes),
            "bytes": self.bytes,
            "width": self.width,
            "height": self.height,
        }


@dataclass
class Report:
    """imported + skipped + errors = found, always."""

    ignored: int = 0
    dry_run: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)  # about a subject as a whole: (name, note)

    def counted(self, *verdicts: Verdict, kind: str = "") -> int:
        return sum(one.verdict in verdicts and kind in ("", one.kind) for one in self.outcomes)

    @property
    def found(self) -> int:
        return len(self.outcomes)

    @property
    def imported(self) -> int:
        return self.counted(Verdict.NEW, Verdict.RESTORED)

    @property
    def scenes(self) -> int:
        return self.counted(Verdict.NEW, Verdict.RESTORED, kind="scene")

    @property
    def items(self) -> int:
        return self.counted(Verdict.NEW, Verdict.RESTORED, kind="item")

    @property
    def restored(self) -> int:
        return self.counted(Verdict.RESTORED)

    @property
    def skipped(self) -> int:
        return self.counted(Verdict.HERE)

    @property
    def errors(self) -> list[tuple[str, str]]:
        bad = (one for one in self.outcomes if one.verdict == Verdict.ERROR)
        return [(shortened(one.key), " ".join(one.notes)) for one in bad]

    @property
    def notes(self) -> list[tuple[str, str]]:
        good = (one for one in self.outcomes if one.verdict != Verdict.ERROR)
        return [(shortened(one.key), note) for one in good for note in one.notes] + self.remarks

    @property
    def size_bytes(self) -> int:
        """Of the imported pictures, as they came."""
        taken = (Verdict.NEW, Verdict.RESTORED)
        return sum(one.bytes for one in self.outcomes if one.verdict in taken)

    @property
    def status(self) -> str:
        """success: nothing was lost. partial: some was. failed: everything was."""
        if not self.counted(Verdict.ERROR):
            return "success"
        return "partial" if self.imported or self.skipped else "failed"

    def as_json(self, *, with_entries: bool = False) -> dict[str, Any]:
        """The answer of route 14: the old fields in their order, then the new ones."""
        inner: dict[str, Any] = {
            "found": self.found,
            "imported": self.imported,
            "restored": self.restored,
            "dry_run": self.dry_run,
            "notes": [{"key": key, "note": note} for key, note in self.notes],
        }
        if with_entries:
            inner["entries"] = [one.as_json() for one in self.outcomes]
        return {
            "scenes": self.scenes,
            "items": self.items,
            "errors": [{"key": key, "error": reason} for key, reason in self.errors],
            "total_size_mb": round(self.size_bytes / 1048576, 2),
            "status": self.status,
            "skipped": self.skipped,
            "ignored": self.ignored,
            "report": inner,
        }


def shortened(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"
