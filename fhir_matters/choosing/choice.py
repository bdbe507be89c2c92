"""Which findings are told, and for each other one by what it was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from fhir_matters.choosing.baseline import Baseline, Known, file_of, known
from fhir_matters.choosing.codes import NEVER, longest
from fhir_matters.choosing.entries import Entry
from fhir_matters.issue import Aside, Issue, Report, Severity

_WEIGHT = {severity: weight for weight, severity in enumerate(reversed(Severity))}


@dataclass(frozen=True)
class Choice:
    """What is to be told; as it is made, everything.

    `select` and `ignore` are codes or how they begin (`codes()` checks them); of two that fit, the longer one counts,
    of two as long `ignore`. `severity` is the least that is told; what fails a strict report is told all the same.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Severity = Severity.INFORMATION
    entries: tuple[Entry, ...] = ()
    baseline: Baseline | None = None


@dataclass
class Chooser:
    """Sets aside, one report at a time, and knows at the end what was never needed."""

    choice: Choice
    used: set[Entry] = field(default_factory=set)
    _left: Counter[Known] = field(init=False)
    _files: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._left = Counter(self.choice.baseline.counts if self.choice.baseline else {})

    def __call__(self, report: Report) -> Report:
        """The report with what is told in `issues`, and the rest in `aside`, each in their order."""
        if self.choice.baseline is not None:
            self._files.add(file_of(report, self.choice.baseline.folder))
        if not report.issues:
            return report
        told: list[Issue] = []
        aside = list(report.aside)
        for issue in report.issues:
            by, reason = ("", "") if issue.rule in NEVER else self._aside(report, issue)
            if by:
                aside.append(Aside(issue, by, reason))
            else:
                told.append(issue)
        return replace(report, issues=tuple(told), aside=tuple(aside))

    def unused(self) -> tuple[Entry, ...]:
        """The entries that no finding was set aside by."""
        return tuple(entry for entry in self.choice.entries if entry not in self.used)

    def gone(self) -> int:
        """How many findings of the baseline are not there any more, in the files that were looked at."""
        return sum(count for key, count in self._left.items() if key.file in self._files)

    def _aside(self, report: Report, issue: Issue) -> tuple[str, str]:
        """By what it is set aside, and why; nothing where it is told. Files come first: they remember what they did."""
        choice = self.choice
        if choice.entries and (entry := self._entry(issue, file_of(report))) is not None:
            self.used.add(entry)
            return entry.origin or "an entry", entry.reason
        if choice.baseline is not None and self._is_known(known(report, issue, choice.baseline.folder)):
            return choice.baseline.name, "It was there before."
        if choice.select and longest(issue.rule, choice.select) < 0:
            return "--select", ""
        if choice.ignore and longest(issue.rule, choice.ignore) >= max(0, longest(issue.rule, choice.select)):
            return "--ignore", ""
        fails = report.strict and issue.undecided
        if _WEIGHT[issue.severity] < _WEIGHT[choice.severity] and not fails:
            return "--severity", ""
        return "", ""

    def _entry(self, issue: Issue, file: str) -> Entry | None:
        return next((entry for entry in self.choice.entries if entry.means(issue, file)), None)

    def _is_known(self, key: Known) -> bool:
        if self._left[key] < 1:
            return False
        self._left[key] -= 1
        return True


def chosen(reports: Iterable[Report], choice: Choice) -> Iterator[Report]:
    """Each report, with what the choice sets aside in `aside` in place of `issues`."""
    return map(Chooser(choice), reports)
