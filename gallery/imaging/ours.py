"""Whether a WebP is one that we could have written: then its very bytes may be kept."""

from __future__ import annotations

import struct

from gallery.errors import ImageRejected
from gallery.imaging.encode import _PACKET
from gallery.imaging.limits import DEFAULT_LIMITS, Limits
from gallery.imaging.webp import _chunk, _chunks, is_webp, read_webp

_BEFORE, _AFTER = (part.encode() for part in _PACKET.split("{properties}"))
_LONGEST_PACKET = 4_000
_XMP = 0x04  # the bit of VP8X that announces an XMP packet


def is_our_own(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> bool:
    """One frame's pixels, at most our own note on their origin beside them, and nothing else: no foreign
    metadata, no animation, no byte after the end. It is not decoded here."""
    if not is_webp(data):
        return False
    try:
        clean = read_webp(data, limits).clean
        chunks = list(_chunks(data, limits))
    except (ImageRejected, struct.error):
        return False
    body = b"".join(_chunk(kind, _unannounced(kind, part)) for kind, part in chunks if kind != b"XMP ")
    packets = [part for kind, part in chunks if kind == b"XMP "]
    whole = len(data) == struct.unpack_from("<I", data, 4)[0] + 8
    still = not any(kind in (b"ANIM", b"ANMF") for kind, _ in chunks)
    return whole and still and clean[12:] == body and len(packets) <= 1 and all(map(_is_our_note, packets))


def _unannounced(kind: bytes, part: bytes) -> bytes:
    return bytes([part[0] & ~_XMP]) + part[1:] if kind == b"VP8X" and part else part


def _is_our_note(packet: bytes) -> bool:
    inner = packet.removeprefix(_BEFORE).removesuffix(_AFTER)
    framed = len(packet) - len(inner) == len(_BEFORE) + len(_AFTER)
    return framed and len(packet) <= _LONGEST_PACKET and not {b"<"[0], b">"[0]} & set(inner)
