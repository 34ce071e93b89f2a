"""PNG and APNG taken apart. Source: W3C PNG specification, third edition."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from gallery.imaging.limits import Container, Limits, damaged, truncated

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXEL_KINDS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Adam7: first column, first row, column step, row step of each pass.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_INFLATED_AT_ONCE = 1 << 20
_CRITICAL_KINDS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def read_png(data: bytes, limits: Limits) -> Container:
    """The IDAT picture alone: that of an APNG is the still which its author meant for old viewers."""
    width, height = _checked_size(data, limits)
    found: dict[bytes, bytes] = {}
    pixel_data: list[bytes] = []
    frames = 0
    for kind, body in _chunks(data, limits):
        if kind == b"IHDR" and found:
            raise damaged("header")
        if kind[0] & 0x20 == 0 and kind not in _CRITICAL_KINDS:
            raise damaged("chunk")
        if kind == b"IDAT":
            pixel_data.append(body)
        elif kind == b"acTL":
            limits.check_size(width, height, struct.unpack_from(">I", body)[0] or 1)
        elif kind == b"fcTL":
            frames += 1
            limits.check_size(width, height, frames)
        found.setdefault(kind, body)
    if not pixel_data:
        raise damaged("no_pixels")
    found[b"IDAT"] = b"".join(pixel_data)
    _check_pixels_are_all_there(found[b"IHDR"], found[b"IDAT"])
    return Container(
        format="PNG",
        clean=SIGNATURE + b"".join(_chunk(kind, found[kind]) for kind in _PIXEL_KINDS if kind in found),
        width=width,
        height=height,
        exif=found.get(b"eXIf", b""),
        icc=_profile(found.get(b"iCCP", b""), limits),
    )


def _checked_size(data: bytes, limits: Limits) -> tuple[int, int]:
    """From the header, which must come first; an oversized picture is told so also when it is cut short."""
    if data[8:16] != b"\0\0\0\rIHDR":
        raise damaged("header")
    width, height = struct.unpack_from(">II", data, 16)
    limits.check_size(width, height)
    return width, height


def _chunks(data: bytes, limits: Limits) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk up to IEND, checksums proved; what follows IEND is not looked at."""
    at, parts = len(SIGNATURE), 0
    while True:
        if at + 12 > len(data):
            raise truncated()
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if at + 12 + length > len(data):
            raise truncated()
        if zlib.crc32(body, zlib.crc32(kind)) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise damaged("checksum")
        yield kind, body
        if kind == b"IEND":
            return
        at, parts = at + 12 + length, parts + 1
        limits.check_parts(parts)


def _check_pixels_are_all_there(header: bytes, pixel_data: bytes) -> None:
    """Pillow takes a stream that ends early as finished, and the rows that are missing as black."""
    inflater, missing, rest = zlib.decompressobj(), _raw_bytes(header), pixel_data
    while missing > 0:
        try:
            inflated = len(inflater.decompress(rest, min(missing, _INFLATED_AT_ONCE)))
        except zlib.error as error:
            raise damaged("pixels") from error
        if not inflated:
            raise truncated()
        missing, rest = missing - inflated, inflater.unconsumed_tail


def _raw_bytes(header: bytes) -> int:
    """Length of the inflated pixels: each row of each pass has one byte more, for its filter."""
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if kind not in _CHANNELS:
        raise damaged("header")
    total = 0
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + -(-columns * depth * _CHANNELS[kind] // 8))
    return total


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _profile(body: bytes, limits: Limits) -> bytes:
    """The inflated iCCP profile; nothing when it is broken or inflates beyond the limit."""
    _name, _, rest = body.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(rest[1:], limits.max_profile_bytes)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
