"""The web application: where the parts meet."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from apiflask import APIFlask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

import governance.web
from app import schema
from app.acts import ACTS, DETAILS
from app.commands.service import check_replayed
from app.destruction import matters, setup
from app.features import FEATURES
from app.jobs import jobs
from app.keyring import key_store, load_keys
from app.mail import where_mail_goes
from app.papers import signatory
from app.settings import Settings
from app.table_names import TABLES
from governance.core import storage
from governance.core.keys import Keys
from governance.core.refusals import Refusal
from governance.core.sealed_rows import sessions_on
from governance.destruction import pages as destruction
from governance.destruction.presenting import Surroundings
from governance.habilitations import pages as accounts
from governance.jobs import pages as job_pages
from governance.mail import feature as mail
from governance.people.accounts import links
from governance.trail import feature as trail
from governance.trail.presenting import Words
from governance.web import downloads, feature, identity, limits
from governance.web import pages as web
from governance.web.install import install

PROJECT = Path(__file__).parents[1] / "pyproject.toml"

# A form holds a comment, never a file: 1 MB is 200 times the portal's limit for a comment.
FORM_BYTES = 1_000_000


def create_app(settings: Settings) -> APIFlask:
    """Build the application; it opens no connection and reads no row.

    Raises NoSecret and NoMasterKey outside the demonstration when no secret or master key is given.
    """
    app = _bare()
    secrets = load_keys(settings)
    _configure(app, settings, secrets)
    _join_database(app, settings)
    app.extensions[destruction.AROUND] = Surroundings(setup(settings, secrets), matters, TABLES)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    install(app)
    feature.install(app, FEATURES, settings)
    app.extensions[accounts.BREACH] = "breach.declare"  # accounts offer it, and know nothing of breaches
    return app


def _bare() -> APIFlask:
    folder = Path(governance.web.__path__[0])
    return APIFlask(
        __name__,
        title="Vigie",
        version=_version(),
        spec_path="/api/openapi.json",
        docs_path=None,
        json_errors=False,
        root_path=str(folder),
        static_folder=str(folder / "static"),
        template_folder=str(folder / "templates"),
    )


def _configure(app: APIFlask, settings: Settings, secrets: Keys) -> None:
    app.extensions[identity.KEYS] = secrets
    app.extensions[job_pages.JOBS] = jobs(settings, secrets)
    app.extensions[trail.WORDS] = Words(ACTS, DETAILS)
    app.extensions[mail.SERVER] = where_mail_goes(settings)
    app.extensions[downloads.SIGNATORY] = signatory(settings, secrets)
    app.config.update(
        {
            "SECRET_KEY": secrets.derive("session"),
            "SESSION_COOKIE_NAME": "__Host-vigie" if settings.secure_cookies else "vigie",
            "SESSION_COOKIE_SECURE": settings.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": settings.max_request_bytes,
            "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
            "TRUSTED_HOSTS": list(settings.hosts) or None,
            web.VERSION: _version(),
            identity.IDLE: settings.session_idle,
            identity.LIFE: settings.session_life,
            identity.SECOND_FACTOR: not settings.demo,
            limits.API_RATE: settings.api_rate,
            links.ADDRESS: settings.address,
            links.MAIL: bool(settings.smtp_host or settings.mail_folder),
        }
    )


def _join_database(app: APIFlask, settings: Settings) -> None:
    engine = storage.connect(settings.database_url)
    sessions = sessions_on(engine, key_store(settings))
    app.extensions[identity.SESSIONS] = sessions
    app.extensions[web.CHECKS] = {
        "base de données": lambda: schema.is_reachable(engine),
        "tables à jour": lambda: schema.is_current(engine),
        "effacements rejoués": lambda: _is_replayed(settings, sessions),
    }


def _is_replayed(settings: Settings, sessions: sessionmaker[Session]) -> bool:
    """Say whether the database knows what was destroyed: one put back under a service that runs does not."""
    try:
        check_replayed(settings, sessions)
    except (Refusal, SQLAlchemyError):
        return False
    return True


@cache
def _version() -> str:
    try:
        return version("vigie-rgpd")
    except PackageNotFoundError:  # run from a clone, without being installed
        declared: str = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"]
        return declared
