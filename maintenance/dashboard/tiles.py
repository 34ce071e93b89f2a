"""How the service stands right now, each thing in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from maintenance import health
from maintenance.dashboard import wording
from maintenance.dashboard.figures import Ledger, Tally
from maintenance.dashboard.parts import Tile
from maintenance.dashboard.window import Window


def service(checks: Mapping[str, Any]) -> list[Tile]:
    """Health, without the database: this page would not be here without it."""
    disk, provider = checks["disk_space"], checks["provider"]
    closed = provider["breaker"] == "closed"
    return [
        _service(checks),
        Tile("Free disk space", f"{disk['free_gb']:,.1f} GB", _least_free(), _state(disk["status"] == "ok")),
        Tile(
            "New pictures come from", provider["name"],
            "" if closed else f"not asked at the moment: circuit {provider['breaker']}", _state(closed),
        ),
    ]  # fmt: skip


def _service(checks: Mapping[str, Any]) -> Tile:
    if health.is_degraded(dict(checks)):
        why = checks["storage"] if checks["storage"] != "ok" else "the disk is full"
        return Tile("Service", "degraded", f"new pictures cannot be kept: {why}", "bad", "/health")
    return Tile("Service", "ok", "all checks passed", "good", "/health")


def _least_free() -> str:
    return f"new pictures need {settings.MIN_FREE_DISK_MB:,} MB"


def _state(good: bool) -> str:
    return "good" if good else "bad"


def queue(tallies: Mapping[str, Tally], *, now: datetime) -> Tile:
    """Jobs that wait for a worker; one that waits for minutes says that none is at work."""
    queued, running, abandoned = (tallies[what] for what in ("queued", "running", "abandoned"))
    notes = [f"{running.number:,} being made"]
    if queued.since is not None:
        notes.append(f"the oldest waits for {wording.age(now - queued.since)}")
    if abandoned.number:
        notes.append(f"{abandoned.number:,} abandoned")
    late = queued.since is not None and (now - queued.since).total_seconds() > 600
    return Tile(
        "Queue", f"{queued.number:,} waiting", ", ".join(notes), "bad" if late else "",
        reverse("admin:gallery_job_changelist"),
    )  # fmt: skip


def trash(tallies: Mapping[str, Tally]) -> Tile:
    kept, due = tallies["kept"], tallies["due"]
    number = kept.number + due.number
    weight = wording.size(kept.size_bytes + due.size_bytes)
    days = wording.plural(settings.BACKUP_RETENTION_DAYS, "day")
    note = f"{weight}; {due.number:,} due for purge, after {days}" if number else f"purged after {days}"
    href = reverse("admin:gallery_trashedimage_changelist")
    return Tile("Trash", wording.plural(number, "picture"), note, href=href)


def money(window: Window, calls: Mapping[Any, int], ledger: Ledger) -> Tile:
    """Today against the cap, and the month."""
    today, cap = calls.get(window.today, 0), settings.DAILY_GENERATION_CAP
    spent = f"{wording.usd(ledger.cost_since(window.today))} today, "
    spent += f"{wording.usd(ledger.cost_since(window.month))} this month"
    if cap is None:
        return Tile("Paid calls today", f"{today:,}", f"{spent}; no daily cap")
    return Tile("Paid calls today", f"{today:,} of {cap:,}", spent, "bad" if today >= cap else "")
