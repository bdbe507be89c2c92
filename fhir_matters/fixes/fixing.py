"""Findings → fixes → a text that was judged again: what does not mend its finding, or brings a new one, is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fhir_matters import jsonio
from fhir_matters.definitions.registry import Registry
from fhir_matters.edits import Keys, Span, edited, spans
from fhir_matters.errors import InputError
from fhir_matters.fixes import claims, codes, narratives, shape
from fhir_matters.fixes.fix import Fix, Given, Makers
from fhir_matters.issue import Issue, Report
from fhir_matters.terminology import Terminology

MAKERS: Makers = {
    "FM102": shape.listed,
    "FM103": shape.alone,
    "FM105": shape.empty,
    "FM106": shape.empty,
    "FM107": shape.filled,
    "FM108": narratives.lacking,
    "FM201": shape.unquoted,
    "FM207": shape.empty,
    "FM213": narratives.namespace,
    "FM215": narratives.generated,
    "FM223": shape.twice,
    "FM301": codes.spelling,
    "FM307": codes.code,
    "FM310": codes.display,
    "FM416": shape.type_of_reference,
    "FM510": claims.of_another_type,
    "FM701": claims.misspelt,
}
Judge = Callable[[bytes], Report]
# Whatever a document holds, it is judged so often at most.
MOST_TRIES = 500


@dataclass(frozen=True)
class Fixed:
    """A document as it is now: its bytes, the fixes in it in the order in which they were made, and what is left."""

    raw: bytes
    fixes: tuple[Fix, ...]
    report: Report


@dataclass
class Fixer:
    """Mends documents that `judge` judges by the registry: of what it finds, what `choose` leaves."""

    judge: Judge
    registry: Registry
    choose: Callable[[Report], Report] | None = None
    terminology: Terminology = field(init=False)

    def __post_init__(self) -> None:
        self.terminology = Terminology(self.registry)

    def fixes(self, raw: bytes, report: Report) -> tuple[Fix, ...]:
        """What would mend the findings, none of it proved yet: nothing for what is no JSON object."""
        chosen = self.choose(report) if self.choose is not None else report
        if MAKERS.keys().isdisjoint(issue.rule for issue in chosen):
            return ()
        try:
            document = jsonio.read(raw)
        except InputError:
            return ()
        if not isinstance(document, dict):
            return ()
        found = (self._fix(Given(issue, document, self.registry, self.terminology)) for issue in chosen)
        return tuple({(fix.keys, fix.message): fix for fix in found if fix is not None}.values())

    def _fix(self, given: Given) -> Fix | None:
        make = MAKERS.get(given.issue.rule)
        return make(given) if make is not None else None

    def fixed(self, raw: bytes) -> Fixed:
        """The document with all that can be mended for certain; the same bytes where that is nothing."""
        made: list[Fix] = []
        refused: set[tuple[str, Keys]] = set()
        report, tries = self.judge(raw), MOST_TRIES
        waiting: list[Sequence[Fix]] = []
        while tries:
            if not waiting:
                fixes = [each for each in self.fixes(raw, report) if (each.rule, each.keys) not in refused]
                if not fixes:
                    break
                waiting = [fixes]
            trial = waiting.pop()
            better = self._tried(raw, trial, report)
            tries -= 1
            if better is not None:
                raw, report = better
                made += trial
                waiting = []  # what it was about may stand elsewhere now
            elif len(trial) == 1:
                refused.add((trial[0].rule, trial[0].keys))
            else:
                half = len(trial) // 2
                waiting += (trial[half:], trial[:half])
        return Fixed(raw, tuple(made), report)

    def _tried(self, raw: bytes, fixes: Sequence[Fix], report: Report) -> tuple[bytes, Report] | None:
        """The document with these fixes and its report; None where that is no better."""
        changes = changed(raw, fixes)
        if changes is None:
            return None
        new = edited(raw.decode(), changes).encode()
        judged = self.judge(new)
        before, after = _told(report), _told(judged)
        gone = Counter(fix.rule for fix in fixes) <= before - after
        return (new, judged) if gone and not _new(report, judged) else None


def changed(raw: bytes, fixes: Iterable[Fix]) -> tuple[Span, ...] | None:
    """What the fixes change in the text; None where they get in each other's way."""
    try:
        return spans(raw.decode(), [edit for fix in fixes for edit in fix.edits])
    except (KeyError, IndexError, ValueError):
        return None


def _told(report: Report) -> Counter[str]:
    return Counter(issue.rule for issue in report)


def _new(before: Report, after: Report) -> bool:
    """Whether anything is found that was not found; what moved up in its list is what it was."""
    return bool(Counter(map(_kind, after)) - Counter(map(_kind, before)))


def _kind(issue: Issue) -> tuple[str, str, tuple[str, ...]]:
    return issue.rule, issue.message, tuple(key for key in issue.path.keys if isinstance(key, str))
