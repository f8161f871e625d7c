"""Bytes in, text out: what a file is, what it says and where, read by a child process that can do no harm."""
