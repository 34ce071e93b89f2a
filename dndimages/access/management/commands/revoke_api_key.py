"""manage.py revoke_api_key PREFIX"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from dndimages.access.keys import MARK
from dndimages.access.management.plainly import said_plainly
from dndimages.access.models import ApiKey
from dndimages.commandline import ExactCommand


class Command(ExactCommand):
    help = "Revoke an API key for good, named by the eight characters after dnd_."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix", help="1a2b3c4d, dnd_1a2b3c4d, or the whole key")

    def handle(self, *args: Any, **options: Any) -> None:
        prefix = options["prefix"].removeprefix(f"{MARK}_")[:8]
        with said_plainly():
            revoked = ApiKey.objects.filter(prefix=prefix).revoke()
        if not revoked:
            raise CommandError(f"No active key has the prefix {prefix}")
        self.stdout.write(f"Revoked {prefix}.")
