"""Workflow commands of GitHub Actions: each finding becomes an annotation at its line in the pull request.

As GitHub has it (docs.github.com, "Workflow commands"; the runner's `ActionCommand`). It shows only the first ten
errors, warnings and notices of a step each, and fifty of a job; all of them are in the log, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.reports.words import count, file_of, printable, resource, title_of

SHOWN = 10
_LEVELS = {
    Severity.FATAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
}


def github(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """A command for each finding, and at the end, where GitHub leaves some out, a line for the log that says so."""
    levels: Counter[str] = Counter()
    for report in reports:
        for issue in report:
            level = "error" if report.strict and issue.undecided else _LEVELS[issue.severity]
            levels[level] += 1
            yield f"::{level} {_properties(report, issue)}::{_data(_message(report, issue, show_values))}"
    if any(number > SHOWN for number in levels.values()):
        found = ", ".join(count(number, level) for level, number in levels.items())
        yield f"GitHub shows the first {SHOWN} annotations of each kind in a step. All {found} are in this log."


def _properties(report: Report, issue: Issue) -> str:
    properties = {
        "file": file_of(report),
        "line": issue.line,
        "col": issue.column,
        "title": f"{issue.rule} {title_of(issue.rule)}".rstrip(),
    }
    return ",".join(f"{name}={_property(printable(str(value)))}" for name, value in properties.items() if value)


def _message(report: Report, issue: Issue, show_values: bool) -> str:
    where = " ".join(filter(None, (resource(report), issue.path.expression)))
    found = f"Found: {issue.found}" if issue.found and show_values else ""
    return "\n".join(printable(line) for line in (where, issue.message, found) if line)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
