"""Detectors are values: a name and a function from a text to findings."""
