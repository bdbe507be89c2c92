"""What the reports for people share: where an issue is, how much there is of what, and text safe for a terminal."""

from __future__ import annotations

import re

from fhir_matters.issue import Issue, Report
from fhir_matters.rules import RULES

_OF_MANY = re.compile(r"(.+):\d+")


def place(report: Report, issue: Issue) -> str:
    """`file:line:column` as editors and compilers write it; `file` alone where the line is not known.

    The source of a line of NDJSON (`patients.ndjson:12`) names that line already.
    """
    if issue.line is None:
        return report.source or resource(report) or "resource"
    file = file_of(report) or "resource"
    return f"{file}:{issue.line}" if issue.column is None else f"{file}:{issue.line}:{issue.column}"


def file_of(report: Report) -> str:
    """The file of the report, without the line of its resource; empty where that is not known."""
    match = _OF_MANY.fullmatch(report.source)
    return match[1] if match else report.source


def title_of(rule: str) -> str:
    """The title of the rule of this code, where it is one of ours."""
    return RULES[rule].title if rule in RULES else ""


def resource(report: Report) -> str:
    """`Patient/p1`, as far as type and id are known."""
    return "/".join(filter(None, (report.resource_type, report.resource_id)))


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 error`, `1,200 errors`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def printable(text: str) -> str:
    """The text in one line, with every control character spelt out: it may come from a hostile file."""
    return text if text.isprintable() else "".join(map(_spelt, text))


def _spelt(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
