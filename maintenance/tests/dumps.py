"""Dumps as browsers make them, for tests: every value is a text, stores are JSON in it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from django.test import Client

from gallery.tests.making import png

URL = "/api/v1/migrate/from-localstorage"
SAMPLES = Path(__file__).parent / "samples" / "localstorage"
WHEN = "2025-10-24T18:41:01.000Z"
SCENES, LIBRARY = "nanoBananaSceneCache", "nanoBananaImageLibrary"


def bare(seed: int = 1) -> str:
    """The base64 of a small picture that no other seed gives."""
    return base64.b64encode(png(seed)).decode()


def scene(picture: str, **fields: Any) -> dict[str, Any]:
    return {"location": "Old Mill", "timeOfDay": "dusk", "weather": "fog", "imageData": picture,
            "timestamp": WHEN} | fields  # fmt: skip


def item(*pictures: Any, featured: Any = None) -> dict[str, Any]:
    images = [one if isinstance(one, dict) else {"data": one, "timestamp": WHEN} for one in pictures]
    return {"featured": featured, "images": images}


def dump(*, scenes: Any = None, items: Any = None, **others: Any) -> dict[str, str]:
    stores = {SCENES: scenes, LIBRARY: items, **others}
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in stores.items()
        if value is not None
    }


def picture(name: str, seed: int) -> dict[str, str]:
    return {"id": name, "data": bare(seed), "timestamp": WHEN}


GAME = dump(
    scenes={"scene_emberpeak_entrance_dawn_clear": scene(bare(1), location="emberpeak_entrance")},
    items={"Dagger": item(picture("a", 2), picture("b", 3), featured="b")},
)


def bring(client: Client, given: Any, query: str = "") -> dict[str, Any]:
    """What the API answers to a dump."""
    answer = client.post(URL + query, json.dumps(given), content_type="application/json")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    assert told["report"]["found"] == told["scenes"] + told["items"] + told["skipped"] + len(told["errors"])
    return told
