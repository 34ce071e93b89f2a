"""Typed readers of environment variables that fail loudly and name the variable.

`environs` reads and validates; every bad variable is collected, so that one start tells all of
them at once. Empty means unset: `DATABASE_URL=` in a compose file must not mean "no database".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import environs
from environs import Env

T = TypeVar("T")


class SettingsError(Exception):
    """One or more environment variables have a value that we cannot use."""


class Environment:
    """The process environment (and `.env`), read once at start."""

    def __init__(self, dotenv: Path | None = None) -> None:
        self._env = Env()
        self._problems: list[str] = []
        self.names: set[str] = set()
        if dotenv is not None and dotenv.is_file():
            self._env.read_env(str(dotenv), recurse=False, override=False)

    def _read(self, name: str, reader: Callable[[str], T], default: T, wanted: str) -> T:
        self.names.add(name)
        if not os.environ.get(name, "").strip():
            return default
        try:
            return reader(name)
        except environs.EnvError:
            self._problems.append(f"{name} must be {wanted}")
            return default

    def text(self, name: str, default: str = "", *, choices: Sequence[str] = ()) -> str:
        value = self._read(name, self._env.str, default, "text").strip()
        if choices and value not in choices:
            self._problems.append(f"{name} must be one of {', '.join(choices)}")
            return default
        return value

    def secret(self, name: str) -> str:
        """Like text; its value is never shown in a problem."""
        return self._read(name, self._env.str, "", "text").strip()

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        wanted = f"a whole number from {least}" + (f" to {most}" if most is not None else " up")
        value = self._read(name, self._env.int, default, wanted)
        if value < least or (most is not None and value > most):
            self._problems.append(f"{name} must be {wanted}")
            return default
        return value

    def optional_number(self, name: str, *, least: int = 0) -> int | None:
        if not os.environ.get(name, "").strip():
            self.names.add(name)
            return None
        return self.number(name, least, least=least)

    def flag(self, name: str, default: bool) -> bool:
        return self._read(name, self._env.bool, default, "true or false")

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A comma-separated list without blanks and empty entries."""
        value = self._read(name, self._env.list, list(default), "a comma-separated list")
        return [word.strip() for word in value if word.strip()]

    def size_px(self, name: str, default: tuple[int, int]) -> tuple[int, int]:
        """``200x200``: width and height in pixels."""
        text = self.text(name, f"{default[0]}x{default[1]}").lower()
        width, _, height = text.partition("x")
        if not (
            width.isdecimal()
            and height.isdecimal()
            and 16 <= int(width) <= 2048
            and 16 <= int(height) <= 2048
        ):
            self._problems.append(f"{name} must look like 200x200, each side 16 to 2048 pixels")
            return default
        return int(width), int(height)

    def path(self, name: str, default: Path) -> Path:
        value = self.text(name)
        return Path(value).expanduser().absolute() if value else default

    def problem(self, sentence: str) -> None:
        self._problems.append(sentence)

    def finish(self) -> None:
        """Raise `SettingsError` with one sentence for every problem found."""
        if self._problems:
            raise SettingsError("; ".join(self._problems))
