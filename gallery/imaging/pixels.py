"""From whatever pixels a decoder gives to upright 8-bit sRGB, with or without transparency."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageCms

_ORIENTATION_TAG, _SHORT = 0x0112, 3
# Exif 2.3, tag Orientation: what must be done to see the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PLAIN_MODES = {"L", "LA", "RGB", "RGBA", "CMYK"}


def upright(image: Image.Image, exif: bytes) -> Image.Image:
    turn = _TURNS.get(orientation(exif))
    return image if turn is None else image.transpose(turn)


def orientation(exif: bytes) -> int:
    """1 to 8 from a bare TIFF block; 1 (upright) where it does not say or is broken."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, first)
        for entry in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, first + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG:
                return int(value) if kind == _SHORT and 1 <= value <= 8 else 1
    except struct.error:
        pass  # a broken block says nothing, and the picture is as good without it
    return 1


def to_srgb(image: Image.Image, icc: bytes) -> Image.Image:
    """RGB, or RGBA when some pixel is not opaque. A profile that is broken or of another kind is ignored."""
    image = _eight_bit(image)
    image = _by_profile(image, icc) or _plain(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """One of L, LA, RGB, RGBA, CMYK with 8 bits a channel."""
    if image.mode.startswith("I"):  # 16-bit grey: Pillow's own conversion clips at 255
        return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.has_transparency_data:
        return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in _PLAIN_MODES else image.convert("RGB")


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "RGBA"):
        return image
    return image.convert("RGBA" if image.mode == "LA" else "RGB")


def _by_profile(image: Image.Image, icc: bytes) -> Image.Image | None:
    """The picture in sRGB as its profile says; None where that speaks of other channels, or is broken."""
    if not icc:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if image.mode == "LA":
            grey, alpha = image.split()
            coloured = _transform(grey, profile, "RGB")
            coloured.putalpha(alpha)
            return coloured
        return _transform(image, profile, "RGBA" if image.mode == "RGBA" else "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _transform(image: Image.Image, profile: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    """In place where source and result are alike: a picture of 40 megapixels takes 160 MB."""
    srgb = ImageCms.createProfile("sRGB")
    done = ImageCms.profileToProfile(image, profile, srgb, outputMode=mode, inPlace=image.mode == mode)
    return image if done is None else done
