"""manage.py revoke_api_key PREFIX"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dndimages.access.models import ApiKey


class Command(BaseCommand):
    help = "Revoke an API key for good, named by its prefix (the eight characters after dnd_)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix")

    def handle(self, *args: Any, **options: Any) -> None:
        if not ApiKey.objects.filter(prefix=options["prefix"]).revoke():
            raise CommandError(f"No active key has the prefix {options['prefix']}")
        self.stdout.write(f"Revoked {options['prefix']}.")
