"""A password of the operator's list is refused, any other is not; a list that could not be read by halves is none."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.refusals import Invalid, Unavailable
from governance.people.leaked import check_list, check_unknown, is_listed

HASHES = [hashlib.sha1(str(number).encode()).hexdigest().upper() for number in range(200)]


def written(folder: Path, passwords: list[str], end: str = "\n", count: str = ":3") -> Path:
    """Write the list of some passwords."""
    hashes = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in set(passwords))
    listed = folder / "list.txt"
    listed.write_bytes("".join(f"{one}{count}{end}" for one in hashes).encode())
    return listed


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [":3", ":1234567", ""])
@given(known=st.lists(st.text(max_size=5), min_size=1, max_size=40), other=st.text(max_size=5))
def test_what_a_list_holds_is_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, end: str, count: str, known: list[str], other: str
) -> None:
    listed = written(tmp_path_factory.mktemp("list"), known, end, count)

    assert all(is_listed(one, listed) for one in known)
    assert is_listed(other, listed) is (other in known)
    assert check_list(listed) == listed


def test_a_leaked_password_is_refused_without_being_repeated(tmp_path: Path) -> None:
    listed = written(tmp_path, ["Correct-Horse-42"])

    with pytest.raises(Invalid, match="fuite connue") as refusal:
        check_unknown("Correct-Horse-42", listed)

    assert refusal.value.field == "password"
    assert "Horse" not in refusal.value.message
    check_unknown("Correct-Horse-43", listed)


def test_without_a_list_nothing_is_refused() -> None:
    check_unknown("Correct-Horse-42", None)


def test_a_list_that_is_gone_lets_no_password_through(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="ne peut pas être lue"):
        check_unknown("Correct-Horse-42", tmp_path / "gone.txt")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "EMPREINTE"),
        ("motdepasse\n", "EMPREINTE"),
        (HASHES[0].lower() + ":3\n", "capitales"),
        (HASHES[0] + ":beaucoup\n", "EMPREINTE"),
        ("A" * 1_000_000, "EMPREINTE"),
        ("".join(f"{one}:3\n" for one in HASHES), "dans l'ordre"),
        ((HASHES[0] + ":3\n") * 2, "dans l'ordre"),
    ],
)
def test_a_file_that_is_no_list_in_order_is_refused_when_the_service_starts(
    tmp_path: Path, text: str, reason: str
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(text)

    with pytest.raises(ValueError, match=reason):
        check_list(listed)


def test_a_list_that_is_not_there_is_refused_when_the_service_starts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ne peut pas être lu"):
        check_list(tmp_path)
