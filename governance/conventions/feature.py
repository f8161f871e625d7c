"""What conventions bring to the site."""

from governance.conventions.pages import pages
from governance.people.rules import Permission
from governance.web.feature import Feature, NavEntry, Under

FEATURE = Feature(
    name="conventions",
    blueprints=(pages,),
    navigation=(NavEntry("Conventions", "conventions.index", Permission.READ_CONVENTIONS, Under.CONVENTIONS),),
)
