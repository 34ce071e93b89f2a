"""The way back from acts that change when scenes expire: what they changed, and that put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from scenes.models import SceneCache

#: A scene's id → when it expired before an act and after it, in ISO format: a session keeps it as JSON.
Changes = Mapping[str, tuple[str, str]]


def recorded(act: Callable[[], object], ids: Iterable[int]) -> Changes:
    """Do ``act`` to these scenes; gives those whose end it changed."""
    scenes = SceneCache.objects.filter(pk__in=list(ids))
    with transaction.atomic():
        before = dict(scenes.select_for_update().order_by("pk").values_list("pk", "expires_at"))
        act()
        after = dict(scenes.values_list("pk", "expires_at"))
    return {
        str(pk): (before[pk].isoformat(), end.isoformat())
        for pk, end in after.items()
        if pk in before and before[pk] != end
    }


def put_back(changes: Changes) -> int:
    """Let them end when they did before; gives how many. One that has another end since, because it
    was made anew or somebody did something else to it, stays as it is."""
    done = 0
    with transaction.atomic():
        for pk, (before, after) in sorted(changes.items(), key=lambda change: int(change[0])):
            unchanged = SceneCache.objects.filter(pk=int(pk), expires_at=datetime.fromisoformat(after))
            done += unchanged.update(expires_at=datetime.fromisoformat(before))
    return done
