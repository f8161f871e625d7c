"""Whose rows a session sees: the filter of sessions, then PostgreSQL's own when the filter is bypassed."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased, sessionmaker

import app.tables
from governance.core.refusals import Forbidden
from governance.core.sight import SIGHT, Owned, Sight
from governance.core.storage import Base, connect, reading
from governance.mail.tables import MailCertificate
from governance.people import actions
from governance.people.contacts.rules import Relation
from governance.people.contacts.tables import RecordedContact
from governance.people.machines.actions import create_key
from governance.people.queries import Adoption
from governance.people.rules import OF_CAISSE, Permission, Role, command
from governance.people.tables import AdoptedConvention, ApiKey, Person, PersonRole
from scanners.actions import add_word
from scanners.findings import Level
from scanners.tables import OwnWord, Receipt
from tests import breaches, destroying, doubting, lives, reviewing
from tests.actions import noticing
from tests.actions.list_rows import a_list, a_roster
from tests.actions.portal import of_every_table
from tests.conftest import Demonstration, on_postgresql

Sessions = sessionmaker[Session]
OWNED = sorted((mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)), key=str)
OF_A_STRUCTURE = {"structure", "structure_id"}
# Tables that name a structure and are not filtered by it, each with its reason.
ELSEWHERE = {
    "imported_convention": "the texts of conventions are read by every structure",
    "web_session": "a person's own sessions, whatever the structure each is in",
    "trail_entry": "written for another structure when a person enters it; its one query asks for the structure",
    "outbox_message": "the worker's queue; the page that shows it asks for the structure",
    "outbox_content": "read with its message, by its recipient wherever they are",
    "code_factor": "a person's own second factor, whatever the structure they are in",
    "passkey": "a person's own second factor, whatever the structure they are in",
    "outbox_attachment": "read with its message, by its recipient wherever they are",
}


@pytest.fixture
def filled(sessions: Sessions, demonstration: Demonstration, at: datetime) -> Demonstration:
    """Give both partners one row of each owned table."""
    for structure in (demonstration.structure, demonstration.other):
        by = command(structure)
        with sessions.begin() as session:
            actions.adopt_convention(session, structure, Adoption("S0", date(2026, 1, 1), None), by=by, at=at)
            create_key(session, structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at)
            add_word(session, "zonzonite", Level.INFO, by=by, at=at)
            receipt = Receipt(at=at, structure_id=structure, by="essai", convention="S0", edition=1)
            receipt.outcome, receipt.body, receipt.signature = "accepte", {}, ""
            session.add(receipt)
            mine = MailCertificate(structure_id=structure, address="dpo@caisse.example", certificate="", subject="")
            mine.issuer, mine.fingerprint, mine.registered_by = "", "", "essai"
            mine.begins_at = mine.ends_at = mine.registered_at = at
            session.add(mine)
            contact = RecordedContact(structure_id=structure, convention="S0", caisse="artois", side="caisse")
            contact.kind, contact.rank, contact.verified_on, contact.recorded_at = "dpo", 1, at.date(), at
            contact.recorded_by = "essai"
            session.add(contact)
            people = demonstration.people if structure == demonstration.structure else demonstration.others
            made = breaches.whole(session, by, at, people[Role.DPO])
            noticing.whole(session, made["breach"], made["duty"], by, at)
            of_every_table(session, structure, by=by, at=at)
            a_list(session, structure, by, at)
            a_roster(session, Relation(structure, "S0", "artois"), at)
            destroying.whole(session, structure, at)
            lives.whole(session, structure, at)
            reviewing.whole(session, structure, people[Role.DPO], people[Role.GESTIONNAIRE], at)
            doubting.reported(session, by, at)
    return demonstration


def sight(*structures: str, signed: frozenset[tuple[str, str]] = frozenset()) -> Sight:
    return Sight(frozenset(structures), signed)


def test_a_query_that_forgets_to_ask_for_a_structure_answers_its_own_rows_only(
    sessions: Sessions, filled: Demonstration
) -> None:
    leaking = [kind.__tablename__ for kind in OWNED if not is_own_alone(sessions, filled, kind)]

    assert leaking == []


def is_own_alone(sessions: Sessions, filled: Demonstration, kind: type[Owned]) -> bool:
    """Say whether a structure sees its own rows of a table, however they are asked for, and none of another's."""
    other = aliased(kind)
    with reading(sessions) as everything:
        every = everything.scalar(select(func.count()).select_from(kind)) or 0
        theirs = everything.scalars(select(kind).where(kind.structure_id == filled.other)).first()
        identity = sa.inspect(theirs).identity
    with reading(sessions, sight(filled.structure)) as session:
        mine = [row.structure_id for row in session.scalars(select(kind))]
        counted = session.scalar(select(func.count()).select_from(kind)) or 0
        named = session.scalars(select(kind.structure_id)).all()
        renamed = session.scalars(select(other.structure_id)).all()
        reached = session.get(kind, identity)
    alone = set(mine) == set(named) == set(renamed) == {filled.structure}
    return alone and 0 < counted == len(mine) < every and reached is None


def test_two_sessions_that_ask_the_same_see_each_its_own(sessions: Sessions, filled: Demonstration) -> None:
    asked = []

    for structure in (filled.structure, filled.other, filled.caisse, filled.structure):
        with reading(sessions, sight(structure)) as session:
            asked.append(set(session.scalars(select(ApiKey.structure_id))))

    assert asked == [{filled.structure}, {filled.other}, set(), {filled.structure}]


def test_a_join_shows_no_row_of_another_structure(sessions: Sessions, filled: Demonstration) -> None:
    joined = select(Person.id, PersonRole.structure_id).join(PersonRole, PersonRole.person_id == Person.id)

    with reading(sessions, sight(filled.other)) as session:
        rows = session.execute(joined).all()

    assert {structure for _, structure in rows} == {filled.other}
    assert {person for person, _ in rows} == {filled.others[role] for role in filled.others if role not in OF_CAISSE}


def test_a_person_shared_by_two_structures_is_seen_from_both(
    sessions: Sessions, filled: Demonstration, at: datetime
) -> None:
    shared, other = filled.people[Role.DPO], filled.other
    with sessions.begin() as session:
        actions.set_roles(session, shared, other, frozenset({Role.REFERENT}), by=command(other), at=at)

    for structure in (filled.structure, other):
        with reading(sessions, sight(structure)) as session:
            assert session.get(Person, shared) is not None


def test_changing_or_removing_everything_reaches_no_row_of_another_structure(
    sessions: Sessions, filled: Demonstration
) -> None:
    with sessions(info={SIGHT: sight(filled.structure)}) as session, session.begin():
        session.execute(sa.update(ApiKey).values(name="Changé"))
        session.execute(sa.delete(OwnWord))

    with sessions() as session:
        names = dict(session.execute(select(ApiKey.structure_id, ApiKey.name)).all())
        words = session.scalars(select(OwnWord.structure_id)).all()
    assert (names[filled.structure], names[filled.other]) == ("Changé", "Logiciel")
    assert words == [filled.other]


def test_a_row_of_another_structure_is_never_written(sessions: Sessions, filled: Demonstration, at: datetime) -> None:
    key = ApiKey(structure_id=filled.other, name="Intrus", prefix="0" * 8, hash="", scopes=[], created_at=at)

    with (
        pytest.raises(Forbidden),
        sessions(info={SIGHT: sight(filled.structure)}) as session,
        session.begin(),
    ):
        session.add(key)


def test_a_caisse_sees_what_partners_share_under_the_convention_it_signed(
    sessions: Sessions, filled: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        adoption = Adoption("S1", None, None)
        actions.adopt_convention(session, filled.structure, adoption, by=command(filled.structure), at=at)

    looks = sight(filled.caisse, signed=frozenset({(filled.structure, "S0")}))
    with reading(sessions, looks) as session:
        shared = session.execute(select(AdoptedConvention.structure_id, AdoptedConvention.code)).all()
        kept = session.scalars(select(Receipt)).all()

    assert (shared, kept) == ([(filled.structure, "S0")], [])


def test_every_table_that_names_a_structure_is_filtered_or_says_why_not() -> None:
    named = {table.name for table in app.tables.METADATA.tables.values() if OF_A_STRUCTURE & set(table.columns.keys())}

    assert named - set(ELSEWHERE) == {kind.__tablename__ for kind in OWNED}


@pytest.fixture
def plain_role(sessions: Sessions) -> Iterator[Engine]:
    """Give a connection as PostgreSQL production makes one: a role that owns the tables and is no superuser."""
    engine: Engine = sessions.kw["bind"]
    role = f"vigie_essai_{uuid4().hex[:12]}"
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {role} LOGIN PASSWORD 'essai' NOSUPERUSER NOBYPASSRLS"))
        connection.execute(sa.text(f"GRANT ALL ON SCHEMA public TO {role}"))
        for table in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f"ALTER TABLE {table} OWNER TO {role}"))
    plain = connect(make_url(str(engine.url)).set(username=role, password="essai").render_as_string(False))
    yield plain
    plain.dispose()
    with engine.begin() as connection:
        connection.execute(sa.text(f"REASSIGN OWNED BY {role} TO CURRENT_USER"))
        connection.execute(sa.text(f"DROP OWNED BY {role}"))
        connection.execute(sa.text(f"DROP ROLE {role}"))


@on_postgresql
def test_postgresql_shows_own_rows_only_to_sql_that_no_filter_saw(plain_role: Engine, filled: Demonstration) -> None:
    shown = {kind.__tablename__: seen_raw(plain_role, filled, kind) for kind in OWNED}

    both = {filled.structure, filled.other}
    leaking = {
        table: (untold, mine, service)
        for table, (untold, mine, service) in shown.items()
        if untold or mine != {filled.structure} or not both <= service
    }
    assert leaking == {}


def seen_raw(engine: Engine, filled: Demonstration, kind: type[Owned]) -> tuple[set[str], set[str], set[str]]:
    """Return whose rows SQL of one's own sees: without a sight told, with that of a structure, as the service."""
    raw = sa.text(f"SELECT {kind.structure_id.property.columns[0].name} FROM {kind.__tablename__}")  # our own tables
    with engine.connect() as connection:
        untold = set(connection.execute(raw).scalars())
    with reading(sessionmaker(engine), sight(filled.structure)) as session:
        mine = set(session.execute(raw).scalars())
    with reading(sessionmaker(engine)) as session:
        return untold, mine, set(session.execute(raw).scalars())


@on_postgresql
def test_postgresql_keeps_what_a_transaction_told_from_whoever_uses_the_connection_next(
    plain_role: Engine, filled: Demonstration
) -> None:
    raw = sa.text("SELECT count(*) FROM api_key")

    with reading(sessionmaker(plain_role), sight(filled.structure)) as session:
        mine, first = session.execute(raw).scalar(), session.scalar(sa.text("SELECT pg_backend_pid()"))
    with plain_role.connect() as connection:
        left, second = connection.execute(raw).scalar(), connection.scalar(sa.text("SELECT pg_backend_pid()"))

    assert first == second, "the pool gave the same connection back"
    assert (mine, left) == (1, 0)


@on_postgresql
def test_postgresql_refuses_to_write_a_row_of_another_structure(plain_role: Engine, filled: Demonstration) -> None:
    raw = sa.text("UPDATE own_word SET structure = :other")

    with (
        pytest.raises(DBAPIError, match="row-level security"),
        sessionmaker(plain_role)(info={SIGHT: sight(filled.structure)}) as session,
        session.begin(),
    ):
        session.execute(raw, {"other": filled.other})


@on_postgresql
def test_postgresql_shows_a_caisse_the_adoptions_that_it_signed(plain_role: Engine, filled: Demonstration) -> None:
    looks = sight(filled.caisse, signed=frozenset({(filled.structure, "S0")}))

    with reading(sessionmaker(plain_role), looks) as session:
        rows = session.execute(sa.text("SELECT structure_id, code FROM adopted_convention")).all()

    assert rows == [(filled.structure, "S0")]


@on_postgresql
def test_every_owned_table_has_its_policy(sessions: Sessions) -> None:
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"

    with sessions() as session:
        protected = set(session.execute(sa.text(forced)).scalars())

    assert {kind.__tablename__ for kind in OWNED} <= protected
