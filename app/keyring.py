"""Where the installation's keys are: its secret, the store of data keys, the master key that the settings name."""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from app.settings import Settings
from governance.core import keys
from governance.core.keystore import KeyStore, KeyStoreExists
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
        with suppress(KeyStoreExists):  # another process of the demonstration was faster
            make(store)
    store.check()
    return store


def unchecked_store(settings: Settings) -> KeyStore:
    """Return the store of data keys, that may not be made yet; raises NoMasterKey."""
    return KeyStore(settings.key_store, _master(settings))


def make_missing(settings: Settings) -> tuple[str, ...]:
    """Make what the settings name and that is not there: secret, master key, store; return what was made."""
    made, store = [], unchecked_store(settings)
    if settings.secret_file is not None and keys.create(settings.secret_file):
        made.append(f"secret, {settings.secret_file}")
    if not store.exists():
        made += make(store)
    load_keys(settings)
    store.check()
    return tuple(made)


def make(store: KeyStore) -> list[str]:
    """Make a store, and its master key when it is not there yet; return what was made; raises KeyStoreExists."""
    made = [f"clé maître, {store.master.where}"] if store.master.create() else []
    store.create()
    return [*made, f"magasin des clés de données, {store.folder}"]


def _master(settings: Settings) -> Master:
    if settings.master_key_file is not None:
        return FileMaster(settings.master_key_file)
    if settings.master_key is not None:
        following = settings.master_key_next.get_secret_value() if settings.master_key_next else None
        return GivenMaster(settings.master_key.get_secret_value(), following)
    if settings.vault_url is not None and settings.vault_token_file is not None:
        # Imported for who uses it: its HTTP client takes a third of a second of every command.
        transit: Callable[..., Master] = import_module("governance.core.transit").TransitMaster
        return transit(settings.vault_url, settings.vault_key, settings.vault_token_file)
    if settings.demo:
        return FileMaster(settings.key_store / DEMO_MASTER)
    raise NoMasterKey(
        "Aucune clé maître : indiquez VIGIE_MASTER_KEY_FILE (fichier en mode 0600), VIGIE_MASTER_KEY "
        "ou VIGIE_VAULT_URL, puis lancez « vigie keys init »."
    )
