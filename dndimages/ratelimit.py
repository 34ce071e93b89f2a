"""Rate limits by django-ratelimit: exact over processes, counted once a request is known to be valid."""

from __future__ import annotations

import logging
import sqlite3

import diskcache_community
from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from dndimages.access.caller import Caller
from dndimages.errors import Busy, RateLimited

log = logging.getLogger("dndimages.ratelimit")
IMAGES, SCENES, SCENE_HITS = "images/generate", "scenes/generate", "scenes/hits"


def count(request: HttpRequest, *, caller: Caller, group: str, per_minute: int) -> None:
    """Count one request of this caller in this group.

    Raises `Busy` when generations cannot be counted, and `RateLimited` with the seconds to wait when more than ``per_minute`` came in the window.
    """
    try:
        usage = get_usage(
            request, group=group, key=lambda *_: caller.name, rate=f"{per_minute}/m", increment=True
        )
    except (sqlite3.Error, diskcache_community.Timeout, OSError) as error:
        log.warning("Rate limits cannot be counted: %s", type(error).__name__)
        if group == SCENE_HITS:
            return  # what is cached is served whatever else fails
        raise Busy from error
    if usage is not None and usage["should_limit"]:
        raise RateLimited(retry_after=max(1, usage["time_left"]), limit=per_minute)


def count_generation(request: HttpRequest, *, caller: Caller, group: str) -> None:
    """One generation, against the key's own limit or everybody's."""
    everybody = {
        IMAGES: settings.MAX_REQUESTS_PER_MINUTE,
        SCENES: settings.SCENE_GENERATIONS_PER_MINUTE,
    }[group]
    own = caller.key.requests_per_minute if caller.key is not None else None
    count(request, caller=caller, group=group, per_minute=everybody if own is None else own)
