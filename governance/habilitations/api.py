"""The JSON API of habilitations: the accounts of the structure, read by its own programs."""

from datetime import date
from typing import Annotated

from apiflask import APIBlueprint
from flask import request
from pydantic import Field, ValidationError

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Invalid
from governance.habilitations import queries
from governance.habilitations.presenting import STATES
from governance.habilitations.queries import PAGE, AccountView, Wanted
from governance.habilitations.rules import State
from governance.web.act import reading
from governance.web.models import Model, words

api = APIBlueprint("habilitations_api", __name__, url_prefix="/api/v1", tag="Habilitations")

_ASKED = {"convention", "caisse", "profile", "state", "page"}


class Asked(Model):
    """Which accounts are asked for."""

    convention: str | None = Field(None, max_length=32)
    caisse: str | None = Field(None, max_length=32)
    profile: Profile | None = None
    state: State | None = None
    page: int = Field(1, ge=1, le=1_000_000)


class HabilitationOut(Model):
    """An account of the portal, with what the caisse was told of its holder."""

    id: str
    agent: str = Field(description="Identifiant de l'agent : le même pour les deux comptes d'une personne.")
    convention: str
    caisse: str
    profile: Annotated[Profile, words(Profile)]
    state: Annotated[State, words(State)]
    state_label: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    manager: Annotated[str | None, Field(description="Compte du gestionnaire auquel un technicien est rattaché.")]
    asked_on: date
    due_on: date | None
    granted_on: date | None
    cgu_on: date | None
    wished_on: date | None
    inactive_on: date | None
    hidden_on: date | None
    last_sign_in: date | None


class HabilitationsOut(Model):
    """A hundred accounts at most, those that ask for something first."""

    habilitations: list[HabilitationOut]
    total: int
    page: int
    pages: int


@api.get("/habilitations")
@api.output(HabilitationsOut, description="Les comptes du portail, cent par page.")
@api.doc(summary="Lire les comptes du portail")
def read_habilitations() -> HabilitationsOut:
    """Return the accounts of the structure: filters convention, caisse, profile, state, page."""
    asked = _asked()
    with reading() as (session, by, _):
        wanted = Wanted(asked.convention, asked.caisse, asked.profile, asked.state)
        found = queries.accounts(session, by, wanted, asked.page)
    pages = max(1, -(-found.total // PAGE))
    return HabilitationsOut(
        habilitations=[_out(one) for one in found.rows], total=found.total, page=asked.page, pages=pages
    )


def _asked() -> Asked:
    try:
        return Asked.model_validate(request.args.to_dict())
    except ValidationError as error:
        name = next(iter(error.errors()[0]["loc"]), "page")
        known = str(name) if name in _ASKED else None
        raise Invalid("Ce filtre n'existe pas, ou n'a pas cette valeur.", field=known) from None


def _out(one: AccountView) -> HabilitationOut:
    return HabilitationOut(
        id=one.id, agent=one.agent_id, convention=one.relation.convention, caisse=one.relation.caisse,
        profile=one.profile, state=one.state, state_label=STATES[one.state].word, last_name=one.last_name,
        first_name=one.first_name, fonction=one.fonction, email=one.email, manager=one.manager_id,
        asked_on=one.asked_on, due_on=one.due_on, granted_on=one.granted_on, cgu_on=one.cgu_on,
        wished_on=one.wished_on, inactive_on=one.inactive_on, hidden_on=one.hidden_on, last_sign_in=one.last_sign_in,
    )  # fmt: skip
