"""Which column is which: headers are recognised by what people call them, in any order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.habilitations.lists import values
from governance.habilitations.lists.grids import HEADER_WITHIN, BadFile, Grid
from governance.habilitations.lists.lines import ListKind


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is understood: the field it fills, its name on pages, its other names, how a cell is read.

    `is_day`: the reader takes the workbook's first day too.
    """

    field: str
    label: str
    names: tuple[str, ...]
    read: Callable[..., Any]
    required: bool = False
    is_day: bool = False


_PERSON = (
    Column(
        "email", "Adresse e-mail",
        ("email", "e mail", "mail", "courriel", "mel", "adresse email", "adresse e mail", "adresse mail",
         "adresse courriel", "adresse electronique", "email professionnel", "e mail professionnel",
         "adresse professionnelle", "mail professionnel", "adresse email professionnelle", "email pro", "mail pro"),
        values.email, required=True,
    ),
    Column(
        "last_name", "Nom",
        ("nom", "nom de famille", "nom usuel", "nom d usage", "nom agent", "nom de l agent", "nom utilisateur",
         "nom de l utilisateur", "noms", "lastname", "last name"),
        values.name, required=True,
    ),
    Column(
        "first_name", "Prénom",
        ("prenom", "prenoms", "prenom usuel", "prenom agent", "prenom de l agent", "prenom utilisateur",
         "prenom de l utilisateur", "firstname", "first name"),
        values.name, required=True,
    ),
    Column("civility", "Civilité", ("civilite", "civ", "titre", "genre", "sexe"), values.civility),
    Column(
        "fonction", "Fonction",
        ("fonction", "fonctions", "poste", "metier", "emploi", "intitule du poste", "intitule de poste", "profession"),
        values.line,
    ),
    Column(
        "phone", "Téléphone",
        ("telephone", "tel", "n de telephone", "n telephone", "numero de telephone", "telephone professionnel",
         "tel professionnel", "tel pro", "telephone fixe", "ligne directe", "no de telephone", "num telephone"),
        values.phone,
    ),
)  # fmt: skip

COLUMNS: Mapping[ListKind, tuple[Column, ...]] = {
    ListKind.PORTAL: (
        *_PERSON,
        Column(
            "profile", "Profil",
            ("profil", "profils", "role", "type de profil", "type de compte", "profil utilisateur", "type",
             "type d utilisateur", "habilitation"),
            values.profile, required=True,
        ),
        Column(
            "state", "État",
            ("etat", "statut", "etat du compte", "statut du compte", "actif", "etat compte", "statut compte", "active"),
            values.state,
        ),
        Column(
            "created_on", "Créé le",
            ("cree le", "date de creation", "date creation", "creation", "date de creation du compte",
             "date d habilitation"),
            values.day, is_day=True,
        ),
        Column(
            "last_seen_on", "Dernière connexion",
            ("derniere connexion", "date de derniere connexion", "date derniere connexion", "dernier acces",
             "derniere activite", "derniere connexion le", "last login"),
            values.day, is_day=True,
        ),
        Column(
            "inactive_on", "Inactif depuis le",
            ("inactif depuis le", "inactive le", "date d inactivation", "date inactivation", "date de desactivation",
             "desactive le", "date de fermeture"),
            values.day, is_day=True,
        ),
    ),
    ListKind.STAFF: (
        *_PERSON,
        Column(
            "tie", "Lien",
            ("lien", "statut", "lien avec la structure", "nature du lien", "type de contrat", "contrat", "categorie"),
            values.tie,
        ),
        Column(
            "joined_on", "Arrivée",
            ("arrivee", "date d arrivee", "arrive le", "date d entree", "entree", "entre le", "date d embauche",
             "date de debut", "debut de contrat", "date debut"),
            values.day, is_day=True,
        ),
        Column(
            "left_on", "Départ",
            ("depart", "date de depart", "parti le", "sortie", "date de sortie", "date de fin", "fin de contrat",
             "date fin", "fin"),
            values.day, is_day=True,
        ),
        Column(
            "committed_on", "Engagement de confidentialité signé le",
            ("engagement", "engagement de confidentialite", "engagement de confidentialite signe le",
             "engagement signe le", "date d engagement", "date de l engagement", "confidentialite",
             "charte", "charte signee le", "date engagement"),
            values.day_or_yes, is_day=True,
        ),
        Column(
            "trained_on", "Formation du",
            ("formation", "formation du", "formation rgpd", "date de formation", "date formation", "forme le",
             "formation protection des donnees", "sensibilisation", "sensibilisation rgpd"),
            values.day_or_yes, is_day=True,
        ),
        Column(
            "trained_until", "Formation valable jusqu'au",
            ("formation valable jusqu au", "formation valable jusqu", "validite", "fin de validite",
             "formation valide jusqu au", "expiration", "fin de validite de la formation", "echeance formation",
             "validite formation", "expiration formation"),
            values.day, is_day=True,
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """The line of headers that was found, and which column of the file fills which field."""

    line: int
    places: Mapping[str, int]
    titles: tuple[str, ...]
    ignored: tuple[str, ...]


def find_header(grid: Grid, kind: ListKind) -> Header:
    """Return the line, among the first ones, where the most columns are recognised; raises BadFile."""
    first = list(grid.lines.items())[:HEADER_WITHIN]
    best, titles = max(first, key=lambda pair: len(_recognised(pair[1], kind)))
    places = _recognised(titles, kind)
    lacking = [one.label for one in COLUMNS[kind] if one.required and one.field not in places]
    if lacking:
        raise BadFile(_lacking(lacking, titles, bool(places)), field="file")
    _check_once(titles, kind)
    used = set(places.values())
    ignored = tuple(title for index, title in enumerate(titles) if title and index not in used)
    return Header(best, places, titles, ignored)


def named(field: str, kind: ListKind) -> str:
    """Return what pages call a field."""
    return next(one.label for one in COLUMNS[kind] if one.field == field)


def _recognised(titles: tuple[str, ...], kind: ListKind) -> dict[str, int]:
    known = {name: one.field for one in COLUMNS[kind] for name in (values.plain(one.label), *one.names)}
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        field = known.get(values.plain(title))
        if field is not None:
            found.setdefault(field, index)
    return found


def _check_once(titles: tuple[str, ...], kind: ListKind) -> None:
    known = {name: one.field for one in COLUMNS[kind] for name in (values.plain(one.label), *one.names)}
    fields = [known[plain] for title in titles if (plain := values.plain(title)) in known]
    twice = next((field for field in fields if fields.count(field) > 1), None)
    if twice is not None:
        raise BadFile(f"Deux colonnes disent « {named(twice, kind)} » : gardez-en une.", field="file")


def _lacking(lacking: list[str], titles: tuple[str, ...], is_header: bool) -> str:
    columns = ", ".join(f"« {label} »" for label in lacking)
    said = ", ".join(f"« {title[:40]} »" for title in titles if title)[:400]
    found = f" Titres lus : {said}." if is_header and said else ""
    return f"Colonnes non trouvées : {columns}. La première ligne de la liste doit porter leurs titres.{found}"
