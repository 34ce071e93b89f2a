"""A place in a page's address: readable, and safe for every name.

Normalised names hold no ``-`` and no ``_`` (`scenes.keys`), so these two are free to stand for what
browsers and servers would change on the way: a blank, a slash, and a name that is only dots.
"""

from __future__ import annotations

from scenes.keys import location_key


class PlaceInAddress:
    """``emberpeak entrance`` ↔ ``emberpeak-entrance``, ``inn/cellar`` ↔ ``inn__cellar``.

    Names that come in another spelling, percent-encoded with blanks or capitals, are understood too.
    """

    regex = ".+"

    def to_python(self, value: str) -> str:
        """Raises ValueError (404) for what can be no place."""
        place = location_key(value.replace("__", "/"))
        if not place or "\x00" in place:
            raise ValueError
        return place

    def to_url(self, place: str) -> str:
        address = place.replace("/", "__").replace(" ", "-")
        return f"_{address}" if address in (".", "..") else address
