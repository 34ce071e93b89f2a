"""The requests that are measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import quote

from bench.rows import COMMON_WORD, SCENE, TAG, rare_word

PAGE_SIZE = 12


class PictureFacts(TypedDict):
    """What the filled database says about itself."""

    file: str  # name of the one picture's full file
    visible: int  # rows that are not in the trash


@dataclass(frozen=True)
class Work:
    """Requests that are sent in turn, all of one kind."""

    name: str
    paths: list[str]
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)


HELLO = Work("floor: hello, the same server", ["/"])


def works(rows: int, facts: PictureFacts) -> list[Work]:
    search = "/api/v1/images/search"
    last_page = -(-facts["visible"] // PAGE_SIZE)
    by_id = [f"/api/v1/images/{1 + n * (rows // 50)}" for n in range(1, 50) if n % 5]
    return [
        Work("livez", ["/livez"]),
        Work("health", ["/health"]),
        Work("scene cache hit", [f"/api/v1/scenes/generate?location={quote(SCENE)}"], "POST"),
        Work("image by id", [f"{path}?include_data=false" for path in by_id]),
        Work("image by id with its bytes", by_id),
        Work("search page 1", [search]),
        Work("search by type", [f"{search}?subject_type={name}" for name in ("scene", "item", "character")]),
        Work("search by name", [f"{search}?subject_name={quote(f'Old Keep {n}')}" for n in range(20)]),
        Work("search by tag", [f"{search}?tag={TAG.format(n)}" for n in range(10)]),
        Work("deep page: the middle", [f"{search}?page={last_page // 2 + n}" for n in range(10)]),
        Work("deep page: the last ones", [f"{search}?page={last_page - n}" for n in range(10)]),
        Work(
            "deep page by type", [f"{search}?subject_type=item&page={last_page // 6 + n}" for n in range(10)]
        ),
        Work("full text: rare words", [f"{search}?q={rare_word(n * rows // 40)}" for n in range(1, 40)]),
        Work(
            "full text: two words",
            [f"{search}?q=keep%20{quote(word)}" for word in ("drag", "amber", "storm")],
        ),
        Work("full text: a word in every picture", [f"{search}?q={COMMON_WORD}"]),
        Work("stats", ["/api/v1/maintenance/stats"]),
        Work("picture file", [f"/{facts['file']}"]),
        Work("gallery page", ["/"], headers={"Accept": "text/html"}),
    ]
