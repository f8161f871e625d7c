"""Switching a tier of health data: what it changes is what is checked, never what the service itself may send."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.mail import refusal
from breach.notices.posting import NotClean, check_clean
from governance.core.refusals import Conflict, Forbidden
from governance.people.rules import Role
from scanners.actions import BadWord
from scanners.engine import default
from scanners.queries import listed_words, own_words, switched_off
from scanners.tier_actions import switch_off, switch_on
from scanners.tiers import Tier
from tests.conftest import Demonstration

SICK, WHY = "Elle a un cancer.", "Trop de fausses alertes"


def test_a_tier_that_is_off_is_known_by_who_when_and_why_and_is_no_word_of_the_list(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)

    with sessions.begin() as session:
        switch_off(session, Tier.NAMED, WHY, by=dpo, at=at)

    with sessions() as session:
        ((tier, off),) = switched_off(session, dpo).items()
        assert (tier, off.at, off.reason) == (Tier.NAMED, at, WHY)
        assert off.who != "une personne"
        assert listed_words(session, dpo) == []


def test_a_tier_is_switched_by_a_dpo_for_a_reason_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    dpo, writer = demonstration.actor(Role.DPO), demonstration.actor(Role.TECHNICIEN)

    with sessions.begin() as session:
        with pytest.raises(Forbidden):
            switch_off(session, Tier.NAMED, WHY, by=writer, at=at)
        with pytest.raises(BadWord):
            switch_off(session, Tier.NAMED, " ", by=dpo, at=at)
        with pytest.raises(Conflict):
            switch_on(session, Tier.NAMED, by=dpo, at=at)
        switch_off(session, Tier.NAMED, WHY, by=dpo, at=at)
        with pytest.raises(Conflict):
            switch_off(session, Tier.NAMED, WHY, by=dpo, at=at)
        with pytest.raises(Forbidden):
            switch_on(session, Tier.NAMED, by=writer, at=at)
        switch_on(session, Tier.NAMED, by=dpo, at=at)

        assert switched_off(session, dpo) == {}


def test_what_the_service_sends_never_names_health_whatever_is_off(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    structure = demonstration.structure
    with sessions.begin() as session:
        switch_off(session, Tier.NAMED, WHY, by=demonstration.actor(Role.DPO), at=at)

    with sessions() as session:
        own = own_words(session, structure)
        with pytest.raises(NotClean):
            check_clean(session, structure, SICK)

    assert default().scan(SICK, own) == ()
    assert refusal(SICK, own.with_every_tier()) is not None
