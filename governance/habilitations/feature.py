"""What accounts bring to the site."""

from governance.habilitations.agents import pages as agents
from governance.habilitations.api import api
from governance.habilitations.changes import pages as changes
from governance.habilitations.openings import pages as openings
from governance.habilitations.pages import pages
from governance.habilitations.settings import pages as settings
from governance.habilitations.tasks import dates, tasks
from governance.people.rules import Permission
from governance.web.feature import Feature, NavEntry, Under

FEATURE = Feature(
    name="habilitations",
    blueprints=(pages, openings.pages, changes.pages, settings.pages, agents.pages, api),
    navigation=(NavEntry("Comptes du portail", "portal.index", Permission.READ_ACCOUNTS, Under.ACCOUNTS),),
    shortcuts=(NavEntry("Couper un accès maintenant", "portal.cut", Permission.CUT_ACCESS),),
    tasks=tasks,
    dates=dates,
)
