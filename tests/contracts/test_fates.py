"""What is true of every table once a convention ends: what goes can be told apart, and what stays can be read."""

import pytest

import app.tables
from app.destruction import FILES
from governance.core.domains import Domain
from governance.core.fates import Destroyed, Kept
from governance.core.storage import Base
from governance.destruction import selection
from governance.destruction.files import Files
from governance.habilitations.forgetting import OF_ACCOUNTS

assert app.tables.MODULES


def test_every_table_whose_rows_go_says_which_rows_belong_to_a_convention() -> None:
    ours = [mapper for mapper in Base.registry.mappers if mapper.local_table in Base.metadata.tables.values()]
    stated = {mapper.local_table for mapper in ours if isinstance(mapper.class_.fate, Destroyed)}

    walked = selection.destroyed()

    assert {one.table for one in walked} == stated
    assert all("WHERE" not in str(one.mine(Domain("ab", "S0"))) or one.way for one in walked)


def test_a_row_is_deleted_before_the_one_it_hangs_from() -> None:
    order = [one.table for one in selection.tables()]

    for place, table in enumerate(order):
        hangs_from = {key.column.table for key in table.foreign_keys} - {table}
        assert not hangs_from & set(order[:place]), table.name


def test_what_is_kept_is_sealed_under_a_key_that_stays_and_hangs_from_no_row_that_goes() -> None:
    assert selection.clashes() == ()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_goes_takes_everything_that_hangs_from_it_and_leaves_nothing_hanging(kind: Files) -> None:
    inside = {Base.metadata.tables[kind.table], *kind.parts()}

    hanging = {
        table
        for table in Base.metadata.tables.values()
        if any(key.column.table in inside for key in table.foreign_keys)
    }

    assert hanging <= inside


def test_what_is_said_kept_five_years_is_taken_out_by_something() -> None:
    ended = {table.name for kind in FILES for table in (Base.metadata.tables[kind.table], *kind.parts())}
    ended |= {one.__tablename__ for one in OF_ACCOUNTS}

    said = {
        rows.table.name
        for rows in selection.tables()
        if isinstance(rows.fate, Kept) and ("cinq ans" in rows.fate.during or "5 ans" in rows.fate.during)
    }

    assert said and said <= ended
