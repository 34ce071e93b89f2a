"""A SECRET_KEY that is made once and kept in DATA_DIR, readable by its owner only (0600)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dndimages.env import SettingsError


def load_secret_key(path: Path) -> str:
    """The key in ``path``, made there on the first start; two starts at once agree on one.

    Raises `SettingsError` when the folder cannot be written or the file is empty.
    """
    if path.parent.exists() and not path.parent.is_dir():
        raise SettingsError(f"{path.parent} (DATA_DIR) is a file, not a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not readable"
        raise SettingsError(f"the folder {path.parent} (DATA_DIR) cannot be used: {reason}") from error
    if len(key) < 50:
        raise SettingsError(f"{path} holds no usable secret key; delete it and a new one is made")
    return key


def _create(path: Path) -> None:
    # Written whole under a private name, then linked: whoever links first wins, nobody reads half a key.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
