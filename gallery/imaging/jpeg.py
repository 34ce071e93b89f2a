"""JPEG taken apart. Source: ITU-T T.81 annex B; Exif 2.3; ICC.1 annex B.4 (profiles in APP2)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from gallery.imaging.limits import Container, Limits, damaged, truncated

SIGNATURE = b"\xff\xd8\xff"
_START, _END = b"\xff\xd8", b"\xff\xd9"
_EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
# Baseline, extended and progressive Huffman: what browsers show. No lossless, no arithmetic coding.
_FRAMES_TAKEN = {0xC0, 0xC1, 0xC2}
_FRAMES_REFUSED = set(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
# In coded data FF 00 is a stuffed byte, FF D0..D7 a restart: any other FF xx ends the scan.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"


def read_jpeg(data: bytes, limits: Limits) -> Container:
    """Frame header, tables and scans alone, with the two APPn that tell how colours are coded."""
    kept = [_START]
    size: tuple[int, int] | None = None
    scans = 0
    exif = b""
    profile_parts: list[bytes] = []
    for marker, body, coded in _segments(data, limits):
        if marker in _FRAMES_REFUSED or (marker in _FRAMES_TAKEN and size):
            raise damaged("coding")
        if marker in _FRAMES_TAKEN:
            height, width = struct.unpack_from(">HH", body, 1)
            size = width, height
        elif marker == _SOS:
            scans += 1
            limits.check_scans(scans)
        elif marker == _APP1 and body.startswith(_EXIF):
            exif = exif or body[len(_EXIF) :]
        elif marker == _APP2 and body.startswith(_ICC):
            profile_parts.append(body[len(_ICC) :])
        body = _without_thumbnail(body) if marker == _APP0 else body
        if marker in (_APP0, _APP14) or not (_APP0 <= marker <= _APP15 or marker == _COM):
            kept += (struct.pack(">BBH", 0xFF, marker, len(body) + 2), body, coded)
    if size is None or not scans:
        raise damaged("no_pixels")
    clean = b"".join((*kept, _END))
    return Container("JPEG", clean, *size, exif=exif, icc=_profile(profile_parts, limits))


def _segments(data: bytes, limits: Limits) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, body and (after SOS) coded data of each segment up to the first end of image."""
    at, parts = len(_START), 0
    while True:
        found = _MARKER.match(data, at)
        if found is None:
            raise truncated() if len(data) - at < 2 else damaged("marker")
        marker, at = found[1][0], found.end()
        if marker == _EOI:
            return
        parts += 1
        limits.check_parts(parts)
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[at : at + 2])
        body, at = data[at + 2 : at + length], at + length
        if at > len(data):
            raise truncated()
        if length < 2:
            raise damaged("segment")
        end = at
        if marker == _SOS:
            scan_end = _SCAN_END.search(data, at)
            if scan_end is None:
                raise truncated()
            end = scan_end.start()
        yield marker, body, data[at:end]
        at = end


def _without_thumbnail(body: bytes) -> bytes:
    """JFIF's version and density; the original may go on with a thumbnail or (JFXX) a whole other picture."""
    return b"JFIF\0\1\1\0\0\1\0\1\0\0" if body.startswith(b"JFIF\0") else b""


def _profile(parts: list[bytes], limits: Limits) -> bytes:
    """APP2 pieces joined by their number; each begins with its number and the count of all."""
    if not parts or sum(map(len, parts)) > limits.max_profile_bytes:
        return b""
    return b"".join(part[2:] for part in sorted(parts, key=lambda part: part[:1]))
