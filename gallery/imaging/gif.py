"""GIF taken apart. Source: CompuServe GIF89a specification."""

from __future__ import annotations

import struct

from gallery.imaging.limits import Container, Limits, damaged, truncated

SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL = 0xF9
_HAS_TABLE, _TABLE_SIZE = 0x80, 0x07


def read_gif(data: bytes, limits: Limits) -> Container:
    """The first frame with its colours and its transparency; comments and later frames are left out.

    The canvas grows where a frame stands out of it, as the decoder's does.
    """
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _table_bytes(flags)
    head, control, first = data[:at], b"", b""
    frames = parts = 0
    while True:
        kind = _byte(data, at)
        if kind == _TRAILER:
            break
        start = at
        if kind == _EXTENSION:
            is_control = _byte(data, at + 1) == _GRAPHIC_CONTROL
            at, parts = _after_blocks(data, at + 2, parts, limits)
            if is_control and not frames:
                control = data[start:at]
        elif kind == _IMAGE:
            left, top, frame_width, frame_height, flags = struct.unpack_from("<HHHHB", data, at + 1)
            width, height = max(width, left + frame_width), max(height, top + frame_height)
            frames += 1
            limits.check_size(width, height, frames)
            at, parts = _after_blocks(data, at + 11 + _table_bytes(flags), parts, limits)
            first = first or data[start:at]
        else:
            raise damaged("block")
    if not first:
        raise damaged("no_pixels")
    return Container("GIF", head + control + first + bytes([_TRAILER]), *_canvas(head, first))


def _canvas(head: bytes, first: bytes) -> tuple[int, int]:
    """Width and height of the screen, stretched to hold the first frame."""
    width, height = struct.unpack_from("<HH", head, 6)
    left, top, frame_width, frame_height = struct.unpack_from("<HHHH", first, 1)
    return max(width, left + frame_width), max(height, top + frame_height)


def _table_bytes(flags: int) -> int:
    return 3 << (flags & _TABLE_SIZE) + 1 if flags & _HAS_TABLE else 0


def _after_blocks(data: bytes, at: int, parts: int, limits: Limits) -> tuple[int, int]:
    """Where the chain of data blocks that begins at ``at`` has ended, and the blocks walked so far."""
    while True:
        length = _byte(data, at)
        at, parts = at + 1 + length, parts + 1
        limits.check_parts(parts)
        if not length:
            return at, parts


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise truncated()
    return data[at]
