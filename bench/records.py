"""As many rows as there are pictures of what else grows: scenes, the log of calls, jobs, curators' acts.

Run inside the service's environment as ``python -m bench.records N``.
"""

from __future__ import annotations

import random
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bench.rows import WORDS

if TYPE_CHECKING:
    from dndimages.tests.service import Service

_BATCH = 5_000
HOURS = ("dawn", "day", "dusk", "night")
SKIES = ("clear", "rain", "snow", "fog", "storm")


def fill(service: Service, rows: int) -> None:
    """Run this module in the environment of ``service``."""
    subprocess.run(
        [sys.executable, "-m", "bench.records", str(rows)], env=service.env, check=True, timeout=1800
    )


def _fill(rows: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from gallery.models import CurationAct, GenerationLog, Job
    from scenes.models import SceneCache

    for model, row in ((SceneCache, _scene), (GenerationLog, _call), (Job, _job), (CurationAct, _act)):
        _in_batches(model, rows if model is not CurationAct else rows // 10, row)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _in_batches(model: Any, rows: int, row: Callable[[int], dict[str, Any]]) -> None:
    for start in range(0, rows, _BATCH):
        numbers = range(start, min(start + _BATCH, rows))
        model.objects.bulk_create([model(**row(n)) for n in numbers], ignore_conflicts=True)


def _ago(n: int) -> Any:
    from django.utils import timezone

    return timezone.now() - timedelta(seconds=n * 40)


def _scene(n: int) -> dict[str, Any]:
    from scenes.keys import SceneSpec, location_key

    kinds = len(HOURS) * len(SKIES)
    spec = SceneSpec(f"{WORDS[n % len(WORDS)].title()} {n // kinds}", HOURS[n % 4], SKIES[n // 4 % 5])
    return {
        "key": spec.key, "place": location_key(spec.location), "location": spec.location,
        "time_of_day": spec.time_of_day, "weather": spec.weather, "image_id": 1 + n, "use_count": n % 97,
        "created_at": _ago(n), "last_used_at": _ago(n), "expires_at": _ago(n) + timedelta(days=7),
    }  # fmt: skip


def _call(n: int) -> dict[str, Any]:
    status = ("success", "success", "cached", "failed", "success")[n % 5]
    paid = status in ("success", "failed")
    return {
        "created_at": _ago(n), "status": status, "caller": "bench", "adapter": "gemini", "paid": paid,
        "model": "gemini-3.1-flash-lite-image", "subject_type": ("scene", "item")[n % 2], "image_id": 1 + n,
        "error_kind": ("quota_exceeded", "provider_unavailable")[n % 2] if status == "failed" else "",
        "latency_ms": random.Random(n).randrange(3_000, 8_000), "scene_key": f"bench {n}",
        "cost_usd": Decimal("0.0336") if status == "success" else None, "minute": _ago(n) if status == "cached" else None,
    }  # fmt: skip


def _job(n: int) -> dict[str, Any]:
    return {
        "id": uuid.UUID(int=n + 1), "kind": "scene", "key": f"bench {n}", "state": ("done", "failed")[n % 10 == 0],
        "caller": "bench", "request_hash": "", "attempts": 1, "image_id": 1 + n,
        "created_at": _ago(n), "finished_at": _ago(n),
    }  # fmt: skip


def _act(n: int) -> dict[str, Any]:
    change = {"id": 1 + n, "what": "rating", "before": None, "after": 1 + n % 5}
    return {"verb": "rate", "made_at": _ago(n), "changes": [change]}


if __name__ == "__main__":
    _fill(int(sys.argv[1]))
