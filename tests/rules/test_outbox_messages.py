"""What may be written as a message, and what is refused before it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.outbox.addresses import BadAddress, clean_address
from governance.core.outbox.rules import (
    ATTACHMENT_BYTES,
    BODY_LIMIT,
    Attachment,
    BadMessage,
    Message,
    MessageTooLarge,
    check,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAIN = Message("essai", "odile@ccas.example", "Odile : lire avant demain", "Bonjour.", AT + timedelta(hours=1))


@pytest.mark.parametrize(
    "break_", ["\r\nBcc: x@y.example", "\n", "\r", "\0", "\u2028", "\x0b", "\x85", "\u202e", "\u200b"]
)
def test_a_subject_stays_on_one_line(break_: str) -> None:
    message = replace(PLAIN, subject=f"Lire{break_}avant demain")

    with pytest.raises(BadMessage):
        check(message, AT)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "odile",
        "odile@",
        "@ccas.example",
        "odile@ccas",
        "odile@ccas.example\r\nBcc: x@y.example",
        "odile\n@ccas.example",
        "odile@ccas.example>\r\nRCPT TO:<x@y.example",
        "Odile <odile@ccas.example>",
        "a@b.example,c@d.example",
        "o dile@ccas.example",
        ".odile@ccas.example",
        "odile..l@ccas.example",
        "odile@-ccas.example",
        "é" * 33 + "@ccas.example",
        "odile@" + "a" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        clean_address(typed)

    assert not typed or typed not in refused.value.message


def test_an_accented_address_keeps_its_name_and_writes_its_domain_in_ascii() -> None:
    assert clean_address("zoé@préfecture.example") == "zoé@xn--prfecture-c4a.example"


@given(st.text(max_size=80))
def test_whatever_is_typed_an_accepted_address_holds_on_one_line(typed: str) -> None:
    try:
        address = clean_address(typed)
    except BadAddress:
        return

    assert address.isprintable()
    assert not set(address) & set(" \t<>,;")


def test_a_subject_may_hold_the_no_break_spaces_of_french() -> None:
    check(replace(PLAIN, subject="Odile\N{NO-BREAK SPACE}: avant 17\N{NARROW NO-BREAK SPACE}h"), AT)


def test_a_body_too_long_for_a_mail_is_refused() -> None:
    with pytest.raises(MessageTooLarge):
        check(replace(PLAIN, body="a" * (BODY_LIMIT + 1)), AT)


def test_attachments_too_heavy_for_a_mail_are_refused() -> None:
    files = tuple(Attachment(f"{n}.pdf", b"0" * (ATTACHMENT_BYTES // 2 + 1), "application/pdf") for n in range(2))

    with pytest.raises(MessageTooLarge):
        check(replace(PLAIN, attachments=files), AT)


@pytest.mark.parametrize("name", ["", "a\r\nb.pdf", "../a.pdf", "a\\b.pdf"])
def test_the_name_of_an_attachment_cannot_break_a_header_or_leave_its_folder(name: str) -> None:
    with pytest.raises(BadMessage):
        check(replace(PLAIN, attachments=(Attachment(name, b"x"),)), AT)


def test_a_message_whose_deadline_is_past_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="deadline"):
        check(PLAIN, PLAIN.deadline)


def test_a_message_in_the_logs_tells_nothing_of_its_body() -> None:
    assert "Bonjour" not in repr(PLAIN)
