"""The WSGI application, for `manage.py serve` and for any other WSGI server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dndimages.settings")

application = get_wsgi_application()

# After Django is set up: the lock lies in the data folder. Held by every process that serves.
from dndimages.living import live  # noqa: E402

live()
