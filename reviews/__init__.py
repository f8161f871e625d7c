"""Habilitation review campaigns."""
