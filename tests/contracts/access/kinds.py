"""What is expected of a route: who it answers, and a request that it should accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.people.rules import HUMANS, PERMITTED, Permission, Role


@dataclass(frozen=True)
class Access:
    """The roles that a route answers, and a request that it should accept from them.

    `anyone`: nobody needs to be signed in. `api`: the asker is a machine with `permission`.
    `owned`: the request names something of the first structure, which the same role elsewhere must not reach, nor a
    caisse, unless it is `shared` with the one that signed its convention.
    `path` may hold `{names}` that tests/contracts/furnishing.py makes.
    """

    method: str
    path: str
    roles: frozenset[Role] = frozenset()
    anyone: bool = False
    permission: Permission | None = None
    api: bool = False
    owned: bool = False
    shared: bool = False
    form: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    accepted: frozenset[int] = frozenset({200, 201, 204, 302, 303})


def anyone(method: str, path: str, **more: Any) -> Access:
    """Return the access of a route that needs nobody."""
    return Access(method, path, anyone=True, **more)


def signed_in(method: str, path: str, **more: Any) -> Access:
    """Return the access of a page for every person."""
    return Access(method, path, roles=HUMANS, **more)


def page(method: str, path: str, permission: Permission, **more: Any) -> Access:
    """Return the access of a page that asks for a permission."""
    return Access(
        method,
        path,
        roles=(PERMITTED[permission].here | PERMITTED[permission].signed) & HUMANS,
        permission=permission,
        **more,
    )


def api(method: str, path: str, permission: Permission, **more: Any) -> Access:
    """Return the access of an API operation that asks for a permission."""
    return Access(method, path, permission=permission, api=True, **more)
