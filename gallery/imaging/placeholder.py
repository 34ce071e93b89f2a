"""A blurred hint of a picture, small enough to stand in the page that waits for it."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageFilter

_WIDTH_PX, _MAX_HEIGHT_PX = 16, 32
_MAX_CHARS = 400
_QUALITIES = (30, 10, 0)


def placeholder_data_uri(image: Image.Image) -> str:
    """``data:image/webp;base64,…`` of at most 400 characters, 16 px wide, without metadata."""
    height = min(_MAX_HEIGHT_PX, max(1, round(image.height * _WIDTH_PX / image.width)))
    small = image.resize((_WIDTH_PX, height), Image.Resampling.BOX, reducing_gap=2.0)
    small = small.filter(ImageFilter.GaussianBlur(0.7))
    uris = (_data_uri(small, quality) for quality in _QUALITIES)
    fitting = (uri for uri in uris if len(uri) <= _MAX_CHARS)
    return next(fitting, None) or _data_uri(small.convert("RGB"), _QUALITIES[-1])


def _data_uri(image: Image.Image, quality: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, alpha_quality=quality, method=6)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
