"""What could not be decided, told at the end of a report: each reason once, and each package that is lacking once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from fhir_matters.issue import Issue, Report
from fhir_matters.reports.words import count, place, printable

MOST = 15
_NOT_LOADED = "FM701"  # a claimed profile is in none of the loaded packages


def can_wait(issue: Issue) -> bool:
    """True for what could not be decided and does not make the resource invalid: it is summed up at the end."""
    return issue.undecided and not issue.is_error


@dataclass
class _Seen:
    """One thing that could not be decided: how often, and where first."""

    issue: Issue
    first: str
    times: int = 0


@dataclass
class LeftOpen:
    """What could not be decided in many reports, one report at a time."""

    seen: dict[tuple[str, str], _Seen] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Keep what one report left open."""
        for issue in filter(can_wait, report):
            seen = self.seen.setdefault((issue.rule, issue.message), _Seen(issue, place(report, issue)))
            seen.times += 1

    def merge(self, later: LeftOpen) -> None:
        """Keep what later reports left open."""
        for key, seen in later.seen.items():
            self.seen.setdefault(key, _Seen(seen.issue, seen.first)).times += seen.times

    def lines(self, most: int = MOST) -> Iterator[str]:
        """What to load to decide the claims, then every other reason; of each at most so many."""
        claims = [seen for seen in self.seen.values() if seen.issue.rule == _NOT_LOADED]
        if claims:
            told = f"Claimed, but not loaded and so not checked: {count(len(claims), 'profile')}."
            yield f"  {_NOT_LOADED} {told} Pass with --package the package of"
            yield from _first_few(_guides(claims), most)
        yield from _first_few([_reason(seen) for seen in self.seen.values() if seen.issue.rule != _NOT_LOADED], most)


def _first_few(lines: list[str], most: int) -> Iterator[str]:
    yield from islice(lines, most)
    if (more := len(lines) - most) > 0:
        yield f"  … and {more:,} more; --format concise lists them all."


def _reason(seen: _Seen) -> str:
    often = f"{count(seen.times, 'time')}, first at " if seen.times > 1 else ""
    return f"  {seen.issue.rule} {printable(seen.issue.message)} ({often}{printable(seen.first)})"


def _guides(claims: Iterable[_Seen]) -> list[str]:
    """A line for each guide: what its canonicals begin with, by which its package is known."""
    guides: dict[str, list[_Seen]] = {}
    for seen in claims:
        guides.setdefault(seen.issue.profile.partition("/StructureDefinition/")[0], []).append(seen)
    return [f"    {printable(base)} ({_claimed(claimed)})" for base, claimed in guides.items()]


def _claimed(claims: list[_Seen]) -> str:
    times = count(sum(seen.times for seen in claims), "time")
    return f"{count(len(claims), 'profile')}, {times}, first at {printable(claims[0].first)}"
