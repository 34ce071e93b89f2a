"""Messages that tell of an act offer to take it back."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse

register = template.Library()
_MARK = re.compile(r"undo-([a-z_]+)-(\d{1,18})\Z")


def undo_tag(act_id: int, *, page: str = "gallery_curationact_undo") -> str:
    """The message tag that `undo_address` reads. ``page`` is the admin's name for the one that takes
    the act back, and has the act's number in its address."""
    return f"undo-{page}-{act_id}"


@register.filter
def undo_address(extra_tags: str | None) -> str:
    """Where the act that a message tells of is taken back; empty for other messages."""
    found = _MARK.match(extra_tags or "")
    return reverse(f"admin:{found[1]}", args=[found[2]]) if found else ""
