"""Many scenes changed at once from several sides (PostgreSQL)."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from gallery.tests.making import make_image
from gallery.tests.side_by_side import at_once
from scenes import cache
from scenes.models import SceneCache
from scenes.tests.scening import make_scene

ROUNDS = 40


@pytest.mark.django_db(transaction=True)
def test_curators_and_counts_do_not_wait_for_each_other_for_ever() -> None:
    """Uses are written in the order of keys; the rows were made in the opposite one."""
    image = make_image("Tavern", subject_type="scene")
    scenes = [make_scene(f"Place {99 - n}", image=image) for n in range(60)]
    ids, now = [scene.pk for scene in scenes], timezone.now()
    counts = Counter({(cache.HIT, scene.key, now.replace(second=0, microsecond=0)): 1 for scene in scenes})

    def count() -> None:
        for _ in range(ROUNDS):
            cache._write_counts(counts)

    def curate() -> None:
        for _ in range(ROUNDS):
            cache.pin(ids)
            cache.unpin(ids, now=now)
            cache.expire_now(ids, now=now)

    def clear() -> None:
        for _ in range(ROUNDS):
            cache.clear("Place 70")

    assert at_once(count, curate, clear) == []
    assert set(SceneCache.objects.values_list("use_count", flat=True)) == {1 + ROUNDS}
