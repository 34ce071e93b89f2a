"""manage.py first_run: the first superuser and the first API key, when there are none."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import transaction

from dndimages.access.keys import create_key
from dndimages.access.models import ApiKey, Scope
from dndimages.commandline import ExactCommand


class Command(ExactCommand):
    help = "Make the first superuser and the first API key, unless there are some. Run by `serve`."

    def handle(self, *args: Any, **options: Any) -> None:
        # Shown before the commit: killed in between, the next start makes and shows new ones. The
        # other way round, a password could be in force that nobody has ever seen.
        with transaction.atomic():
            lines = [*_first_superuser(), *_first_key()]
            if lines:
                self.stdout.write(_boxed(lines))
                self.stdout.flush()


def _first_superuser() -> list[str]:
    users = get_user_model()._default_manager
    if users.filter(is_superuser=True).exists():
        return []
    name = os.environ.get("DJANGO_SUPERUSER_USERNAME", "").strip() or "admin"
    given = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
    if users.filter(username=name).exists():
        raise CommandError(
            f"there is no superuser yet, and {name!r} is the name of an ordinary user;"
            " set DJANGO_SUPERUSER_USERNAME to another name"
        )
    password = given or secrets.token_urlsafe(12)
    email = os.environ.get("DJANGO_SUPERUSER_EMAIL", "").strip()
    users.create_superuser(username=name, email=email, password=password)
    shown = "as set in DJANGO_SUPERUSER_PASSWORD" if given else password
    return [f"User:     {name}", f"Password: {shown}"]


def _first_key() -> list[str]:
    if ApiKey.objects.exists():
        return []
    _, text = create_key(name="first", scopes=list(Scope))
    return [f"API key:  {text}"]


def _boxed(lines: list[str]) -> str:
    lines = ["Shown this once. Keep it.", "", *lines]
    width = max(len(line) for line in lines)
    rule = f"+{'-' * (width + 2)}+"  # plain ASCII: any terminal can show it
    return "\n".join([rule, *(f"| {line.ljust(width)} |" for line in lines), rule])
