"""What tables bring to the site."""

from governance.habilitations.rosters.pages import pages
from governance.habilitations.rosters.tasks import dates, tasks
from governance.people.rules import Permission
from governance.web.feature import Feature, NavEntry

FEATURE = Feature(
    name="rosters",
    blueprints=(pages,),
    navigation=(NavEntry("Tableaux", "rosters.index", Permission.READ_ACCOUNTS),),
    tasks=tasks,
    dates=dates,
)
