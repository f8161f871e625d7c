"""A package like any other, made to fail in every way."""

from apiflask import APIBlueprint
from flask import Blueprint
from pydantic import BaseModel, Field

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, TooLarge, Unavailable
from governance.people.rules import Kind, NotSignedIn, Permission, Role, require
from governance.web.act import act
from governance.web.feature import Feature, Home, NavEntry, Part

CANARY = "Xylophone-Dubitatif"


class Sent(BaseModel):
    """What the probe operation reads."""

    comment: str = Field(min_length=3, max_length=40)
    count: int = 0


class Answered(BaseModel):
    """What the probe operation answers."""

    kind: Kind


class OverQuota(Conflict):
    """A refusal of another package."""


REFUSALS = {
    "interdit": (Forbidden, 403),
    "inconnu": (NotFound, 404),
    "conflit": (OverQuota, 409),
    "gros": (TooLarge, 413),
    "faux": (Invalid, 422),
    "absent": (Unavailable, 503),
    "autre": (Refusal, 400),
    "qui": (NotSignedIn, 401),
}


def probe() -> Feature:
    """Return a package like any other, made to fail in every way."""
    pages = Blueprint("probe", __name__)
    operations = APIBlueprint("probe_api", __name__, url_prefix="/api/v1", tag="Essai")

    def fail(name: str) -> str:
        raise REFUSALS[name][0]("Non, pas ainsi.", field="comment")

    def crash() -> str:
        raise ValueError(CANARY)

    @operations.post("/essais")
    @operations.input(Sent, arg_name="body")
    @operations.output(Answered, status_code=201)
    def create(body: Sent) -> Answered:
        with act() as (_, by, _):
            require(Permission.SCAN, by, by.structure)
            return Answered(kind=by.kind)

    for prefix, blueprint in (("/essai", pages), ("", operations)):
        blueprint.add_url_rule(f"{prefix}/refus/<name>", "fail", fail, methods=["GET"])
        blueprint.add_url_rule(f"{prefix}/panne", "crash", crash, methods=["GET"])
    return Feature(
        "probe",
        (pages, operations),
        navigation=(NavEntry("Essayer", "probe.crash", Permission.SCAN),),
        homes=(Home(Role.TECHNICIEN, "web.about"),),
        parts=lambda: (Part("Essai", False, "bibliothèque manquante"),),
    )
