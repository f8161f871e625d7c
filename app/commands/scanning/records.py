"""A result as JSON says it: the words of the API, offsets of Python strings, end excluded."""

import json
from typing import Any

from app.commands.scanning.items import Found, Result


def record(result: Result, *, show: bool) -> dict[str, Any]:
    """Return a result ready for JSON; the words found are there only when shown."""
    if result.outcome is None:
        return {"id": result.id, "error": result.error}
    said: dict[str, Any] = {
        "id": result.id,
        "verdict": result.outcome.value,
        "findings": [finding(one, show=show) for one in result.found],
    }
    if result.notes:
        said["notes"] = list(result.notes)
    return said


def finding(found: Found, *, show: bool) -> dict[str, Any]:
    """Return one finding ready for JSON."""
    remark = found.remark
    said: dict[str, Any] = {
        "start": remark.finding.start,
        "end": remark.finding.end,
        "category": remark.finding.category.value,
        "level": remark.level.value,
        "rule": remark.finding.rule,
        "article": remark.article,
    }
    if found.place is not None:
        said["place"] = found.place
    if show:
        said["text"] = found.words
    return said


def encoded(value: object) -> str:
    """Return one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
