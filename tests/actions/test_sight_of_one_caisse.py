"""A convention that several caisses signed: what a structure shares with one of them is not seen by another."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy import MetaData, String, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, Session, mapped_column, registry, sessionmaker

from governance.core.fates import Destroyed, Fate
from governance.core.refusals import Forbidden
from governance.core.sight import SIGHT, SharedWithCaisse, Sight
from governance.core.storage import Base, connect, new_id, reading
from governance.people.queries import actor_of
from governance.people.rules import Actor, Kind, Permission, Role, Signed, may
from governance.people.tables import Person
from governance.web.act import sight_of
from tests.conftest import Demonstration

Sessions = sessionmaker[Session]
POLICY = "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)"
BOTH = frozenset({("ici", "S0")})


class ProbeBase(Base):
    """A table that only these tests know."""

    __abstract__ = True
    fate: ClassVar[Fate] = Destroyed()
    metadata = MetaData()
    registry = registry()


class Told(SharedWithCaisse, ProbeBase):
    """Something told to one caisse."""

    __tablename__ = "probe_told"
    fate: ClassVar[Fate] = Destroyed()

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(String(32))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))


@pytest.fixture
def told(sessions: Sessions) -> Sessions:
    """Give a structure that told something to each caisse of its convention, and one that told something elsewhere."""
    ProbeBase.metadata.create_all(sessions.kw["bind"])
    with sessions.begin() as session:
        for structure, convention, caisse in (
            ("ici", "S0", "artois"), ("ici", "S0", "cotedopale"), ("ici", "S4", "artois"), ("ailleurs", "S0", "artois"),
        ):  # fmt: skip
            session.add(Told(structure_id=structure, convention=convention, caisse=caisse))
    return sessions


@pytest.fixture
def plain(told: Sessions) -> Iterator[Sessions]:
    """Give sessions of a role that owns the table and is no superuser, where only the policy filters."""
    engine = told.kw["bind"]
    if engine.dialect.name != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    role = f"vigie_essai_{new_id()[:12]}"
    with engine.begin() as connection:
        for statement in (
            f"CREATE ROLE {role} LOGIN PASSWORD 'essai' NOSUPERUSER NOBYPASSRLS",
            "ALTER TABLE probe_told ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE probe_told FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY sight ON probe_told USING ({POLICY})",
            f"GRANT ALL ON SCHEMA public TO {role}",
            f"ALTER TABLE probe_told OWNER TO {role}",
        ):
            connection.execute(sa.text(statement))
    owner = connect(make_url(str(engine.url)).set(username=role, password="essai").render_as_string(False))
    yield sessionmaker(owner)
    owner.dispose()
    with engine.begin() as connection:
        connection.execute(sa.text(f"REASSIGN OWNED BY {role} TO CURRENT_USER"))
        connection.execute(sa.text(f"DROP OWNED BY {role}"))
        connection.execute(sa.text(f"DROP ROLE {role}"))


SIGHTS = {
    Sight(frozenset({"caisse"}), BOTH, "artois"): {("ici", "S0", "artois")},
    Sight(frozenset({"caisse"}), BOTH, "cotedopale"): {("ici", "S0", "cotedopale")},
    Sight(frozenset({"caisse"}), BOTH): set(),
    Sight(frozenset({"caisse"}), frozenset(), "artois"): set(),
    Sight(frozenset({"ici"})): {("ici", "S0", "artois"), ("ici", "S0", "cotedopale"), ("ici", "S4", "artois")},
}


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_a_caisse_sees_what_was_told_to_it_and_its_partner_sees_all(told: Sessions, sight: Sight) -> None:
    with reading(told, sight) as session:
        seen = {(row.structure_id, row.convention, row.caisse) for row in session.scalars(select(Told))}

    assert seen == SIGHTS[sight]


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_postgresql_shows_the_same_to_sql_that_no_filter_saw(plain: Sessions, sight: Sight) -> None:
    with reading(plain, sight) as session:
        rows = session.execute(sa.text("SELECT structure_id, convention, caisse FROM probe_told")).all()

    assert {tuple(row) for row in rows} == SIGHTS[sight]


@pytest.mark.parametrize(("caisse", "written"), [("artois", True), ("cotedopale", False)])
def test_a_caisse_writes_what_concerns_it_and_nothing_else(told: Sessions, caisse: str, written: bool) -> None:
    looks = Sight(frozenset({"caisse"}), BOTH, "artois")
    refused = []

    try:
        with told(info={SIGHT: looks}) as session, session.begin():
            session.add(Told(structure_id="ici", convention="S0", caisse=caisse))
    except Forbidden as refusal:
        refused.append(refusal)

    assert bool(refused) is not written


def test_an_agent_of_a_caisse_looks_as_that_caisse_and_a_partner_as_none(
    sessions: Sessions, demonstration: Demonstration
) -> None:
    with reading(sessions) as session:
        agent, dpo = (
            actor_of(session, session.get_one(Person, demonstration.people[role]), demonstration.place(role))
            for role in (Role.AGENT_CAISSE, Role.DPO)
        )

    assert agent is not None and dpo is not None
    assert (sight_of(agent).caisse, sight_of(dpo).caisse) == ("artois", None)


def test_a_permission_upon_what_concerns_one_caisse_is_not_another_s() -> None:
    signed = frozenset({Signed("ici", "S0")})
    agent = Actor("1", Kind.PERSON, "cpam", frozenset({Role.AGENT_CAISSE}), "Ada", signed=signed, caisse="artois")

    held = {
        caisse: may(Permission.READ_PARTNER, agent, "ici", convention="S0", caisse=caisse)
        for caisse in ("artois", "cotedopale", None)
    }

    assert held == {"artois": True, "cotedopale": False, None: True}
