"""Small picture files of every kind, for tests of other rooms, which do not know Pillow."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def encoded(
    kind: str, *, size: tuple[int, int] = (48, 32), color: Any = (32, 64, 96), **options: Any
) -> bytes:
    """A plain picture as PNG, JPEG, GIF or WEBP; a colour of four parts makes it see-through."""
    out = io.BytesIO()
    Image.new("RGBA" if len(color) == 4 else "RGB", size, color).save(out, kind, **options)
    return out.getvalue()


def with_metadata(webp: bytes) -> bytes:
    """The same pixels in a WebP with Exif and a foreign XMP packet."""
    out = io.BytesIO()
    notes = {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0", "xmp": b"<x>SECRETPLACE</x>"}
    Image.open(io.BytesIO(webp)).save(out, "WEBP", **notes)
    return out.getvalue()
