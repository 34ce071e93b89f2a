"""The gallery in the admin: one module for each list."""

from gallery.admin import history, images, jobs, ledger, tags, trash

__all__ = ["history", "images", "jobs", "ledger", "tags", "trash"]
