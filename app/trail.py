"""How this installation keeps its trail, from its settings."""

from cryptography.x509 import load_pem_x509_certificates

from app.settings import BadSettings, Settings
from governance.core.keys import Keys
from governance.core.trail.stamping import Authority
from governance.trail.keeping import Keeper


def keeper(settings: Settings, keys: Keys) -> Keeper:
    """Return who keeps the trail; raises BadSettings when the authority's certificates cannot be read."""
    return Keeper(keys, settings.retention, settings.trail_checkpoint_every, settings.trail_folder, authority(settings))


def authority(settings: Settings) -> Authority | None:
    """Return the time-stamping authority of the settings, or None; raises BadSettings."""
    if not settings.trail_stamp_url or settings.trail_stamp_roots is None:
        return None
    try:
        roots = load_pem_x509_certificates(settings.trail_stamp_roots.read_bytes())
    except (OSError, ValueError) as error:
        raise BadSettings("VIGIE_TRAIL_STAMP_ROOTS : ce fichier de certificats (PEM) ne peut pas être lu.") from error
    return Authority(settings.trail_stamp_url, tuple(roots))
