"""Figures over time, and failures by kind: each as a plot and, in the same words, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.conf import settings

from maintenance.dashboard import charts, wording
from maintenance.dashboard.charts import Limit, Point
from maintenance.dashboard.figures import Added, Ledger, SceneRequests
from maintenance.dashboard.parts import Figure, text_table
from maintenance.dashboard.window import Window

NO_PICTURES = "No picture yet. Ask for one on the Make page, and it will be counted here."


def _over_time(
    window: Window, values: Sequence[float | None], word: Callable[[float], str], *, gap: str = ""
) -> list[Point]:
    """One point a day of the window."""
    return [
        Point(day.isoformat(), value, gap if value is None else word(value), wording.short_day(day))
        for day, value in zip(window.dates, values, strict=True)
    ]


def _figure(kind: str, points: Sequence[Point], window: Window, **options: Any) -> Figure:
    """Plot and table of the same points; ``empty`` is said when there is nothing to see."""
    empty: str = options.pop("empty")
    shown: dict[str, Any] = {name: options.pop(name, "") for name in ("key", "title", "headline", "note")}
    table = text_table(["Day (UTC)", shown["title"]], [[point.label, point.text] for point in points])
    if not any(point.value for point in points):
        return Figure(**shown | {"note": ""}, table=table, empty=empty)
    tells = f"{shown['headline']}. One value a day, from {window.first} to {window.today}."
    return Figure(
        **shown, table=table, svg=charts.upright(kind, points, name=shown["title"], tells=tells, **options)
    )


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────


def pictures(window: Window, by_day: Mapping[date, Added]) -> list[Figure]:
    """How many came each day, how many there are, and what they weigh."""
    days = [by_day.get(day, Added()) for day in window.dates]
    before = [added for day, added in by_day.items() if day < window.first]
    totals = _totals([added.pictures for added in before], [added.pictures for added in days])
    sizes = _totals([added.size_bytes for added in before], [added.size_bytes for added in days])
    return [
        _new_pictures(window, [added.pictures for added in days]),
        _kept(window, totals),
        _storage(window, sizes),
    ]


def _totals(before: Sequence[int], days: Sequence[int]) -> list[int]:
    """What there was in the end of each day."""
    return list(accumulate(days, initial=sum(before)))[1:]


def _new_pictures(window: Window, values: list[int]) -> Figure:
    return _figure(
        "bars", _over_time(window, values, wording.number), window,
        key="new-pictures", title="New pictures", tick=wording.compact, whole=True,
        headline=f"{sum(values):,} in {window.days} days, {values[-1]:,} today",
        empty="No new picture in these days.",
    )  # fmt: skip


def _kept(window: Window, totals: list[int]) -> Figure:
    return _figure(
        "area", _over_time(window, totals, wording.number), window,
        key="kept", title="Pictures kept", tick=wording.compact, whole=True,
        headline=wording.plural(totals[-1], "picture"), empty=NO_PICTURES,
        note="Those that are there now, by the day they were made; the trash is not counted.",
    )  # fmt: skip


def _storage(window: Window, sizes: list[int]) -> Figure:
    divisor, unit = wording.unit_of(max(sizes))
    points = [
        Point(day.isoformat(), size / divisor, wording.size(size), wording.short_day(day))
        for day, size in zip(window.dates, sizes, strict=True)
    ]
    return _figure(
        "area", points, window, key="storage", title="Storage",
        tick=lambda value, digits: f"{wording.number(value, digits)} {unit}",
        headline=wording.size(sizes[-1]), empty=NO_PICTURES, note="Full pictures, without smaller versions.",
    )  # fmt: skip


# ── Scenes ───────────────────────────────────────────────────────────────────────────────────────


def hit_rate(window: Window, by_day: Mapping[date, SceneRequests]) -> Figure:
    days = [by_day.get(day, SceneRequests()) for day in window.dates]
    total = SceneRequests(sum(day.hits for day in days), sum(day.asked for day in days))
    points = _over_time(window, [day.hit_percent for day in days], wording.percent, gap="not asked")
    title, key = "Scene hit rate", "hit-rate"
    rows = [
        [point.label, point.text, f"{day.hits:,}", f"{day.asked:,}"]
        for point, day in zip(points, days, strict=True)
    ]
    table = text_table(["Day (UTC)", title, "Hits", "Requests"], rows)
    if total.hit_percent is None:
        empty = "Nobody has asked for a scene in these days. A game that shows places will fill this."
        return Figure(key, title, table, empty=empty)
    headline = (
        f"{wording.percent(total.hit_percent)} of {wording.plural(total.asked, 'request')} from the cache"
    )
    tells = (
        f"{headline}. One value a day, from {window.first} to {window.today}; days without requests are gaps."
    )
    svg = charts.upright("line", points, name=title, tells=tells, tick=_percent_tick, top=100)
    note = "Who waited for another's picture is not a hit."
    return Figure(key, title, table, headline, note, svg)


def _percent_tick(value: float, digits: int) -> str:
    return f"{value:.{digits}f} %"


# ── Money ────────────────────────────────────────────────────────────────────────────────────────


def paid_calls(window: Window, by_day: Mapping[date, int]) -> Figure:
    values = [by_day.get(day, 0) for day in window.dates]
    month = sum(calls for day, calls in by_day.items() if day >= window.month)
    cap = settings.DAILY_GENERATION_CAP
    return _figure(
        "bars", _over_time(window, values, wording.number), window,
        key="paid-calls", title="Paid calls", tick=wording.compact, whole=True,
        limit=Limit(cap, f"cap {cap:,}") if cap is not None else None,
        headline=f"{values[-1]:,} today{f' of {cap:,}' if cap is not None else ''}, {month:,} this month",
        empty="Nothing was paid for in these days.",
        note="" if cap is not None else "No daily cap is set: DAILY_GENERATION_CAP sets one.",
    )  # fmt: skip


def costs(window: Window, ledger: Ledger) -> Figure:
    values = [ledger.cost_usd.get(day, Decimal()) for day in window.dates]
    points = [
        Point(day.isoformat(), float(value), wording.usd(value), wording.short_day(day))
        for day, value in zip(window.dates, values, strict=True)
    ]
    today, month = ledger.cost_since(window.today), ledger.cost_since(window.month)
    unpriced = ledger.unpriced_since(window.first)
    return _figure(
        "bars", points, window, key="costs", title="Costs in US dollars",
        tick=lambda value, digits: f"${wording.compact(value, max(digits, 2) if digits else 0)}",
        headline=f"{wording.usd(today)} today, {wording.usd(month)} this month",
        empty="No call has cost anything in these days.",
        note=f"{wording.plural(unpriced, 'paid call')} at an unknown price not included." if unpriced else "",
    )  # fmt: skip


# ── Failures ─────────────────────────────────────────────────────────────────────────────────────


def failures(kinds: Mapping[int, Counter[str]]) -> Figure:
    """By kind; drawn for the longest of the spans, told for all."""
    spans = sorted(kinds)
    longest = kinds[spans[-1]]
    ranked = sorted(longest, key=lambda kind: (-longest[kind], kind))
    points = [Point(kind, float(longest[kind]), f"{longest[kind]:,}") for kind in ranked]
    head = ["Kind", *(f"{days} days" for days in spans)]
    table = text_table(head, [[kind, *(f"{kinds[days][kind]:,}" for days in spans)] for kind in ranked])
    title = "Failures by kind"
    if not points:
        return Figure("failures", title, table, empty=f"No call has failed in {spans[-1]} days.")
    headline = ", ".join(f"{sum(kinds[days].values()):,} in {days} days" for days in spans)
    svg = charts.lying(points, name=title, tells=f"{headline}. One bar a kind, of {spans[-1]} days.")
    return Figure("failures", title, table, headline, svg=svg)
