"""The mistakes of a text, each beside the line where it stands."""

from dataclasses import dataclass

from governance.conventions.reader import BadConvention

SHOWN = 200
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake; `rule` is None for the header, `excerpt` is empty when the line cannot be shown."""

    line: int
    rule: str | None
    message: str
    excerpt: str


def mistakes(refusal: BadConvention, content: bytes | str) -> tuple[Mistake, ...]:
    """Return the first mistakes of a refused text, in the order of its lines."""
    text = content if isinstance(content, str) else content.decode("utf-8-sig", errors="replace")
    lines = text.splitlines()
    return tuple(
        Mistake(one.line, one.rule, one.message, _excerpt(lines, one.line)) for one in refusal.problems[:SHOWN]
    )


def _excerpt(lines: list[str], number: int) -> str:
    # What is missing is told at the last line, which has nothing to do with it.
    line = lines[number - 1].strip() if number < len(lines) else ""
    shown = line[:EXCERPT] + ("…" if len(line) > EXCERPT else "")
    return "".join(character if character.isprintable() else "·" for character in shown)
