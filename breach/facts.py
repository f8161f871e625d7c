"""What is known of an incident: what happened, when it was suspected and understood, whom it concerns."""

from dataclasses import dataclass
from datetime import datetime

from governance.conventions.values.breach import Trigger

DATA = frozenset({Trigger.SUSPICION, Trigger.BREACH})
ACCOUNT = frozenset({Trigger.FRAUD, Trigger.THEFT, Trigger.LOSS, Trigger.MISUSE})

# Whoever used or stole an account may have read what it opens: the suspicion is presumed (house rule, prudent).
_OPENS_DATA = frozenset({Trigger.FRAUD, Trigger.THEFT})


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that start clocks; every instant is aware.

    `aware_at`: a reasonable certainty that personal data are compromised (CEPD, 9/2022), None until somebody says so.
    `in_transfer` and `own_data` are None until somebody knows: during a transfer; data for which the partner is itself
    the controller.
    """

    triggers: frozenset[Trigger]
    suspected_at: datetime
    aware_at: datetime | None = None
    in_transfer: bool | None = None
    own_data: bool | None = None

    @property
    def told(self) -> frozenset[Trigger]:
        """Return what the facts trigger, what they imply included: a certain breach is a fortiori suspected.

        >>> from datetime import UTC
        >>> facts = Facts(frozenset({Trigger.THEFT}), datetime(2026, 5, 1, tzinfo=UTC))
        >>> sorted(facts.told)
        [<Trigger.SUSPICION: 'soupçon'>, <Trigger.THEFT: 'vol'>]
        """
        implied = set(self.triggers)
        if self.aware_at is not None:
            implied.add(Trigger.BREACH)
        if Trigger.BREACH in implied or not _OPENS_DATA.isdisjoint(implied):
            implied.add(Trigger.SUSPICION)
        return frozenset(implied)

    @property
    def is_data(self) -> bool:
        """Say whether personal data may be compromised."""
        return not DATA.isdisjoint(self.told)

    @property
    def is_account(self) -> bool:
        """Say whether an account of the portal may be compromised."""
        return not ACCOUNT.isdisjoint(self.told)
