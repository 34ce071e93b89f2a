"""How fast the running service is, beside the bare floor of its own server. See README.md."""
