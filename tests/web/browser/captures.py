"""Takes the pictures of docs/captures (invented people): `.venv/bin/python -m tests.web.browser.captures`."""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from app import demo, mail
from app.factory import create_app
from app.schema import migrate
from app.settings import Settings
from breach import rehearsal
from governance.core import clock
from governance.jobs.job import Turn
from governance.people.rules import Role
from governance.web.identity import SESSIONS
from tests.rules.lists_files import STAFF, csv_of
from tests.scanners import samples
from tests.web.conftest import CHROMIUM, QUIET, SECRET
from tests.web.eight import eight
from tests.web.verifying import PAGE, WORDS

FOLDER = Path(__file__).parents[3] / "docs" / "captures"
WIDTHS = ((1280, "light"), (390, "dark"))
COLOURS = 128  # enough for a page, and four times lighter in the repository
COMMENT = (
    "Madame Durand est diabétique et n'a plus de droits ouverts depuis mars.\n"
    "Elle prend un traitement qu'elle ne peut plus payer. NIR 1 85 07 78 006 000 13.\n"
    "Joignable au 06 12 34 56 78 pour fixer un rendez-vous."
)
SERVICE = (
    ("/violations", "violations"),
    ("/violations/declarer", "violation-declarer"),
    ("/a-faire", "a-faire"),
    ("/agenda", "agenda"),
    ("/contacts", "contacts"),
    ("/ecarts", "ecarts"),
    ("/tableaux", "tableaux"),
    ("/comptes", "comptes"),
    ("/personnes", "personnes"),
    ("/compte/second-facteur", "second-facteur"),
    ("/journal", "journal"),
    ("/logiciels", "logiciels"),
    ("/qui-peut-faire-quoi", "qui-peut-faire-quoi"),
    ("/conventions/vie", "vie"),
    ("/conventions/S3/vie", "vie-S3"),
    ("/violations/registre", "violations-registre"),
)
OWED = (("avis", "violation-avis"), ("cnil", "violation-cnil"), ("gravite", "violation-gravite"))
CORRECTED = "Renoncement aux soins, droits fermés depuis mars : demande d'accompagnement santé. Attestation demandée."


def main() -> int:
    """Take every picture; return 1 where there is no browser."""
    if CHROMIUM is None:
        print("no Chromium here: apt-get install chromium-headless-shell", file=sys.stderr)  # noqa: T201  # a script's own message
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as (address, accounts),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for width, scheme in WIDTHS:
            take(desk(browser, width, scheme, address, accounts), address, f"{width}-{_french(scheme)}")
            followed(desk(browser, width, scheme, address, accounts), f"{width}-{_french(scheme)}")
            reviews(
                desk(browser, width, scheme, address, accounts, Role.GESTIONNAIRE),
                address,
                f"{width}-{_french(scheme)}",
            )
        browser.close()
    return 0


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, tuple[demo.Account, ...]]]:
    """Serve the demonstration from a database of its own."""
    url = f"sqlite:///{folder / 'vigie.sqlite'}"
    migrate(url)
    given = {"database_url": url, "key_store": folder / "keys", "mail_folder": folder / "courrier"}
    settings = Settings(**given, demo=True, secure_cookies=False, secret=SECRET)  # type: ignore[arg-type]
    app = create_app(settings)
    accounts = demo.load(app.extensions[SESSIONS], clock.now(), folder / "passwords.json")
    rehearsed(app.extensions[SESSIONS], settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", accounts
    server.shutdown()


def rehearsed(sessions: sessionmaker[Session], settings: Settings) -> None:
    """Do the exercise of the alarms, as the scheduler does when it starts."""
    turn = Turn(clock.now(), clock.now())
    with sessions.begin() as session:
        rehearsal.rehearse(session, mail.DEMO_EXERCISE, turn.at)
    mail.send(settings)(sessions, turn)
    with sessions.begin() as session:
        rehearsal.check(session, turn.at)


def desk(
    browser: Browser,
    width: int,
    scheme: str,
    address: str,
    accounts: tuple[demo.Account, ...],
    role: Role = Role.DPO,
) -> Page:
    """Return the desk of somebody of the demonstration, its DPO by default, in a window of some width."""
    who = next(one for one in accounts if one.role is role)
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two of WIDTHS
        locale="fr-FR",
    )
    page = context.new_page()
    page.goto(f"{address}/connexion")
    page.fill("#email", who.email)
    page.fill("#password", who.password)
    page.click("main button[type=submit]")
    page.goto(address + PAGE)
    return page


def take(page: Page, address: str, name: str) -> None:
    """Take the pictures of one width."""
    shoot(page, f"verifier-vide-{name}")
    page.fill("#comment", COMMENT)
    page.wait_for_selector(".s-remark")
    shoot(page, f"verifier-frappe-{name}")
    page.set_input_files("#files", pieces())
    page.click("#verifier")
    page.wait_for_selector(".s-files")
    shoot(page, f"verifier-refus-{name}")
    if page.locator(".s-standing").count() == 0:  # reported once, at the first width
        page.locator("button[name=erreur]").first.click()
        page.wait_for_selector("#signale")
    page.wait_for_selector(".s-standing")
    shoot(page, f"verifier-signale-{name}")
    page.fill("#comment", CORRECTED)
    page.click("#pieces-choisies li:last-child button")
    page.click("#verifier")
    page.wait_for_selector("[data-act=copy]")
    shoot(page, f"verifier-accepte-{name}")
    page.fill("#comment", "x" * 5_100)
    page.click("#verifier")
    page.wait_for_selector(".v-summary")
    shoot(page, f"verifier-erreur-{name}")
    page.fill("#comment", "")
    words(page, address, name)
    conventions(page, address, name)
    lists(page, address, name)
    accounts_of_the_portal(page, address, name)
    breach(page, address, name)
    for path, picture in SERVICE:
        page.goto(address + path)
        shoot(page, f"{picture}-{name}")
    breach_owed(page, address, name)


def followed(page: Page, name: str) -> None:
    """Take the picture of eight pieces, read and shown."""
    page.set_input_files("#files", eight())
    expect(page.locator(".s-piece progress:visible")).to_have_count(0, timeout=60_000)
    shoot(page, f"verifier-pieces-{name}")
    page.context.close()


def breach_owed(page: Page, address: str, name: str) -> None:
    """Take the pictures of what a breach makes due."""
    page.goto(f"{address}/violations")
    page.locator(".b-do a").first.click()
    page.wait_for_load_state()
    base = page.url.split("#")[0].removesuffix("/avis")
    for path, picture in OWED:
        page.goto(f"{base}/{path}")
        shoot(page, f"{picture}-{name}")


def accounts_of_the_portal(page: Page, address: str, name: str) -> None:
    """Take the pictures of an account, of who holds it, and of the page that cuts an access."""
    for start, link, picture in (
        ("/comptes", "Claire Montgardin", "compte"),
        ("/agents", "Perronneau Julie", "agent"),
        ("/comptes/couper", "Couper l'accès de Nadia Belcourt", "coupure"),
    ):
        page.goto(address + start)
        page.get_by_role("link", name=link).first.click()
        shoot(page, f"{picture}-{name}")


def breach(page: Page, address: str, name: str) -> None:
    """Take the picture of a breach with an old clock."""
    page.goto(f"{address}/violations")
    page.click("main table tbody tr:last-child th a")
    shoot(page, f"violation-{name}")


def words(page: Page, address: str, name: str) -> None:
    """Take the picture of the words of the structure."""
    page.goto(address + WORDS)
    if page.locator(".s-words").count() == 0:
        page.fill("#mot-ajoute", "Maison bleue")
        page.click("section[aria-labelledby=ajouter-titre] button")
        page.fill("#mot-tu", "Berck")
        page.fill("#raison", "nom d'une commune")
        page.click("section[aria-labelledby=taire-titre] button")
    page.goto(address + WORDS)
    shoot(page, f"vocabulaire-{name}")


def reviews(page: Page, address: str, name: str) -> None:
    """Take the pictures of the review under way: the list, the page where it is done, a reason asked, its follow-up."""
    page.goto(f"{address}/revues")
    shoot(page, f"revues-{name}")
    page.click("main table a")
    shoot(page, f"revue-{name}")
    page.click(".r-entry details:first-of-type summary")
    shoot(page, f"revue-retirer-{name}", whole=False)
    page.click(".r-tabs a:last-child")
    shoot(page, f"revue-suivi-{name}")


def conventions(page: Page, address: str, name: str) -> None:
    """Take the pictures of the list of conventions and of the top of one."""
    page.goto(f"{address}/conventions")
    shoot(page, f"conventions-{name}")
    page.goto(f"{address}/conventions/S1")
    shoot(page, f"convention-{name}", whole=False)


def lists(page: Page, address: str, name: str) -> None:
    """Take the picture of a staff list before it is kept; it is not kept."""
    people = [("Nadaud", "Inès", "ines.nadaud@ccas-demonville.example", "Assistante sociale", "", "", "", "", "")]
    page.goto(f"{address}/listes/importer")
    page.set_input_files("#file", {"name": "personnel.csv", "mimeType": "text/csv", "buffer": csv_of(STAFF, people)})
    page.click("main form button[type=submit]")
    page.wait_for_selector(".l-parts")
    shoot(page, f"liste-apercu-{name}")


def shoot(page: Page, name: str, whole: bool = True) -> None:
    """Take one picture, of the whole page or of what the window shows, once the page stands still."""
    page.wait_for_timeout(600)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    picture.quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def pieces() -> list[dict[str, object]]:
    """Return an attestation that holds a NIR, and a picture that is not read."""
    attestation = samples.pdf("Attestation de droits.", "NIR 1 85 07 78 006 000 13")
    return [
        {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": attestation},
        {"name": "courrier.png", "mimeType": "image/png", "buffer": samples.PNG},
    ]


def _french(scheme: str) -> str:
    return {"light": "clair", "dark": "sombre"}[scheme]


if __name__ == "__main__":
    sys.exit(main())
