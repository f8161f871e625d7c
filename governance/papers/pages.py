"""« Documents signés »: what whoever receives one needs to check it, without an account."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from governance.papers import certificates, signing
from governance.papers.printing import can_print
from governance.web.downloads import download, signatory
from governance.web.feature import Feature, Part

pages = Blueprint("papers", __name__, template_folder="templates")


@pages.get("/documents-signes")
def about() -> str:
    """Tell how to check a document of this installation, and give its fingerprint and its key."""
    by = signatory()
    said = {
        "fingerprint": certificates.fingerprint(certificates.root(by.keys)),
        "public_key": signing.public_key(by.keys),
        "is_stamped": by.authority is not None,
        "years": certificates.VALID_YEARS,
    }
    return render_template("papers/about.html", **said)


@pages.get("/documents-signes/autorite.pem")
def root() -> Response:
    """Give the certificate of this installation's authority."""
    return download(certificates.pem(certificates.root(signatory().keys)).encode(), "vigie-autorite.pem")


def parts() -> tuple[Part, ...]:
    """Tell whether PDF can be made."""
    there = can_print()
    return (Part("Documents PDF", there, "WeasyPrint, PDF/A-3, signés" if there else "paquet libpango-1.0-0"),)


FEATURE = Feature(name="papers", blueprints=(pages,), parts=parts)
