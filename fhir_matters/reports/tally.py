"""Counts over many reports, one at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from fhir_matters.issue import Issue, Report, Severity


@dataclass
class Tally:
    """How many resources, how many that are not ok, how many issues of each severity, and what was undecided.

    `told` is how many questions about codes a terminology server decided, `aside` how many findings were set aside, by
    what.
    """

    resources: int = 0
    failed: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    undecided: int = 0
    told: int = 0
    aside: Counter[str] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        """Count one report."""
        self.resources += 1
        self.failed += not report.ok
        self.told += report.told
        if report.aside:
            self.aside.update(each.by for each in report.aside)
        for issue in report:
            self._add(issue)

    def merge(self, more: Tally) -> None:
        """Count what another one counted."""
        self.resources += more.resources
        self.failed += more.failed
        self.severities.update(more.severities)
        self.undecided += more.undecided
        self.told += more.told
        self.aside.update(more.aside)

    def _add(self, issue: Issue) -> None:
        if issue.undecided:
            self.undecided += 1
        if not issue.undecided or issue.is_error:
            self.severities[issue.severity] += 1

    @property
    def errors(self) -> int:
        """Errors, fatal ones among them."""
        return self.severities[Severity.FATAL] + self.severities[Severity.ERROR]
