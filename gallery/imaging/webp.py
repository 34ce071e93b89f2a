"""WebP taken apart. Source: RFC 9649 (container and lossless), RFC 6386 (lossy frame header)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from gallery.imaging.limits import Container, Limits, damaged, truncated

_ALPHA, _ANIMATION = 0x10, 0x02
_EXIF = b"Exif\0\0"


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read_webp(data: bytes, limits: Limits) -> Container:
    """Bitstream and alpha alone; of an animation the canvas with its first frame."""
    kept: list[bytes] = []
    canvas: tuple[int, int] | None = None
    bitstream: tuple[int, int] | None = None
    frames = 0
    extra: dict[bytes, bytes] = {}
    for kind, body in _chunks(data, limits):
        if kind == b"VP8X":
            if kept:
                raise damaged("header")
            canvas = _u24(body, 4) + 1, _u24(body, 7) + 1
            limits.check_size(*canvas)
            kept.append(_chunk(kind, bytes([body[0] & (_ALPHA | _ANIMATION)]) + body[1:]))
        elif kind in (b"VP8 ", b"VP8L"):
            bitstream = bitstream or (_lossy_size(body) if kind == b"VP8 " else _lossless_size(body))
            limits.check_size(*bitstream)
            kept.append(_chunk(kind, body))
        elif kind == b"ANMF":
            frames += 1
            limits.check_size(*(canvas or (0, 0)), frames)
            if frames == 1:
                kept.append(_chunk(kind, body))
        elif kind in (b"ALPH", b"ANIM"):
            kept.append(_chunk(kind, body))
        else:
            extra.setdefault(kind, body)
    size = canvas or bitstream
    if size is None or not (frames or bitstream):
        raise damaged("no_pixels")
    body, icc = b"".join(kept), extra.get(b"ICCP", b"")
    return Container(
        format="WEBP",
        clean=struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body,
        width=size[0],
        height=size[1],
        exif=extra.get(b"EXIF", b"").removeprefix(_EXIF),
        icc=icc if len(icc) <= limits.max_profile_bytes else b"",
    )


def _chunks(data: bytes, limits: Limits) -> Iterator[tuple[bytes, bytes]]:
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        raise truncated()
    at, parts = 12, 0
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise truncated()
        yield kind, data[at + 8 : at + 8 + length]
        at, parts = at + 8 + length + length % 2, parts + 1
        limits.check_parts(parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)


def _u24(body: bytes, at: int) -> int:
    if at + 3 > len(body):
        raise truncated()
    return int.from_bytes(body[at : at + 3], "little")


def _lossy_size(body: bytes) -> tuple[int, int]:
    if body[3:6] != b"\x9d\x01\x2a":  # the start code of a key frame
        raise damaged("bitstream")
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(body: bytes) -> tuple[int, int]:
    if body[:1] != b"\x2f":
        raise damaged("bitstream")
    bits = struct.unpack_from("<I", body, 1)[0]
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
