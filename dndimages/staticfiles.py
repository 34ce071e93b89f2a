"""Static files under names that carry their content's hash, so that browsers keep them for ever."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Hashed names, compressed copies, and imports between ES modules that follow the hashes."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one where nothing was collected yet (tests, a fresh checkout).

        Raises ValueError for a file that does not exist, in both cases: a slip in a template shows
        in the first test that renders it.
        """
        if self.hashed_files:
            return str(super().stored_name(name))
        if finders.find(name) is None:
            raise ValueError(f"There is no static file {name!r}")
        return name
