"""What is served in the place of a picture whose file is gone or cut: its own tiny preview.

Pages have the picture's width and height, so a browser shows it blurred at its proper size.
"""

from __future__ import annotations

import base64
import binascii

_PREFIX = "data:image/webp;base64,"
#: One grey pixel, where a row has no preview of its own.
GREY = base64.b64decode("UklGRiQAAABXRUJQVlA4IBgAAABQAQCdASoBAAEAB0CWJaQABHQAAAAAAAA=")
_HEAD_BYTES = 12


def is_whole(head: bytes, *, size: int) -> bool:
    """Whether a WebP file of so many bytes that begins like this is complete: its header tells its length."""
    if len(head) < _HEAD_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return False
    return int.from_bytes(head[4:8], "little") + 8 == size


def preview(data_uri: str) -> bytes:
    """The bytes of a row's ``placeholder``, or a grey pixel."""
    if not data_uri.startswith(_PREFIX):
        return GREY
    try:
        return base64.b64decode(data_uri.removeprefix(_PREFIX), validate=True) or GREY
    except binascii.Error:
        return GREY
