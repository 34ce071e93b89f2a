"""What the dashboard tells as tables only: keys, slow calls, models, runs of cron's commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse

from maintenance.dashboard import wording
from maintenance.dashboard.figures import NEWEST_CALLS, Call, KeySpend, Latency
from maintenance.dashboard.parts import Cell, Figure, Table, text_table
from maintenance.exitcodes import ExitCode
from maintenance.runs import LastRun

_OUTCOMES: dict[int, str] = {ExitCode.OK: "done", ExitCode.PROBLEM: "a problem", ExitCode.REFUSED: "refused"}
LONG_RUN_S = 6 * 3600  # a run without an end after this long was killed


def keys(spent: Sequence[KeySpend]) -> Figure:
    rows = [
        [Cell(key.name, note=_which(key)), Cell(f"{key.today:,}"), Cell(_cap(key)), Cell(f"{key.month:,}")]
        for key in spent
    ]
    return Figure(
        "keys", "Paid calls by key", Table(["Key", "Today", "Of", "This month"], rows, figures=True), wide=True,
        empty="" if rows else "No key has paid calls this month.",
        note="The busiest of today first." if rows else "",
    )  # fmt: skip


def _which(key: KeySpend) -> str:
    """Names need not differ, prefixes do."""
    return f"({key.prefix}…)" if key.is_active else f"({key.prefix}…, revoked)"


def _cap(key: KeySpend) -> str:
    return "no cap" if key.daily_cap is None else f"{key.daily_cap:,}"


def slow_calls(calls: Sequence[Call], *, names: bool) -> Figure:
    """``names``: whether the reader may see what pictures are called."""
    rows = [
        [
            Cell(wording.seconds(call.latency_ms), reverse("admin:gallery_generationlog_change", args=[call.log_id])),
            _picture(call, names=names),
            Cell(call.model or "unnamed"),
            Cell(wording.moment(call.at)),
        ]
        for call in calls
    ]  # fmt: skip
    return Figure(
        "slowest", "Slowest generations", Table(["Took", "Picture", "Model", "When"], rows),
        empty="" if rows else "No picture was made in these days.", note=_OF_THE_NEWEST if rows else "", wide=True,
    )  # fmt: skip


_OF_THE_NEWEST = f"Of the newest {NEWEST_CALLS:,} that succeeded in these days."


def _picture(call: Call, *, names: bool) -> Cell:
    if call.image_id is None:
        return Cell("gone")
    if not names:
        return Cell(f"#{call.image_id}")
    return Cell(
        (call.subject_name or "").strip() or f"#{call.image_id}",
        reverse("admin:gallery_imageasset_change", args=[call.image_id]),
    )


def latencies(found: Sequence[Latency]) -> Figure:
    rows = [
        [model.model or "unnamed", f"{model.calls:,}"]
        + [wording.seconds(taken) for taken in (model.p50_ms, model.p90_ms, model.p99_ms)]
        for model in found
    ]
    head = ["Model", "Pictures", "Half within", "90 % within", "99 % within"]
    return Figure(
        "latency", "Time a model takes", text_table(head, rows),
        empty="" if rows else "No picture was made in these days.", note=_OF_THE_NEWEST if rows else "",
    )  # fmt: skip


def runs(found: Sequence[LastRun]) -> Figure:
    rows = [
        [
            Cell(run.command),
            Cell(f"{wording.age(timedelta(seconds=run.age_s))} ago"),
            Cell(wording.moment(run.started_at)),
            Cell(_outcome(run)),
            Cell(run.line or "–"),
        ]
        for run in found
    ]
    return Figure(
        "runs", "Last runs of cron's commands",
        Table(["Command", "Last run", "Started", "Outcome", "What it said"], rows), wide=True,
        empty="" if rows else "No command has run yet. Let cron run “manage.py cleanup” every night.",
    )  # fmt: skip


def _outcome(run: LastRun) -> str:
    if run.exit_code is not None:
        return _OUTCOMES.get(run.exit_code, "failed")
    return "running" if run.age_s < LONG_RUN_S else "never ended"
