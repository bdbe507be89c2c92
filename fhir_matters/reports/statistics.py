"""How often each rule speaks, the most frequent first, in place of the findings themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fhir_matters import jsonio
from fhir_matters.issue import Report, Severity
from fhir_matters.reports.structured import FORMAT, summary_of
from fhir_matters.reports.tally import Tally
from fhir_matters.reports.text import summary
from fhir_matters.reports.words import count, printable, title_of


@dataclass
class Statistics:
    """What was counted: each rule with each severity that it spoke with."""

    findings: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    resources: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)

    def add(self, report: Report) -> None:
        """Count one report."""
        self.tally.add(report)
        self.findings.update(found := [(issue.rule, issue.severity) for issue in report])
        self.resources.update(set(found))

    def merge(self, more: Statistics) -> None:
        """Count what another one counted."""
        self.tally.merge(more.tally)
        self.findings.update(more.findings)
        self.resources.update(more.resources)

    def rows(self) -> list[tuple[str, Severity, int, int]]:
        """Rule, severity, how many findings, in how many resources; the most first, of as many by rule."""
        ordered = sorted(self.findings.items(), key=lambda each: (-each[1], each[0]))
        return [(rule, severity, number, self.resources[rule, severity]) for (rule, severity), number in ordered]


def chapter(reports: Iterable[Report]) -> Statistics:
    """Counted over these."""
    statistics = Statistics()
    for report in reports:
        statistics.add(report)
    return statistics


def as_text(chapters: Iterable[Statistics]) -> Iterator[str]:
    """A line a rule, and the summary."""
    statistics = _bound(chapters)
    rows = statistics.rows()
    width = max((len(f"{number:,}") for _, _, number, _ in rows), default=0)
    for rule, severity, number, resources in rows:
        where = f"in {count(resources, 'resource')}"
        yield f"{number:>{width},}  {severity.value:<11}  {printable(rule)}  {title_of(rule)} ({where})"
    if rows:
        yield ""
    yield from summary(statistics.tally)


def as_json(chapters: Iterable[Statistics]) -> Iterator[str]:
    """One JSON object: `format`, `statistics`, `summary`. Keys are only ever added."""
    statistics = _bound(chapters)
    rows = [
        {"rule": rule, "severity": severity.value, "title": title_of(rule), "findings": number, "resources": resources}
        for rule, severity, number, resources in statistics.rows()
    ]
    yield jsonio.write({"format": FORMAT, "statistics": rows, "summary": summary_of(statistics.tally)}).decode()


def _bound(chapters: Iterable[Statistics]) -> Statistics:
    all_ = Statistics()
    for each in chapters:
        all_.merge(each)
    return all_
