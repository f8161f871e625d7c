"""Requests that hypothesis makes up: every field of every form, every parameter, every body of the API, every address.

Text of every kind, numbers and dates that are not, control characters, what is huge, nested or given twice, bytes that
are no text, wrong types, files that are none.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Semaphore
from typing import Any
from urllib.parse import quote, urlencode

import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contracts.test_hostile_input import HOSTILE, is_home, is_obeyed

THREADS = 8  # requests that are under way at once
LONG = 1_000  # characters
TOO_LONG = 414  # gunicorn refuses an address of more than 4,094 bytes before the service reads it
ODD = ("2026-02-30", "99999-01-01", "0000-00-00", "2026-11-29T25:61", "1e400", "-0", "٣", "²", "null", "[]", "on", "")
NESTED = ('{"a":' * 2_000 + "1" + "}" * 2_000, "[" * 50_000, "[" * 50_000 + "]" * 50_000)
RAW = (b"", b"\xff\xfe{", b"{", b'{"a":1,"a":2}', b"NaN", b"[1e999]", b'"\\ud800"', b"1" * 5_000, b"\0" * 100)
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "text/plain",
    "é/\\",
)
HEADERS = ("Idempotency-Key", "Accept", "Accept-Language", "If-None-Match", "Range", "X-Forwarded-For", "X-Request-Id")


@dataclass(frozen=True)
class Target:
    """What is asked: a method, an address (`{}` stands for what is made up), the names it reads, and a good request."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    is_json: bool = False
    who: str = ""
    good: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A request that was made up."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    file: tuple[str, str, bytes] | None = None


def texts(longest: int) -> st.SearchStrategy[str]:
    """Return text of every kind, up to a length."""
    control = st.text(st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zs"]), max_size=8)
    numbers = st.one_of(st.integers(), st.floats(), st.dates(), st.datetimes(), st.uuids()).map(str)
    huge = st.builds(
        lambda one, times: (one * times)[:longest], st.text(min_size=1, max_size=4), st.integers(1, longest)
    )
    hostile = st.sampled_from([text for text in HOSTILE if len(text) <= longest])
    return st.one_of(st.text(max_size=60), control, numbers, hostile, st.sampled_from(ODD), huge)


def pairs(names: Sequence[str], longest: int) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Return fields, some of them given twice, some that nobody asked for."""
    named = st.sampled_from(names) if names else st.nothing()
    pair = st.tuples(st.one_of(named, named, named, texts(20)), texts(longest))
    return st.lists(pair, min_size=1, max_size=2 * len(names) + 1).map(tuple)


def changed(target: Target, longest: int) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Return a good request of a target with one field changed, or two."""
    if not target.names:
        return pairs(target.names, longest)
    changes = st.dictionaries(st.sampled_from(target.names), texts(longest), min_size=1, max_size=2)
    return changes.map(lambda more: tuple({**dict(target.good), **more}.items()))


def bodies(names: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Return bodies of the API: known names with values of every type, and what is no JSON at all."""
    leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts(20_000))
    value = st.recursive(leaf, lambda one: st.lists(one, max_size=4) | st.dictionaries(texts(20), one, max_size=4))
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(names, value))
    written = st.one_of(known, known, value).map(lambda one: json.dumps(one, ensure_ascii=False).encode())
    return st.one_of(
        written, written, written, st.sampled_from([*RAW, *(text.encode() for text in NESTED)]), st.binary()
    )


def asked(target: Target) -> st.SearchStrategy[Asked]:
    """Return the requests that may be made up for a target."""
    path = st.builds(lambda part: target.path.replace("{}", quote(part, safe="")), texts(200))
    path = path if "{}" in target.path else st.just(target.path)
    latin = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40).map(str.strip)
    headers = st.dictionaries(st.sampled_from(HEADERS), latin, max_size=2)
    if target.method == "GET":
        return st.builds(Asked, path, st.one_of(pairs(target.names, LONG), changed(target, LONG)), headers)
    typed = st.builds(lambda more, kind: {**more, "Content-Type": kind}, headers, st.sampled_from(TYPES))
    named = st.sampled_from(target.names or ("file",))
    file = st.tuples(st.one_of(named, st.just("files")), texts(60), st.binary(max_size=200))
    sent = st.builds(Asked, path, headers=headers, fields=pairs(target.names, 200), file=file)
    if target.is_json:
        json_typed = headers.map(lambda more: {**more, "Content-Type": TYPES[0]})
        written = st.builds(Asked, path, headers=st.one_of(json_typed, json_typed, typed), body=bodies(target.names))
        return st.one_of(written, written, sent)
    form = st.builds(Asked, path, headers=headers, fields=pairs(target.names, 20_000))
    near = st.builds(Asked, path, headers=headers, fields=changed(target, 20_000))
    return st.one_of(near, near, near, form, form, sent, st.builds(Asked, path, headers=typed, body=st.binary()))


def made_up(target: Target, most: int) -> list[Asked]:
    """Give that many requests at most, always the same."""
    made: list[Asked] = []

    @settings(
        max_examples=most, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(asked(target))
    def keep(one: Asked) -> None:
        made.append(one)

    if most:
        keep()
    return made


Enter = Callable[[Target], tuple[dict[str, str], str]]


@dataclass
class Asker:
    """Who sends what is made up, and keeps what broke; `enter` gives the headers and the proof of one signed in."""

    address: str
    enter: Enter
    troubles: set[str] = field(default_factory=set)

    def ask(self, targets: Sequence[Target], total: int) -> None:
        """Send as many requests as were asked for, evenly; a few at once."""
        room = Semaphore(4 * THREADS)
        with ThreadPoolExecutor(THREADS) as pool:
            for place, target in zip(count(1), targets):
                share = total * place // len(targets) - total * (place - 1) // len(targets)
                headers, proof = self.enter(target)
                for one in made_up(target, share):
                    room.acquire()
                    pool.submit(self._send, target, one, headers, proof).add_done_callback(lambda _: room.release())

    def _send(self, target: Target, one: Asked, headers: Mapping[str, str], proof: str) -> None:
        query = urlencode(one.query)
        data: Any = one.body if one.body is not None else [("csrf_token", proof), *one.fields]
        more = {**headers, **one.headers} | ({"X-CSRFToken": proof} if proof else {})
        files = None if one.file is None else {one.file[0]: one.file[1:]}
        asking = requests.Request(
            target.method, self.address + one.path, more, files, data if target.method != "GET" else None
        )
        prepared = asking.prepare()
        prepared.url = f"{self.address}{one.path}" + (f"?{query}" if query else "")  # as it was written
        try:
            with requests.Session() as own:
                answer = own.send(prepared, timeout=60, allow_redirects=False)
        except requests.RequestException as error:
            self.troubles.add(f"no answer – {target.method} {target.path} ({type(error).__name__})")
            return
        if why := trouble(target, answer):
            self.troubles.add(f"{why} – {target.method} {target.path} to {one!r}"[:600])


def trouble(target: Target, answer: requests.Response) -> str:
    """Say what is wrong with an answer, nothing when it is well."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.status_code == TOO_LONG:
        return ""
    media = answer.headers.get("Content-Type", "")
    if "html" in media and is_obeyed(answer.text):
        return "obeyed"
    if target.path.startswith("/api/") and target.path not in ("/api/docs",) and answer.content and "json" not in media:
        return f"{answer.status_code} in {media}"
    led = answer.headers.get("Location")
    return "" if is_home(led) or (led or "").startswith(answer.url[: answer.url.index("/", 8)] + "/") else "led away"
