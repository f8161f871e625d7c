"""The JSON API of reviews: how far each is, and what was answered of each account, without names."""

from apiflask import APIBlueprint
from flask import request

from governance.core.refusals import Invalid
from governance.people.rules import Permission, require
from governance.web.act import reading
from reviews import queries
from reviews.queries import PAGE, Show
from reviews.schemas import OneReviewOut, ReviewsOut, one_review_out, review_out

api = APIBlueprint("reviews_api", __name__, url_prefix="/api/v1", tag="Revues d'habilitations")

_PAGE = {
    "parameters": [
        {"name": "page", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1, "default": 1}}
    ]
}


@api.get("/reviews")
@api.output(ReviewsOut, description="Les revues de la structure, celles en cours d'abord.")
@api.doc(summary="Lire les revues d'habilitations")
def read_reviews() -> ReviewsOut:
    """Return the reviews of the structure."""
    with reading() as (session, by, _):
        require(Permission.READ_REVIEW, by, by.structure)
        return ReviewsOut(reviews=[review_out(one) for one in queries.campaigns(session, by)])


@api.get("/reviews/<identifier>")
@api.output(OneReviewOut, description="La revue et cent de ses comptes, sans nom.")
@api.doc(summary="Lire une revue d'habilitations", extensions=_PAGE)
def read_review(identifier: str) -> OneReviewOut:
    """Return a review and its accounts, a hundred at a time."""
    with reading() as (session, by, _):
        found = queries.find_campaign(session, identifier, by)
        lines, total = queries.lines(session, found.id, Show.ALL, page=_page())
    return one_review_out(found, lines, max(1, -(-total // PAGE)))


def _page() -> int:
    typed = request.args.get("page", "1")
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= 100_000):
        raise Invalid("page : un nombre à partir de 1.", field="page")
    return int(typed)
