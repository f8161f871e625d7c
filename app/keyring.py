"""Where the installation's keys are: its secret, the store of data keys, the master key that the settings name."""

from pathlib import Path

from app.settings import Settings
from governance.core import keys
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster, GivenMaster, Master, NoMasterKey

DEMO_SECRET = Path("var/secret")
DEMO_MASTER = "cle-maitre"


def load_keys(settings: Settings) -> keys.Keys:
    """Return the service's keys; the demonstration makes its own secret at its first start.

    Raises NoSecret outside the demonstration when no secret is given.
    """
    path = settings.secret_file
    if settings.demo and path is None and settings.secret is None:
        path = DEMO_SECRET
        keys.create(path)
    return keys.load(path, settings.secret.get_secret_value() if settings.secret else None)


def key_store(settings: Settings) -> KeyStore:
    """Return the store of data keys, ready; the demonstration makes its own at its first start.

    Raises NoMasterKey, NoKeyStore, WrongMasterKey.
    """
    store = unchecked_store(settings)
    if settings.demo and not store.exists():
        make(store)
    store.check()
    return store


def unchecked_store(settings: Settings) -> KeyStore:
    """Return the store of data keys, that may not be made yet; raises NoMasterKey."""
    return KeyStore(settings.key_store, _master(settings))


def make(store: KeyStore) -> None:
    """Make a store, and its master key when it is a file that is not there yet; raises KeyStoreExists."""
    if isinstance(store.master, FileMaster):
        keys.create(store.master.path)
    store.create()


def _master(settings: Settings) -> Master:
    if settings.master_key_file is not None:
        return FileMaster(settings.master_key_file)
    if settings.master_key is not None:
        following = settings.master_key_next.get_secret_value() if settings.master_key_next else None
        return GivenMaster(settings.master_key.get_secret_value(), following)
    if settings.demo:
        return FileMaster(settings.key_store / DEMO_MASTER)
    raise NoMasterKey("Aucune clé maître : indiquez VIGIE_MASTER_KEY_FILE (fichier en mode 0600) ou VIGIE_MASTER_KEY.")
