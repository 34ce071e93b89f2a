"""What all commands of ours share."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class ExactCommand(BaseCommand):
    """Its options have to be written out: what a command does not know must not be taken for another
    option that begins alike, such as --force for --force-color."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, **{"allow_abbrev": False, **kwargs})
