"""One line an issue: `file:line:column: severity CODE place: text`, for editors and grep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.issue import Report
from fhir_matters.reports.words import place, printable


def concise(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """A line for each issue; nothing for a resource that has none."""
    for report in reports:
        for issue in report:
            found = f" [{issue.found}]" if issue.found and show_values else ""
            what = " ".join(filter(None, (issue.severity.value, issue.rule, issue.path.expression)))
            yield printable(f"{place(report, issue)}: {what}: {issue.message}{found}")


def chapter(reports: Iterable[Report], *, show_values: bool = False) -> str:
    """The lines of these."""
    return "\n".join(concise(reports, show_values=show_values))


def bound(chapters: Iterable[str]) -> Iterator[str]:
    """The chapters in which anything is."""
    return filter(None, chapters)
