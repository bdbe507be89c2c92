"""JUnit's XML, for CI that draws tests: a suite a file, a case a resource; it fails where the resource does.

As Jenkins, GitLab and junitparser read it. What fails is in `failure`, what could not be checked in `error`, what else
was found in `system-out`. A suite has at most a thousand cases, and the next one the rest, so that a long run streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from fhir_matters.choosing import NEVER
from fhir_matters.issue import Issue, Report
from fhir_matters.reports.words import count, file_of, printable, resource

MOST_CASES = 1_000


def junit(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """The lines of one XML document."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<testsuites name="fhir-matters">'
    for file, suite in _suites(reports):
        yield from _suite(file, suite, show_values)
    yield "</testsuites>"


def _suites(reports: Iterable[Report]) -> Iterator[tuple[str, list[Report]]]:
    suite: list[Report] = []
    file = ""
    for report in reports:
        if suite and (file_of(report) != file or len(suite) == MOST_CASES):
            yield file, suite
            suite = []
        file = file_of(report)
        suite.append(report)
    if suite:
        yield file, suite


def _suite(file: str, suite: list[Report], show_values: bool) -> Iterator[str]:
    errors = sum(_unchecked(report) for report in suite)
    failures = sum(not report.ok for report in suite) - errors
    counts = f'tests="{len(suite)}" failures="{failures}" errors="{errors}" skipped="0"'
    yield f'  <testsuite name="{_attribute(file or "resources")}" {counts}>'
    for report in suite:
        yield from _case(report, show_values)
    yield "  </testsuite>"


def _unchecked(report: Report) -> bool:
    return any(issue.rule in NEVER for issue in report)


def _case(report: Report, show_values: bool) -> Iterator[str]:
    name = resource(report) or report.source or "resource"
    wrong = [issue for issue in report if _fails(report, issue)]
    rest = [issue for issue in report if not _fails(report, issue)]
    yield f'    <testcase classname="{_attribute(report.source or "resource")}" name="{_attribute(name)}">'
    if wrong:
        kind = "error" if _unchecked(report) else "failure"
        message = f"{count(len(wrong), 'finding')}: {wrong[0].message}"
        yield f'      <{kind} type="{_attribute(wrong[0].rule)}" message="{_attribute(message)}">'
        yield from (_line(issue, show_values) for issue in wrong)
        yield f"</{kind}>"
    if rest or report.aside:
        yield "      <system-out>"
        yield from (_line(issue, show_values) for issue in rest)
        yield from ([f"Set aside: {count(len(report.aside), 'finding')}."] if report.aside else [])
        yield "</system-out>"
    yield "    </testcase>"


def _fails(report: Report, issue: Issue) -> bool:
    return issue.is_error or (report.strict and issue.undecided)


def _line(issue: Issue, show_values: bool) -> str:
    place = ":".join(str(number) for number in (issue.line, issue.column) if number is not None)
    found = f"[{issue.found}]" if issue.found and show_values else ""
    said = (place, issue.severity.value, issue.rule, issue.path.expression, issue.message, found)
    return escape(printable(" ".join(filter(None, said))))


def _attribute(text: str) -> str:
    return escape(printable(text))
