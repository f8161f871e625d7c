"""Who may call the routes of the scanner and reviews."""

from collections.abc import Mapping

from governance.people.rules import Permission
from tests.contracts.access.kinds import Access, api, page

ACCESS: Mapping[str, Access] = {
    # scanners
    "scanners.verify": page("GET", "/signalements/verifier", Permission.SCAN),
    "scanners.verify_sent": page("POST", "/signalements/verifier", Permission.SCAN, accepted=frozenset({422})),
    "scanners.preview": page("POST", "/signalements/verifier/apercu", Permission.SCAN, accepted=frozenset({415})),
    "scanners.receipt": page("GET", "/signalements/recus/{receipt}.json", Permission.READ_RECEIPT, owned=True),
    "pieces.send": page("POST", "/signalements/verifier/pieces", Permission.SCAN, accepted=frozenset({404})),
    "pieces.follow": page("GET", "/signalements/verifier/pieces/0", Permission.SCAN, accepted=frozenset({404})),
    "pieces.picture": page(
        "GET", "/signalements/verifier/pieces/0/images/0.jpg", Permission.SCAN, accepted=frozenset({404})
    ),
    "pieces.forget": page(
        "POST", "/signalements/verifier/pieces/0/oublier", Permission.SCAN, accepted=frozenset({404})
    ),
    "scanners_api.read_check": api("GET", "/api/v1/checks/0", Permission.SCAN, accepted=frozenset({404})),
    "scanners_api.create_scan": api("POST", "/api/v1/scans", Permission.SCAN, body={}, accepted=frozenset({422})),
    "scanners_api.read_scan": api("GET", "/api/v1/scans/{receipt}", Permission.READ_RECEIPT, owned=True),
    "scanners_api.read_conventions": api("GET", "/api/v1/conventions", Permission.READ_CONVENTIONS),
    "copies.choose": page("GET", "/signalements/copie-nettoyee", Permission.SCAN),
    "copies.make": page("POST", "/signalements/copie-nettoyee", Permission.SCAN, accepted=frozenset({422})),
    "scanners.reports": page("GET", "/signalements/erreurs", Permission.SCAN),
    "words.index": page("GET", "/vocabulaire", Permission.EDIT_LEXICON),
    "words.add": page("POST", "/vocabulaire", Permission.EDIT_LEXICON, accepted=frozenset({422})),
    "words.silence": page("POST", "/vocabulaire/taire", Permission.EDIT_LEXICON, accepted=frozenset({422})),
    "words.remove": page("POST", "/vocabulaire/{word}/retirer", Permission.EDIT_LEXICON, owned=True),
    "words.switch_off": page(
        "POST", "/vocabulaire/etages/nomme/couper", Permission.EDIT_LEXICON, accepted=frozenset({422})
    ),
    "words.switch_on": page(
        "POST", "/vocabulaire/etages/nomme/remettre", Permission.EDIT_LEXICON, accepted=frozenset({409})
    ),
    "words.answer_doubt": page(
        "POST",
        "/vocabulaire/fausses-alertes/{doubt}",
        Permission.EDIT_LEXICON,
        owned=True,
        form={"decision": "refusee"},
    ),
    # reviews
    "reviews.index": page("GET", "/revues", Permission.READ_REVIEW),
    "reviews.ask_sent": page("POST", "/revues/demander", Permission.ASK_REVIEW, accepted=frozenset({422})),
    "reviews.open_form": page("GET", "/revues/ouvrir/S0", Permission.OPEN_REVIEW, accepted=frozenset({200, 404})),
    "reviews.open_sent": page("POST", "/revues/ouvrir/S0", Permission.OPEN_REVIEW, accepted=frozenset({422, 404})),
    "reviews.show": page("GET", "/revues/{review}", Permission.READ_REVIEW, owned=True, shared=True),
    "reviews.entry": page("GET", "/revues/{review}/comptes/{entry}", Permission.READ_REVIEW, owned=True, shared=True),
    "reviews.answer_sent": page(
        "POST",
        "/revues/{review}/comptes/{entry}",
        Permission.REVIEW_ACCOUNTS,
        owned=True,
        shared=True,
        form={"version": "1"},
        accepted=frozenset({422, 403}),
    ),
    "reviews.confirm_sent": page(
        "POST",
        "/revues/{review}/confirmer",
        Permission.REVIEW_ACCOUNTS,
        owned=True,
        shared=True,
        accepted=frozenset({422}),
    ),
    "review_ends.follow": page("GET", "/revues/{review}/suivi", Permission.READ_REVIEW, owned=True, shared=True),
    "review_ends.delegate": page(
        "POST", "/revues/{review}/confier", Permission.OPEN_REVIEW, owned=True, accepted=frozenset({422})
    ),
    "review_ends.postpone": page(
        "POST", "/revues/{review}/repousser", Permission.SET_REVIEWS, owned=True, accepted=frozenset({422})
    ),
    "review_ends.sign": page("GET", "/revues/{review}/signer", Permission.CLOSE_REVIEW, owned=True),
    "review_ends.sign_sent": page(
        "POST", "/revues/{review}/signer", Permission.CLOSE_REVIEW, owned=True, accepted=frozenset({409})
    ),
    "review_ends.certificate_json": page(
        "GET",
        "/revues/{review}/attestation.json",
        Permission.READ_REVIEW,
        owned=True,
        shared=True,
        accepted=frozenset({404}),
    ),
    "review_ends.certificate_pdf": page(
        "GET",
        "/revues/{review}/attestation.pdf",
        Permission.READ_REVIEW,
        owned=True,
        shared=True,
        accepted=frozenset({404}),
    ),
    "review_ends.settings": page("GET", "/revues/reglages/S0", Permission.SET_REVIEWS, accepted=frozenset({200, 404})),
    "review_ends.settings_sent": page(
        "POST", "/revues/reglages/S0", Permission.SET_REVIEWS, accepted=frozenset({422, 404})
    ),
    "reviews_api.read_reviews": api("GET", "/api/v1/reviews", Permission.READ_REVIEW),
    "reviews_api.read_review": api("GET", "/api/v1/reviews/{review}", Permission.READ_REVIEW, owned=True),
}
