"""How a command ends, for cron and scripts."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    PROBLEM = 1  # it found one, or failed
    USAGE = 2
    REFUSED = 3  # nothing was done
    INTERRUPTED = 130  # by Ctrl-C, as shells count
