"""One JSON document for programs. Keys are only ever added, never renamed; `format` counts what breaks that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fhir_matters import jsonio
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.reports.tally import Tally

FORMAT = 1


def structured(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """A JSON object, written as it comes: `format`, `reports`, and at the end `summary`."""
    return bound(chapter([report], show_values=show_values) for report in reports)


def chapter(reports: Iterable[Report], *, show_values: bool = False) -> tuple[str, Tally]:
    """The objects of these, and their counts."""
    tally = Tally()
    written = []
    for report in reports:
        tally.add(report)
        written.append(_written(_report(report, show_values)))
    return "\n,".join(written), tally


def bound(chapters: Iterable[tuple[str, Tally]]) -> Iterator[str]:
    """The object that holds all chapters."""
    all_ = Tally()
    yield f'{{"format":{FORMAT},"reports":['
    for written, tally in chapters:
        if written:
            yield f",{written}" if all_.resources else written
        all_.merge(tally)
    yield f'],"summary":{_written(summary_of(all_))}}}'


def _report(report: Report, show_values: bool) -> dict[str, Any]:
    return {
        "source": report.source,
        "resourceType": report.resource_type,
        "resourceId": report.resource_id,
        "ok": report.ok,
        "toldByServer": report.told,
        "setAside": len(report.aside),
        "issues": [_issue(issue, show_values) for issue in report],
    }


def _issue(issue: Issue, show_values: bool) -> dict[str, Any]:
    said = {
        "rule": issue.rule,
        "severity": issue.severity.value,
        "code": issue.code,
        "message": issue.message,
        "expression": issue.path.expression,
        "pointer": issue.path.pointer,
        "line": issue.line,
        "column": issue.column,
        "profile": issue.profile,
        "messageId": issue.message_id,
        "undecided": issue.undecided,
        "server": issue.server,
    }
    return {**said, "found": issue.found} if show_values else said


def summary_of(tally: Tally) -> dict[str, Any]:
    """The counts as programs are told them."""
    return {
        "resources": tally.resources,
        "failed": tally.failed,
        "errors": tally.errors,
        "warnings": tally.severities[Severity.WARNING],
        "information": tally.severities[Severity.INFORMATION],
        "undecided": tally.undecided,
        "toldByServer": tally.told,
        "setAside": tally.aside.total(),
    }


def _written(value: Any) -> str:
    return jsonio.write(value).decode()
