"""Typed readers of environment variables that fail loudly and name the variable.

`environs` reads and validates; every bad variable is collected, so that one start tells all of
them at once. Empty means unset: `DATABASE_URL=` in a compose file must not mean "no database".
What `.env` holds becomes part of the process's environment, for what reads that itself (Django's
`createsuperuser`, proxies); what is there already wins, an empty variable too.
"""

from __future__ import annotations

import io
import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environs
from dotenv import load_dotenv
from dotenv.parser import parse_stream
from environs import Env

T = TypeVar("T")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+")
_HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*")


class SettingsError(Exception):
    """One or more environment variables have a value that we cannot use."""


class Environment:
    """The process environment (and `.env`), read once at start."""

    def __init__(self, dotenv: Path | None = None) -> None:
        self._env = Env()
        self._problems: list[str] = []
        self.names: set[str] = set()
        if dotenv is not None:
            self._load(dotenv)

    def _load(self, dotenv: Path) -> None:
        if os.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in ("1", "true", "t", "yes", "y"):
            return  # as python-dotenv itself; tests are not to see a developer's file
        try:
            text = dotenv.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not UTF-8"
            raise SettingsError(f"{dotenv} cannot be read: {reason}") from error
        if "\0" in text:
            raise SettingsError(f"{dotenv} cannot be read: it holds a NUL byte; is it UTF-16?")
        bad = [
            str(line.original.line + _blank_lines_before(line.original.string))
            for line in parse_stream(io.StringIO(text))
            if line.error or (line.key is not None and line.value is None)
        ]
        if bad:
            raise SettingsError(f"{dotenv} has other lines than NAME=value: line {', '.join(bad)}")
        # Values count to the letter: half of a password must not vanish as the name of a variable.
        load_dotenv(stream=io.StringIO(text), override=False, interpolate=False)

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
        """A folder, which may come later."""
        value = self.text(name)
        path = Path(value).expanduser().absolute() if value else default
        if os.path.isfile(path):
            self._problems.append(f"{name} must be a folder; {path} is a file")
        return path

    def url(self, name: str) -> str:
        """An address over HTTP. Its value is never shown: it may hold a password."""
        value = self.secret(name)
        if value and not _is_url(value):
            self._problems.append(f"{name} must be a URL such as http://host:1234")
            return ""
        return value

    def redis(self, name: str) -> str:
        """One address of Redis or several, as redis-py takes them, with commas between. Never shown, too."""
        addresses = [part.strip() for part in re.split("[;,]", self.secret(name)) if part.strip()]
        if addresses:
            from redis.connection import parse_url  # takes its time, and few need it
        try:
            for address in addresses:
                parse_url(address)  # type: ignore[no-untyped-call]  # it has no types
        except ValueError:
            self._problems.append(
                f"{name} must be a URL such as redis://host:6379/0, rediss:// or unix:///path"
            )
            return ""
        return ",".join(addresses)

    def names_of_hosts(self, name: str) -> list[str]:
        """Names as `ALLOWED_HOSTS` wants them: no scheme, no port; ``.example`` means all below it."""
        found = [in_brackets(word) for word in self.words(name)]
        if not all(_HOST.fullmatch(word) or _is_ipv6(word) for word in found):
            self._problems.append(f"{name} must list names such as pictures.example, without scheme and port")
        return found

    def origins(self, name: str, default: Sequence[str] = (), *, extra: Sequence[str] = ()) -> list[str]:
        """Origins: scheme and host, nothing after them; or one of ``extra``. Wrapped games have schemes of
        their own, such as ``capacitor://localhost``."""
        found = self.words(name, default)
        if not all(word in extra or _is_origin(word) for word in found):
            self._problems.append(f"{name} must list origins such as https://game.example")
        return found

    def problem(self, sentence: str) -> None:
        self._problems.append(sentence)

    def finish(self) -> None:
        """Raise `SettingsError` with one sentence for every problem found."""
        if self._problems:
            raise SettingsError("; ".join(self._problems))


def in_brackets(host: str) -> str:
    """An IPv6 address as it stands in URLs and in a Host header; anything else as it is."""
    return f"[{host}]" if _is_ipv6(f"[{host}]") else host


def _is_ipv6(host: str) -> bool:
    try:
        return host[:1] == "[" and host[-1:] == "]" and bool(ipaddress.IPv6Address(host[1:-1]))
    except ValueError:
        return False


def _is_origin(text: str) -> bool:
    return _ORIGIN.fullmatch(text) is not None and _has_place(text)


def _is_url(text: str) -> bool:
    return text.partition("://")[0] in ("http", "https") and _has_place(text)


def _has_place(url: str) -> bool:
    """A host, and a port that is one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is none, half an IPv6 address
        return False


def _blank_lines_before(text: str) -> int:
    """python-dotenv counts them to the line that follows."""
    return text[: len(text) - len(text.lstrip())].count("\n")
