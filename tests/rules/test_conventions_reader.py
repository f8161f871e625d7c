"""A convention file is read whole, or refused with every mistake, its rule and its line."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.conventions.reader import BadConvention, ConventionTooLarge, read
from governance.core.refusals import Refusal

S3 = (files("governance.conventions.data") / "S3.toml").read_text("utf-8")


def refused(text: str | bytes) -> BadConvention:
    with pytest.raises(BadConvention) as caught:
        read(text, "essai.toml")
    return caught.value


def without(rule: str) -> str:
    return re.sub(rf"\[\[rules\.{rule}\]\]\n(?:[^\n]+\n)+", "", S3)


def line_of(text: str, wanted: str) -> int:
    return text[: text.index(wanted)].count("\n") + 1


def test_a_good_file_is_read_with_or_without_a_byte_order_mark() -> None:
    assert read(S3.encode("utf-8-sig"), "essai.toml").code == read(S3, "essai.toml").code == "S3"


@pytest.mark.parametrize("rule", ["P1", "B1", "A10", "S1r", "G5"])
def test_a_missing_rule_is_named(rule: str) -> None:
    problem = refused(without(rule)).problems[0]

    assert problem.rule == rule
    assert "absente" in problem.message


def test_an_unknown_rule_is_named_with_its_line() -> None:
    text = S3 + '\n[[rules.Z9]]\nsince = 2025-10-06\nvalue = "x"\n'

    refusal = refused(text)

    assert (refusal.problems[0].rule, refusal.problems[0].line) == ("Z9", line_of(text, "[[rules.Z9]]"))
    assert f"essai.toml, ligne {refusal.problems[0].line}, règle Z9 : règle inconnue." in refusal.message


@pytest.mark.parametrize(
    ("rule", "good", "bad", "said"),
    [
        ("B1", 'value = "48 h"', "value = 48", "texte"),
        ("B1", 'value = "48 h"', 'value = "xx h"', "Durée illisible"),
        ("B1", 'value = "48 h"', 'value = ""', "texte non vide"),
        ("A8", "value = true", 'value = "oui"', "true ou false"),
        ("A15", 'value = "6 mois"', "value = true", "texte"),
        ("A18", '"bénévole"]', '"voisin"]', "parmi : « employé »"),
        ("A18", 'value = ["employé", "salarié", "bénévole"]', "value = []", "au moins un élément"),
        ("G2", 'value = "1 an"', 'value = "1 an"\nwhen = 1', "clé inconnue"),
        ("G2", 'value = "1 an"', 'value = "1 an"\ndefault = "1 an"', "n'a pas de valeur par défaut"),
        ("G2", 'value = "1 an"', 'value = "1 an"\nreason = "silent"', "règle absente"),
        ("G2", 'value = "1 an"', 'value = "1\\u0000 an"', "caractère de commande"),
        ("G2", 'value = "1 an"', 'status = "sure"\nvalue = "1 an"', "valeur attendue parmi"),
        ("D6", 'notice = "30 jours calendaires"', "notice = 30", "texte"),
        ("D6", 'notice = "30 jours calendaires", ', "", "clé absente"),
    ],
)
def test_an_ill_typed_rule_is_named_with_the_line_of_the_key(rule: str, good: str, bad: str, said: str) -> None:
    start = S3.index(f"[[rules.{rule}]]")
    text = S3[:start] + S3[start:].replace(good, bad, 1)

    problem = next(one for one in refused(text).problems if said in one.message)

    assert problem.rule == rule
    assert line_of(text, f"[[rules.{rule}]]") < problem.line < line_of(text, f"[[rules.{rule}]]") + 12


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    text = without("B3").replace('code = "S3"', 'code = "s 3"').replace('value = "6 mois"', "value = 6")

    refusal = refused(text)

    assert {one.rule for one in refusal.problems} == {None, "A15", "B3"}
    assert [one.line for one in refusal.problems] == sorted(one.line for one in refusal.problems)
    assert refusal.field == "file"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("adopted = 2025-10-06", 'adopted = "hier"', "un jour est attendu"),
        ("adopted = 2025-10-06", "adopted = 2025-10-06T10:00:00", "un jour est attendu"),
        ("adopted = 2025-10-06", "adopted = 2025-10-07", "jour d'adoption"),
        ('signature = "inconnue"', 'signature = "jamais"', "« inconnue »"),
        ('code = "S3"', 'code = "../etc"', "le code"),
        ('code = "roubaix-tourcoing"', 'code = "lille"', "caisse inconnue"),
        ("dpo.cpam-roubaix-tourcoing@assurance-maladie.fr", "dpo", "courriel"),
        ('reading = "au moins avant" },\n]', 'reading = "au moins avant" },\n]\n', None),
        ('effect = "inconnue"', 'effect = "inconnue"\nend = 2024-01-01', "précède"),
    ],
)
def test_a_bad_header_or_mailbox_is_told(good: str, bad: str, said: str | None) -> None:
    text = S3.replace(good, bad, 1)

    if said is None:
        assert read(text, "essai.toml")
    else:
        assert said in refused(text).message


def test_a_version_that_does_not_follow_the_first_is_refused() -> None:
    text = (
        S3 + '\n[[rules.G2]]\nsince = 2025-10-06\nvalue = "6 mois"\narticle = "avenant"\nquote = "deux fois par an"\n'
    )

    problem = refused(text).problems[0]

    assert (problem.rule, problem.line) == ("G2", S3.count("\n") + 3)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "clé absente"),
        (b"code = ", "illisible"),
        (b"\xff\xfe", "UTF-8"),
        (S3.encode("latin-1", "replace"), "UTF-8"),
        (S3.encode("utf-16"), "UTF-8"),
        (b"a = " + b"[\n" * 5000, "profondément"),
        (b"a = " + b"9" * 1900, "clé inconnue"),
        (b".".join([b"a"] * 50_000), "signes"),
        (b"code = 'x\x00y'", "illisible"),
        (b"rules = 3", "clé absente"),
        (b"[rules]\nB1 = 3", "une liste de versions"),
        (b"[[rules.B1]]\nvalue = 3", "clé absente"),
        (b"rules.B1 = [1]", "une table est attendue"),
        ("title = '\ud800'", "UTF-8"),
    ],
)
def test_what_is_no_convention_is_refused_clearly(source: bytes | str, said: str) -> None:
    assert said in refused(source).message


def test_ten_megabytes_are_refused_before_being_read() -> None:
    with pytest.raises(ConventionTooLarge):
        read(b"a" * 10_000_000, "essai.toml")


def test_a_refusal_repeats_no_value_that_was_typed() -> None:
    text = S3.replace("dpo.cpam-roubaix-tourcoing@assurance-maladie.fr", "Camille Exemple 06 00 00 00 00", 1)

    assert "Camille" not in refused(text).message


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    with pytest.raises(Refusal):
        read(source, "essai.toml")


@given(st.integers(0, len(S3)), st.integers(1, 400))
def test_any_cut_in_a_good_file_is_read_or_refused(start: int, length: int) -> None:
    text = S3[:start] + S3[start + length :]

    try:
        convention = read(text, "essai.toml")
    except BadConvention as refusal:
        assert refusal.problems
    else:
        assert len(convention.versions) == 69
