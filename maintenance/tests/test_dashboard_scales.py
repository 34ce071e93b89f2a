"""Axes: from zero to a round number, whatever the values are."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.dashboard.scales import MOST_STEPS, axis_for

REAL = st.floats(min_value=1e-9, max_value=1e15)


@given(st.floats(allow_nan=True, allow_infinity=True), st.booleans())
def test_any_float_gives_an_axis_that_rises_evenly_from_zero(greatest: float, whole: bool) -> None:
    ticks = axis_for(greatest, whole=whole).ticks
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= MOST_STEPS + 1
    gaps = [after - before for before, after in itertools.pairwise(ticks)]
    assert all(gap > 0 and math.isclose(gap, ticks[1], rel_tol=1e-9) for gap in gaps)


@given(REAL)
def test_the_greatest_value_fits_and_fills_more_than_a_third(greatest: float) -> None:
    axis = axis_for(greatest)
    assert axis.part(greatest) == pytest.approx(greatest / axis.top, rel=1e-6)
    assert 1 / 3 < greatest / axis.top <= 1 + 1e-6


@given(REAL)
def test_the_digits_tell_all_ticks_apart(greatest: float) -> None:
    axis = axis_for(greatest)
    words = [f"{tick:.{axis.digits}f}" for tick in axis.ticks]
    assert len(set(words)) == len(words)
    assert [float(word) for word in words] == pytest.approx(axis.ticks)


@given(st.integers(min_value=0, max_value=10**9))
def test_counts_have_whole_ticks(greatest: int) -> None:
    axis = axis_for(greatest, whole=True)
    assert axis.digits == 0
    assert all(tick == int(tick) for tick in axis.ticks)


@given(REAL, st.floats(allow_nan=True, allow_infinity=True))
def test_no_value_leaves_the_plot(greatest: float, value: float) -> None:
    assert 0 <= axis_for(greatest).part(value) <= 1


@pytest.mark.parametrize(
    ("greatest", "ticks"),
    [
        (0, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (-3, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (0.3, (0, 0.1, 0.2, 0.3)),
        (7, (0, 2, 4, 6, 8)),
        (100, (0, 20, 40, 60, 80, 100)),
        (101, (0, 50, 100, 150)),
    ],
)
def test_ticks_are_round_numbers(greatest: float, ticks: tuple[float, ...]) -> None:
    assert axis_for(greatest).ticks == ticks


def test_without_a_count_the_axis_ends_at_one() -> None:
    assert axis_for(0, whole=True).ticks == (0, 1)
