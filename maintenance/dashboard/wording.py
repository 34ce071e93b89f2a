"""Figures as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def number(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def compact(value: float, digits: int = 0) -> str:
    """For axes: from ten thousand on in thousands, millions …"""
    for power, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= power and value >= 10_000:
            return f"{value / power:,.4g}{letter}"
    return number(value, digits)


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def usd(value: Decimal) -> str:
    """Whole cents, halves upwards; what is less than a cent is not called nothing."""
    if 0 < value < CENT:
        return "under $0.01"
    return f"${value.quantize(CENT, ROUND_HALF_UP):,}"


UNITS = ("bytes", "KB", "MB", "GB", "TB")


def unit_of(size_bytes: float) -> tuple[int, str]:
    """The unit of 1024 times the one before that suits a size, and its bytes."""
    power = 0
    while power < len(UNITS) - 1 and size_bytes >= 1024 ** (power + 1):
        power += 1
    return 1024**power, UNITS[power]


def size(size_bytes: float) -> str:
    divisor, unit = unit_of(size_bytes)
    return f"{size_bytes / divisor:,.{0 if divisor == 1 else 1}f} {unit}"


def seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:,.1f} s"


def percent(value: float) -> str:
    return f"{value:.1f} %"


def age(span: timedelta) -> str:
    """How long ago, roughly; a clock that runs ahead is no news."""
    passed_s = max(0, int(span.total_seconds()))
    for unit_s, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if passed_s >= unit_s * (2 if unit == "day" else 1):
            return plural(passed_s // unit_s, unit)
    return "moments"


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def short_day(day: date) -> str:
    return f"{day:%b} {day.day}"
