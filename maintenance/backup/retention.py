"""Which backups have done their duty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from maintenance.backup.shelf import Kept, of_the_past


def outlived(backups: Sequence[Kept], *, now: datetime, keep: int, keep_days: int) -> list[Kept]:
    """Those that may go: older than ``keep_days``, or with ``keep`` newer ones beside them; 0 means no
    such limit.

    Never the newest, the newest that was proved by restoring it, or the newest of those that lacks
    no picture, however old they are. One from the future neither goes nor counts. ``backups`` are
    newest first.
    """
    ours = of_the_past(backups, now=now)
    proved = [backup for backup in ours if backup.verified_at is not None]
    whole = [backup for backup in proved if backup.is_proved_whole]
    spared = {backup.name for backup in (*ours[:1], *proved[:1], *whole[:1])}
    oldest = now - timedelta(days=keep_days)
    return [
        backup
        for newer, backup in enumerate(ours)
        if backup.name not in spared
        and ((keep and newer >= keep) or (keep_days and backup.taken_at < oldest))
    ]
