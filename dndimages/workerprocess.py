"""The background worker as a child of the server: restarted when it dies, gone when the server is.

Two ties hold it, since the server may be killed with no time for a farewell: its standard input is
a pipe that closes with the server (everywhere), and the kernel kills it with us (Linux; this also
holds when another child of the server keeps the pipe open).
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

logger = logging.getLogger("dndimages.server")

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAUSE_S = 1.0  # before a restart; doubles with each death in a row
LONGEST_PAUSE_S = 60.0
SOUND_S = 60.0  # a worker that lived this long was well: its death starts a new row
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class WorkerProcess:
    """``manage.py worker`` in a process of its own; `tick` starts it and restarts it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start_at = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._stopping = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def tick(self) -> None:
        """Start the worker if there is none and its pause is over. Never blocks for long."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self._note_death(self._process.returncode, now)
        if self._process is None and not self._stopping and now >= self._next_start_at:
            try:
                self._start(now)
            except OSError as error:  # no memory or no process left just now: the server goes on
                logger.warning("the worker could not start: %s", type(error).__name__)
                self._next_start_at = now + self._pause_s

    def stop(self) -> None:
        """Ask it to finish what it does and end; do not start another."""
        self._stopping = True
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def is_gone(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End it now. Safe at any point of its work: its leases expire, what was paid for is on disk."""
        self._stopping = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self, now: float) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dndimages.workerprocess"],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            # Ctrl-C reaches the whole group of a terminal; the worker shall end when we say so.
            process_group=0,
        )
        self._started_at = now

    def _note_death(self, code: int, now: float) -> None:
        if now - self._started_at >= SOUND_S:
            self._pause_s = FIRST_PAUSE_S
        logger.warning("the worker ended with code %d; it starts again in %.0f s", code, self._pause_s)
        self._next_start_at = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


def main() -> None:
    """In the child: tie this process to its parent, then run the worker command."""
    _die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dndimages.settings")
    from django.core.management import execute_from_command_line

    from dndimages.env import SettingsError

    try:
        execute_from_command_line(["manage.py", "worker"])
    except SettingsError as error:
        sys.exit(f"dndimages cannot start: {error}")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_wait_for_parents_end, name="tie-to-server", daemon=True).start()


def _wait_for_parents_end() -> None:
    while os.read(0, 1):  # nobody writes: this returns when the last writer is gone
        continue
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
