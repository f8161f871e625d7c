"""Where a rule stands in a TOML file: tomllib tells no line, people need one."""

import re

NAME = r"""["']?([^\s\]."'=]+)["']?"""
RULE = re.compile(rf"\s*\[\[\s*rules\s*\.\s*{NAME}\s*\]\]")
PART = re.compile(rf"\s*\[+\s*rules\s*\.\s*{NAME}\s*\.\s*{NAME}")
TABLE = re.compile(rf"\s*\[+\s*(?:rules\s*\.\s*)?{NAME}")
KEY = re.compile(rf"\s*(?:rules\s*\.\s*)?{NAME}\s*[.=]")
FIRST = re.compile(r"[^.\[]+")


class Lines:
    """The line of each version of each rule, and of each key under it, found in one pass; lines start at 1."""

    def __init__(self, text: str) -> None:
        self._last = 1
        self._starts: dict[str, list[int]] = {}
        self._keys: dict[tuple[str, int], dict[str, int]] = {}
        self._others: dict[str, int] = {}
        block: dict[str, int] | None = self._others
        for number, line in enumerate(text.splitlines(), start=1):
            self._last = number
            block = self._note(line, number, block)

    def of(self, rule: str, version: int, path: str = "") -> int:
        """Return the line of a key of a version of a rule, else the rule's own, else the last of the file."""
        starts = self._starts.get(rule, [])
        if version >= len(starts):
            return self._others.get(rule, self._last)
        key = FIRST.match(path)
        return self._keys[rule, version].get(key[0] if key else "", starts[version])

    def of_header(self, path: str) -> int:
        """Return the line of a key before the rules, else the first."""
        key = FIRST.match(path)
        return self._others.get(key[0], 1) if key else 1

    def _note(self, line: str, number: int, block: dict[str, int] | None) -> dict[str, int] | None:
        """Remember what a line opens or holds, and return the block that the next line belongs to."""
        if rule := RULE.match(line):
            starts = self._starts.setdefault(rule[1], [])
            starts.append(number)
            return self._keys.setdefault((rule[1], len(starts) - 1), {})
        if (part := PART.match(line)) and part[1] in self._starts:
            self._keys[part[1], len(self._starts[part[1]]) - 1].setdefault(part[2], number)
            return None
        if table := TABLE.match(line):
            self._others.setdefault(table[1], number)
            return self._others
        if block is not None and (key := KEY.match(line)):
            block.setdefault(key[1], number)
        return block
