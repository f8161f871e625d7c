"""Checks that outlast a request: begun, followed page by page, and forgotten."""
