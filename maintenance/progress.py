"""A line that shows how far a long work is, for a person who watches."""

from __future__ import annotations

from typing import Any

LONG = 100  # steps; less is over before anybody looks
WIDTH = 30  # characters


class ProgressBar:
    """Call it with what is done, how far, of how many. Writes only to a terminal."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self.is_watched = bool(getattr(out, "isatty", lambda: False)())

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self.is_watched or total < LONG:
            return
        filled = WIDTH * done // total
        end = "\n" if done >= total else ""
        bar = f"\r{what:<7}[{'#' * filled}{'.' * (WIDTH - filled)}] {done:,}/{total:,}"
        self._out.write(bar, style_func=str, ending=end)  # not red, as stderr has it
        self._out.flush()
