"""The text of a picture → its bytes. What they are is for the decoder to say: labels lie."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from gallery.errors import ImageTooLarge
from gallery.imaging import DEFAULT_LIMITS
from maintenance.localstorage.entries import Unusable

_MOST_PREFIXES = 4
_LONGEST_PREFIX = 300
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|blob:|file:|/|\./)[^,]*\Z", re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")
#: A prefix before each picture, and base64 with line breaks, cost this much more at most.
_MOST_TEXT = DEFAULT_LIMITS.max_bytes * 2


def bytes_of(text: object) -> bytes:
    """Bytes of bare base64 or a data URL, in any of the ways that pages wrote them.

    Raises `Unusable` with a plain reason, or `ImageTooLarge`. No link is ever followed.
    """
    if not isinstance(text, str):
        raise Unusable("It holds no picture")
    if len(text) > _MOST_TEXT:
        raise ImageTooLarge(reason="bytes")
    bare, is_base64 = _without_prefixes(text.strip())
    if not bare:
        raise Unusable(
            "It holds no picture" if not text.strip() else "Nothing comes after its data URL's prefix"
        )
    data = _from_base64(bare) if is_base64 else unquote_to_bytes(bare.encode("utf-8", "replace"))
    DEFAULT_LIMITS.check_bytes(len(data))
    return data


def same_text(text: object) -> object:
    """Equal for texts of the same bytes, however they are dressed."""
    if not isinstance(text, str) or len(text) > _MOST_TEXT:
        return text
    return _plain(_without_prefixes(text.strip())[0])


def _without_prefixes(text: str) -> tuple[str, bool]:
    """What comes after ``data:…,`` (which may stand there twice), and whether it is base64."""
    is_base64 = True
    for _ in range(_MOST_PREFIXES):
        if text[:5].lower() != "data:":
            break
        comma = text.find(",", 0, _LONGEST_PREFIX)
        if comma < 0:
            return "", True
        is_base64 = "base64" in text[:comma].lower()
        text = text[comma + 1 :].lstrip()
    return text, is_base64


def _from_base64(text: str) -> bytes:
    if "%" in text[:_LONGEST_PREFIX] or "%" in text[-6:]:
        text = unquote_to_bytes(text).decode("latin-1")
    if _is_link(text):
        raise Unusable("It holds a link, not a picture; links are not followed")
    plain = _plain(text)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Unusable("Its text is not base64, or was cut off") from None


def _plain(text: str) -> str:
    """Without line breaks and padding, in the usual alphabet. A pattern for blanks takes ten times as long."""
    return "".join(text.split()).translate(_URL_SAFE).rstrip("=")


def _is_link(text: str) -> bool:
    """Links are short. A JPEG's base64 begins with a slash, too, so that one is no sign."""
    return len(text) < 4_000 and not text.startswith("/9j/") and _LINK.match(text) is not None
