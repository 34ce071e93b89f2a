"""``python -m bench --imports``: how fast a browser's dump of 1024 × 1024 PNGs is taken in, by its two doors."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageFilter

from dndimages.tests.service import Service

PICTURES = 32  # of about 1.4 MB: the route takes 64 MB
ROUTE = "/api/v1/migrate/from-localstorage"


def run(service: Service) -> None:
    """Import one dump through the API of ``service``, another one by the command; print a table."""
    key = service.manage("create_api_key", "bench", "--scopes", "maintain").stdout.strip().splitlines()[-1]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    print(f"{'door':<28}{'pictures':>10}{'s':>8}{'a second':>10}")
    dump = _dump(first=0)
    started = time.monotonic()
    told = service.post(ROUTE, content=dump, headers=headers).raise_for_status().json()
    _tell("API", told["items"], time.monotonic() - started)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump.json"
        path.write_bytes(_dump(first=PICTURES))
        started = time.monotonic()
        told = json.loads(service.manage("import_localstorage", str(path), "--json").stdout)
        _tell("command, with its start", told["items"], time.monotonic() - started)


def _tell(door: str, pictures: int, took_s: float) -> None:
    assert pictures == PICTURES, f"{pictures} were taken"
    print(f"{door:<28}{pictures:>10}{took_s:>8.2f}{pictures / took_s:>10.1f}")


def _dump(*, first: int) -> bytes:
    library = {
        f"Sword {n}": {"featured": None, "images": [{"id": f"img_{n}", "data": _png(n)}]}
        for n in range(first, first + PICTURES)
    }
    return json.dumps({"nanoBananaImageLibrary": json.dumps(library)}).encode()


def _png(n: int) -> str:
    """Soft noise on a gradient: about as hard to pack as what a model draws."""
    noise = Image.effect_noise((1024, 1024), 60).filter(ImageFilter.GaussianBlur(1.2))
    gradient = Image.radial_gradient("L").resize((1024, 1024))
    bands = [Image.blend(noise.rotate(90 * k), gradient.rotate(90 * (k + n)), 0.5) for k in range(3)]
    out = io.BytesIO()
    Image.merge("RGB", bands).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
