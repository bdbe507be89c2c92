"""Regular expressions as automata, for those with which Python's matcher could take for ever. Time is text by states.

Reads the structure of a pattern (groups, alternatives, repeats); what one character matches is left to `re`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from fhir_matters.fhirpath.errors import CannotEvaluate

_MOST_STATES: Final = 20_000
_MOST_STEPS: Final = 2_000_000
_MOST_KNOWN: Final = 5_000

_PIECE: Final = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)|.", re.DOTALL)
_REPEAT: Final = re.compile(r"(?:[*+?]|\{(?P<low>[0-9]*)(?P<comma>,)?(?P<high>[0-9]*)\})[?+]?")
_GROUP: Final = re.compile(r"\((?:\?(?::|P?<[A-Za-z]\w*>|(?P<look><?[=!]|>)|(?P<other>.)))?", re.DOTALL)


class One(NamedTuple):
    """One character; `source` is what `re` makes of it, `^` and `$` among it."""

    source: str


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Tree, ...]


class Choice(NamedTuple):
    """One of these."""

    options: tuple[Tree, ...]


class Repeat(NamedTuple):
    """From `low` to `high` times; `high` is None for any number."""

    part: Tree
    low: int
    high: int | None


class Look(NamedTuple):
    """A look around, or another group that only a backtracking matcher understands."""

    part: Tree


Tree: TypeAlias = One | Sequence | Choice | Repeat | Look


def structure(pattern: str) -> Tree:
    """The structure of a pattern that `re` has accepted. Raises CannotEvaluate for groups of no known kind."""
    tree, end = _choice(pattern, 0)
    if end != len(pattern):
        raise CannotEvaluate("Expected a regular expression that this engine knows, found another.")
    return tree


def _choice(pattern: str, at: int) -> tuple[Tree, int]:
    options = []
    while True:
        option, at = _sequence(pattern, at)
        options.append(option)
        if pattern[at : at + 1] != "|":
            return (Choice(tuple(options)) if len(options) > 1 else option), at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[Tree, int]:
    parts: list[Tree] = []
    while at < len(pattern) and pattern[at] not in "|)":
        part, at = _group(pattern, at) if pattern[at] == "(" else _piece(pattern, at)
        while (repeat := _REPEAT.match(pattern, at)) and not _is_literal(repeat):
            part, at = _repeated(part, repeat), repeat.end()
        parts.append(part)
    return Sequence(tuple(parts)), at


def _is_literal(repeat: re.Match[str]) -> bool:
    return repeat[0].startswith("{") and not repeat["low"] and not repeat["high"]


def _piece(pattern: str, at: int) -> tuple[Tree, int]:
    piece = _PIECE.match(pattern, at)
    assert piece is not None
    return One(piece[0]), piece.end()


def _group(pattern: str, at: int) -> tuple[Tree, int]:
    opening = _GROUP.match(pattern, at)
    assert opening is not None
    if opening["other"]:
        raise CannotEvaluate("Expected a regular expression without flags and comments, found one.")
    inner, end = _choice(pattern, opening.end())
    return (Look(inner) if opening["look"] else inner), end + 1


def _repeated(part: Tree, repeat: re.Match[str]) -> Tree:
    sign = repeat[0][0]
    if sign != "{":
        return Repeat(part, 1 if sign == "+" else 0, 1 if sign == "?" else None)
    low = int(repeat["low"] or 0)
    return Repeat(part, low, (int(repeat["high"]) if repeat["high"] else None) if repeat["comma"] else low)


@dataclass(slots=True)
class _State:
    source: str = ""  # what a character must be; "" moves on without one
    after: list[int] = field(default_factory=list)


class Automaton:
    """The states of a pattern; the first is where it begins, `last` where it has matched."""

    def __init__(self, tree: Tree) -> None:
        self._states: list[_State] = []
        self._steps = 0
        start = self._new()
        self.start, self.last = start, self._new()
        self._link(self._built(tree, start), self.last)
        self._known: dict[tuple[frozenset[int], str, bool, bool], frozenset[int]] = {}

    def found(self, text: str, *, whole: bool) -> bool:
        """True if the pattern matches anywhere, or the whole text. Raises CannotEvaluate where that takes too long."""
        self._steps = len(text) // 10
        here = self._closed({self.start}, first=True, last=_at_end(text, 0))
        for place, character in enumerate(text):
            if self.last in here and not whole:
                return True
            here = self._next(here, character, last=_at_end(text, place + 1), again=not whole)
        return self.last in here

    def _next(self, here: frozenset[int], character: str, *, last: bool, again: bool) -> frozenset[int]:
        asked = (here, character, last, again)
        if (known := self._known.get(asked)) is None:
            self._steps += len(here)
            if self._steps > _MOST_STEPS:
                raise CannotEvaluate("A regular expression takes too long on this text and was stopped.")
            states = (self._states[each] for each in here)
            after = {new for state in states if _matches(state.source, character) for new in state.after}
            known = self._closed(after | ({self.start} if again else set()), first=False, last=last)
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[asked] = known
        return known

    def _closed(self, states: set[int], *, first: bool, last: bool) -> frozenset[int]:
        """These states and all that are reached from them without a character."""
        seen, waiting = set(states), list(states)
        while waiting:
            state = self._states[waiting.pop()]
            if state.source == "" or (state.source == "^" and first) or (state.source == "$" and last):
                new = [each for each in state.after if each not in seen]
                seen.update(new)
                waiting.extend(new)
        return frozenset(seen)

    # Building.

    def _new(self, source: str = "") -> int:
        if len(self._states) >= _MOST_STATES:
            raise CannotEvaluate("A regular expression is too large for this engine.")
        self._states.append(_State(source))
        return len(self._states) - 1

    def _link(self, one: int, other: int) -> None:
        self._states[one].after.append(other)

    def _built(self, tree: Tree, start: int) -> int:
        """Where the tree ends if it begins in `start`, a state that moves on without a character."""
        match tree:
            case One(source):
                here, end = self._new(source), self._new()
                self._link(start, here)
                self._link(here, end)
                return end
            case Sequence(parts):
                for part in parts:
                    start = self._built(part, start)
                return start
            case Choice(options):
                end = self._new()
                for option in options:
                    here = self._new()
                    self._link(start, here)
                    self._link(self._built(option, here), end)
                return end
            case Repeat(part, low, high):
                return self._repeat(part, low, high, start)
        raise CannotEvaluate("A regular expression looks around and repeats in ways that could take for ever.")

    def _repeat(self, part: Tree, low: int, high: int | None, start: int) -> int:
        for _ in range(low):
            start = self._built(part, start)
        if high is None:
            loop = self._new()
            self._link(start, loop)
            self._link(self._built(part, loop), loop)
            return loop
        end = self._new()
        for _ in range(high - low):
            self._link(start, end)
            start = self._built(part, start)
        self._link(start, end)
        return end


def _at_end(text: str, place: int) -> bool:
    return place == len(text) or (place == len(text) - 1 and text[place] == "\n")


def _matches(source: str, character: str) -> bool:
    return source not in ("", "^", "$") and _single(source).fullmatch(character) is not None


@lru_cache(maxsize=2048)
def _single(source: str) -> re.Pattern[str]:
    if source[0] == "\\" and source[1] in "bBAZzG123456789":
        raise CannotEvaluate("A regular expression has boundaries or references and could take for ever.")
    return re.compile(source, re.DOTALL | re.ASCII)
