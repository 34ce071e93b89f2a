"""Numbers of things, for sentences."""

from __future__ import annotations


def counted(number: int, noun: str, many: str = "") -> str:
    """``1 picture``, ``1,200 pictures``; ``many`` where an s does not make the plural."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
