"""What the commands say when there is no database to work on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError


@contextmanager
def said_plainly() -> Iterator[None]:
    """A missing or empty database is told in one sentence, which names the folder that was looked in."""
    try:
        yield
    except DatabaseError as error:
        raise CommandError(
            f"The database cannot be used (DATA_DIR is {settings.DATA_DIR}): set DATA_DIR or DATABASE_URL"
            " as for the service, or start it once with `make run`"
        ) from error
