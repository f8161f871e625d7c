"""Backups of the database, each under a key of its own that is kept elsewhere and dies on a stated day."""
