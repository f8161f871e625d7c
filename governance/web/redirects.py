"""Where a redirection may lead: a path of this site, nowhere else."""

from urllib.parse import urlsplit

from flask import request


def is_local(target: str) -> bool:
    r"""Say whether a target is a path of this site, as browsers read it.

    >>> [is_local(target) for target in ("/a?b=c", "//evil.example", "/\\evil.example", "https://evil.example", "a")]
    [True, False, False, False, False]
    """
    if not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable() or "\\" in target:
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def local_or(target: str | None, fallback: str) -> str:
    """Return the target when it is a path of this site, the fallback otherwise."""
    return target if target and is_local(target) else fallback


def here() -> str:
    """Return the path being asked for, without its query string, which may say more than it should."""
    return request.path
