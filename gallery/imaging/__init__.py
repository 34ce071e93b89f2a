"""Pictures as bytes and pixels: pure functions, no files, no database, no settings.

``prepare`` is what other rooms need: foreign bytes in, all that is stored out. Only this package and the
painter import Pillow.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from gallery.imaging.decode import decode
from gallery.imaging.encode import Provenance, Rendition, renditions
from gallery.imaging.fingerprint import phash, sha256_hex
from gallery.imaging.limits import DEFAULT_LIMITS, Limits
from gallery.imaging.palette import color_mask, dominant_colors
from gallery.imaging.placeholder import placeholder_data_uri

__all__ = ["DEFAULT_LIMITS", "Limits", "Picture", "Provenance", "Rendition", "prepare"]

# A picture of 40 megapixels takes hundreds of MB while it is worked on: two at once per process, others wait.
_preparing = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """All that is kept of one picture. ``width`` and ``height`` are the full rendition's, in pixels.

    ``placeholder`` is a data URI, ``phash`` a signed 64-bit fingerprint, ``colors`` are #rrggbb with the most
    common first, ``color_mask`` the bits of `palette.COLOR_NAMES`, ``source_sha256`` that of the bytes given.
    """

    full: Rendition
    thumbnail: Rendition
    widths: tuple[Rendition, ...]
    width: int
    height: int
    placeholder: str
    phash: int
    colors: list[str]
    color_mask: int
    source_sha256: str


def prepare(
    data: bytes,
    *,
    quality: int,
    thumbnail: tuple[int, int],
    max_bytes: int,
    provenance: Provenance,
    limits: Limits = DEFAULT_LIMITS,
    widths: Sequence[int] | None = None,
) -> Picture:
    """Decode once, safely, and make everything that is stored.

    ``quality`` is WebP's 0 to 100, ``thumbnail`` a box in pixels, ``max_bytes`` bounds the full WebP file,
    ``widths`` are those of the narrower files, where it is not `encode.renditions` that chooses them.
    Raises ImageTypeRejected, ImageTooLarge or ImageRejected, and nothing else for any bytes.
    """
    with _preparing:
        image = decode(data, limits=limits)
        made = renditions(
            image,
            quality=quality,
            provenance=provenance,
            thumbnail=thumbnail,
            max_bytes=max_bytes,
            widths=widths,
        )
        return Picture(
            full=made.full,
            thumbnail=made.thumbnail,
            widths=made.widths,
            width=made.full.width,
            height=made.full.height,
            placeholder=placeholder_data_uri(image),
            phash=phash(image),
            colors=dominant_colors(image),
            color_mask=color_mask(image),
            source_sha256=sha256_hex(data),
        )
