"""Who signs the documents of this installation, from its settings."""

from urllib.parse import urlsplit

from app.settings import Settings
from app.trail import authority
from governance.core.keys import Keys
from governance.papers.certificates import Signatory


def signatory(settings: Settings, keys: Keys) -> Signatory:
    """Return who signs; raises BadSettings when the time-stamping authority's certificates cannot be read."""
    place = urlsplit(settings.address).hostname if settings.address else None
    return Signatory(keys, place or "", authority(settings))
