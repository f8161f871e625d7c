"""What the scanner brings to the site."""

from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Flask, current_app

from governance.people.rules import Permission, Role
from governance.web.feature import Feature, Home, NavEntry, Part, Under
from scanners import copy_pages, pages, word_pages
from scanners.api import api
from scanners.checks import pages as checks_pages
from scanners.checks.running import Checks
from scanners.checks.shelf import Shelf
from scanners.documents.antivirus import Clamd
from scanners.documents.calls import prepared
from scanners.documents.isolated import CORES
from scanners.documents.ocr_data import find_data, has_second_reading, turns_pages
from scanners.documents.walls import around
from scanners.engine import Scanner
from scanners.pages import TOOLS, Tools
from scanners.presidio import MODEL
from scanners.receipts import Seal
from scanners.seeing import Instruments
from scanners.tasks import tasks
from scanners.uploads import MemoryRequest

KEYS = "vigie.keys"  # where the application keeps its keys

BLUEPRINTS: tuple[Blueprint, ...] = (
    pages.pages,
    word_pages.pages,
    copy_pages.pages,
    checks_pages.pages,
    api,
)


def prepare(app: Flask, settings: Any) -> None:
    """Build the scanner and the seal of receipts once, and keep files that are sent in memory."""
    app.request_class = MemoryRequest
    scanner = Scanner(names=settings.names, configuration=settings.recognizers)
    scanner.scan("Bonjour.")  # the vocabulary takes seconds to load: now rather than under the first person's fingers
    antivirus = Clamd(settings.antivirus) if settings.antivirus else None
    shelf = Shelf()
    CORES.share(shelf.places())
    app.extensions[TOOLS] = Tools(Instruments(scanner, antivirus), Seal.of(app.extensions[KEYS]), Checks(shelf))


def parts() -> tuple[Part, ...]:
    """Tell which files are read."""
    return (
        Part("Lecture des pièces écrites", True, "PDF avec texte, doc, docx, xls, xlsx, csv"),
        _pictures(),
        Part("Seconde lecture des scans douteux", has_second_reading(), "facultative : extra « second-reading »"),
        _antivirus(),
        _isolation(),
        Part("Modèle de langue (noms de tiers)", find_spec(MODEL) is not None, "utilisé avec VIGIE_NAMES=true"),
    )


def _antivirus() -> Part:
    tools: Tools = current_app.extensions[TOOLS]
    if not isinstance(tools.instruments.antivirus, Clamd):
        return Part("Antivirus", False, "aucun : réglez VIGIE_ANTIVIRUS (« unix:/run/clamav/clamd.ctl »)")
    version = tools.instruments.antivirus.version()
    return Part("Antivirus", version is not None, version or "ne répond pas : les pièces ne sont pas vérifiées")


def _isolation() -> Part:
    """Tell what stands between strangers' files and the machine, besides limits, which always do."""
    walls = "bubblewrap (ni réseau, ni fichiers, ni autres programmes)" if around() else ""
    calls = "seccomp (appels du système)" if prepared() else ""
    lacking = [] if walls else ["bubblewrap (paquet bubblewrap), absent ou interdit sur cette machine"]
    lacking += [] if calls else ["seccomp (paquet libseccomp2)"]
    said = " ; ".join(one for one in (walls, calls, "limites de mémoire, de temps et de fichiers") if one)
    return Part("Isolation des pièces lues", not lacking, said + "".join(f" ; sans {one}" for one in lacking))


def _pictures() -> Part:
    """Tell whether images and scans are read, and whether pages lying on their side are."""
    if find_data() is None:
        return Part(
            "Lecture des images et des scans", False, "paquet tesseract-ocr-fra ; ces pages répondent « non lue »"
        )
    turned = "pages couchées comprises" if turns_pages() else "sans les pages couchées (paquet tesseract-ocr-osd)"
    return Part("Lecture des images et des scans", True, f"Tesseract, en français, {turned}")


FEATURE = Feature(
    name="scanners",
    blueprints=BLUEPRINTS,
    navigation=(
        NavEntry("Vérifier un signalement", "scanners.verify", Permission.SCAN),
        NavEntry("Vocabulaire", "words.index", Permission.EDIT_LEXICON, Under.SERVICE),
    ),
    homes=(Home(Role.TECHNICIEN, "scanners.verify"),),
    start=prepare,
    parts=parts,
    tasks=tasks,
)
