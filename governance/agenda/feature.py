"""What the agenda brings to the site: the home of who looks after conventions."""

from typing import Any

from flask import Flask

from governance.agenda import account_pages
from governance.agenda.pages import BASE, pages
from governance.people.rules import Permission, Role
from governance.web.feature import Feature, Home, NavEntry

# Whoever also writes « signalements » still begins with what awaits them.
HOMES = (Role.DPO, Role.GESTIONNAIRE, Role.REFERENT, Role.AGENT_CAISSE, Role.DPO_CAISSE)


def _start(app: Flask, settings: Any) -> None:
    app.config[BASE] = settings.address


FEATURE = Feature(
    name="agenda",
    blueprints=(pages, account_pages.pages),
    navigation=(
        NavEntry("Ce qui m'attend", "agenda.tasks", Permission.READ_AGENDA),
        NavEntry("Agenda", "agenda.index", Permission.READ_AGENDA),
    ),
    homes=tuple(Home(role, "agenda.tasks") for role in HOMES),
    start=_start,
)
