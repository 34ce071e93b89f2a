"""What a picture may cost us, and what is known of it before a single pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.errors import ImageRejected, ImageTooLarge


@dataclass(frozen=True)
class Limits:
    """Bounds that are checked on headers alone.

    ``max_pixels`` counts width × height × frames. ``max_side`` is the most that WebP can hold.
    ``max_scans`` bounds the CPU time of a progressive JPEG, whose every scan walks over all pixels:
    encoders write 10 to 18, a 168 KB file can hold 2,000. ``max_profile_bytes`` is the size of an
    *inflated* colour profile (a larger one is dropped; printing profiles take 0.5 to 2.5 MB).
    ``max_parts`` bounds the chunks, segments and blocks that are walked in Python: a full 10 MB GIF
    has 41,000 blocks. Text chunks need no bound: they are skipped, never inflated.
    """

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 40_000_000
    max_side: int = 16383
    max_scans: int = 64
    max_profile_bytes: int = 4 * 1024 * 1024
    max_parts: int = 200_000

    def check_bytes(self, length: int) -> None:
        if length > self.max_bytes:
            raise ImageTooLarge(f"The picture is larger than {self.max_bytes // 1024} KB", reason="bytes")

    def check_size(self, width: int, height: int, frames: int = 1) -> None:
        if width < 1 or height < 1:
            raise ImageRejected(reason="no_pixels")
        if max(width, height) > self.max_side:
            raise ImageTooLarge(f"A side is longer than {self.max_side} pixels", reason="side")
        if width * height * frames > self.max_pixels:
            raise ImageTooLarge(f"More than {self.max_pixels // 1_000_000} megapixels", reason="pixels")

    def check_scans(self, scans: int) -> None:
        if scans > self.max_scans:
            raise ImageTooLarge("The JPEG has too many scans", reason="scans")

    def check_parts(self, parts: int) -> None:
        if parts > self.max_parts:
            raise ImageTooLarge("The picture has too many parts", reason="parts")


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Container:
    """A picture file taken apart.

    ``clean`` is a file of the same format that holds nothing but the pixels of the first frame, so
    that the decoder never sees a text, a profile, a second frame or what comes after the end.
    ``exif`` is a bare TIFF block and ``icc`` a bare profile, both as hostile as they came.
    """

    format: str
    clean: bytes
    width: int
    height: int
    exif: bytes = b""
    icc: bytes = b""


def damaged(reason: str = "damaged") -> ImageRejected:
    return ImageRejected("The picture file is damaged", reason=reason)


def truncated() -> ImageRejected:
    return ImageRejected("The picture file is incomplete", reason="truncated")
