"""What an installation may set, by environment variables that start with VIGIE_."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from governance.core.outbox.addresses import is_sender
from governance.core.outbox.smtp import Tls
from governance.core.refusals import Refusal
from governance.core.trail.retention import USUAL_MONTHS, BadRetention, Retention
from governance.people.leaked import check_list
from governance.people.oidc.rules import is_safe_address
from scanners.documents.antivirus import parsed

PREFIX = "VIGIE_"
# What other parts of the product read: the tests, the command line.
FOR_OTHERS = ("VIGIE_TEST_", "VIGIE_CONVENTION", "VIGIE_SEEDS", "VIGIE_SHARED")

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_SENTENCES: Mapping[str, str] = {
    "literal_error": "{expected} est attendu",
    "int_parsing": "un nombre entier est attendu",
    "bool_parsing": "« true » ou « false » est attendu",
    "greater_than": "la valeur doit dépasser {gt}",
    "greater_than_equal": "la valeur doit être au moins {ge}",
    "enum": "une des valeurs est attendue : {expected}",
    "less_than_equal": "la valeur doit être au plus {le}",
}


class BadSettings(Refusal):
    """The service cannot start as it is set."""


class Settings(BaseSettings):
    """The settings, with their defaults: those of a single machine, over HTTPS."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    database_url: str = "sqlite:///var/vigie.sqlite"
    secret_file: Path | None = None
    secret: SecretStr | None = None

    # The data keys, apart from the database; one master key wraps them: a file, a value, or an OpenBao or Vault.
    key_store: Path = Path("var/keys")
    master_key_file: Path | None = None
    master_key: SecretStr | None = None
    master_key_next: SecretStr | None = None
    vault_url: str | None = None
    vault_key: str = "vigie"
    vault_token_file: Path | None = None

    # The trail: how long entries are kept, and why when more than a year (CNIL, délibération 2021-122); a checkpoint is
    # signed every so many entries and every day, written in a folder, best on another disk; who stamps it (RFC 3161).
    trail_months: int = USUAL_MONTHS
    trail_reason: str = ""
    trail_checkpoint_every: int = Field(default=1_000, gt=0)
    trail_folder: Path | None = None
    trail_stamp_url: str = ""
    trail_stamp_roots: Path | None = None

    # The end of a convention: the ledger of what was destroyed, best on another disk than the base and its backups;
    # where backups and their keys lie, how long they serve; how long other copies of the machine are kept; the folders
    # and machines (« db.ccas.fr:5432 ») where the service may empty a store that somebody declares.
    erasure_ledger: Path = Path("var/ledger")
    backup_folder: Path = Path("var/backups")
    backup_keys: Path = Path("var/backup-keys")
    backup_days: int = Field(default=35, gt=0, le=365)
    other_backups_days: int = Field(default=35, ge=0, le=3_650)
    store_folders: Annotated[tuple[Path, ...], NoDecode] = ()
    store_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    demo: bool = False

    secure_cookies: bool = True
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    address: str | None = None  # the public address, « https://vigie.ccas.fr »: links in mails start with it

    # The language model looks for the names of third parties; a Presidio YAML registry adds recognizers.
    names: bool = False
    recognizers: Path | None = None

    # ClamAV's daemon: unix:/run/clamav/clamd.ctl or tcp:clamav:3310.
    antivirus: str | None = None

    # The mail server. `mail_from` is what recipients read; `mail_folder` is a Maildir written instead of a server;
    # `mail_returns` one where the mail of that address arrives, read for reports of delivery.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, gt=0, le=65535)
    smtp_tls: Tls = Tls.STARTTLS
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    smtp_authorities: Path | None = None
    mail_from: str | None = None
    mail_folder: Path | None = None
    mail_returns: Path | None = None
    # The same mailbox on an IMAP server: reports of delivery, and the daily exercise of breach alarms, arrive there.
    imap_host: str | None = None
    imap_port: int = Field(default=993, gt=0, le=65535)
    imap_tls: Tls = Tls.IMPLICIT
    imap_user: str | None = None
    imap_password: SecretStr | None = None
    imap_password_file: Path | None = None
    imap_authorities: Path | None = None
    imap_folder: str = "INBOX"
    # Where the daily exercise is sent, when it is not to `mail_from` itself.
    rehearsal_to: str | None = None

    # A sign of life each minute while every job is on time: an address of a dead-man switch, called by GET or POST.
    heartbeat_url: SecretStr | None = None
    heartbeat_method: Literal["GET", "POST"] = "GET"
    # Signing in through an OpenID Connect provider (ProConnect): its issuer, what it knows us by, the name people read.
    # `oidc_acr`: the levels asked for. `oidc_second_factor_acr`: those that count as a second factor, none by default.
    # `oidc_trusts_email`: the provider's agreement says that its addresses are verified, though it does not say so.
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "ProConnect"
    oidc_acr: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_second_factor_acr: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_trusts_email: bool = False

    max_request_bytes: int = Field(default=50_000_000, gt=0)
    api_rate: str = "600 per minute"

    # Unused: 15 to 30 minutes for a low risk (OWASP, in RELIABILITY part 1); WCAG 2.2, criterion 2.2.1 and RGAA 4,
    # criterion 13.1 allow it since the page warns, and one act prolongs. In all: a working day.
    session_idle_minutes: int = Field(default=30, gt=0)
    session_hours: int = Field(default=12, gt=0)
    # Passwords that were leaked: Have I Been Pwned's list of SHA-1 hashes, in order.
    leaked_passwords: Annotated[Path | None, AfterValidator(check_list)] = None

    @property
    def retention(self) -> Retention:
        """Return how long the trail's entries are kept."""
        return Retention(self.trail_months, self.trail_reason)

    @property
    def session_idle(self) -> timedelta:
        """Return how long a session may stay unused."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_life(self) -> timedelta:
        """Return how long a session may last."""
        return timedelta(hours=self.session_hours)

    @field_validator("heartbeat_url")
    @classmethod
    def _is_web_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("https://", "http://")):
            raise ValueError("l'adresse commence par https:// ou http://")
        return value

    @field_validator("hosts", "store_hosts", "store_folders", "oidc_acr", "oidc_second_factor_acr", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("l'adresse de la base ne peut pas être lue") from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("seuls SQLite et PostgreSQL sont possibles")
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError("une base SQLite doit être un fichier")
        return value

    @field_validator("address")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("la forme attendue est « https://vigie.ccas.fr »")
        return value.rstrip("/")

    @field_validator("antivirus")
    @classmethod
    def _is_daemon(cls, value: str | None) -> str | None:
        if value:
            parsed(value)
        return value or None

    @field_validator("mail_from", "rehearsal_to")
    @classmethod
    def _is_sender(cls, value: str | None) -> str | None:
        if value is not None and not is_sender(value):
            raise ValueError("la forme attendue est « Vigie <vigie@exemple.fr> »")
        return value

    @field_validator("api_rate")
    @classmethod
    def _is_rate(cls, value: str) -> str:
        try:
            parse_many(value)
        except ValueError:
            raise ValueError("la forme attendue est « 10 per 5 minutes »") from None
        return value

    @field_validator("trail_stamp_url")
    @classmethod
    def _is_authority(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("une adresse http:// ou https:// est attendue")
        return value

    @model_validator(mode="after")
    def _is_kept_long_enough(self) -> "Settings":
        try:
            self.retention  # noqa: B018  # it refuses what the CNIL does not allow
        except BadRetention as refusal:
            raise ValueError(f"VIGIE_TRAIL_{(refusal.field or 'months').upper()} : {refusal.message}") from None
        if self.trail_stamp_url and self.trail_stamp_roots is None:
            raise ValueError("VIGIE_TRAIL_STAMP_ROOTS : indiquez les certificats (PEM) de l'autorité d'horodatage")
        return self

    @model_validator(mode="after")
    def _has_one_master(self) -> "Settings":
        given = [one for one in (self.master_key_file, self.master_key, self.vault_url) if one]
        if len(given) > 1:
            raise ValueError("une seule clé maître : VIGIE_MASTER_KEY_FILE, VIGIE_MASTER_KEY ou VIGIE_VAULT_URL")
        if self.vault_url and self.vault_token_file is None:
            raise ValueError("VIGIE_VAULT_URL demande VIGIE_VAULT_TOKEN_FILE, le fichier du jeton (mode 0600)")
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str | None) -> str | None:
        if value is not None and not is_safe_address(value):
            raise ValueError("l'adresse du service d'identité doit commencer par https://")
        return value

    @model_validator(mode="after")
    def _is_known_there(self) -> "Settings":
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
            raise ValueError("VIGIE_OIDC_ISSUER demande aussi VIGIE_OIDC_CLIENT_ID et VIGIE_OIDC_CLIENT_SECRET")
        return self

    @model_validator(mode="after")
    def _is_safe(self) -> "Settings":
        if not self.secure_cookies and not self.demo:
            raise ValueError("VIGIE_SECURE_COOKIES=false n'est possible qu'en démonstration")
        if self.smtp_host is not None and self.mail_from is None:
            raise ValueError("VIGIE_MAIL_FROM est nécessaire avec VIGIE_SMTP_HOST")
        if self.smtp_user is not None and self.smtp_tls is Tls.NONE and self.smtp_host not in LOOPBACK:
            raise ValueError("VIGIE_SMTP_TLS=none enverrait le mot de passe en clair sur le réseau")
        if self.imap_host is not None and (self.imap_user is None or self.mail_returns is not None):
            raise ValueError("VIGIE_IMAP_HOST demande VIGIE_IMAP_USER, et remplace VIGIE_MAIL_RETURNS")
        if self.imap_host is not None and self.imap_tls is Tls.NONE and self.imap_host not in LOOPBACK:
            raise ValueError("VIGIE_IMAP_TLS=none enverrait le mot de passe en clair sur le réseau")
        return self


def load() -> Settings:
    """Return the settings of the environment; refuse (BadSettings) with every wrong one listed."""
    wrong = [f"{name} : réglage inconnu" for name in _unknown(os.environ)]
    try:
        settings = Settings()
    except ValidationError as error:
        wrong += [_line(detail["loc"], detail["type"], detail.get("ctx", {})) for detail in _details(error)]
    if wrong:
        raise BadSettings("Réglages à corriger :\n" + "\n".join(f"- {line}" for line in wrong))
    return settings


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = (name for name in environment if name.startswith(PREFIX) and not name.startswith(FOR_OTHERS))
    return sorted(name for name in ours if name not in known)


def _details(error: ValidationError) -> list[Any]:
    return list(error.errors(include_input=False, include_url=False))


def _line(location: tuple[int | str, ...], kind: str, context: Mapping[str, Any]) -> str:
    sentence = str(context["error"]) if kind == "value_error" else _SENTENCES.get(kind, "valeur refusée")
    name = PREFIX + str(location[0]).upper() + " : " if location else ""
    return name + sentence.format(**context)
