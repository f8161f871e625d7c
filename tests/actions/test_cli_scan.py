"""`vigie scan`: verdicts, formats, exit statuses; nothing found is shown unless asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.actions.cli import Call, call

__all__ = ["call"]

NIR = "1 85 07 78 006 000 13"
HEALTH = "Suivi pour un diabète."
CLEAN = "Demande de rendez-vous pour un dossier de C2S."


def found(line: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(line)["findings"]
    return findings


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("text", "status"), [(CLEAN, 0), (HEALTH, 1), (f"NIR {NIR}", 1), ("", 0)])
def test_the_exit_status_says_whether_something_is_refused(call: Call, tmp_path: Path, text: str, status: int) -> None:
    done = call("scan", written(tmp_path, "note.txt", text))

    assert (done.status, done.err) == (status, "")


def test_what_is_to_be_checked_passes_with_a_reason_only(call: Call, tmp_path: Path) -> None:
    picture = tmp_path / "image.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")

    without = call("scan", picture)
    with_reason = call("scan", "--reason", "lu_par_moi", picture)

    assert (without.status, with_reason.status) == (1, 0)


def test_without_convention_general_law_is_cited_and_with_one_its_article(call: Call) -> None:
    alone = call("scan", "--format", "jsonl", "-", given=HEALTH.encode())
    under = call("scan", "--format", "jsonl", "--convention", "S3", "-", given=HEALTH.encode())

    assert found(alone.out)[0]["article"].startswith("RGPD, art. 9")
    assert found(under.out)[0]["article"] == "S3, CU art. 5"


def test_the_convention_may_come_from_the_environment(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_CONVENTION", "S1")

    done = call("scan", "--format", "jsonl", "-", given=HEALTH.encode())

    assert found(done.out)[0]["article"].startswith("S1, ")


def test_a_convention_may_be_a_file_that_the_product_does_not_ship(call: Call, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "governance" / "conventions" / "data" / "S3.toml"
    other = written(tmp_path, "autre.toml", source.read_text("utf-8").replace('code = "S3"', 'code = "LOCALE"', 1))

    done = call("scan", "--format", "jsonl", "--convention", other, "-", given=HEALTH.encode())

    assert found(done.out)[0]["article"].startswith("LOCALE, ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--convention", "S9"), "Aucune convention"),
        (("--convention", "S3", "--on", "1999-01-01"), "n'était pas en vigueur"),
        (("--reason", "fatigue"), "Motif inconnu"),
        (("--on", "demain"), "AAAA-MM-JJ"),
        (("--format", "xml"), "'xml' n'est pas l'un de"),
        (("--bogue",), "'--bogue' n'existe pas"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(call: Call, arguments: tuple[str, ...], said: str) -> None:
    done = call("scan", *arguments, "-", given=HEALTH.encode())

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert said in done.err


def test_the_clause_cited_is_that_of_who_writes(call: Call) -> None:
    asked = ("scan", "--format", "jsonl", "--convention", "S4", "-")

    partner = call(*asked, given=HEALTH.encode())
    caisse = call(*asked, "--writer", "caisse", given=HEALTH.encode())

    assert "S4, CU art. 4.3" in found(partner.out)[0]["article"]
    assert "S4" not in found(caisse.out)[0]["article"]  # the text is silent on the caisse's agents: general law


@pytest.mark.parametrize("output", ["text", "json", "jsonl", "sarif"])
def test_what_is_found_is_masked_unless_it_is_asked_for(call: Call, output: str) -> None:
    given = f"NIR {NIR}, {HEALTH}".encode()

    masked = call("scan", "--format", output, "-", given=given)
    shown = call("scan", "--format", output, "--show", "-", given=given)

    assert NIR not in masked.out
    assert "diabète" not in masked.out
    assert NIR in shown.out
    assert "diabète" in shown.out


def test_what_is_found_in_a_file_name_is_masked_on_the_terminal(call: Call, tmp_path: Path) -> None:
    path = tmp_path / f"bilan {NIR}.csv"
    path.write_text("a;b\nc;d\n")

    done = call("scan", path)

    assert done.status == 1
    assert "bilan [NIR].csv : refusé" in done.out
    assert NIR not in done.out


def test_offsets_are_those_of_the_decoded_text_end_excluded(call: Call) -> None:
    text = f"é😀\n« NIR » : {NIR} ; {HEALTH}"

    done = call("scan", "--input-format", "jsonl", "--format", "jsonl", "-", given=line(1, text))

    assert [text[one["start"] : one["end"]] for one in found(done.out)] == [NIR, "diabète"]


def test_a_line_of_json_answers_with_exactly_the_keys_that_are_promised(call: Call) -> None:
    done = call("scan", "--input-format", "jsonl", "--format", "jsonl", "-", given=line("a", HEALTH))

    answer = json.loads(done.out)
    assert list(answer) == ["id", "verdict", "findings"]
    assert list(answer["findings"][0]) == ["start", "end", "category", "level", "rule", "article"]
    assert (answer["findings"][0]["category"], answer["findings"][0]["level"]) == ("sante", "bloquant")


def test_json_is_one_object_with_its_frame_and_its_counts(call: Call) -> None:
    given = line(1, CLEAN) + line(2, HEALTH) + b"?\n"

    done = call("scan", "--input-format", "jsonl", "--format", "json", "--convention", "S3", "-", given=given)

    answer = json.loads(done.out)
    assert (answer["convention"], [one["id"] for one in answer["results"]]) == ("S3", [1, 2, None])
    assert answer["counts"] == {"accepte": 1, "refuse": 1, "erreurs": 1}
    assert set(answer["versions"]) >= {"engine", "lexicon"}


@pytest.mark.parametrize("given", [b"", b'{"id":1,"text":"suivi pour un diab\\u00e8te"}\n?\n'])
def test_sarif_has_the_structure_that_its_standard_asks_for(call: Call, given: bytes) -> None:
    done = call("scan", "--input-format", "jsonl", "--format", "sarif", "-", given=given)

    log = json.loads(done.out)
    assert list(Draft202012Validator(SARIF).iter_errors(log)) == []
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in log["runs"][0]["results"]} == rules


def test_sarif_places_each_finding_by_its_characters(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path, "une note.txt", f"é {HEALTH}")

    done = call("scan", "--format", "sarif", path)

    result = json.loads(done.out)["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"charOffset": 16, "charLength": 7}
    assert place["artifactLocation"]["uri"].endswith("/une%20note.txt")
    assert (result["level"], result["properties"]["level"]) == ("error", "bloquant")


def test_a_terminal_is_never_commanded_by_what_is_scanned(call: Call) -> None:
    done = call("scan", "--show", "--input-format", "jsonl", "-", given=line("\x1b[31m", f"{HEALTH} 06\x1b12345678"))

    assert "\x1b" not in done.out


def line(identifier: object, text: str) -> bytes:
    return json.dumps({"id": identifier, "text": text}).encode() + b"\n"


def _closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


# What SARIF 2.1.0 (OASIS standard, § 3) asks of the parts that we write.
_TEXT, _BAG = _closed(["text"], text={"type": "string"}), {"type": "object"}
_REGION = _closed(["charOffset", "charLength"], charOffset={"type": "integer", "minimum": 0},
                  charLength={"type": "integer", "minimum": 0})  # fmt: skip
_ARTIFACT = _closed(["uri"], uri={"type": "string", "format": "uri-reference"})
_PHYSICAL = _closed(["artifactLocation"], artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _closed(["physicalLocation"], physicalLocation=_PHYSICAL, message=_TEXT)
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RULE = _closed(["id"], id={"type": "string"}, shortDescription=_TEXT)
_RESULT = _closed(["message", "ruleId"], ruleId={"type": "string"}, level=_LEVEL, message=_TEXT,
                  locations=_list(_LOCATION), properties=_BAG)  # fmt: skip
_DRIVER = _closed(["name"], name={"const": "Vigie"}, version={"type": "string"}, rules=_list(_RULE), properties=_BAG)
_NOTE = _closed(["message"], message=_TEXT, level=_LEVEL, locations=_list(_LOCATION))
_INVOCATION = _closed(["executionSuccessful"], executionSuccessful={"type": "boolean"},
                      toolExecutionNotifications=_list(_NOTE))  # fmt: skip
_RUN = _closed(["tool", "results"], tool=_closed(["driver"], driver=_DRIVER), results=_list(_RESULT),
               invocations=_list(_INVOCATION), properties=_BAG, columnKind={"const": "unicodeCodePoints"})  # fmt: skip
SARIF = _closed(["version", "runs"], version={"const": "2.1.0"}, runs=_list(_RUN), **{"$schema": {"type": "string"}})
