"""pg_dump and pg_restore: whether they are there, and how they find the server.

Passwords reach them in their environment only: a command line is everybody's to read.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from django.db import connection

#: libpq's own names of what Django's OPTIONS may hold, and of its variables.
_LIBPQ = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def major_of(tool: str) -> int | None:
    try:
        told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+)[.\w]*", told.partition(")")[2])
    return int(match[1]) if match else None


def _world(database: str) -> dict[str, str]:
    """The environment in which libpq's tools find the server and who we are."""
    told = connection.settings_dict
    named = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
    }
    named |= {name: told["OPTIONS"].get(option) for option, name in _LIBPQ.items()}
    given = {name: str(value) for name, value in named.items() if value}
    return {**os.environ, **given, "PGDATABASE": database, "PGTZ": "UTC"}


def url(database: str) -> str:
    told = connection.settings_dict
    who = quote(told["USER"] or "", safe="")
    who += f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else ""
    where = f"{quote(told['HOST'] or '', safe='')}{':' + str(told['PORT']) if told['PORT'] else ''}"
    more = {name: told["OPTIONS"][name] for name in _LIBPQ if name in told["OPTIONS"]}
    return f"postgres://{who}@{where}/{quote(database, safe='')}" + (f"?{urlencode(more)}" if more else "")


def told(command: Sequence[str]) -> str:
    """What a tool says that needs no server. Raises CalledProcessError."""
    done = subprocess.run(  # noqa: S603 - fixed words and our own paths
        command, env={**os.environ, "LC_ALL": "C"}, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    return done.stdout.decode(errors="replace")


def run(command: Sequence[str], database: str) -> None:
    """Raises CalledProcessError; what the tool says is not passed on, since it may quote rows."""
    subprocess.run(  # noqa: S603 - fixed words and our own paths
        command, env=_world(database), stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
