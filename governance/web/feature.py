"""What a package brings to the site, as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, Flask, current_app
from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.people.rules import Actor, Permission, Role, may_somewhere

FEATURES = "vigie.features"


class Under(StrEnum):
    """Under which title of the menu a line stands; the first ones stand by themselves."""

    NOTHING = ""
    BREACHES = "Violations"
    ACCOUNTS = "Comptes"
    CONVENTIONS = "Conventions"
    SERVICE = "Réglages et suivi"


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A line of the menu, shown to who holds the permission."""

    label: str
    endpoint: str
    permission: Permission
    under: Under = Under.NOTHING


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the menu as one person sees it: a title that opens, or lines that stand by themselves."""

    title: str
    entries: tuple[NavEntry, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a role arrives after signing in."""

    role: Role
    endpoint: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the service, as « État du service » tells it: its version, or why it is missing."""

    name: str
    available: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A package's blueprints, menu, homes, parts, and what it prepares when the service starts.

    `shortcuts` are what the home page offers in one act. `start` receives the application and its settings, once; it
    opens no thread and no connection. `tasks` says what awaits an actor at an instant, `dates` what is dated; both only
    read, in the actor's session: see `governance.agenda.items`.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    navigation: tuple[NavEntry, ...] = ()
    homes: tuple[Home, ...] = ()
    shortcuts: tuple[NavEntry, ...] = ()
    start: Callable[[Flask, Any], None] | None = None
    parts: Callable[[], tuple[Part, ...]] | None = None
    tasks: Callable[[Session, Actor, datetime], tuple[Task, ...]] | None = None
    dates: Callable[[Session, Actor, datetime], tuple[Dated, ...]] | None = None


def install(app: Flask, features: tuple[Feature, ...], settings: object) -> None:
    """Register what each feature brings, in their order."""
    app.extensions[FEATURES] = features
    for feature in features:
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)
        if feature.start is not None:
            feature.start(app, settings)


def shortcuts(actor: Actor) -> tuple[NavEntry, ...]:
    """Return what this actor may do in one act from their home, in the order of the features."""
    entries = (entry for feature in features() for entry in feature.shortcuts)
    return tuple(entry for entry in entries if may_somewhere(entry.permission, actor))


def menu(actor: Actor) -> tuple[Section, ...]:
    """Return the lines this actor may use, under their titles; one line alone needs no title."""
    entries = (entry for feature in features() for entry in feature.navigation)
    usable = tuple(entry for entry in entries if may_somewhere(entry.permission, actor))
    found = ((under, tuple(entry for entry in usable if entry.under is under)) for under in Under)
    return tuple(Section(under if len(lines) > 1 else "", lines) for under, lines in found if lines)


def home_of(actor: Actor) -> str | None:
    """Return the endpoint where the actor's first known role arrives, or None."""
    homes = (home for feature in features() for home in feature.homes)
    return next((home.endpoint for home in homes if home.role in actor.roles), None)


def parts() -> tuple[Part, ...]:
    """Return the state of every part that says so, in the order of the features."""
    return tuple(part for feature in features() if feature.parts is not None for part in feature.parts())


def features() -> tuple[Feature, ...]:
    """Return what the packages bring, in their order."""
    held: tuple[Feature, ...] = current_app.extensions[FEATURES]
    return held
