"""Plots: well-formed, true to their values, and harmless whatever they are given."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.dashboard.charts import BOX, Limit, Point, lying, upright
from maintenance.dashboard.wording import number

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ["bars", "area", "line"]
POINTS = st.lists(
    st.builds(Point, st.text(), st.none() | st.floats(), st.text(), st.text(max_size=8)), max_size=100
)


def plot(kind: str, *values: float | None, **options: Any) -> ET.Element:
    points = [Point(f"day {n}", value, str(value), f"d{n}") for n, value in enumerate(values)]
    return ET.fromstring(upright(kind, points, name="Plot", tells="What it tells", tick=number, **options))


def marked(svg: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in svg.iter() if element.get("class") == name]


@pytest.mark.parametrize("kind", KINDS)
@given(points=POINTS, name=st.text(), limit=st.none() | st.builds(Limit, st.floats(), st.text()))
def test_any_values_and_words_give_well_formed_svg(
    kind: str, points: list[Point], name: str, limit: Limit | None
) -> None:
    svg = ET.fromstring(upright(kind, points, name=name, tells=name, tick=number, limit=limit))
    assert svg.tag == f"{SVG}svg"
    assert len(marked(svg, "band")) == len(points)
    assert "nan" not in " ".join(element.get("d", "") + element.get("height", "") for element in svg.iter())


@given(points=POINTS)
def test_lying_bars_are_well_formed_and_no_longer_than_their_track(points: list[Point]) -> None:
    svg = ET.fromstring(lying(points, name="Plot", tells=""))
    lengths = [float(bar.get("width", "").rstrip("%")) for bar in marked(svg, "mark")]
    assert len(lengths) == len(points)
    assert all(0 <= length <= 100 for length in lengths)


@given(values=st.lists(st.integers(0, 10**6), min_size=1, max_size=90))
def test_bars_stand_on_the_axis_and_are_as_high_as_their_values(values: list[int]) -> None:
    bars = marked(plot("bars", *values, whole=True), "mark")
    assert len(bars) == sum(value > 0 for value in values)
    heights = [float(bar.get("height", "")) for bar in bars]
    assert all(float(bar.get("y", "")) + height == pytest.approx(BOX, abs=0.02)
               for bar, height in zip(bars, heights, strict=True))  # fmt: skip
    shown = [value for value in values if value]
    assert sorted(heights) == pytest.approx(
        [heights[n] for n in sorted(range(len(shown)), key=shown.__getitem__)]
    )


def test_a_value_twice_as_great_is_drawn_twice_as_high() -> None:
    small, great = marked(plot("bars", 50, 100), "mark")
    assert float(great.get("height", "")) == 2 * float(small.get("height", "")) == BOX


def test_a_line_breaks_where_a_value_is_missing_and_one_alone_is_a_dot() -> None:
    svg = plot("line", 1, 2, None, 3, None, 1, 1)
    assert len(marked(svg, "line")) == 2
    assert [dot.get("d", "")[-2:] for dot in marked(svg, "dot")] == ["h0"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [(), (0,), (5,), (None,), (0, 0, 0), (-1, 0)])
def test_few_values_and_zeros_do_not_break_the_scale(kind: str, values: tuple[float | None, ...]) -> None:
    svg = plot(kind, *values, whole=True)
    assert next(tick.text for tick in marked(svg, "tick")) == "0"


def test_every_value_says_its_words_to_a_pointer() -> None:
    titles = [band.findtext(f"{SVG}title") for band in marked(plot("bars", 1, 2), "band")]
    assert titles == ["day 0: 1", "day 1: 2"]


def test_a_limit_is_drawn_unless_it_would_press_the_values_flat() -> None:
    near, far = (plot("bars", 10, limit=Limit(cap, "the cap")) for cap in (20, 5_000))
    assert [words.text for words in marked(near, "limit-words")] == ["┄ the cap"]
    assert float(marked(near, "mark")[0].get("height", "")) == BOX / 2
    assert marked(far, "limit") == []


def test_a_plot_describes_itself() -> None:
    svg = plot("area", 1)
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Plot. What it tells")
    assert svg.findtext(f"{SVG}desc") == "What it tells"


@given(count=st.integers(0, 400))
def test_few_dates_stand_under_the_axis_the_first_and_the_last_among_them(count: int) -> None:
    dates = [words.text for words in marked(plot("bars", *[1.0] * count), "date")]
    assert len(dates) == min(count, 4)
    if count:
        assert (dates[0], dates[-1]) == ("d0", f"d{count - 1}")


def test_no_plot_carries_style_or_script() -> None:
    hostile = [Point("<script>alert(1)</script>", 1, "\x00\u202eevil", "<b>")]
    svg = lying(hostile, name='"><script>', tells="") + upright(
        "bars", hostile, name="'", tells="<", tick=number
    )
    assert "<script" not in svg
    assert "style" not in svg
    assert "\x00" not in svg
