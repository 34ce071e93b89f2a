"""Foreign bytes to clean pixels: nothing is decoded before its headers were found to be harmless.

The bytes alone decide the format. A walk over the container takes the first frame's pixels out of it and
checks sizes, frames, scans and checksums on the way; only that clean copy reaches Pillow. So Pillow meets no
text to inflate, no second frame, no Exif, and no process-wide setting has to be changed: this is thread-safe.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, WebPImagePlugin

from gallery.errors import ImageRejected, ImageTooLarge, ImageTypeRejected
from gallery.imaging import gif, jpeg, pixels, png, webp
from gallery.imaging.limits import DEFAULT_LIMITS, Container, Limits, damaged, truncated

__all__ = ["DEFAULT_LIMITS", "Limits", "decode", "open_container"]

# Named for its side effect, so that Image.open() need not load every plugin there is to find WebP.
assert WebPImagePlugin.SUPPORTED

# What Pillow's decoders raise for broken data. RuntimeWarning: a bomb warning that a host made an error.
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, LookupError, TypeError,
    ArithmeticError, AttributeError, RuntimeError, RuntimeWarning, Image.DecompressionBombError,
)  # fmt: skip


def decode(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Upright 8-bit sRGB pixels, RGB or RGBA, without any metadata.

    Of an animation the first frame is kept as a still: old stores hold such pictures, and a still is what
    every place that shows them wants. Raises ImageTypeRejected (not PNG, JPEG, WebP, GIF), ImageTooLarge
    (a limit is passed) or ImageRejected (damaged, incomplete); nothing else, whatever the bytes.
    """
    try:
        container = open_container(data, limits)
        image = _decoded(container)
        return _without_metadata(pixels.upright(pixels.to_srgb(image, container.icc), container.exif))
    except MemoryError as error:
        raise ImageTooLarge(reason="memory") from error
    except _BROKEN as error:
        raise damaged("undecodable") from error


def open_container(data: bytes, limits: Limits) -> Container:
    """The file taken apart, every limit checked, no pixel decoded yet."""
    if not data:
        raise ImageRejected("The file is empty", reason="empty")
    limits.check_bytes(len(data))
    try:
        container = _reader(data)(data, limits)
    except struct.error as error:  # a header that ends in the middle
        raise truncated() from error
    limits.check_size(container.width, container.height)
    return container


def _reader(data: bytes) -> Callable[[bytes, Limits], Container]:
    if data.startswith(png.SIGNATURE):
        return png.read_png
    if data.startswith(jpeg.SIGNATURE):
        return jpeg.read_jpeg
    if data.startswith(gif.SIGNATURES):
        return gif.read_gif
    if webp.is_webp(data):
        return webp.read_webp
    raise ImageTypeRejected(reason="format")


def _decoded(container: Container) -> Image.Image:
    image = Image.open(io.BytesIO(container.clean), formats=[container.format])
    if image.size != (container.width, container.height):
        raise damaged("size")
    image.load()
    return image


def _without_metadata(image: Image.Image) -> Image.Image:
    image.info = {}
    return image
