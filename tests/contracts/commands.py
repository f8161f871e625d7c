"""What each command needs before it acts: a new command is named here, or the build fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Needs(StrEnum):
    """What a command must be given. None asks for a role: the terminal has every one (ADR 5)."""

    NOTHING = "neither database nor secret"
    SERVICE = "the service's keys, or the machine itself"
    DATABASE = "the database, with what belongs to every structure"
    STRUCTURE = "the database and one structure, to be named when there are several"


@dataclass(frozen=True)
class Command:
    """What a command needs, and arguments that it reads."""

    needs: Needs
    arguments: tuple[str, ...] = ()


COMMANDS: Mapping[str, Command] = {
    "scan": Command(Needs.NOTHING),
    "conventions check": Command(Needs.NOTHING),
    "conventions list": Command(Needs.NOTHING),
    "conventions show": Command(Needs.NOTHING),
    "conventions import": Command(Needs.STRUCTURE, ("{file}",)),
    "conventions life": Command(Needs.STRUCTURE),
    "conventions record": Command(Needs.STRUCTURE, ("S0", "fin", "2027-12-31", "--document", "Accord")),
    "receipts verify": Command(Needs.NOTHING),
    "receipts public-key": Command(Needs.SERVICE),
    "papers certificate": Command(Needs.SERVICE),
    "papers public-key": Command(Needs.SERVICE),
    "papers verify": Command(Needs.SERVICE, ("{file}",)),
    "people structure": Command(Needs.DATABASE, ("CCAS de Troisville",)),
    "people invite": Command(
        Needs.STRUCTURE, ("--name", "Ada", "--email", "ada@troisville.example", "--role", "technicien")
    ),
    "people link": Command(Needs.DATABASE, ("personne@troisville.example",)),
    "people remove-factors": Command(Needs.DATABASE, ("personne@troisville.example",)),
    "trail checkpoint": Command(Needs.DATABASE),
    "trail export": Command(Needs.DATABASE),
    "trail verify": Command(Needs.DATABASE),
    "trail public-key": Command(Needs.SERVICE),
    "api-keys create": Command(Needs.STRUCTURE, ("Logiciel",)),
    "api-keys list": Command(Needs.STRUCTURE),
    "api-keys revoke": Command(Needs.DATABASE, ("inconnue",)),
    "api-keys rotate": Command(Needs.DATABASE, ("inconnue",)),
    "demo": Command(Needs.SERVICE),
    "serve": Command(Needs.SERVICE),
    "run-jobs": Command(Needs.SERVICE),
    "jobs list": Command(Needs.DATABASE),
    "jobs run": Command(Needs.DATABASE, ("inconnue",)),
    "outbox list": Command(Needs.DATABASE),
    "outbox show": Command(Needs.DATABASE, ("inconnu",)),
    "outbox send": Command(Needs.SERVICE),
    "outbox resend": Command(Needs.DATABASE, ("inconnu",)),
    "outbox read-dsn": Command(Needs.SERVICE),
    "destruction plan": Command(Needs.STRUCTURE, ("S0",)),
    "destruction list": Command(Needs.DATABASE),
    "destruction show": Command(Needs.DATABASE, ("inconnue",)),
    "destruction run": Command(Needs.DATABASE, ("inconnue",)),
    "destruction certificate": Command(Needs.SERVICE, ("inconnue",)),
    "backup create": Command(Needs.DATABASE),
    "backup list": Command(Needs.SERVICE),
    "backup expire": Command(Needs.SERVICE),
    "backup restore": Command(Needs.SERVICE, ("inconnue",)),
    "backup replay": Command(Needs.SERVICE),
    "migrate": Command(Needs.SERVICE),
    "keys init": Command(Needs.SERVICE),
    "keys status": Command(Needs.SERVICE),
    "keys rotate-master": Command(Needs.SERVICE),
    "keys rotate-data": Command(Needs.SERVICE),
}
