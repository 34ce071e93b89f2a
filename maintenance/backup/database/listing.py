"""What a dump of PostgreSQL may hold, and loading one: that runs whatever code is in it, so it is looked
at before.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from gallery.triggers.postgresql import TRIGGERS
from maintenance.backup.database import pgtools
from maintenance.backup.errors import BackupRefused, BadBackup

#: `pg_restore --list`: a number, two object ids, what it is, schema, name, owner. Comments, rights and
#: extensions come from whoever runs the server; no code of theirs is in the dump.
_ENTRY = re.compile(r"\d+; \d+ \d+ (?P<entry>.+)")
_PLAIN = re.compile(
    r"(TABLE|TABLE DATA|INDEX|CONSTRAINT|FK CONSTRAINT|CHECK CONSTRAINT|SEQUENCE|SEQUENCE SET|SEQUENCE OWNED BY"
    r"|DEFAULT|SCHEMA|EXTENSION|COMMENT|ACL|DEFAULT ACL) .+"
)
_FUNCTION = re.compile(r"FUNCTION \S+ (?P<name>\w+)\(.*")
_TRIGGER = re.compile(r"TRIGGER \S+ \S+ (?P<name>\w+) .*")
_FUNCTIONS = {
    "gallery_words",
    "gallery_words_of",
    "gallery_image_reworded",
    "gallery_image_tagged",
    "gallery_tag_renamed",
    "gallery_stamp",
}


_LOAD = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "--no-password")


def load(dump: Path, name: str) -> None:
    """Load a dump into the empty database ``name``. Raises `BadBackup`."""
    try:
        if _foreign(dump):
            raise BadBackup("its database holds code that is not ours")
        pgtools.run(["pg_restore", *_LOAD, f"--dbname={name}", str(dump)], name)
    except subprocess.CalledProcessError:
        raise BadBackup("its database is none, or cannot be loaded") from None


def refuse_foreign_in_live(dump: Path) -> None:
    """Raises `BackupRefused` when the live database, just dumped, holds what `load` would refuse."""
    if found := _foreign(dump):
        raise BackupRefused(
            "No backup was made: the database holds something that is not ours and could not be restored"
            f" with it: {found[0]}"
        )


def _foreign(dump: Path) -> list[str]:
    """Entries that no backup of ours has, such as views, or functions of other names."""
    lines = pgtools.told(["pg_restore", "--list", str(dump)]).splitlines()
    found = (_ENTRY.fullmatch(line) for line in lines if line and not line.startswith(";"))
    return [
        entry["entry"] if entry else "?" for entry in found if entry is None or not _is_ours(entry["entry"])
    ]


def _is_ours(entry: str) -> bool:
    if _PLAIN.fullmatch(entry):
        return True
    function, trigger = _FUNCTION.fullmatch(entry), _TRIGGER.fullmatch(entry)
    if function:
        return function["name"] in _FUNCTIONS
    return trigger is not None and trigger["name"] in TRIGGERS
