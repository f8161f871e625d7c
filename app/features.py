"""What each package brings to the site, in the order of the menu; jobs ask it too what awaits people."""

from breach import feature as breach
from breach.notices import feature as breach_notices
from governance.agenda import feature as agenda
from governance.conventions import feature as conventions
from governance.conventions.life import feature as life
from governance.destruction import feature as destruction
from governance.habilitations import feature as habilitations
from governance.habilitations.lists import feature as lists
from governance.habilitations.rosters import feature as rosters
from governance.jobs import pages as job_pages
from governance.mail import feature as mail
from governance.papers import pages as papers
from governance.people import pages as people
from governance.people.contacts import pages as contacts
from governance.people.machines import pages as machines
from governance.people.oidc import pages as oidc
from governance.trail import feature as trail
from governance.web import pages as web
from governance.web.feature import Feature
from reviews import feature as reviews
from scanners import feature as scanners

# One a line. The agenda comes first: whoever has several roles arrives there.
FEATURES: tuple[Feature, ...] = (
    agenda.FEATURE,
    scanners.FEATURE,
    breach.FEATURE,
    breach_notices.FEATURE,
    conventions.FEATURE,
    life.FEATURE,
    people.FEATURE,
    contacts.FEATURE,
    habilitations.FEATURE,
    reviews.FEATURE,
    lists.FEATURE,
    rosters.FEATURE,
    oidc.FEATURE,
    machines.FEATURE,
    destruction.FEATURE,
    mail.FEATURE,
    trail.FEATURE,
    papers.FEATURE,
    job_pages.FEATURE,
    web.FEATURE,
)
