"""Structures, persons who sign in, machine clients, and who may do what."""
