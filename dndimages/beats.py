"""Which workers live, over all hosts that share this database: each renews a row of its own.

A lock in the data folder would tell of one host only, and of processes rather than of work: a worker
whose loop hangs holds its lock, but its row grows old. So does that of a killed one.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dndimages.models import WorkerBeat

BEAT_EVERY_S = 10.0
#: Six beats: a database that was locked for a while, or two clocks that differ a little, are no death.
LATE = timedelta(seconds=60)
_FORGOTTEN = timedelta(days=1)


def _new_name() -> str:
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@dataclass
class Heart:
    """Of one worker; `beat` it now and then, `stop` it at an orderly end."""

    started_at: datetime
    name: str = field(default_factory=_new_name)
    _beat_at: datetime | None = None

    def beat(self, *, now: datetime) -> None:
        """Renew our row when it is time to. One statement; a clock that was set back is no reason to wait."""
        since = None if self._beat_at is None else (now - self._beat_at).total_seconds()
        if since is not None and 0 <= since < BEAT_EVERY_S:
            return
        WorkerBeat.objects.bulk_create(
            [WorkerBeat(name=self.name, started_at=self.started_at, beat_at=now)],
            update_conflicts=True, unique_fields=["name"], update_fields=["beat_at"],
        )  # fmt: skip
        if self._beat_at is None:
            WorkerBeat.objects.filter(beat_at__lt=now - _FORGOTTEN).delete()
        self._beat_at = now

    def stop(self) -> None:
        WorkerBeat.objects.filter(name=self.name).delete()


@dataclass(frozen=True)
class Workers:
    """``alive``: how many beat lately. ``last_beat_at``: of any of them; None when none is known."""

    alive: int
    last_beat_at: datetime | None


def workers(*, now: datetime) -> Workers:
    """One query over as many rows as there are workers."""
    beats = list(WorkerBeat.objects.order_by("-beat_at", "pk").values_list("beat_at", flat=True))
    return Workers(sum(now - at < LATE for at in beats), beats[0] if beats else None)
