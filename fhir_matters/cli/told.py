"""What a process tells of the documents that it judged: chapters of the report, and what each comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from fhir_matters.validation.judging import UNREAD

if TYPE_CHECKING:
    from fhir_matters.issue import Report
    from fhir_matters.validation.parcels import Judged


class Told(NamedTuple):
    """A chapter, of how many reports it is, and what these came to; `unread` says why the last could not be read."""

    chapter: Any
    number: int
    invalid: int
    rules: set[str]
    last: str
    unread: str


def told(chapter: Any, reports: Sequence[Report]) -> Told:
    """A chapter of these reports."""
    rules = {issue.rule for report in reports for issue in report.issues}
    unread = reports[-1].issues[0].message if UNREAD in rules else ""
    invalid = sum([not report.ok for report in reports])
    return Told(chapter, len(reports), invalid, rules, reports[-1].source, unread)


def chapters(write: Callable[[Sequence[Report]], Any], judged: Judged) -> list[Told]:
    """Chapters of what was judged, each as long as it can be; what could not be read is one by itself."""
    return list(_chapters(write, judged))


def _chapters(write: Callable[[Sequence[Report]], Any], judged: Judged) -> Iterator[Told]:
    for unread, several in groupby((report for _, report in judged), _is_unread):
        reports = list(several)
        for some in [[each] for each in reports] if unread else [reports]:
            yield told(write(some), some)


def _is_unread(report: Report) -> bool:
    return any(issue.rule == UNREAD for issue in report)
