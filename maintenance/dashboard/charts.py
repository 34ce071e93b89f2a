"""Plots as SVG: bars, areas, lines and lying bars. Pure functions that know no database.

A plot is as wide as its place. Marks are drawn in a box of 0 to 1000 that is stretched; words stand
outside it, at percentages, and keep their size; those of the axis hang out to the left, where the style
sheet leaves room. There is no style here: classes say what a thing is,
the style sheet how it looks. Every value has its ``title`` (what a pointer shows), in the very words
of the table beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, tostring

from maintenance.dashboard.scales import Axis, axis_for

BOX = 1000
HEIGHT_PX, TOP_PX, BOTTOM_PX = 190, 18, 24  # of the whole, of the room for words above and below
ROW_PX = 40  # of a lying bar with its words
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Point:
    """One value. ``text`` is what a person reads; without a ``value`` there is a gap."""

    label: str
    value: float | None
    text: str
    short: str = ""  # the label under the axis


@dataclass(frozen=True)
class Limit:
    """A line across the plot."""

    value: float
    text: str


def upright(
    kind: str,
    points: Sequence[Point],
    *,
    name: str,
    tells: str,
    tick: Callable[[float, int], str],
    whole: bool = False,
    top: float | None = None,
    limit: Limit | None = None,
) -> str:
    """Values over time: ``kind`` is "bars", "area" or "line".

    ``name`` and ``tells`` describe it to those who do not see it. ``tick`` words a value of the axis,
    with so many digits. ``top`` fixes the axis; else it fits the values. A ``limit`` far above all
    values is left out, lest they be pressed flat.
    """
    greatest = max((point.value for point in points if point.value is not None), default=0.0)
    if limit is not None and limit.value > 4 * max(greatest, 1.0):
        limit = None
    axis = axis_for(top if top is not None else max(greatest, limit.value if limit else 0.0), whole=whole)
    svg = _svg(f"plot upright {kind}", HEIGHT_PX, name, tells)
    _grid(svg, axis, tick)
    box = _box(svg)
    _DRAWN[kind](box, points, axis)
    if limit is not None:
        _limit(svg, box, axis, limit)
    _dates(svg, points)
    _titles(box, points)
    return _text_of(svg)


def lying(points: Sequence[Point], *, name: str, tells: str) -> str:
    """One bar a row, its words above it."""
    axis = axis_for(max((point.value or 0.0 for point in points), default=0.0))
    svg = _svg("plot lying", max(1, len(points)) * ROW_PX, name, tells)
    for n, point in enumerate(points):
        row = SubElement(svg, "g")
        _title(row, point)
        _words(row, point.label, x="0", y=str(n * ROW_PX + 16), **{"class": "label"})
        place = {"x": "100%", "y": str(n * ROW_PX + 16), "text-anchor": "end"}
        _words(row, point.text, **{"class": "value"}, **place)
        place = {"x": "0", "y": str(n * ROW_PX + 22), "height": "8"}
        SubElement(row, "rect", {"class": "track", "width": "100%", **place})
        SubElement(row, "rect", {"class": "mark", "width": f"{axis.part(point.value or 0.0):.2%}", **place})
    return _text_of(svg)


# ── The frame ────────────────────────────────────────────────────────────────────────────────────


def _svg(classes: str, height_px: int, name: str, tells: str) -> Element:
    attributes = {"class": classes, "role": "img", "width": "100%", "height": str(height_px)}
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **attributes})
    svg.set("aria-label", _legal(f"{name}. {tells}"))
    SubElement(svg, "desc").text = _legal(tells)
    return svg


def _box(svg: Element) -> Element:
    """Where marks are drawn, from 0 to `BOX` both ways, downwards."""
    place = {"x": "0", "y": str(TOP_PX), "width": "100%", "height": str(HEIGHT_PX - TOP_PX - BOTTOM_PX)}
    stretched = {"viewBox": f"0 0 {BOX} {BOX}", "preserveAspectRatio": "none", "overflow": "visible"}
    return SubElement(svg, "svg", place | stretched)


def _grid(svg: Element, axis: Axis, tick: Callable[[float, int], str]) -> None:
    for value in axis.ticks:
        height = _pixel(axis, value)
        y = f"{height:.1f}"
        SubElement(svg, "line", {"class": "grid", "x1": "0", "x2": "100%", "y1": y, "y2": y})
        place = {"x": "-8", "y": f"{height + 4:.1f}", "text-anchor": "end"}
        _words(svg, tick(value, axis.digits), **{"class": "tick"}, **place)


def _dates(svg: Element, points: Sequence[Point]) -> None:
    """A few dates under the axis, each under its value."""
    shown = _evenly([n for n, point in enumerate(points) if point.short], most=4)
    for n in shown:
        part = (n + 0.5) / len(points)
        anchor = "start" if part < 0.1 else "end" if part > 0.9 else "middle"
        x = {"start": "0", "end": "100%"}.get(anchor, f"{part:.2%}")
        place = {"x": x, "y": str(HEIGHT_PX - 6), "text-anchor": anchor}
        _words(svg, points[n].short, **{"class": "date"}, **place)


def _evenly(numbers: Sequence[int], *, most: int) -> list[int]:
    """At most so many of them, the first and the last among them."""
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[round(n * (len(numbers) - 1) / (most - 1))] for n in range(most)]


def _limit(svg: Element, box: Element, axis: Axis, limit: Limit) -> None:
    y = f"{_y(axis, limit.value):.1f}"
    SubElement(box, "path", {"class": "limit", "d": f"M0 {y}H{BOX}", **_NOT_STRETCHED})
    place = {"x": "100%", "y": str(TOP_PX - 6), "text-anchor": "end"}
    _words(svg, f"┄ {limit.text}", **{"class": "limit-words"}, **place)


def _titles(box: Element, points: Sequence[Point]) -> None:
    """A band from top to bottom for each value, so that a pointer need not hit the mark."""
    for n, point in enumerate(points):
        x, width = f"{n * BOX / len(points):.2f}", f"{BOX / len(points):.2f}"
        band = SubElement(
            box, "rect", {"class": "band", "x": x, "y": "0", "width": width, "height": str(BOX)}
        )
        _title(band, point)


# ── The marks ────────────────────────────────────────────────────────────────────────────────────

_NOT_STRETCHED = {"vector-effect": "non-scaling-stroke"}


def _bars(box: Element, points: Sequence[Point], axis: Axis) -> None:
    each = BOX / max(1, len(points))
    for n, point in enumerate(points):
        if not point.value or point.value < 0:
            continue
        height = max(axis.part(point.value) * BOX, 8)  # the least that can be seen
        x, y = f"{(n + 0.12) * each:.2f}", f"{BOX - height:.2f}"
        size = {"width": f"{each * 0.76:.2f}", "height": f"{height:.2f}"}
        SubElement(box, "rect", {"class": "mark", "x": x, "y": y, **size})


def _area(box: Element, points: Sequence[Point], axis: Axis) -> None:
    for run in _runs(points, axis):
        line = "L".join(f"{x:.2f} {y:.2f}" for x, y in run)
        SubElement(box, "path", {"class": "fill", "d": f"M{run[0][0]:.2f} {BOX}L{line}V{BOX}Z"})
    _line(box, points, axis)


def _line(box: Element, points: Sequence[Point], axis: Axis) -> None:
    """A value with none beside it is a dot: a line without length, with round ends."""
    for run in _runs(points, axis):
        drawn = "L".join(f"{x:.2f} {y:.2f}" for x, y in run) + ("h0" if len(run) == 1 else "")
        SubElement(
            box, "path", {"class": "dot" if len(run) == 1 else "line", "d": f"M{drawn}", **_NOT_STRETCHED}
        )


def _runs(points: Sequence[Point], axis: Axis) -> Iterator[list[tuple[float, float]]]:
    """Values without a gap between them."""
    placed = [
        (point.value is not None, ((n + 0.5) * BOX / len(points), _y(axis, point.value or 0.0)))
        for n, point in enumerate(points)
    ]
    for there, run in groupby(placed, key=lambda pair: pair[0]):
        if there:
            yield [place for _, place in run]


_DRAWN: dict[str, Callable[[Element, Sequence[Point], Axis], None]] = {
    "bars": _bars,
    "area": _area,
    "line": _line,
}


# ── Places and words ─────────────────────────────────────────────────────────────────────────────


def _y(axis: Axis, value: float) -> float:
    return BOX * (1 - axis.part(value))


def _pixel(axis: Axis, value: float) -> float:
    return TOP_PX + (HEIGHT_PX - TOP_PX - BOTTOM_PX) * (1 - axis.part(value))


def _title(parent: Element, point: Point) -> None:
    SubElement(parent, "title").text = _legal(f"{point.label}: {point.text}")


def _words(parent: Element, words: str, **attributes: str) -> None:
    """Words isolated from those beside them, whichever way they run."""
    SubElement(parent, "text", attributes).text = _legal(words)


def _legal(text: str) -> str:
    """Without the characters that XML cannot hold, not even escaped."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _text_of(svg: Element) -> str:
    return tostring(svg, encoding="unicode")
