"""What keeping a list would change: told before, and nothing for a list that says what is known."""

from dataclasses import replace
from datetime import date

from governance.conventions.values.accounts import Profile
from governance.habilitations.agents.rules import Civility, Tie
from governance.habilitations.lists.lines import PortalLine, PortalState, StaffLine
from governance.habilitations.lists.plans import Known, check_days, digest, portal_plan, staff_plan

ON = date(2026, 11, 23)
ZOE = Known(
    "1", "zoe@ccas.example", "Lumière", "Zoé", Civility.MADAME, "Assistante", "0321000000", Tie.AGENT,
    date(2020, 1, 1), None, date(2020, 1, 2), date(2026, 1, 5), date(2028, 1, 5),
)  # fmt: skip
SAME = StaffLine(
    2, ZOE.email, ZOE.last_name, ZOE.first_name, Civility.MADAME, ZOE.fonction, ZOE.phone, ZOE.tie, ZOE.joined_on,
    None, ZOE.committed_on, ZOE.trained_on, ZOE.trained_until,
)  # fmt: skip
LINE = PortalLine(2, "zoe@ccas.example", "Lumière", "Zoé", Profile.TECHNICIEN)


def test_a_list_that_says_what_is_known_changes_nothing() -> None:
    plan = staff_plan([SAME], [ZOE], ON)

    assert (plan.created, plan.changed, plan.unchanged, plan.absent) == ((), (), (SAME,), ())


def test_an_empty_cell_says_nothing_and_erases_nothing() -> None:
    bare = StaffLine(2, ZOE.email, ZOE.last_name, ZOE.first_name)

    assert staff_plan([bare], [ZOE], ON).unchanged == (bare,)


def test_what_changes_is_told_field_by_field_before_and_after() -> None:
    left = replace(SAME, fonction="Cheffe de service", left_on=date(2026, 11, 1))

    changed = staff_plan([left], [ZOE], ON).changed[0]

    assert [(one.label, one.before, one.after) for one in changed.differences] == [
        ("Fonction", "Assistante", "Cheffe de service"),
        ("Départ", "–", "01/11/2026"),
    ]


def test_an_older_signature_than_the_known_one_changes_nothing() -> None:
    older = replace(SAME, committed_on=date(2019, 1, 1), trained_on=date(2018, 1, 1), trained_until=date(2020, 1, 1))

    assert staff_plan([older], [ZOE], ON).changed == ()


def test_those_whom_the_list_does_not_name_are_told_unless_they_already_left() -> None:
    gone = replace(ZOE, id="2", email="paul@ccas.example", left_on=date(2026, 1, 1))
    stays = replace(ZOE, id="3", email="ines@ccas.example")

    assert [one.id for one in staff_plan([SAME], [ZOE, gone, stays], ON).absent] == ["3"]


def test_days_to_come_and_trainings_without_end_are_mistakes_of_their_line() -> None:
    future = replace(SAME, committed_on=date(2026, 11, 24), trained_until=None)
    seen = replace(LINE, last_seen_on=date(2027, 1, 1))

    told = [(one.line, one.column) for one in check_days([future, seen], ON)]

    assert told == [
        (2, "Engagement de confidentialité signé le"), (2, "Formation valable jusqu'au"), (2, "Dernière connexion"),
    ]  # fmt: skip


def test_accounts_of_the_portal_are_taken_up_for_declared_agents_only() -> None:
    undeclared = replace(LINE, email="qui@ccas.example")
    closed = replace(LINE, email="ferme@ccas.example", state=PortalState.INACTIVE)
    held = replace(LINE, profile=Profile.GESTIONNAIRE)

    plan = portal_plan(
        [LINE, undeclared, closed, held], frozenset({ZOE.email, "ferme@ccas.example"}), frozenset({held.key}), []
    )

    assert (plan.taken, plan.undeclared, plan.closed, plan.known) == ((LINE,), (undeclared,), (closed,), (held,))


def test_a_list_of_the_portal_is_compared_with_the_one_before() -> None:
    before = [LINE, replace(LINE, email="b@ccas.example"), replace(LINE, email="c@ccas.example")]
    off = replace(LINE, email="b@ccas.example", state=PortalState.INACTIVE)
    now = [LINE, off, replace(LINE, email="d@ccas.example")]

    plan = portal_plan(now, frozenset(), frozenset(), before)

    assert (plan.new, plan.changed, plan.gone) == (1, 1, 1)


def test_the_print_of_a_plan_changes_with_whatever_it_would_write() -> None:
    one, other = staff_plan([SAME], [], ON), staff_plan([replace(SAME, phone="0")], [], ON)

    assert digest(one) == digest(staff_plan([SAME], [], ON)) != digest(other)
