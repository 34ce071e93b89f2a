"""Pictures for tests, made by the real code from real bytes."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image

from gallery import files, imaging
from gallery.images import add_image
from gallery.models import ImageAsset


def png(seed: int = 0, size: tuple[int, int] = (64, 36)) -> bytes:
    """A small picture that no other seed gives."""
    picture = Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, seed * 53 % 256))
    picture.putpixel((0, 0), (seed % 256, seed // 256 % 256, 7))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def make_image(name: str = "Dagger", *, data: bytes | None = None, **fields: Any) -> ImageAsset:
    """A kept picture with its files."""
    now = timezone.now()
    source = fields.setdefault("source", "imported")
    model = fields.setdefault("model", "")
    picture = imaging.prepare(
        data if data is not None else png(uuid.uuid4().int % 60_000),
        quality=settings.WEBP_QUALITY,
        thumbnail=settings.THUMBNAIL_SIZE,
        max_bytes=5_000_000,
        provenance=imaging.Provenance(model=model, source=source, created_at=now),
    )
    labels = {"subject_type": "item", "prompt": "a thing to look at", "aspect_ratio": "16:9"} | fields
    return add_image(picture, token=files.token_for(uuid.uuid4(), 1), subject_name=name, **labels)
