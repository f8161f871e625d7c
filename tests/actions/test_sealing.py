"""What is sealed reads as plain text in a row, and as nothing anywhere else."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from governance.core.domains import Domain
from governance.core.keystore import KeyStore, NoKeyStore
from governance.core.sealed_columns import opened_columns
from governance.core.sealed_rows import is_equal, sealed_rows
from governance.core.seals import NotSealed, SealBroken
from tests.actions.sealed_probe import Account, Reached, account, probe

__all__ = ["probe"]

HERE, ELSEWHERE = Domain("a1", "S1"), Domain("a1", "S2")


def raw(session: Session, column: str) -> bytes:
    value = session.scalar(text(f"SELECT {column} FROM probe_account"))
    return bytes(value)


def test_a_row_is_written_and_read_in_plain_words_and_kept_sealed(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account(phone="0102030405"))

    with probe() as session:
        read = session.scalars(select(Account)).one()
        kept = [raw(session, column) for column in ("name", "phone", "email", "email_hash")]

    assert (read.name, read.phone, read.email) == ("Ada Lemoine", "0102030405", "ada@ici.example")
    assert type(read.name) is str
    assert not [value for value in kept if b"Ada" in value or b"ada@" in value or b"0102" in value]


def test_a_row_still_reads_plainly_once_written(probe: sessionmaker[Session]) -> None:
    row = account()

    with probe.begin() as session:
        session.add(row)
        session.flush()

        assert (type(row.name), row.name, row.phone) == (str, "Ada Lemoine", None)


def test_the_same_value_sealed_twice_is_never_the_same_bytes(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add_all([account(), account()])

    with probe() as session:
        tokens = session.scalars(text("SELECT name FROM probe_account")).all()

    assert len({bytes(token) for token in tokens}) == 2


def test_only_what_changes_is_sealed_again_and_its_hash_follows(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account())
    with probe.begin() as session:
        before = raw(session, "name"), raw(session, "email"), raw(session, "email_hash")
        session.scalars(select(Account)).one().email = "ada.lemoine@ici.example"

    with probe() as session:
        after = raw(session, "name"), raw(session, "email"), raw(session, "email_hash")
        found = session.scalars(select(Account).where(is_equal(session, Account.email, "ada@ici.example", HERE))).all()
        now = select(Account).where(is_equal(session, Account.email, "ada.lemoine@ici.example", HERE))

        assert (after[0] == before[0], after[1] == before[1], after[2] == before[2]) == (True, False, False)
        assert (found, session.scalars(now).one().name) == ([], "Ada Lemoine")


def test_a_hash_tells_nothing_in_another_convention_unless_declared_anywhere(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add_all([account(), Reached(id="r", structure_id="a1", email="ada@ici.example")])

    with probe() as session:
        there = session.scalars(select(Account).where(is_equal(session, Account.email, "ada@ici.example", ELSEWHERE)))
        reached = session.scalars(select(Reached).where(is_equal(session, Reached.email, "ada@ici.example")))

        assert (there.all(), reached.one().id) == ([], "r")


def test_a_unique_address_stays_unique_though_sealed(probe: sessionmaker[Session]) -> None:
    with pytest.raises(IntegrityError), probe.begin() as session:
        session.add_all([Reached(id=one, structure_id=one, email="ada@ici.example") for one in ("r", "s")])


def test_nothing_is_kept_of_what_is_not_there(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(Reached(id="r", structure_id="a1", email=None))

    with probe() as session:
        read = session.get_one(Reached, "r")

        assert (read.email, read.email_hash) == (None, None)


def test_a_row_given_to_another_domain_is_sealed_again_whole(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account())
    with probe.begin() as session:
        row = session.scalars(select(Account)).one()
        row.convention = "S2"

    with probe() as session:
        found = session.scalars(select(Account).where(is_equal(session, Account.email, "ada@ici.example", ELSEWHERE)))

        assert found.one().name == "Ada Lemoine"


def test_many_rows_at_once_are_sealed_too(probe: sessionmaker[Session]) -> None:
    rows = [
        {"id": str(one), "structure_id": "a1", "convention": "S1", "name": f"N {one}", "email": f"{one}@ici.example"}
        for one in range(50)
    ]

    with probe.begin() as session:
        session.execute(insert(Account), sealed_rows(session, Account, rows))

    with probe() as session:
        read = session.scalars(select(Account).where(is_equal(session, Account.email, "7@ici.example", HERE))).one()
        assert (read.id, read.name, read.phone) == ("7", "N 7", None)


@pytest.mark.parametrize("write", [insert(Account), update(Account)])
def test_a_value_written_without_its_row_is_refused(probe: sessionmaker[Session], write) -> None:
    values = {"id": "1", "structure_id": "a1", "convention": "S1", "name": "Ada", "email": "a@b.fr", "email_hash": b""}

    with pytest.raises(StatementError, match="through its row"), probe.begin() as session:
        session.execute(write.values(values))


def test_a_sealed_column_can_be_neither_compared_nor_sorted() -> None:
    for ask in (lambda: Account.name == "Ada", lambda: Account.name.desc(), lambda: Account.name.like("A%")):
        with pytest.raises(TypeError, match="keyed hash"):
            ask()

    assert str(Account.phone.is_(None)) == "probe_account.phone IS NULL"


def test_a_sealed_column_read_apart_from_its_row_says_nothing(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account())

    with probe() as session:
        (value,) = session.scalars(select(Account.name))

    assert repr(value) == "<sealed>"
    with pytest.raises(TypeError, match="its row"):
        str(value)


def test_columns_of_many_rows_are_opened_without_their_rows(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add_all([account(id="1", name="Ada"), account(id="2", name="Élie", convention="S2"), account(id="3")])

    with probe() as session:
        found = opened_columns(session, Account, ("name", "convention", "phone"), Account.id < "3")

    assert found == [("Ada", "S1", None), ("Élie", "S2", None)]


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE probe_account SET name = email",
        "UPDATE probe_account SET convention = 'S2'",
        "UPDATE probe_account SET structure_id = 'b2'",
        "UPDATE probe_account SET id = 'x'",
    ],
)
def test_a_ciphertext_moved_elsewhere_is_refused_by_name(probe: sessionmaker[Session], move: str) -> None:
    with probe.begin() as session:
        session.add(account())
    with probe.begin() as session:
        session.execute(text(move))

    with pytest.raises(SealBroken, match="déplacée"), probe() as session:
        session.scalars(select(Account)).all()
    with pytest.raises(SealBroken, match="déplacée"), probe() as session:
        opened_columns(session, Account, ("name", "email"))


def test_a_value_left_in_the_clear_is_refused_by_name(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account())
    with probe.begin() as session:
        session.execute(text("UPDATE probe_account SET name = :clear"), {"clear": b"Ada Lemoine"})

    with pytest.raises(NotSealed), probe() as session:
        session.scalars(select(Account)).all()
    with pytest.raises(NotSealed), probe() as session:
        opened_columns(session, Account, ("name",))


def test_a_session_without_keys_neither_writes_nor_reads_what_is_sealed(probe: sessionmaker[Session]) -> None:
    with probe.begin() as session:
        session.add(account())
    bare = sessionmaker(probe.kw["bind"])

    with pytest.raises(NoKeyStore), bare() as session:
        session.scalars(select(Account)).all()
    with pytest.raises(NoKeyStore), bare.begin() as session:
        session.add(account())


def test_a_refreshed_or_expired_row_is_opened_again(probe: sessionmaker[Session]) -> None:
    row = account()
    with probe.begin() as session:
        session.add(row)
        session.flush()
        session.refresh(row, ["name"])
        refreshed = row.name
        session.expire(row)

        assert (refreshed, row.email) == ("Ada Lemoine", "ada@ici.example")


def test_a_file_is_sealed_byte_for_byte(probe: sessionmaker[Session]) -> None:
    content = bytes(range(256)) * 100

    with probe.begin() as session:
        row = account()
        row.letter = content
        session.add(row)

    with probe() as session:
        assert session.scalars(select(Account)).one().letter == content
        assert content not in raw(session, "letter")


def test_any_text_comes_back_as_it_went(probe: sessionmaker[Session], store: KeyStore) -> None:
    strange = ["", "é" * 5_000, "a\x00b", "\ud800", "🗝️", "\x01"]

    with probe.begin() as session:
        session.add_all([account(id=str(place), name=value) for place, value in enumerate(strange)])

    with probe() as session:
        assert [row.name for row in session.scalars(select(Account).order_by(Account.id))] == strange
