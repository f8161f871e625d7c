"""Writing envelopes to a Maildir instead of a server: for a demonstration, or a relay that reads one."""

import mailbox
from dataclasses import dataclass
from pathlib import Path

from governance.core.outbox.composing import Envelope
from governance.core.outbox.outcomes import Answer, What


@dataclass(frozen=True, slots=True)
class Folder:
    """A Maildir on this machine."""

    path: Path

    def deliver(self, envelope: Envelope) -> Answer:
        """Add an envelope to the folder and return what came of it."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mailbox.Maildir(self.path).add(envelope.content)
        except OSError as error:
            return Answer(What.UNREACHABLE, f"Le dossier ne peut pas être écrit ({type(error).__name__}).")
        return Answer(What.ACCEPTED, "Écrit dans le dossier des courriels.")
