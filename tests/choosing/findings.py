"""Findings to choose among."""

from __future__ import annotations

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path

WRONG = Issue(
    "FM301",
    Severity.ERROR,
    "code-invalid",
    "Expected a code, found another.",
    Path(("name", 0, "use"), "Patient.name[0].use"),
    message_id="Terminology_TX_NoValid_16",
    line=4,
    column=13,
)
LATIN = WRONG._replace(rule="FM303", severity=Severity.WARNING, message_id="Terminology_TX_NoValid_2")
SHAPE = WRONG._replace(rule="FM101", message_id="Validation_VAL_Unknown", path=Path(("x",), "Patient.x"))
NOTE = WRONG._replace(rule="FM707", severity=Severity.INFORMATION, message_id="")
OPEN = WRONG._replace(rule="FM302", severity=Severity.WARNING, undecided=True, message_id="")
UNREAD = WRONG._replace(rule="FM010", severity=Severity.FATAL, undecided=True, message_id="")
ALL = (WRONG, LATIN, SHAPE, NOTE, OPEN, UNREAD)


def report(*issues: Issue, source: str = "a.json", **more) -> Report:
    return Report(issues, source, "Patient", "p1", **more)


def rules(issues) -> list[str]:
    return [issue.rule for issue in issues]
