"""Axes that begin at zero and end at a round number."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_STEPS = 5
_LEAST, _MOST = 1e-9, 1e15  # beyond these floats or people lose count


@dataclass(frozen=True)
class Axis:
    """``ticks`` from zero, evenly apart, the last at or above the greatest value; ``digits`` behind
    the point tell them apart."""

    ticks: tuple[float, ...]
    digits: int

    @property
    def top(self) -> float:
        return self.ticks[-1]

    def part(self, value: float) -> float:
        """Where a value lies between zero (0.0) and the top (1.0); what lies outside is held at the edge."""
        return min(max(value / self.top, 0.0), 1.0) if math.isfinite(value) else 0.0


def axis_for(greatest: float, *, whole: bool = False) -> Axis:
    """An axis for values up to ``greatest``, in steps of 1, 2 or 5 times a power of ten.

    ``whole``: values are counts, and no tick falls between two of them. Without any value above zero
    the axis ends at 1.
    """
    if not math.isfinite(greatest) or greatest < _LEAST:
        greatest = 1.0
    mantissa, exponent = _step(min(greatest, _MOST), whole)
    steps = max(1, math.ceil(min(greatest, _MOST) / _times(mantissa, exponent) - 1e-9))
    ticks = tuple(_times(mantissa * n, exponent) for n in range(steps + 1))
    return Axis(ticks, max(0, -exponent))


def _step(greatest: float, whole: bool) -> tuple[int, int]:
    """The smallest round step that needs no more than `MOST_STEPS`."""
    rough = greatest / MOST_STEPS
    exponent = math.floor(math.log10(rough))
    for mantissa in (1, 2, 5):
        if _times(mantissa, exponent) >= rough * (1 - 1e-9):
            break
    else:
        mantissa, exponent = 1, exponent + 1
    return (1, 0) if whole and exponent < 0 else (mantissa, exponent)


def _times(mantissa: int, exponent: int) -> float:
    """Exactly rounded: 3 × 10⁻¹ is 0.3."""
    return float(f"{mantissa}e{exponent}")
