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

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Statistics:
        """Counted over all of them."""
        statistics = cls()
        for report in reports:
            statistics.add(report)
        return statistics

    def add(self, report: Report) -> None:
        """Count one report."""
        self.tally.add(report)
        self.findings.update(found := [(issue.rule, issue.severity) for issue in report])
        self.resources.update(set(found))

    def rows(self) -> list[tuple[str, Severity, int, int]]:
        """Rule, severity, how many findings, in how many resources; the most first, of as many by rule."""
        ordered = sorted(self.findings.items(), key=lambda each: (-each[1], each[0]))
        return [(rule, severity, number, self.resources[rule, severity]) for (rule, severity), number in ordered]


def as_text(reports: Iterable[Report]) -> Iterator[str]:
    """A line a rule, and the summary."""
    statistics = Statistics.of(reports)
    rows = statistics.rows()
    width = max((len(f"{number:,}") for _, _, number, _ in rows), default=0)
    for rule, severity, number, resources in rows:
        where = f"in {count(resources, 'resource')}"
        yield f"{number:>{width},}  {severity.value:<11}  {printable(rule)}  {title_of(rule)} ({where})"
    if rows:
        yield ""
    yield from summary(statistics.tally)


def as_json(reports: Iterable[Report]) -> Iterator[str]:
    """One JSON object: `format`, `statistics`, `summary`. Keys are only ever added."""
    statistics = Statistics.of(reports)
    rows = [
        {"rule": rule, "severity": severity.value, "title": title_of(rule), "findings": number, "resources": resources}
        for rule, severity, number, resources in statistics.rows()
    ]
    yield jsonio.write({"format": FORMAT, "statistics": rows, "summary": summary_of(statistics.tally)}).decode()


STATISTICS = {"text": as_text, "concise": as_text, "json": as_json}
