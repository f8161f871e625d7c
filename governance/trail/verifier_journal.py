#!/usr/bin/env python3
"""Vérifie un export du journal de Vigie sans Vigie : Python 3.9 ou plus récent suffit, rien d'autre à installer.

    python3 verifier_journal.py EXPORT.jsonl [--public-key CLE] [--checkpoint POINT.json]

EXPORT.jsonl    l'export de la page « Journal » (un extrait, chaque ligne avec sa preuve)
                ou de « vigie trail export » (le journal entier).
--public-key    la clé publique du service, reçue par une autre voie ; celle de l'export sinon, ce qui est dit.
--checkpoint    un point de contrôle que vous gardez : l'export doit être prouvé devant lui.

Codes de sortie : 0 tout est prouvé ; 1 quelque chose ne l'est pas ; 2 l'export ne peut pas être lu.

Ce qui est vérifié : la signature du point de contrôle (Ed25519, RFC 8032), l'empreinte de chaque entrée (SHA-256 de son
JSON canonique, RFC 8785), et que cette empreinte est dans l'arbre dont le point de contrôle signe la racine (RFC 6962).
"""

from __future__ import annotations  # Python 3.9 too

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

Point = tuple[int, int, int, int]  # of the curve, in extended coordinates


def canonical(value: Any) -> bytes:
    """Return the one way to write a value that holds no float (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf_of(entry: Any) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\0" + canonical(entry)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree."""
    level = list(leaves)
    while len(level) > 1:
        above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    return level[0] if level else hashlib.sha256(b"").digest()


def climbs(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether a path leads from a leaf to a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, top = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            top = node(beside, top)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            top = node(top, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and top == root


def add(one: Point, two: Point) -> Point:
    """Add two points of the curve (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % PRIME
    b = (one[1] + one[0]) * (two[1] + two[0]) % PRIME
    c = 2 * one[3] * two[3] * D % PRIME
    d = 2 * one[2] * two[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar: int, point: Point) -> Point:
    """Multiply a point."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def point_of(raw: bytes) -> Point | None:
    """Return the point that 32 bytes encode (RFC 8032, 5.1.3), or None."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")) or (0, 1, 1, 0)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is that of a public key (RFC 8032, 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, half = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or half is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(half, times(challenge, key))
    same = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def is_checkpoint(point: Any, public: str) -> bool:
    """Say whether a checkpoint bears the signature of a public key."""
    return is_signed(base64.b64decode(public), canonical(point["checkpoint"]), base64.b64decode(point["signature"]))


def whole(lines: Sequence[Any], body: Any) -> Iterator[str]:
    """Yield what is wrong with a whole trail."""
    leaves = []
    for number, line in enumerate(lines, 1):
        if line["position"] != number:
            yield f"Le rang {number} manque."
            return
        if "unreadable" in line:
            yield f"La ligne de rang {number} ne peut plus être lue dans la base."
            return
        leaves.append(leaf_of(line["entry"]) if "entry" in line else bytes.fromhex(line["leaf"]))
    if len(leaves) < body["entries"] or root_of(leaves[: body["entries"]]).hex() != body["root"]:
        yield "Le journal exporté n'est pas celui que le point de contrôle signe."


def extract(lines: Sequence[Any], body: Any) -> Iterator[str]:
    """Yield what is wrong with an extract."""
    for line in lines:
        if line["proof"] is None:
            continue
        path = [bytes.fromhex(one) for one in line["proof"]]
        index, root = line["position"] - 1, bytes.fromhex(body["root"])
        if not climbs(leaf_of(line["entry"]), index, body["entries"], path, root):
            yield f"L'entrée de rang {line['position']} n'est pas celle que le point de contrôle signe."


def check(header: Any, lines: Sequence[Any], public: str, held: Any) -> Iterator[str]:
    """Yield what is wrong."""
    point = header["point"]
    if point is None:
        yield "Aucun point de contrôle n'accompagne cet export : rien n'est prouvé."
        return
    if not is_checkpoint(point, public):
        yield "Le point de contrôle de l'export n'est pas signé par cette clé."
    if held is not None and not is_checkpoint(held, public):
        yield "Le point de contrôle que vous gardez n'est pas signé par cette clé."
    if held is not None and held["checkpoint"] != point["checkpoint"]:
        yield "L'export est prouvé devant un autre point de contrôle que le vôtre : demandez-le devant le vôtre."
    yield from (whole if header["complete"] else extract)(lines, point["checkpoint"])


def summary(header: Any, lines: Sequence[Any]) -> str:
    """Return what was verified, in French."""
    body = header["point"]["checkpoint"]
    outside = sum(1 for line in lines if (line["position"] or body["entries"] + 1) > body["entries"])
    pruned = sum(1 for line in lines if "leaf" in line)
    said = f"{len(lines) - outside} lignes prouvées ({pruned} purgées) devant le point de contrôle du {body['at']}"
    return said + (f" ; {outside} lignes, plus récentes, ne le sont pas encore." if outside else ".")


def main() -> int:
    """Verify the files of the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Vérifie un export du journal de Vigie sans Vigie.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--public-key")
    parser.add_argument("--checkpoint", type=Path)
    asked = parser.parse_args()
    try:
        header, *lines = [json.loads(line) for line in asked.export.read_text("utf-8").split("\n") if line]
        held = json.loads(asked.checkpoint.read_text("utf-8")) if asked.checkpoint else None
        embedded = (header["point"] or {}).get("public_key", "")
        wrong = list(check(header, lines, asked.public_key or embedded, held))
        said = wrong or [summary(header, lines)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"Ces fichiers ne peuvent pas être lus ({type(error).__name__}).", file=sys.stderr)
        return 2
    if not asked.public_key and not wrong:
        print("Clé publique : celle de l'export. Comparez-la à celle que vous tenez du service :", embedded)
    print("\n".join(said))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
