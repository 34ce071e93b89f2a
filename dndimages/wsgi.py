"""The WSGI application, for `manage.py serve` and for any other WSGI server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dndimages.settings")

application: WSGIApplication = get_wsgi_application()

# After Django is set up: the lock lies in the data folder. Held by every process that serves.
from django.db import connection  # noqa: E402

from dndimages.living import live  # noqa: E402
from dndimages.replay import Replay  # noqa: E402
from dndimages.sqlite.changes import Changes  # noqa: E402

if connection.vendor == "sqlite":
    application = Replay(application, Changes())

live()
