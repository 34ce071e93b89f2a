"""Django's SQLite backend; see `base`."""
