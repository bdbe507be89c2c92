"""The report for a person: what is wrong, where, what to do, and at the end how much, and what could not be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.reports.tally import Tally
from fhir_matters.reports.words import count, place, printable, resource
from fhir_matters.rules import RULES

Style = Callable[[str, str], str]
"""(text, what it is) → the text, coloured perhaps; what it is: a severity, `undecided`, `place` or `clean`."""
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_MOST_LEFT_OPEN = 15


def _plain(text: str, _role: str) -> str:
    return text


@dataclass
class _Undecided:
    """One thing that could not be told: how often, and where first."""

    issue: Issue
    first: str
    times: int = 0


def text(reports: Iterable[Report], *, show_values: bool = False, style: Style = _plain) -> Iterator[str]:
    """Lines for a person: the findings of each resource that has any, then a summary.

    What a rule says to do is told once. What could not be decided is told at the end, once for each reason.
    """
    tally = Tally()
    explained: set[str] = set()
    undecided: dict[tuple[str, str], _Undecided] = {}
    for report in reports:
        tally.add(report)
        _collect(report, undecided)
        told = [issue for issue in report if not _can_wait(issue)]
        if told:
            yield style(printable(" ".join(filter(None, (report.source, resource(report))))), "place")
        for issue in told:
            yield from _finding(report, issue, show_values, style)
            if todo := _todo(issue, explained):
                yield f"    {todo}"
        if told:
            yield ""
    yield from _left_open(undecided, style)
    yield from _summary(tally, style)


def _can_wait(issue: Issue) -> bool:
    """What could not be decided, and does not make the resource invalid, is summed up at the end."""
    return issue.undecided and not issue.is_error


def _finding(report: Report, issue: Issue, show_values: bool, style: Style) -> Iterator[str]:
    label = style(f"{issue.severity.value:<7}", "undecided" if issue.undecided else issue.severity.value)
    yield "  " + " ".join(
        filter(None, (printable(place(report, issue)), label, issue.rule, printable(issue.path.expression)))
    )
    yield f"    {printable(issue.message)}"
    if issue.found and show_values:
        yield f"    Found: {printable(issue.found)}"
    if issue.profile and not issue.profile.startswith(_CORE) and issue.profile not in issue.message:
        yield f"    Profile: {printable(issue.profile)}"


def _todo(issue: Issue, explained: set[str]) -> str:
    """What to do about it, the first time that this rule speaks."""
    rule = RULES.get(issue.rule)
    if rule is None or rule.code in explained:
        return ""
    explained.add(rule.code)
    return rule.todo


def _collect(report: Report, undecided: dict[tuple[str, str], _Undecided]) -> None:
    for issue in filter(_can_wait, report):
        seen = undecided.setdefault((issue.rule, issue.message), _Undecided(issue, place(report, issue)))
        seen.times += 1


def _left_open(undecided: dict[tuple[str, str], _Undecided], style: Style) -> Iterator[str]:
    if not undecided:
        return
    yield style("Could not be decided here:", "undecided")
    for seen in list(undecided.values())[:_MOST_LEFT_OPEN]:
        often = f"{count(seen.times, 'time')}, first at " if seen.times > 1 else ""
        yield f"  {seen.issue.rule} {printable(seen.issue.message)} ({often}{printable(seen.first)})"
    if (more := len(undecided) - _MOST_LEFT_OPEN) > 0:
        yield f"  … and {more:,} more; --format concise lists them all."
    yield ""


def _summary(tally: Tally, style: Style) -> Iterator[str]:
    checked = count(tally.resources, "resource")
    if not tally.resources:
        yield "Nothing was checked."
        return
    if not tally.severities and not tally.undecided:
        yield style(f"{checked} checked, nothing found.", "clean")
        return
    amounts = (
        (tally.errors, "error"),
        (tally.severities[Severity.WARNING], "warning"),
        (tally.severities[Severity.INFORMATION], "note"),
        (tally.undecided, "undecided question"),
    )
    found = ", ".join(count(*amount) for amount in amounts if amount[0])
    verdict = f"{count(tally.failed, 'resource')} failed" if tally.failed else "none failed"
    yield style(f"{checked} checked, {verdict}: {found}.", "error" if tally.failed else "clean")
    if tally.undecided:
        yield "What could not be decided is not a pass; --strict makes it fail."
