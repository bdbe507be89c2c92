"""The report for a person: what is wrong, where, what to do, and at the end how much, and what could not be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from unicodedata import combining, east_asian_width

from fhir_matters.issue import Excerpt, Issue, Report, Severity
from fhir_matters.reports.left_open import MOST, LeftOpen, can_wait
from fhir_matters.reports.tally import Tally
from fhir_matters.reports.words import count, place, printable, resource
from fhir_matters.rules import RULES

Style = Callable[[str, str], str]
"""(text, what it is) → the text, coloured perhaps; what it is: a severity, `undecided`, `place` or `clean`."""
_CORE = "http://hl7.org/fhir/StructureDefinition/"


def plain(text: str, _role: str) -> str:
    """The text as it is."""
    return text


def text(reports: Iterable[Report], *, show_values: bool = False, style: Style = plain) -> Iterator[str]:
    """Lines for a person: the findings of each resource that has any, then a summary.

    What a rule says to do is told once. What could not be decided is told at the end, once for each reason, and for
    the claimed profiles of a guide that is not loaded once for all of them.
    """
    tally, left_open = Tally(), LeftOpen()
    explained: set[str] = set()
    for report in reports:
        tally.add(report)
        left_open.add(report)
        yield from findings(report, explained, show_values=show_values, style=style)
    yield from ending(tally, left_open, style)


def findings(report: Report, explained: set[str], *, show_values: bool, style: Style) -> Iterator[str]:
    """What was found in one resource, under its name; what a rule says to do, unless it is among the `explained`."""
    told = [issue for issue in report if not can_wait(issue)]
    if not told:
        return
    yield style(printable(" ".join(filter(None, (report.source, resource(report))))), "place")
    for issue in told:
        yield from _finding(report, issue, show_values, style)
        if todo := _todo(issue, explained):
            yield f"    {todo}"
    yield ""


def ending(tally: Tally, left_open: LeftOpen, style: Style, most: int = MOST) -> Iterator[str]:
    """What could not be decided, of each kind at most so many, and the summary."""
    if lines := list(left_open.lines(most)):
        yield style("Could not be decided here:", "undecided")
        yield from lines
        yield ""
    yield from summary(tally, style)


def _finding(report: Report, issue: Issue, show_values: bool, style: Style) -> Iterator[str]:
    label = style(f"{issue.severity.value:<7}", "undecided" if issue.undecided else issue.severity.value)
    yield "  " + " ".join(
        filter(None, (printable(place(report, issue)), label, issue.rule, printable(issue.path.expression)))
    )
    yield f"    {printable(issue.message)}"
    if issue.server:
        yield f"    Decided by the terminology server {printable(issue.server)}"
    if issue.found and show_values:
        yield f"    Found: {printable(issue.found)}"
    if issue.excerpt is not None and show_values:
        yield from _excerpt(issue.excerpt, f"{issue.line:>7}")
    if issue.profile and not issue.profile.startswith(_CORE) and issue.profile not in issue.message:
        yield f"    Profile: {printable(issue.profile)}"


def _excerpt(excerpt: Excerpt, number: str) -> Iterator[str]:
    """The line under its number, and below it a caret where the value begins."""
    before = printable(excerpt.text[: excerpt.at])
    yield f"{number} | {before}{printable(excerpt.text[excerpt.at :])}"
    yield f"{' ' * len(number)} | {' ' * sum(map(_width, before))}^"


def _width(character: str) -> int:
    """How many columns of a terminal it takes."""
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _todo(issue: Issue, explained: set[str]) -> str:
    """What to do about it, the first time that this rule speaks."""
    rule = RULES.get(issue.rule)
    if rule is None or rule.code in explained:
        return ""
    explained.add(rule.code)
    return rule.todo


def summary(tally: Tally, style: Style = plain) -> Iterator[str]:
    """The last lines for a person: how much was checked, what was found, and what was set aside."""
    checked = count(tally.resources, "resource")
    if not tally.resources:
        yield "Nothing was checked."
        return
    if tally.told:
        yield f"A terminology server decided {count(tally.told, 'question')} about codes."
    if not tally.severities and not tally.undecided:
        but = " but what was set aside" if tally.aside else ""
        yield style(f"{checked} checked, nothing found{but}.", "undecided" if but else "clean")
    else:
        verdict = f"{count(tally.failed, 'resource')} failed" if tally.failed else "none failed"
        yield style(f"{checked} checked, {verdict}: {_found(tally)}.", "error" if tally.failed else "clean")
    if tally.undecided:
        yield "What could not be decided is not a pass; --strict makes it fail."
    if tally.aside:
        yield set_aside(tally)


def _found(tally: Tally) -> str:
    amounts = (
        (tally.errors, "error"),
        (tally.severities[Severity.WARNING], "warning"),
        (tally.severities[Severity.INFORMATION], "note"),
        (tally.undecided, "undecided question"),
    )
    return ", ".join(count(*amount) for amount in amounts if amount[0])


def set_aside(tally: Tally) -> str:
    """How many findings are not told, and by what they were set aside."""
    by = ", ".join(f"{number:,} by {printable(by)}" for by, number in tally.aside.most_common())
    return f"Set aside, and so not told: {count(tally.aside.total(), 'finding')} ({by})."
