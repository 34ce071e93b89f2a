"""Cleanup after cleanup beside a service that works, as one process that has Django loaded.

    python -m maintenance.tests.sweeping      the environment names DATA_DIR and so on

Before each run time is made to pass for some of what lies there: every second picture in the trash is so
old that it goes, a few scenes have expired so long ago that nobody needs them as a spare, jobs ended last
month. It ends when its standard input does, and prints as JSON what went in all runs.
"""

from __future__ import annotations

import json
import re
import select
import sys
from collections import Counter
from io import StringIO

import django


def main() -> None:
    django.setup()
    gone: Counter[str] = Counter()
    while not select.select([sys.stdin], [], [], 0)[0]:
        _let_time_pass()
        gone += _clean("--scenes", "--spool", "--jobs") + _clean("--scenes") + _clean()
    print(json.dumps(gone))


def _let_time_pass() -> None:
    """Row by row: who changes one at a time stands in nobody's way for long."""
    from gallery.models import ImageAsset, Job, JobState
    from maintenance.tests.aging import days_ago
    from scenes.models import SceneCache

    for pk in list(ImageAsset.objects.trashed().values_list("pk", flat=True)):
        if pk % 2:
            ImageAsset.objects.trashed().filter(pk=pk).update(deleted_at=days_ago(40))
    for pk in list(SceneCache.objects.order_by("?").values_list("pk", flat=True)[:5]):
        SceneCache.objects.filter(pk=pk).update(expires_at=days_ago(200))
    for job in list(Job.objects.filter(state=JobState.DONE).values_list("pk", flat=True)):
        Job.objects.filter(pk=job, state=JobState.DONE).update(finished_at=days_ago(30))


def _clean(*parts: str) -> Counter[str]:
    """One run, as cron would make it. All parts come last, so that old pictures wait while others restore them."""
    from django.core.management import call_command

    out = StringIO()
    call_command("cleanup", *parts, stdout=out, stderr=sys.stderr)
    told = re.findall(r"(\d+) (image|scene|job)", out.getvalue().replace(",", ""))
    return Counter({"runs": 1} | {noun: int(number) for number, noun in told})


if __name__ == "__main__":
    main()
