"""The requests that are measured."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import quote

from bench.rows import COMMON_WORD, SCENE, TAG, WORDS, rare_word

PAGE_SIZE = 12
#: The service remembers some thousand answers (`gallery.memory`). "each once" is so many different
#: requests that it does not help; the others show how the same few are answered again and again.
MANY = 12_000


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
    middle = last_page // 2
    some = max(1, rows // MANY)
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
        Work("deep page: ten in the middle", [f"{search}?page={middle + n}" for n in range(10)]),
        Work("deep page: any, each once", [f"{search}?page={n * 7919 % last_page + 1}" for n in range(MANY)]),
        Work("deep page: the last ones", [f"{search}?page={last_page - n}" for n in range(10)]),
        Work(
            "deep page by type", [f"{search}?subject_type=item&page={last_page // 6 + n}" for n in range(10)]
        ),
        Work(
            "full text: rare words, each once", [f"{search}?q={rare_word(n)}" for n in range(1, rows, some)]
        ),
        Work("full text: three words, each once", [f"{search}?q={words}" for words in _three_words()]),
        Work("full text: one in every picture", [f"{search}?q={COMMON_WORD}"]),
        Work("stats", ["/api/v1/maintenance/stats"]),
        Work("picture file", [f"/{facts['file']}"]),
        Work("gallery page", ["/"], headers={"Accept": "text/html"}),
    ]


def _three_words() -> list[str]:
    """Different triples of frequent words, in an order that is the same each time."""
    triples = ["%20".join(three) for three in itertools.permutations(WORDS, 3)]
    random.Random(1).shuffle(triples)
    return triples[:MANY]
