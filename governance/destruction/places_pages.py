"""What a DPO says of the other places where the data lie: declared, attested empty, taken off the list."""

from flask import render_template
from flask.typing import ResponseReturnValue

from governance.destruction import queries
from governance.destruction.forms import AttestForm, StoreForm
from governance.destruction.pages import around, pages
from governance.destruction.recording import file_sent, prepared, pressed, recorded
from governance.destruction.stores import actions as stores
from governance.destruction.stores.actions import ATTESTATION_BYTES, Attestation, Draft
from governance.destruction.stores.rules import Kind
from governance.web.act import Act, reading


@pages.get("/destructions/<identifier>/lieux/ajouter")
def store(identifier: str) -> str:
    """Show the form of a place where the data also lie."""
    with reading() as doing:
        return _store(doing, identifier, StoreForm(formdata=None))


@pages.post("/destructions/<identifier>/lieux/ajouter")
def store_sent(identifier: str) -> ResponseReturnValue:
    """Declare a place where the data also lie."""
    form = StoreForm()

    def do(doing: Act) -> None:
        draft = Draft(Kind(form.kind.data), form.label.data or "", form.values())
        stores.declare(doing.session, identifier, draft, around().setup.allowed, by=doing.by, at=doing.at)

    told = "Le lieu est sur la liste."
    return recorded(identifier, form, do, told, lambda doing: _store(doing, identifier, form))


@pages.get("/destructions/<identifier>/lieux/<store_id>/attester")
def attest(identifier: str, store_id: str) -> str:
    """Show the form by which somebody says that a place is empty."""
    with reading() as doing:
        return _attest(doing, identifier, store_id, AttestForm(formdata=None))


@pages.post("/destructions/<identifier>/lieux/<store_id>/attester")
def attested(identifier: str, store_id: str) -> ResponseReturnValue:
    """Record that a place is empty."""
    form = AttestForm()

    def do(doing: Act) -> None:
        queries.find_row(doing.session, identifier, doing.by)
        said = Attestation(form.statement.data or "", file_sent("file", ATTESTATION_BYTES))
        stores.attest(doing.session, store_id, said, by=doing.by, at=doing.at)

    told = "L'attestation est enregistrée."
    return recorded(identifier, form, do, told, lambda doing: _attest(doing, identifier, store_id, form))


@pages.post("/destructions/<identifier>/lieux/<store_id>/retirer")
def remove(identifier: str, store_id: str) -> ResponseReturnValue:
    """Take a place off the list."""
    return pressed(
        identifier,
        lambda doing: stores.remove(doing.session, store_id, by=doing.by, at=doing.at),
        "Le lieu n'est plus sur la liste.",
    )


def _store(doing: Act, identifier: str, form: StoreForm) -> str:
    row = prepared(doing, identifier)
    return render_template("destruction/store.html", row=row, form=form, allowed=around().setup.allowed)


def _attest(doing: Act, identifier: str, store_id: str, form: AttestForm) -> str:
    row = queries.find_row(doing.session, identifier, doing.by)
    found = stores.read(doing.session, store_id, doing.by)
    return render_template("destruction/attest.html", row=row, form=form, store=found)
