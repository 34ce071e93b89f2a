"""Backups: taken while the service works, proved by restoring them, kept as long as wanted.

What a backup holds: the database as of one instant, every picture that it names, and the bytes that
were paid for and are no picture yet. Not the secret key, not `.env`, no sessions: whoever finds a
backup cannot log in with it.
"""
