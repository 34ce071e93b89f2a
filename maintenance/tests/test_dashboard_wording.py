"""Figures in words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from maintenance.dashboard import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "$0.00"),
        ("0.0099", "under $0.01"),
        ("0.01", "$0.01"),
        ("0.125", "$0.13"),
        ("0.135", "$0.14"),
        ("1234.5678", "$1,234.57"),
        ("999999999999.994", "$999,999,999,999.99"),
    ],
)
def test_money_has_its_currency_and_whole_cents(value: str, words: str) -> None:
    assert wording.usd(Decimal(value)) == words


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        (3_565_158, "3.4 MB"),
        (5 * 1024**5, "5,120.0 TB"),
    ],
)
def test_sizes_have_the_unit_that_fits(size_bytes: int, words: str) -> None:
    assert wording.size(size_bytes) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "moments"),
        (timedelta(seconds=59), "moments"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_ages_are_told_roughly(span: timedelta, words: str) -> None:
    assert wording.age(span) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (9_999, "9,999"), (20_000, "20k"), (1_500_000, "1.5M"), (1e15, "1,000T")]
)
def test_axes_are_told_shortly(value: float, words: str) -> None:
    assert wording.compact(value) == words
