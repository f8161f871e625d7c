"""A DPO registers a convention or an avenant; nothing that is in force is ever overwritten."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from governance.conventions.actions import CodeTaken, import_convention, propose
from governance.conventions.editions import editions, latest_toml
from governance.conventions.queries import UnknownConvention, all_conventions, every_text, find_convention
from governance.conventions.reader import BadConvention
from governance.conventions.rules import NothingNew, Rewrites
from governance.conventions.shipped import CODES, shipped
from governance.conventions.tables import ImportedConvention
from governance.conventions.terms import Convention
from governance.core.refusals import Forbidden
from governance.core.spans import Span, Unit
from governance.core.storage import Base, connect
from governance.core.trail import TrailEntry
from governance.people.rules import DPOS, HUMANS, Actor, Kind, Role, command

S1 = (files("governance.conventions.data") / "S1.toml").read_text("utf-8")
LILLE = S1.replace('code = "S1"', 'code = "LILLE-1"')
AMENDMENT = """
[[rules.B1]]
since = 2026-03-01
value = "24 h"
article = "avenant n° 1, art. 2"
quote = "dans les vingt-quatre heures"
"""
AT = datetime(2026, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = connect(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    Base.metadata.create_all(engine, tables=[ImportedConvention.__table__, TrailEntry.__table__])  # type: ignore[list-item]  # tables
    with Session(engine) as session:
        yield session
    engine.dispose()


def someone(role: Role = Role.DPO, structure: str = "ccas") -> Actor:
    return Actor("dpo", Kind.PERSON, structure, frozenset({role}), "Odile Lamarche")


def registered(session: Session, text: str, structure: str = "ccas") -> Convention:
    return import_convention(session, text, by=someone(structure=structure), at=AT, name="essai.toml")


def test_the_five_are_known_without_any_import(session: Session) -> None:
    assert [one.code for one in all_conventions(session)] == list(CODES)
    assert find_convention(session, "S3") is shipped()["S3"]


def test_an_unknown_code_is_refused_without_being_repeated(session: Session) -> None:
    with pytest.raises(UnknownConvention) as caught:
        find_convention(session, "Camille Exemple")

    assert "Camille" not in caught.value.message


def test_a_new_convention_is_found_listed_and_traced(session: Session) -> None:
    registered(session, LILLE)

    found = find_convention(session, "LILLE-1")
    entry = session.scalars(select(TrailEntry)).one()
    assert (found.edition, found.partner) == (1, "CCAS de Besançon")
    assert [one.code for one in all_conventions(session)] == ["LILLE-1", *CODES]
    assert (entry.action, entry.subject, entry.actor, entry.structure) == (
        "convention.imported",
        "LILLE-1",
        "dpo",
        "ccas",
    )


def test_an_amendment_of_a_shipped_convention_becomes_its_second_edition(session: Session) -> None:
    registered(session, S1 + AMENDMENT)

    found = find_convention(session, "S1", "ccas")
    assert found.edition == 2
    assert found.on(date(2026, 1, 1)).B1.value == Span(48, Unit.HOURS)
    assert found.on(date(2026, 4, 1)).B1.value == Span(24, Unit.HOURS)
    assert [one.edition for one in all_conventions(session, "ccas")] == [1, 2, 1, 1, 1]


def test_an_amendment_of_a_shipped_convention_binds_the_structure_that_registered_it_alone(session: Session) -> None:
    registered(session, S1 + AMENDMENT, "ccas")
    later = AMENDMENT.replace("24 h", "12 h")

    second = registered(session, S1 + later, "autre")

    texts = every_text(session)
    found = {name: texts.binding(name, "S1") for name in ("ccas", "autre", "tiers")}
    assert {name: one and one.on(date(2026, 4, 1)).B1.value for name, one in found.items()} == {
        "ccas": Span(24, Unit.HOURS),
        "autre": Span(12, Unit.HOURS),
        "tiers": Span(48, Unit.HOURS),
    }
    assert second.edition == 2
    assert find_convention(session, "S1").edition == find_convention(session, "S1", "tiers").edition == 1
    assert [one.number for one in editions(session, "S1", "autre")] == [2, 1]
    assert latest_toml(session, "S1", "ccas") == S1 + AMENDMENT


def test_every_text_received_is_kept_as_it_was(session: Session) -> None:
    registered(session, LILLE)
    registered(session, LILLE + AMENDMENT)

    texts = session.scalars(select(ImportedConvention).order_by(ImportedConvention.edition)).all()
    assert [(row.edition, row.toml) for row in texts] == [(1, LILLE), (2, LILLE + AMENDMENT)]


@pytest.mark.parametrize("text", [S1, LILLE], ids=["shipped", "imported"])
def test_a_text_that_changes_what_is_in_force_is_refused(session: Session, text: str) -> None:
    if text is LILLE:
        registered(session, LILLE)

    with pytest.raises(Rewrites) as caught:
        registered(session, text.replace('default = "24 h"', 'default = "48 h"'))

    assert "la règle B1" in caught.value.message
    assert "la règle B2" not in caught.value.message


def test_a_text_that_drops_a_version_is_refused(session: Session) -> None:
    registered(session, LILLE + AMENDMENT)

    with pytest.raises(Rewrites):
        registered(session, LILLE)


def test_a_text_that_forgets_a_caisse_or_moves_the_adoption_is_refused(session: Session) -> None:
    with pytest.raises(Rewrites, match="caisses"):
        registered(
            session,
            S1.replace('code = "doubs"', 'code = "jura"').replace('["doubs"]', '["jura"]').replace("doubs =", "jura ="),
        )
    with pytest.raises(Rewrites, match="adoption"):
        registered(session, S1.replace("2024-06-12", "2024-06-13"))


def test_the_same_text_twice_adds_nothing(session: Session) -> None:
    registered(session, LILLE)

    with pytest.raises(NothingNew):
        registered(session, LILLE)


def test_a_signature_date_entered_later_is_a_new_edition(session: Session) -> None:
    registered(session, LILLE)

    found = registered(session, LILLE.replace('signature = "inconnue"', "signature = 2024-07-01"))

    assert (found.edition, found.signature) == (2, date(2024, 7, 1))


def test_a_code_belongs_to_the_structure_that_took_it(session: Session) -> None:
    registered(session, LILLE, "ccas")

    with pytest.raises(CodeTaken):
        registered(session, LILLE + AMENDMENT, "autre")


def test_a_bad_file_leaves_nothing_behind(session: Session) -> None:
    with pytest.raises(BadConvention):
        registered(session, LILLE.replace("[[rules.B1]]", "[[rules.B0]]"))

    assert session.scalars(select(ImportedConvention)).all() == []
    assert session.scalars(select(TrailEntry)).all() == []


def test_a_text_that_another_import_overtakes_is_refused(session: Session) -> None:
    rival = dict.fromkeys(("toml", "imported_by"), "x") | {
        "code": "LILLE-1",
        "edition": 1,
        "sha256": "0" * 64,
        "binds": "",
    }

    @event.listens_for(session, "before_flush", once=True)
    def overtake(session: Session, *_: object) -> None:
        session.execute(insert(ImportedConvention).values(**rival, id="rival", imported_at=AT))

    with pytest.raises(CodeTaken):
        registered(session, LILLE)

    assert session.scalars(select(TrailEntry)).all() == []


@pytest.mark.parametrize("role", sorted(HUMANS - DPOS))
def test_only_a_dpo_imports(session: Session, role: Role) -> None:
    with pytest.raises(Forbidden):
        import_convention(session, LILLE, by=someone(role), at=AT)

    assert session.scalars(select(ImportedConvention)).all() == []


def test_the_command_line_imports_for_the_structure_it_names(session: Session) -> None:
    import_convention(session, LILLE, by=command("ccas"), at=AT)

    row = session.scalars(select(ImportedConvention)).one()
    assert (row.imported_by, row.structure) == ("commande", "ccas")


def test_a_proposal_says_what_it_follows_and_writes_nothing(session: Session) -> None:
    proposal = propose(session, S1 + AMENDMENT, by=someone())

    assert (proposal.convention.edition, proposal.known) == (2, shipped()["S1"])
    assert session.scalars(select(ImportedConvention)).all() == []
