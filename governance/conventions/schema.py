"""The 69 rules a convention may hold: identifier, kind of value, label; reader, documents and pages read this."""

from dataclasses import dataclass, fields
from typing import Annotated, Any, get_args, get_type_hints

from governance.conventions.cited import Cited
from governance.conventions.values.accounts import (
    AccountAct,
    Counting,
    GrantDelay,
    InactivationNotice,
    LastGestionnaire,
    Link,
    Profiles,
    Quota,
    Review,
    Sanction,
)
from governance.conventions.values.breach import BreachClause, BreachConduct, BreachNotice
from governance.conventions.values.life import Denunciation, Duration, Renewal, Termination
from governance.conventions.values.parties import Contact, Email, Partner, Party, Processing, Public
from governance.conventions.values.protection import (
    AccessRequest,
    Commitment,
    Destruction,
    Dpia,
    HandlingDelay,
    Referents,
    Right,
    RightsContact,
    SecureTransfer,
    Subprocessing,
)
from governance.conventions.values.signalement import (
    Antivirus,
    CommentField,
    Consent,
    FilePolicy,
    FreeText,
    Identity,
    Necessity,
    NirRule,
)
from governance.core.spans import Span

SECTIONS = {
    "P": "Les parties",
    "D": "La vie de la convention",
    "B": "Les violations de données",
    "A": "Les comptes du portail",
    "T": "Les zones de texte libre",
    "N": "L'identification des assurés",
    "F": "Les pièces jointes et documents",
    "C": "L'accord de la personne",
    "R": "Les droits des personnes",
    "S": "La protection des données",
    "G": "Le pilotage",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule of a convention; a text (`str`) where software computes nothing with it."""

    P1: Annotated[Cited[tuple[str, ...]], "Caisses parties à la convention"]
    P2: Annotated[Cited[Partner], "Partenaire"]
    P3: Annotated[Cited[dict[str, Email]], "Délégué à la protection des données de la caisse"]
    P4: Annotated[Cited[Contact], "Délégué à la protection des données du partenaire"]
    P5: Annotated[Cited[tuple[Processing, ...]], "Rôles : responsable de traitement et sous-traitant"]
    P6: Annotated[Cited[Public], "Personnes concernées"]
    D1: Annotated[Cited[Duration], "Début et durée"]
    D2: Annotated[Cited[Renewal], "Renouvellement"]
    D3: Annotated[Cited[tuple[Denunciation, ...]], "Dénonciation : préavis pour ne pas renouveler"]
    D4: Annotated[Cited[Termination], "Résiliation de la convention métier"]
    D5: Annotated[Cited[bool], "La convention d'utilisation tombe avec la convention métier"]
    D6: Annotated[Cited[Termination], "Résiliation de la convention d'utilisation"]
    D7: Annotated[Cited[str], "Modification"]
    B1: Annotated[Cited[Span], "Violation : délai pour prévenir la caisse (clause principale)"]
    B2: Annotated[Cited[tuple[BreachClause, ...]], "Violation : toutes les clauses du document"]
    B3: Annotated[Cited[BreachNotice], "Violation : destinataire et voie"]
    B4: Annotated[Cited[BreachConduct], "Violation : déclenchement, contenu, suites"]
    B5: Annotated[Cited[tuple[BreachClause, ...]], "Compte : usage frauduleux, vol ou perte d'identifiants"]
    A1: Annotated[Cited[Profiles], "Profils d'utilisateurs"]
    A2: Annotated[Cited[Quota], "Nombre de gestionnaires"]
    A3: Annotated[Cited[Quota], "Nombre de techniciens"]
    A4: Annotated[Cited[Counting], "Qui tient le compte des habilitations"]
    A5: Annotated[Cited[AccountAct], "Création d'un compte gestionnaire"]
    A6: Annotated[Cited[GrantDelay], "Délai pour habiliter un gestionnaire"]
    A7: Annotated[Cited[AccountAct], "Création d'un compte technicien"]
    A8: Annotated[Cited[bool], "Deux profils pour une personne : deux comptes séparés"]
    A9: Annotated[Cited[AccountAct], "Modification d'un compte gestionnaire"]
    A10: Annotated[Cited[InactivationNotice], "Inactivation d'un gestionnaire : préavis"]
    A11: Annotated[Cited[LastGestionnaire], "Dernier gestionnaire"]
    A12: Annotated[Cited[bool], "Les techniciens d'un gestionnaire inactivé restent actifs et passent au nouveau"]
    A13: Annotated[Cited[bool], "Inactivation d'un technicien par tout gestionnaire du partenaire"]
    A14: Annotated[Cited[bool], "Plusieurs caisses : comptes inactivés quand tous les conventionnements sont finis"]
    A15: Annotated[Cited[Span], "Suppression automatique après inactivation (compte non visible)"]
    A16: Annotated[Cited[str], "Mot de passe du portail"]
    A17: Annotated[Cited[bool], "Conditions générales acceptées à la première connexion"]
    A18: Annotated[Cited[tuple[Link, ...]], "Qui peut être technicien"]
    A19: Annotated[Cited[str], "Postes de travail"]
    A20: Annotated[Cited[str], "Adresses de courriel des techniciens"]
    A21: Annotated[Cited[str], "Limites d'usage"]
    A22: Annotated[Cited[str], "Identifiants et données : non-diffusion"]
    A23: Annotated[Cited[Sanction], "Sanctions sur les accès"]
    A24: Annotated[Cited[Review], "Revue d'habilitations"]
    T1: Annotated[Cited[FreeText], "Texte libre : partenaire"]
    T2: Annotated[Cited[FreeText], "Texte libre : agents de la caisse"]
    T3: Annotated[Cited[CommentField], "Champ commentaire"]
    N1: Annotated[Cited[NirRule], "NIR"]
    N2: Annotated[Cited[Identity], "Données d'identification admises"]
    F1: Annotated[Cited[Necessity], "Pièces jointes : nécessité"]
    F2: Annotated[Cited[FilePolicy], "Pièces jointes : types, taille, nombre"]
    F3: Annotated[Cited[str], "Pièces jointes : lisibilité"]
    F4: Annotated[Cited[Antivirus], "Pièces jointes : antivirus"]
    F5: Annotated[Cited[str], "Documents sortants"]
    C1: Annotated[Cited[Consent], "Accord de la personne"]
    R1: Annotated[Cited[tuple[Right, ...]], "Droits cités"]
    R2: Annotated[Cited[RightsContact], "Droits : à qui s'adresser"]
    R3: Annotated[Cited[AccessRequest], "Droits : qui traite une demande d'accès"]
    R4: Annotated[Cited[Party], "Information préalable des personnes"]
    S1r: Annotated[Cited[SecureTransfer], "Transmission sécurisée"]
    S2r: Annotated[Cited[str], "Confidentialité ; vente, copie, transfert"]
    S3r: Annotated[Cited[Destruction], "Destruction à la fin"]
    S4r: Annotated[Cited[Dpia], "Analyse d'impact (EIVP, AIPD)"]
    S5r: Annotated[Cited[Subprocessing], "Sous-traitants ultérieurs"]
    S6r: Annotated[Cited[Commitment], "Engagement et formation des agents"]
    S7r: Annotated[Cited[str], "Registres et preuve de conformité"]
    G1: Annotated[Cited[Referents], "Référents"]
    G2: Annotated[Cited[Span], "Comité de pilotage ou de suivi : fréquence"]
    G3: Annotated[Cited[tuple[str, ...]], "Indicateurs"]
    G4: Annotated[Cited[tuple[HandlingDelay, ...]], "Délais de traitement de la caisse"]
    G5: Annotated[Cited[str], "Disponibilité du portail et secours"]


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A line of the schema: `kind` is the type of the rule's value."""

    id: str
    label: str
    kind: Any

    @property
    def section(self) -> str:
        """Return the title of the part it belongs to."""
        return SECTIONS[self.id[0]]


def _kinds() -> tuple[RuleKind, ...]:
    hints = get_type_hints(Rules, include_extras=True)
    return tuple(_kind(one.name, *get_args(hints[one.name])) for one in fields(Rules))


def _kind(rule_id: str, cited: Any, label: str) -> RuleKind:
    return RuleKind(rule_id, label, get_args(cited)[0])


RULES = _kinds()
