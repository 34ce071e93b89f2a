"""The dashboard of one person: what they may see is asked for and shown, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dndimages.access.models import ApiKey
from gallery.models import GenerationLog, ImageAsset, Job, SpendDay
from maintenance import health
from maintenance.dashboard import figures, listings, plots, tiles, wording
from maintenance.dashboard.parts import Section, Tile
from maintenance.dashboard.window import RANGES, Window
from maintenance.models import CommandRun
from maintenance.runs import last_runs
from scenes.models import SceneDay

MaySee = Callable[[type[Any]], bool]


@dataclass(frozen=True)
class Board:
    """``as_of`` is in UTC, as are all days."""

    days: int
    ranges: Sequence[int]
    as_of: str
    tiles: Sequence[Tile]
    sections: Sequence[Section]


def board(window: Window, *, may_see: MaySee) -> Board:
    """``may_see`` tells whether the rows of a model may be looked at."""
    spent = _Spent(window, may_see)
    sections = [
        _pictures(window, may_see),
        _scenes(window, may_see),
        spent.section(may_see),
        _calls(window, may_see, spent.ledger),
        _commands(window, may_see),
    ]
    return Board(
        days=window.days,
        ranges=RANGES,
        as_of=wording.moment(window.now),
        tiles=_tiles(window, may_see, spent),
        sections=[section for section in sections if section.figures],
    )


class _Spent:
    """What both the tiles and the plots need, asked once."""

    def __init__(self, window: Window, may_see: MaySee) -> None:
        self.window, self.allowed = window, may_see(SpendDay)
        self.calls = figures.calls_by_day(window) if self.allowed else {}
        wanted = self.allowed or may_see(GenerationLog)
        self.ledger = figures.ledger(window) if wanted else figures.Ledger()

    def section(self, may_see: MaySee) -> Section:
        if not self.allowed:
            return Section("Money")
        shown = [plots.paid_calls(self.window, self.calls), plots.costs(self.window, self.ledger)]
        if may_see(ApiKey):
            shown.append(listings.keys(figures.calls_by_key(self.window)))
        return Section("Money", shown)


def _tiles(window: Window, may_see: MaySee, spent: _Spent) -> list[Tile]:
    found = tiles.service(health.surroundings())
    trash, jobs = may_see(ImageAsset), may_see(Job)
    tallies = figures.tallies(now=window.now, trash=trash, jobs=jobs)
    if spent.allowed:
        found.append(tiles.money(window, spent.calls, spent.ledger))
    if jobs:
        found.append(tiles.queue(tallies, now=window.now))
    if trash:
        found.append(tiles.trash(tallies))
    return found


def _pictures(window: Window, may_see: MaySee) -> Section:
    allowed = may_see(ImageAsset)
    return Section("Pictures", plots.pictures(window, figures.pictures_by_day()) if allowed else [])


def _scenes(window: Window, may_see: MaySee) -> Section:
    allowed = may_see(SceneDay)
    return Section("Scenes", [plots.hit_rate(window, figures.scenes_by_day(window))] if allowed else [])


def _calls(window: Window, may_see: MaySee, ledger: figures.Ledger) -> Section:
    if not may_see(GenerationLog):
        return Section("Generations")
    calls = figures.newest_calls(window)
    return Section(
        "Generations",
        [
            plots.failures(ledger.failures),
            listings.latencies(figures.latency_by_model(calls)),
            listings.slow_calls(figures.slowest(calls), names=may_see(ImageAsset)),
        ],
    )


def _commands(window: Window, may_see: MaySee) -> Section:
    allowed = may_see(CommandRun)
    return Section("Cron", [listings.runs(last_runs(now=window.now))] if allowed else [])
