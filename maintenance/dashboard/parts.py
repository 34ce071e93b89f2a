"""What the templates of the dashboard are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tile:
    """One thing at a glance. ``state`` is "good", "bad" or nothing; the words tell it, too."""

    label: str
    value: str
    note: str = ""
    state: str = ""
    href: str = ""


@dataclass(frozen=True)
class Cell:
    """``note`` stands behind the text, apart from it: a name that runs the other way does not turn it."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """``figures``: all columns but the first are numbers, and stand to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    figures: bool = False


@dataclass(frozen=True)
class Figure:
    """A plot with its table, or a table alone, or the sentence that is said while there is nothing."""

    key: str
    title: str
    table: Table
    headline: str = ""
    note: str = ""
    svg: str = ""
    empty: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    figures: Sequence[Figure] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """How many stand side by side where there is room: told beforehand, nothing moves while they arrive."""
        return min(4, max(1, sum(not figure.wide for figure in self.figures)))


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A first column of names or days, and figures in the rest."""
    cells = [[Cell(text) for text in row] for row in rows]
    return Table(head, cells, figures=True)
