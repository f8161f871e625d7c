"""Messages that leave for certain: written with the fact they announce, sent by a worker, every attempt told."""

from governance.core.outbox.actions import post
from governance.core.outbox.rules import Attachment, Message, State

__all__ = ["Attachment", "Message", "State", "post"]
