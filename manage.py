#!/usr/bin/env python
"""Django's command line for dndimages."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dndimages.settings")
    try:
        from django.db import DatabaseError, OperationalError

        from dndimages.env import SettingsError
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except SettingsError as error:
        sys.exit(f"dndimages cannot start: {error}")
    except DatabaseError as error:  # Django's own commands do not say it plainly
        if "--traceback" in sys.argv or type(error) not in (DatabaseError, OperationalError):
            raise
        from dndimages.access.management.plainly import unusable

        sys.exit(f"CommandError: {unusable(error)}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
