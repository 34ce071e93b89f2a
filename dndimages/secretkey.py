"""A SECRET_KEY that is made once and kept in DATA_DIR, readable by its owner only (0600)."""

from __future__ import annotations

import os
import pwd
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
        what = path if os.path.exists(path) else f"the folder {path.parent}"
        raise SettingsError(f"{what} (DATA_DIR) cannot be used: {reason}") from error
    if len(key) < 50:
        raise SettingsError(f"{path} holds no usable secret key; delete it and a new one is made")
    return key


def refuse_as_root(data_dir: Path, *, shared: Path) -> None:
    """Raises `SettingsError` when root starts us where another user's service lives, or is to live: files that
    root makes there (a key, a backup, a picture) are none that this user could read, change or remove.

    The folder ``shared``, where the code lies, may be anybody's.
    """
    if os.geteuid() != 0:
        return
    looked_at = [data_dir / name for name in _OURS] + ([data_dir] if data_dir != shared else [])
    owners = {path.stat().st_uid for path in looked_at if path.exists()} - {0}
    if owners:
        user = _user_name(min(owners))
        raise SettingsError(
            f"the data in {data_dir} (DATA_DIR) is {user}'s, and this is root, whose files {user} could not change: "
            f"run it as that user (sudo -u '{user}' …, or docker exec -u)"
        )


#: What a service leaves in its DATA_DIR when it starts for the first time.
_OURS = ("secret_key", "db.sqlite3", ".run")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"  # as sudo wants it


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
