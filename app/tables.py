"""Every module that declares tables: what migrations compare with the database."""

from types import ModuleType

from breach import tables as breach
from breach.cnil import tables as breach_cnil
from breach.dossier import tables as breach_dossier
from breach.notices import tables as breach_notices
from breach.register import tables as breach_register
from breach.severity import tables as breach_severity
from governance.agenda import tables as agenda
from governance.conventions import tables as conventions
from governance.conventions.life import tables as life
from governance.core.outbox import tables as outbox
from governance.core.storage import Base
from governance.core.trail import tables as trail
from governance.destruction import tables as destruction
from governance.habilitations import tables as habilitations
from governance.habilitations.lists import tables as lists
from governance.habilitations.rosters import tables as rosters
from governance.jobs import tables as jobs
from governance.mail import tables as mail
from governance.people import tables as people
from governance.people.accounts import tables as accounts
from governance.people.contacts import tables as contacts
from governance.people.lockout import tables as lockout
from governance.people.oidc import tables as oidc
from governance.people.second_factor import tables as second_factor
from governance.people.sessions import tables as sessions
from governance.web import tables as web
from reviews import tables as reviews
from scanners import tables as scanners

MODULES: tuple[ModuleType, ...] = (
    trail,
    outbox,
    jobs,
    mail,
    people,
    sessions,
    accounts,
    contacts,
    lockout,
    second_factor,
    oidc,
    conventions,
    habilitations,
    lists,
    rosters,
    life,
    destruction,
    web,
    agenda,
    scanners,
    breach,
    reviews,
    breach_dossier,
    breach_severity,
    breach_cnil,
    breach_notices,
    breach_register,
)

METADATA = Base.metadata
