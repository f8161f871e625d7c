"""What lists and their gaps bring to the site."""

from governance.habilitations.gaps.pages import pages as gap_pages
from governance.habilitations.lists.pages import pages
from governance.people.rules import Permission
from governance.web.feature import Feature, NavEntry, Under

FEATURE = Feature(
    name="lists",
    blueprints=(pages, gap_pages),
    navigation=(NavEntry("Listes et écarts", "lists.index", Permission.MANAGE_ACCOUNTS, Under.ACCOUNTS),),
)
