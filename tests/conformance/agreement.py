"""How far two validators agree on the same runs: five depths, misses and false alarms apart, a module at a time.

L1 the same verdict; L2 as many errors; L3 the same errors by (code, expression); L4 all severities by that key;
L5 that and the same line and column. A run that ours could not do counts as wrong at every depth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Issue: TypeAlias = tuple[str, str | None, str | None, str | None]
DEPTHS = ("L1", "L2", "L3", "L4", "L5")
_SEVERITIES = frozenset({"error", "warning", "information"})


@dataclass(frozen=True)
class Run:
    """One run of both: whether either has errors, the depths at which they agree, and its module."""

    name: str
    module: str
    theirs: bool
    ours: bool | None
    agrees: Mapping[str, bool]


def issues(outcome: Mapping[str, Any]) -> list[Issue]:
    """(severity, code, first expression, `[line,col]`) of each issue; fatal is error.

    Old outcomes have lines of text only, which begin with the severity.
    """
    if "issue" not in outcome:
        words = (
            line.strip("[ ").split("]")[0].split()[0].lower() for line in outcome.get("output", ()) if line.strip()
        )
        return [("error" if word == "fatal" else word, None, None, None) for word in words]
    return [
        (
            "error" if each.get("severity") == "fatal" else each.get("severity", ""),
            each.get("code"),
            (each.get("expression") or [None])[0],
            each.get("diagnostics"),
        )
        for each in outcome.get("issue", [])
    ]


def run(name: str, module: str, theirs: Mapping[str, Any], ours: Mapping[str, Any] | None) -> Run:
    """The comparison of one run; `ours` is None where it could not be done."""
    their_issues = issues(theirs)
    their_errors = _errors(their_issues)
    if ours is None:
        return Run(name, module, bool(their_errors), None, dict.fromkeys(DEPTHS, False))
    our_issues = issues(ours)
    our_errors = _errors(our_issues)
    agrees = {
        "L1": bool(their_errors) == bool(our_errors),
        "L2": len(their_errors) == len(our_errors),
        "L3": _bag(their_errors, 1, 3) == _bag(our_errors, 1, 3),
        "L4": _bag(_told(their_issues), 0, 3) == _bag(_told(our_issues), 0, 3),
        "L5": _bag(_told(their_issues), 0, 4) == _bag(_told(our_issues), 0, 4),
    }
    return Run(name, module, bool(their_errors), bool(our_errors), agrees)


def _errors(found: Iterable[Issue]) -> list[Issue]:
    return [each for each in found if each[0] == "error"]


def _told(found: Iterable[Issue]) -> list[Issue]:
    return [each for each in found if each[0] in _SEVERITIES]


def _bag(found: Iterable[Issue], start: int, end: int) -> Counter[tuple[str | None, ...]]:
    return Counter(each[start:end] for each in found)


def table(runs: Iterable[Run]) -> Iterator[str]:
    """A line for all runs, then one for each module, the largest first."""
    every = list(runs)
    yield _line("ALL", every)
    modules = Counter(each.module for each in every)
    for module, _ in modules.most_common():
        yield _line(f"  {module}", [each for each in every if each.module == module])
    if undone := sum(each.ours is None for each in every):
        yield f"runs that could not be done, counted as wrong: {undone}"


def _line(label: str, runs: list[Run]) -> str:
    count = len(runs)
    share = {depth: 100 * sum(each.agrees[depth] for each in runs) / max(count, 1) for depth in DEPTHS}
    missed = sum(each.theirs and not each.ours for each in runs)
    false = sum(bool(each.ours) and not each.theirs for each in runs)
    invalid = sum(each.theirs for each in runs)
    return (
        f"{label:<20} n={count:<4d} java-invalid={invalid:<4d} L1={share['L1']:5.1f}% L2={share['L2']:5.1f}% "
        f"FN={missed} FP={false}  (structured {count}: "
        f"L3={share['L3']:.1f}% L4={share['L4']:.1f}% L5={share['L5']:.1f}%)"
    )
