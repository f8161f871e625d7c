"""Checks under way: let in while there is room, run apart from the request, told as they go to whoever began them."""

import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.core.refusals import Conflict, NotFound, Refusal, TooMany
from scanners.checks.shelf import Shelf

MOST, MOST_EACH = 32, 16  # files under check in this process: in all, and of one structure
SILENT_SECONDS = 240.0  # after which a check that tells nothing is lost: its process was stopped


class Busy(TooMany):
    """As many files as may be are under check."""


class UnknownCheck(NotFound):
    """No check of that person has this name, or no longer."""


class OtherContent(Conflict):
    """The key of a check under way was sent again with another content."""


class State(StrEnum):
    """Where a check stands."""

    RUNNING = "en_cours"
    DONE = "fini"
    FAILED = "interrompu"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who began a check, and for which structure: nobody else may follow it."""

    structure: str
    person: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it is followed: what it told last."""

    id: str
    state: State
    told: Mapping[str, Any]


Tell = Callable[[Mapping[str, Any]], None]
Work = Callable[[Tell], Mapping[str, Any]]


class Checks:
    """The checks of this process, whose progress any process of the service can tell."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._lock = threading.Lock()
        self._files: Counter[str] = Counter()

    def begin(
        self, owner: Owner, files: int, work: Work, name: str | None = None
    ) -> tuple[str, "Future[Mapping[str, Any]]"]:
        """Run some work on that many files in a thread of its own; return its name and what it will return.

        Raises Busy.
        """
        self._let_in(owner.structure, files)
        name, result = name or secrets.token_hex(16), Future[Mapping[str, Any]]()
        self._put(name, owner, State.RUNNING, {})
        arguments = (name, owner, files, work, result)
        threading.Thread(target=self._run, args=arguments, name="controle", daemon=True).start()
        return name, result

    def find(self, name: str, owner: Owner) -> Check:
        """Return a check of that owner; raises UnknownCheck."""
        kept = self.shelf.get(f"check {name}")
        said = json.loads(kept) if kept is not None else None
        if said is None or said["owner"] != [owner.structure, owner.person] or self._is_lost(name, said):
            raise UnknownCheck("Ce contrôle n'est pas ou plus connu : présentez les pièces à nouveau.")
        return Check(name, State(said["state"]), said["told"])

    def forget(self, name: str, owner: Owner) -> None:
        """Forget a check and the pictures of its pages; raises UnknownCheck."""
        check = self.find(name, owner)
        for number in range(len(check.told.get("shown", ()))):
            self.shelf.drop(f"page {check.told['mark']} {number}")
        self.shelf.drop(f"seen {check.told.get('mark')}")
        self.shelf.drop(f"check {name}")

    def claim(self, key: str, content: str, name: str) -> str | None:
        """Tie a key to a check about to be told; return the check that has it already. Raises OtherContent."""
        if self.shelf.put(f"key {key}", f"{name} {content}".encode(), new=True):
            return None
        taken, _, known = (self.shelf.get(f"key {key}") or b"").decode().partition(" ")
        if known != content:
            raise OtherContent("Cette clé d'idempotence sert pour un autre contenu.")
        return taken

    def is_fresh(self, key: str) -> bool:
        """Say whether a key was tied a moment ago."""
        return self.shelf.get(f"key {key}", 2.0) is not None

    def release(self, key: str) -> None:
        """Give a key back: its check did not begin, or did not end."""
        self.shelf.drop(f"key {key}")

    def _let_in(self, structure: str, files: int) -> None:
        with self._lock:
            # A dossier alone always fits: its convention bounds it.
            if self._files[structure] and self._files[structure] + files > MOST_EACH:
                raise Busy("Votre structure a déjà beaucoup de pièces en lecture : recommencez dans un instant.")
            if self._files and (self._files.total() + files > MOST or self.shelf.is_full()):
                raise Busy("Beaucoup de pièces se lisent en ce moment : recommencez dans un instant.")
            self._files[structure] += files

    def _run(self, name: str, owner: Owner, files: int, work: Work, result: "Future[Mapping[str, Any]]") -> None:
        told: Mapping[str, Any] = {}

        def tell(said: Mapping[str, Any]) -> None:
            nonlocal told
            told = said
            self._put(name, owner, State.RUNNING, said)

        try:
            told = work(tell)
            self._put(name, owner, State.DONE, told)
        except BaseException as error:  # told to who waits, or to who asks later
            said = error.message if isinstance(error, Refusal) else "Le contrôle a été interrompu : recommencez."
            self._put(name, owner, State.FAILED, {**told, "said": said})
            result.set_exception(error)
        else:
            result.set_result(told)
        finally:
            with self._lock:
                self._files[owner.structure] -= files
                self._files += Counter()  # drops those that have none left

    def _put(self, name: str, owner: Owner, state: State, told: Mapping[str, Any]) -> None:
        said = {"owner": [owner.structure, owner.person], "state": state.value, "told": told}
        self.shelf.put(f"check {name}", json.dumps(said).encode())

    def _is_lost(self, name: str, said: Mapping[str, Any]) -> bool:
        is_running = said["state"] == State.RUNNING.value
        return is_running and self.shelf.get(f"check {name}", SILENT_SECONDS) is None
