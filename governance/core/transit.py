"""A master key that never leaves an OpenBao or a Vault: its transit engine wraps, unwraps, and forgets old versions."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
from hvac.exceptions import InvalidPath, InvalidRequest, VaultError
from requests import RequestException

from governance.core import private
from governance.core.masters import NoMasterKey, WrongMasterKey

TIMEOUT_SECONDS = 10
# AES-256-GCM: transit's key type that takes associated data.
KIND = "aes256-gcm96"


@dataclass(frozen=True, slots=True)
class TransitMaster:
    """A key of the transit engine; its versions are the generations."""

    url: str
    key: str
    token_file: Path

    @property
    def where(self) -> str:
        """Say where the key is held."""
        return f"OpenBao ou Vault, {self.url}, transit/{self.key}"

    def create(self) -> bool:
        """Make the key in the engine; the engine leaves alone one that is there."""
        self._ask(lambda transit: transit.create_key(self.key, key_type=KIND))
        return True

    def generations(self) -> tuple[str, ...]:
        """Return the versions that the engine still holds."""
        data = self._read()
        first = max(1, data["min_available_version"], data["min_decryption_version"])
        return tuple(self._named(version) for version in range(first, data["latest_version"] + 1))

    def wrap(self, generation: str, key: bytes, context: bytes) -> str:
        """Have the engine wrap a data key under one version."""
        version, plain = self._version(generation), b64encode(key).decode()
        answer = self._ask(
            lambda transit: transit.encrypt_data(
                self.key, plaintext=plain, associated_data=b64encode(context).decode(), key_version=version
            )
        )
        wrapped: str = answer["data"]["ciphertext"]
        return wrapped

    def unwrap(self, generation: str, wrapped: str, context: bytes) -> bytes:
        """Have the engine unwrap a data key."""
        self._version(generation)
        try:
            answer = self._ask(
                lambda transit: transit.decrypt_data(
                    self.key, ciphertext=wrapped, associated_data=b64encode(context).decode()
                )
            )
        except InvalidRequest as error:
            raise WrongMasterKey("La clé de l'OpenBao ou du Vault n'ouvre pas les clés de données.") from error
        return b64decode(answer["data"]["plaintext"])

    def advance(self) -> str:
        """Have the engine make one more version."""
        self._ask(lambda transit: transit.rotate_key(self.key))
        return self._named(self._read()["latest_version"])

    def settle(self, generation: str) -> None:
        """Have the engine forget, for good, every version before this one."""
        version = self._version(generation)
        if self._read()["min_available_version"] >= version or version == 1:
            return
        # One after the other: together, hvac 2.4 refuses the equal values that the engine asks for.
        self._ask(lambda transit: transit.update_key_configuration(self.key, min_encryption_version=version))
        self._ask(lambda transit: transit.update_key_configuration(self.key, min_decryption_version=version))
        self._ask(lambda transit: transit.trim_key(self.key, min_version=version))

    def _named(self, version: int) -> str:
        return f"{self.key}:v{version}"

    def _version(self, generation: str) -> int:
        key, _, version = generation.rpartition(":v")
        if key != self.key:
            raise WrongMasterKey("La clé maître donnée n'est pas celle qui protège les clés de données.")
        return int(version)

    def _read(self) -> dict[str, Any]:
        data: dict[str, Any] = self._ask(lambda transit: transit.read_key(self.key))["data"]
        return data

    def _ask(self, call: Callable[[Any], Any]) -> Any:
        try:
            # The token is read each time: an agent may renew it.
            token = private.read(self.token_file).decode().strip()
            client = hvac.Client(self.url, token=token, timeout=TIMEOUT_SECONDS)
            return call(client.secrets.transit)
        except InvalidRequest:
            raise
        except InvalidPath as error:
            raise NoMasterKey(f"L'OpenBao ou le Vault ne connaît pas la clé transit/{self.key}.") from error
        except private.ReadableByOthers as error:
            raise NoMasterKey(f"Le jeton est lisible par d'autres (chmod 600 {self.token_file}).") from error
        except (VaultError, RequestException, OSError) as error:
            raise NoMasterKey("L'OpenBao ou le Vault qui tient la clé maître ne répond pas, ou refuse.") from error
