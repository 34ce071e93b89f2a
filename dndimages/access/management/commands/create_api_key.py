"""manage.py create_api_key NAME --scopes generate,curate,maintain [--daily-cap N]"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from dndimages.access.keys import create_key
from dndimages.access.management.plainly import said_plainly
from dndimages.access.models import Scope
from dndimages.commandline import ExactCommand


class Command(ExactCommand):
    help = "Make an API key and print it once, alone on its line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument(
            "--scopes",
            default=Scope.GENERATE.value,
            help=f"comma-separated, of {','.join(Scope)}; without it: generate",
        )
        parser.add_argument("--daily-cap", type=int, help="paid provider calls a UTC day")
        parser.add_argument("--per-minute", type=int, help="generation requests a minute")

    def handle(self, *args: Any, **options: Any) -> None:
        for option in ("daily_cap", "per_minute"):
            if options[option] is not None and options[option] < 0:
                raise CommandError(f"--{option.replace('_', '-')} must not be negative", returncode=2)
        try:
            with said_plainly():
                _, text = create_key(
                    name=options["name"],
                    scopes=[scope.strip() for scope in options["scopes"].split(",") if scope.strip()],
                    daily_cap=options["daily_cap"],
                    requests_per_minute=options["per_minute"],
                )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(text)
