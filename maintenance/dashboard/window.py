"""The days that the dashboard looks at: whole days in UTC, today included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

RANGES = (7, 30, 90)
USUAL = 90


@dataclass(frozen=True)
class Window:
    """The last ``days`` days up to now."""

    now: datetime
    days: int = USUAL

    @classmethod
    def asked_for(cls, text: str | None, *, now: datetime) -> Window:
        """By what stands in the address; anything but one of the offered ranges is the usual one."""
        asked = next((days for days in RANGES if text == str(days)), USUAL)
        return cls(now, asked)

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()

    @property
    def first(self) -> date:
        return self.days_ago(self.days - 1)

    @property
    def month(self) -> date:
        """The first day of this month."""
        return self.today.replace(day=1)

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]

    @property
    def month_so_far(self) -> list[date]:
        return [self.month + timedelta(days=n) for n in range(self.today.day)]

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def midnight(day: date) -> datetime:
    """When this day begins."""
    return datetime.combine(day, time(), tzinfo=UTC)
