"""`python -m bench`: start the service and its floor, fill the database, measure, print a table."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import floor, imports, load, pages, strain
from bench.load import Figures
from bench.rows import fill
from bench.work import HELLO, Work, works
from dndimages.tests.service import Service

RUNS = 3  # the median of these is shown
WARM_UP_S = 1
SERVICE = {
    "ACCESS_LOG": "false",
    "LOG_LEVEL": "WARNING",
    "MOCK_MODE": "true",
    "SCENE_HITS_PER_MINUTE": "1000000000",
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if options.strain:
        return strain.run(options.rows, seconds=options.seconds, connections=options.connections)
    if options.pages or options.imports:
        return _alone(options)
    generator = load.generator()
    with (
        tempfile.TemporaryDirectory(prefix="dndimages-bench-") as folder,
        Service(Path(folder), env=SERVICE) as service,
    ):
        started = time.monotonic()
        picture = fill(service, options.rows)
        service.restart()
        print(f"{options.rows:,} pictures, made in {time.monotonic() - started:.0f} s", flush=True)
        print(
            f"load: {generator}, {options.connections} connections, {options.seconds:g} s × {RUNS}\n",
            flush=True,
        )
        chosen = [work for work in works(options.rows, picture) if options.only in work.name]
        with floor.running() as floor_url:
            targets = [(floor_url, HELLO), *((service.urls[0], work) for work in chosen)]
            problems = {work.name: load.probe(url, work) for url, work in targets}
            measured = _measure([target for target in targets if not problems[target[1].name]], options)
    print(_row("work", "req/s", "p50 ms", "p99 ms", "of floor"))
    for _, work in targets:
        problem = problems[work.name]
        print(_row(work.name, problem) if problem else _line(work, measured[work.name], measured[HELLO.name]))


def _alone(options: argparse.Namespace) -> None:
    """What is measured without a load and without the floor."""
    with (
        tempfile.TemporaryDirectory(prefix="dndimages-bench-") as folder,
        Service(Path(folder), env=SERVICE | pages.BOSS) as service,
    ):
        if options.imports:
            return imports.run(service)
        print(f"{options.rows:,} rows of each kind\n", flush=True)
        pages.run(service, options.rows, options.only)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="pictures in the database (10000)")
    parser.add_argument("--seconds", type=float, default=3, help="length of one of the three runs (3)")
    parser.add_argument("--connections", type=int, default=16, help="kept open at once (16)")
    parser.add_argument("--only", default="", help="only work with this in its name")
    parser.add_argument("--pages", action="store_true", help="pages that people look at, one at a time")
    parser.add_argument("--imports", action="store_true", help="a browser's dump of large pictures")
    parser.add_argument("--strain", action="store_true", help="while the model hangs; memory under load")
    options = parser.parse_args(arguments)
    if options.rows < 100 or not 1 <= options.seconds <= 60 or not 1 <= options.connections <= 500:
        parser.error("at least 100 rows, 1 to 60 seconds, 1 to 500 connections")
    return options


def _measure(targets: list[tuple[str, Work]], options: argparse.Namespace) -> dict[str, Figures]:
    """The median of `RUNS` rounds. Each round measures everything once, the floor among it, so that
    a machine that is busy for a while is so for all."""
    runs: dict[str, list[Figures]] = {work.name: [] for _, work in targets}
    for n in range(RUNS):
        for url, work in targets:
            if n == 0:
                load.run(url, work, seconds=WARM_UP_S, connections=options.connections)
            print(f"\rround {n + 1}: {work.name:<60}", end="", file=sys.stderr, flush=True)
            runs[work.name].append(
                load.run(url, work, seconds=options.seconds, connections=options.connections)
            )
    print("\r" + " " * 70, end="\r", file=sys.stderr, flush=True)
    return {name: _median(several) for name, several in runs.items()}


def _median(runs: list[Figures]) -> Figures:
    return Figures(
        per_second=statistics.median(run.per_second for run in runs),
        p50_ms=statistics.median(run.p50_ms for run in runs),
        p99_ms=statistics.median(run.p99_ms for run in runs),
        failed=sum(run.failed for run in runs),
    )


def _line(work: Work, figures: Figures, bare: Figures) -> str:
    failed = f"  {figures.failed} failed" if figures.failed else ""
    return _row(
        work.name,
        f"{figures.per_second:,.0f}",
        f"{figures.p50_ms:.2f}",
        f"{figures.p99_ms:.2f}",
        f"{figures.per_second / bare.per_second:.3f}{failed}",
    )


def _row(name: str, *cells: str) -> str:
    return f"{name:<34}" + "".join(f"{cell:>11}" for cell in cells)


if __name__ == "__main__":
    main()
