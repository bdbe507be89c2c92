r"""Regular expressions in bounded time: by `re` where it cannot run away, else by an automaton.

The flavour is Java's, as far as Python has it: `.` takes line ends, `\w` and `\d` are ASCII. The rest is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from fhir_matters.fhirpath.automaton import Automaton, Choice, Look, One, Repeat, Sequence, Tree, structure
from fhir_matters.fhirpath.errors import CannotEvaluate

_MOST: Final = 5_000  # characters of a pattern
_MOST_STEPS: Final = 10_000_000
_NAMED: Final = re.compile(r"\(\?<(?=[A-Za-z])")
_REFERENCE: Final = re.compile(r"\$(?:(\d)|\{(\w+)\})|\\(.)", re.DOTALL)


@dataclass(frozen=True)
class _Pattern:
    """A pattern both ways; `exponent` bounds the steps of `re` by the length of the text, None if nothing does."""

    compiled: re.Pattern[str]
    exponent: int | None
    tree: Tree

    @cached_property
    def automaton(self) -> Automaton:
        return Automaton(self.tree)

    def is_quick(self, text: str) -> bool:
        """True if `re` needs few steps for this text."""
        return self.exponent is not None and (len(text) + 1) ** self.exponent <= _MOST_STEPS


@lru_cache(maxsize=1024)
def _pattern(source: str) -> _Pattern:
    if len(source) > _MOST:
        raise CannotEvaluate(f"Expected a regular expression of at most {_MOST:,} characters.")
    try:
        compiled = re.compile(_NAMED.sub("(?P<", source), re.DOTALL | re.ASCII)
        tree = structure(source)
        return _Pattern(compiled, _exponent(tree), tree)
    except (re.error, OverflowError, RecursionError):
        raise CannotEvaluate("Expected a regular expression that this engine knows, found another.") from None


def _exponent(tree: Tree) -> int | None:
    """One more than how many repeats follow each other; None where one repeats inside of another."""
    repeats = _repeats(tree)
    return None if repeats is None else repeats + 1


def _repeats(tree: Tree) -> int | None:
    match tree:
        case One():
            return 0
        case Repeat(part, low, high):
            inner = _repeats(part)
            if high in (low, 1):
                return inner if inner is None else inner * max(low, 1)
            return 1 if inner == 0 and not _chooses(part) else None
        case Sequence(parts) | Choice(parts):
            found = [_repeats(part) for part in parts]
            return None if None in found else sum(each or 0 for each in found)
        case Look(part):
            return _repeats(part)


def _chooses(tree: Tree) -> bool:
    """True if the tree can match one text in several ways."""
    match tree:
        case Choice():
            return True
        case Sequence(parts):
            return any(map(_chooses, parts))
        case Repeat() | Look():
            return True
    return False


def found(source: str, text: str) -> bool:
    """True if the pattern matches anywhere in the text. Raises CannotEvaluate."""
    pattern = _pattern(source)
    if pattern.is_quick(text):
        return pattern.compiled.search(text) is not None
    return pattern.automaton.found(text, whole=False)


def covers(source: str, text: str) -> bool:
    """True if the pattern matches the whole text. Raises CannotEvaluate."""
    pattern = _pattern(source)
    if pattern.is_quick(text):
        return pattern.compiled.fullmatch(text) is not None
    return pattern.automaton.found(text, whole=True)


def replaced(source: str, text: str, substitution: str) -> str:
    r"""The text with every match replaced; `$1` and `${name}` are groups, `\` takes the next sign as it is.

    Raises CannotEvaluate.
    """
    pattern = _pattern(source)
    if not pattern.is_quick(text):
        if not pattern.automaton.found(text, whole=False):
            return text
        raise CannotEvaluate("A regular expression could take for ever to replace with.")
    try:
        return pattern.compiled.sub(lambda match: _filled(substitution, match), text)
    except (IndexError, re.error):
        raise CannotEvaluate("A substitution names a group that the regular expression does not have.") from None


def _filled(substitution: str, match: re.Match[str]) -> str:
    def part(reference: re.Match[str]) -> str:
        if reference[3]:
            return reference[3]
        return match[int(reference[1]) if reference[1] else reference[2]] or ""

    return _REFERENCE.sub(part, substitution)
