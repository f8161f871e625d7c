"""Labelled comments, and how they are read and scored."""
