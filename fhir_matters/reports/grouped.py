"""The report for a person who has much to read: a few findings in full, many by rule, so that they fit a screen.

Rules come in the order of what they weigh and how often they speak, each with its most frequent findings and where the
first of these is. Waits for the last report, and holds of many findings only counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import without_indices
from fhir_matters.reports.left_open import LeftOpen, can_wait
from fhir_matters.reports.tally import Tally
from fhir_matters.reports.text import Style, ending, findings, plain
from fhir_matters.reports.words import count, file_of, place, printable, title_of
from fhir_matters.rules import RULES

FEW = 20
"""So many findings are told in full."""
SCREEN = 40
"""So many lines are on a screen."""
_FIRST, _EACH, _OPEN, _KINDS = 4, 3, 3, 1_000
_CHAPTER = 100  # reports; nothing is told before the last one anyway
_ORDER = {severity: weight for weight, severity in enumerate(Severity)}
_EVERY = "--all tells each by itself, --select CODE those of one rule, --format concise a line for each."


@dataclass
class _Kind:
    """Findings of one rule that say the same about the same place, and where the first one is."""

    first: str
    often: int = 0


@dataclass
class _Group:
    """What one rule found, with one severity."""

    rule: str
    severity: Severity
    often: int = 0
    files: int = 0
    resources: int = 0
    kinds: dict[tuple[str, str], _Kind] = field(default_factory=dict)
    _began: tuple[str, str] = ("", "")
    _last: tuple[str, str] = ("", "")

    def add(self, report: Report, issue: Issue) -> None:
        now = (file_of(report), report.source + report.resource_id)
        if not self.often:
            self._began = now
        self.often += 1
        self.files += now[0] != self._last[0] or not self.files
        self.resources += now != self._last or not self.resources
        self._last = now
        key = (without_indices(issue.path.expression), without_indices(issue.message))
        self.kinds.setdefault(key, _Kind(place(report, issue))).often += 1

    def merge(self, later: _Group) -> None:
        """Add what came later; of kinds there are only so many."""
        if not self.often:
            self._began = later._began
        self.files += later.files - (self.often > 0 and later._began[0] == self._last[0])
        self.resources += later.resources - (self.often > 0 and later._began == self._last)
        self.often += later.often
        self._last = later._last
        for key, kind in later.kinds.items():
            if key in self.kinds or len(self.kinds) < _KINDS:
                self.kinds.setdefault(key, _Kind(kind.first)).often += kind.often

    def lines(self, style: Style) -> list[str]:
        """The heading, then what else may be said if there is room, the most useful first."""
        label = style(f"{self.severity.value:<7}", self.severity.value)
        heading = f"{label} {printable(self.rule)} {title_of(self.rule)}:".replace(" :", ":")
        frequent = sorted(self.kinds.items(), key=lambda kind: -kind[1].often)
        if self.often == 1:
            ((expression, message), kind), *_ = frequent
            where = f"{printable(expression)} ({printable(kind.first)})" if expression else printable(kind.first)
            told = [f"{heading} {where}", f"    {printable(message)}"]
        else:
            where = count(self.files, "file") if self.files > 1 else count(self.resources, "resource")
            told = [f"{heading} {count(self.often, 'finding')} in {where}", _kind(*frequent[0])]
        todo = [f"    {RULES[self.rule].todo}"] if self.rule in RULES else []
        return [*told, *todo, *(_kind(*each) for each in frequent[1:_EACH])]


def _kind(key: tuple[str, str], kind: _Kind) -> str:
    expression, message = key
    often = f"{kind.often:,} times, first at " if kind.often > 1 else ""
    return f"    {f'{printable(expression)} ({often}{printable(kind.first)})'.lstrip()}: {printable(message)}"


@dataclass
class _Groups:
    groups: dict[tuple[str, Severity], _Group] = field(default_factory=dict)
    often: int = 0

    def add(self, report: Report, told: list[Issue]) -> None:
        self.often += len(told)
        for issue in told:
            key = (issue.rule, issue.severity)
            self.groups.setdefault(key, _Group(*key)).add(report, issue)

    def merge(self, later: _Groups) -> None:
        self.often += later.often
        for key, group in later.groups.items():
            self.groups.setdefault(key, _Group(*key)).merge(group)

    def lines(self, room: int, style: Style) -> Iterator[str]:
        """The first rules with what they found and what to do, the further ones as far as there is room."""
        ordered = sorted(self.groups.values(), key=lambda group: (_ORDER[group.severity], -group.often))
        lines = [group.lines(style) for group in ordered]
        kept = _fitting([len(each) for each in lines], room)
        for each, number in zip(lines, kept, strict=False):
            yield from each[:number]
        if more := len(lines) - len(kept):
            yield f"… and {count(more, 'more rule')}; --statistics counts them all."


def _fitting(lengths: list[int], room: int) -> list[int]:
    """How many lines each of these has if together they have room: three of the first few, then one of each, then more.

    What has none is left out, and a line is left for saying so.
    """
    first = min(_FIRST, len(lengths))
    kept = [min(length, _EACH) for length in lengths[:first]]
    shown = min(len(lengths), first + max(0, room - 1 - sum(kept)))
    kept += [1] * (shown - first)
    room -= sum(kept)
    for depth in range(2, max(lengths) + 1):
        for number, length in enumerate(lengths[:shown]):
            if kept[number] < depth <= length and room > 1:
                kept[number] += 1
                room -= 1
    return kept


def grouped(
    reports: Iterable[Report], *, show_values: bool = False, style: Style = plain, screen: int = SCREEN, width: int = 0
) -> Iterator[str]:
    """Lines for a person: the findings in full where they are few, else by rule on one screen; then a summary.

    `width` is where longer lines are cut; 0 cuts none.
    """
    following = iter(reports)
    chapters = map(chapter, iter(lambda: list(islice(following, _CHAPTER)), []))
    return bound(chapters, show_values=show_values, style=style, screen=screen, width=width)


@dataclass
class Chapter:
    """What some reports came to, and those that have findings while these are few."""

    tally: Tally = field(default_factory=Tally)
    left_open: LeftOpen = field(default_factory=LeftOpen)
    groups: _Groups = field(default_factory=_Groups)
    few: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        """Count one report."""
        self.tally.add(report)
        self.left_open.add(report)
        if told := [issue for issue in report if not can_wait(issue)]:
            self.groups.add(report, told)
            self._keep([report])

    def merge(self, later: Chapter) -> None:
        """Count what came later."""
        self.tally.merge(later.tally)
        self.left_open.merge(later.left_open)
        self.groups.merge(later.groups)
        self._keep(later.few)

    def _keep(self, reports: list[Report]) -> None:
        self.few = [*self.few, *reports] if self.groups.often <= FEW else []


def chapter(reports: Iterable[Report], *, show_values: bool = False) -> Chapter:  # noqa: ARG001 (values are told later)
    """Counted over these."""
    counted = Chapter()
    for report in reports:
        counted.add(report)
    return counted


def bound(
    chapters: Iterable[Chapter],
    *,
    show_values: bool = False,
    style: Style = plain,
    screen: int = SCREEN,
    width: int = 0,
) -> Iterator[str]:
    """The lines of all chapters: see `grouped`."""
    all_ = Chapter()
    for each in chapters:
        all_.merge(each)
    if all_.groups.often <= FEW:
        explained: set[str] = set()
        for report in all_.few:
            yield from findings(report, explained, show_values=show_values, style=style)
        yield from ending(all_.tally, all_.left_open, style)
        return
    last = ["", _EVERY, "", *ending(all_.tally, all_.left_open, style, _OPEN)]
    for line in chain(all_.groups.lines(max(screen - len(last), _EACH * _FIRST + 1), style), last):
        yield _cut(line, width)


def _cut(line: str, width: int) -> str:
    return line if not width or len(line) <= width else f"{line[: width - 1]}…"
