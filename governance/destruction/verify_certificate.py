#!/usr/bin/env python3
"""Vérifie une attestation de destruction de Vigie sans Vigie : Python 3.9 ou plus récent, et « cryptography ».

    python3 verify_certificate.py ATTESTATION.json [--ids FICHIER]... [--public-key CLE] [--trail-key CLE]
                                  [--previous AVANT.json] [--visa FICHIER] [--stamp-out DOSSIER]

ATTESTATION.json  l'attestation, telle que le service la donne.
--ids             les identifiants opaques détruits par un passage (« identifiants-….txt »), à donner pour chaque
                  passage : leur racine est recalculée.
--public-key      la clé publique des attestations, reçue par une autre voie ; celle du fichier sinon, ce qui est dit.
--trail-key       celle du journal, de même.
--previous        l'attestation d'avant (provisoire), que la définitive nomme par son empreinte.
--visa            le bordereau visé : son empreinte doit être celle de l'attestation.
--stamp-out       écrire dans ce dossier ce qui fut horodaté (attestation.bin) et le jeton de l'autorité
                  (attestation.tsr), que « openssl ts -verify » vérifie avec le certificat racine de l'autorité.

Codes de sortie : 0 tout est prouvé ; 1 quelque chose ne l'est pas, et c'est dit ; 2 le fichier ne peut pas être lu.
"""

from __future__ import annotations  # Python 3.9 too

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "vigie-destruction/1"
STATES = ("provisional", "partial", "final")
FRENCH = {"provisional": "provisoire", "partial": "partielle", "final": "définitive"}


def canonical(value: Any) -> bytes:
    """Return the one way to write a value that holds no float (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> str:
    """Return the root of a tree, in hexadecimal."""
    level = list(leaves)
    while len(level) > 1:
        above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    return (level[0] if level else hashlib.sha256(b"").digest()).hex()


def rows_of(path: Path) -> list[list[str]]:
    """Return the rows of a file of identifiers: the table, the identifier."""
    return [line.split("\t", 1) for line in path.read_text("utf-8").split("\n") if line]


def is_signed(public: str, body: Any, signature: str) -> bool:
    """Say whether a body bears the signature of a public key (Ed25519, RFC 8032)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical(body))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def signatures(document: Any, public: str, trail_key: str) -> Iterator[str]:
    """Yield what is wrong with the signatures."""
    body, point = document["certificate"], document["certificate"]["trail"]
    if body["format"] != FORMAT or body["state"] not in STATES:
        yield "Ce n'est pas une attestation de destruction de cette version."
    if not is_signed(public, body, document["signature"]):
        yield "La signature de l'attestation n'est pas celle de cette clé : elle a été changée, ou vient d'ailleurs."
    if point is None:
        yield "Aucun point de contrôle du journal n'accompagne l'attestation."
    elif not is_signed(trail_key, point["checkpoint"], point["signature"]):
        yield "Le point de contrôle du journal n'est pas signé par cette clé."


def stamp(document: Any, folder: Path | None) -> Iterator[str]:
    """Yield what is wrong with the time stamp (RFC 3161); write it for openssl, which knows authorities."""
    content = canonical(document["certificate"])
    if "stamp" not in document:
        if folder is not None:
            yield "L'attestation n'est pas horodatée."
        return
    token = base64.b64decode(document["stamp"], validate=True)
    if hashlib.sha256(content).digest() not in token:
        yield "L'horodatage n'est pas celui de cette attestation."
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "attestation.bin").write_bytes(content)
        (folder / "attestation.tsr").write_bytes(token)


def counts(body: Any) -> Iterator[str]:
    """Yield what is left somewhere, or was not verified."""
    for act in body["acts"]:
        where = f"Passage {act['number']}"
        for table, found in sorted(act["tables"].items()):
            if found["after"] != 0:
                yield f"{where} : il reste {found['after']} ligne(s) dans {table}."
    last = body["acts"][-1] if body["acts"] else {"verification": {}, "keys": {}, "old_master": {}}
    if not last["verification"].get("places"):
        yield "Rien ne dit que tout a été relu."
    if not last["keys"].get("generation") or last["keys"]["generation"] != last["old_master"].get("generation"):
        yield "L'ancienne clé maître n'a pas été vue disparaître."
    for store in body["stores"]:
        if store["kind"] != "escrow" and (store["after"] != 0 if store["connected"] else not store["attested_at"]):
            yield f"Le lieu {store['id']} ({store['kind']}) n'est ni vidé ni attesté."


def gates(body: Any) -> Iterator[str]:
    """Yield what should have come first and did not."""
    for gate in body["gates"]:
        if not gate["open"]:
            yield f"Un préalable manquait : {gate['title']}."
    persons = {one["id"] for one in body["persons"]}
    roles = {role for one in body["persons"] for role in one["roles"]}
    if len(persons) < 2 or len(roles) < 2:
        yield "Deux personnes dans deux rôles n'ont pas donné leur accord."
    slip = body["archives"]
    if slip is None or slip["answer"] not in ("granted", "partial", "not_needed"):
        yield "Les archives n'ont pas répondu."
    elif slip["answer"] != "not_needed" and not slip["visa_sha256"]:
        yield "Le visa des archives n'est pas joint."


def dates(body: Any) -> Iterator[str]:
    """Yield what is not in its order."""
    names = ("opened_at", "started_at", "destroyed_at", "issued_at")
    said = [datetime.fromisoformat(body[name]) for name in names]
    if said != sorted(said):
        yield "Les instants de l'attestation ne se suivent pas."
    if body["ended_on"] >= body["started_at"][:10]:
        yield "La convention n'avait pas pris fin."
    waiting = [one["id"] for one in body["holds"] if one["released_at"] is None]
    if body["state"] == "final":
        if body["backups"]:
            yield "Définitive, elle nomme encore des sauvegardes."
        if waiting:
            yield "Définitive, elle nomme encore des mesures de conservation."
        if any(one["kind"] == "escrow" and not one["attested_at"] for one in body["stores"]):
            yield "Définitive, sans un mot sur la copie de secours de la clé maître."
    if (body["state"] == "partial") != bool(waiting):
        yield "Une mesure de conservation court et l'attestation ne le dit pas, ou l'inverse."


def identifiers(body: Any, files: Sequence[Path]) -> Iterator[str]:
    """Yield what is wrong with the identifiers that were given."""
    roots: dict[str, Any] = {}
    for path in files:
        rows = rows_of(path)
        leaves = [hashlib.sha256(b"\0" + canonical(row)).digest() for row in rows]
        roots[root_of(leaves)] = rows
    for act in body["acts"]:
        rows = roots.pop(act["root"], None)
        if rows is None:
            yield f"Aucun fichier donné n'a la racine du passage {act['number']} : il manque, ou a été changé."
            continue
        for table, found in sorted(act["tables"].items()):
            count = sum(1 for row in rows if row[0] == table)
            if count != found["before"]:
                yield f"Passage {act['number']} : {count} identifiants de {table} pour {found['before']} lignes."
    for _ in roots:
        yield "Un fichier d'identifiants n'est celui d'aucun passage."


def others(body: Any, previous: Path | None, visa: Path | None) -> Iterator[str]:
    """Yield what is wrong with the files beside the certificate."""
    if previous is not None:
        before = json.loads(previous.read_text("utf-8"))["certificate"]
        if hashlib.sha256(canonical(before)).hexdigest() != body["previous"]:
            yield "L'attestation d'avant n'est pas celle que celle-ci nomme."
    if visa is not None:
        held = (body["archives"] or {}).get("visa_sha256")
        if hashlib.sha256(visa.read_bytes()).hexdigest() != held:
            yield "Le bordereau visé n'est pas celui que l'attestation nomme."


def check(document: Any, asked: argparse.Namespace) -> Iterator[str]:
    """Yield everything that is wrong."""
    body = document["certificate"]
    yield from signatures(
        document, asked.public_key or document["public_key"], asked.trail_key or document["trail_public_key"]
    )
    yield from stamp(document, asked.stamp_out)
    for look in (counts, gates, dates):
        yield from look(body)
    if asked.ids:
        yield from identifiers(body, asked.ids)
    yield from others(body, asked.previous, asked.visa)


def summary(body: Any, with_ids: bool) -> str:
    """Return what was verified, in French."""
    total = sum(found["before"] for act in body["acts"] for found in act["tables"].values())
    said = [
        f"Attestation {FRENCH[body['state']]} : {total} ligne(s) détruites pour la convention "
        f"{body['convention']['code']} de {body['structure']['name']}, le {body['destroyed_at'][:10]}.",
        "Les identifiants détruits sont ceux de l'attestation."
        if with_ids
        else "Les identifiants n'ont pas été donnés (--ids) : leur racine n'est pas recalculée.",
    ]
    if body["state"] != "final":
        until = max((one["expires_at"][:10] for one in body["backups"]), default=None)
        said.append(
            f"Des sauvegardes portent encore ces données jusqu'au {until}, illisibles sans leurs clés."
            if until
            else f"Les copies de la machine se gardent {body['other_backups_days']} jour(s)."
        )
    return "\n".join(said)


def main() -> int:
    """Verify the files of the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Vérifie une attestation de destruction de Vigie sans Vigie.")
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--ids", type=Path, action="append", default=[])
    parser.add_argument("--public-key")
    parser.add_argument("--trail-key")
    parser.add_argument("--previous", type=Path)
    parser.add_argument("--visa", type=Path)
    parser.add_argument("--stamp-out", type=Path)
    asked = parser.parse_args()
    try:
        document = json.loads(asked.certificate.read_text("utf-8"))
        wrong = list(check(document, asked))
        said = wrong or [summary(document["certificate"], bool(asked.ids))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"Ces fichiers ne peuvent pas être lus ({type(error).__name__}).", file=sys.stderr)
        return 2
    if not wrong and not (asked.public_key and asked.trail_key):
        print("Clés publiques : celles du fichier. Comparez-les à celles que vous tenez du service :")
        print(f"  attestations {document['public_key']}\n  journal      {document['trail_public_key']}")
    print("\n".join(said))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
