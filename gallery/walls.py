"""What stands on the gallery's page: cards, filters that can be taken off, and ways to narrow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gallery.asking import BADGES, TYPES, Asked
from gallery.rows import ImageRow, image_json

#: Cards that are loaded at once: about the first row of a wide screen.
EAGER = 4
_CHIPS = {
    "q": "words: {}",
    "type": "type: {}",
    "source": "made: {}",
    "subject": "subject: {}",
    "tag": "tag: {}",
    "campaign": "campaign: {}",
    "color": "colour: {}",
    "since": "since {}",
    "until": "until {}",
}


def cards(rows: list[ImageRow], asked: Asked, *, eager: int = EAGER) -> list[dict[str, Any]]:
    """Pictures as a card shows them, the first ``eager`` loaded at once, with addresses from the root
    on: whatever name this request came under, they are ours."""
    query = asked.query(page=asked.page)
    return [
        image_json(row, "")
        | {"badge": BADGES[row.source], "url": f"/pictures/{row.id}{query}", "eager": n < eager}
        | shape(row.width, row.height)
        for n, row in enumerate(rows)
    ]


def shape(width: int, height: int) -> dict[str, str]:
    """The class that gives a card its ratio (gallery.css knows steps of 1/20 from 1:2 to 3:1), and the
    ``sizes`` that follow from how gallery.css lays out rows: their height is 12vw + 60px and more."""
    step = min(60, max(10, round(width / height * 20)))
    ratio = step / 20
    phone = f"(max-width: 640px) {min(94, round(ratio * 62))}vw"
    wide = f"calc({ratio * 13.5:.1f}vw + {ratio * 66:.0f}px)"
    return {"ratio": f"r{step}", "sizes": f"{phone}, {wide}"}


def chips(asked: Asked) -> list[dict[str, str]]:
    """The filters that hold, each with the address without it."""
    return [
        {"name": name, "label": _label(name, text), "without": f"/{asked.query(**{name: ''})}"}
        for name, text in asked.filters.items()
    ]


def _label(name: str, text: str) -> str:
    if name == "featured":
        return "featured only" if text.lower() in ("1", "true", "yes", "on") else "not featured"
    return _CHIPS[name].format(BADGES.get(text, text) if name == "source" else text)


def types(asked: Asked, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Types to choose from, each with how many pictures it would show (`gallery.search.tallies`)."""
    chosen = asked.search.subject_type
    numbers = {**numbers, "": sum(numbers.values())}
    return [
        {
            "label": label,
            "url": f"/{asked.query(type=key)}",
            "number": numbers.get(key, 0),
            "chosen": key == chosen,
        }
        for key, label in ({"": "All"} | TYPES).items()
        if numbers.get(key) or key in ("", chosen)
    ]
