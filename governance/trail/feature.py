"""What the journal brings to the site."""

from typing import Any

from flask import Flask

from governance.people.rules import Permission
from governance.trail.pages import RETENTION, WORDS, pages
from governance.web.feature import Feature, NavEntry, Under

__all__ = ["FEATURE", "WORDS"]


def _start(app: Flask, settings: Any) -> None:
    app.extensions[RETENTION] = settings.retention


FEATURE = Feature(
    name="trail",
    blueprints=(pages,),
    navigation=(NavEntry("Journal", "trail.index", Permission.READ_TRAIL, Under.SERVICE),),
    start=_start,
)
