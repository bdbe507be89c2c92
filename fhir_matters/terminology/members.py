"""What belongs to a value set, as far as it is known: counted out (`Listed`) or only answerable (`Open`).

Sets and their algebra only; where the codes come from is `sets` and `systems`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from fhir_matters.terminology.answer import Answer, all_of, any_of, negated, yes

Concept: TypeAlias = tuple[str, str]
"""A code system's URL and a code."""


@dataclass(frozen=True)
class Listed:
    """Every concept of the set is known, so every other one is out.

    `folds` are the code systems whose codes compare without regard to case.
    """

    concepts: frozenset[Concept]
    folds: frozenset[str] = frozenset()
    why = ""
    circular = False

    def answer(self, system: str, code: str) -> Answer:
        """Whether this concept belongs."""
        if (system, code) in self.concepts:
            return Answer.IN
        return yes(system in self.folds and (system, code.casefold()) in self._folded)

    def answer_for_code(self, code: str) -> Answer:
        """Whether this code belongs, of whichever system: for elements of type `code`, which name none."""
        return Answer.IN if code in self.codes else any_of(self.answer(system, code) for system in self.folds)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes alone."""
        return frozenset(code for _, code in self.concepts)

    @cached_property
    def systems(self) -> frozenset[str]:
        """The code systems that the set draws from."""
        return frozenset(system for system, _ in self.concepts)

    @cached_property
    def _folded(self) -> frozenset[Concept]:
        return frozenset((system, code.casefold()) for system, code in self.concepts if system in self.folds)


@dataclass(frozen=True)
class Open:
    """Not every concept of the set is known: some answers are UNKNOWN, and `why` says what is missing.

    `systems` are the code systems that the set can draw from; None where even that is not known. `circular` says that
    the set comes back to itself.
    """

    known: Callable[[str, str], Answer]
    systems: frozenset[str] | None
    why: str
    circular: bool = False
    concepts = None
    codes = None

    def answer(self, system: str, code: str) -> Answer:
        """Whether this concept belongs, as far as it is known."""
        if self.systems is not None and system not in self.systems:
            return Answer.OUT
        return self.known(system, code)

    def answer_for_code(self, code: str) -> Answer:
        """Whether this code belongs, of whichever system the set draws from."""
        if self.systems is None:
            return Answer.UNKNOWN
        return any_of(self.known(system, code) for system in self.systems)


Members: TypeAlias = Listed | Open


def undecidable(why: str, systems: frozenset[str] | None = None, *, circular: bool = False) -> Open:
    """A set of which nothing is known but, perhaps, the code systems that it can draw from."""
    return Open(lambda _system, _code: Answer.UNKNOWN, systems, why, circular)


def union(parts: Sequence[Members]) -> Members:
    """What belongs to any of the parts."""
    if len(parts) == 1:
        return parts[0]
    if counted := _counted(parts):
        return Listed(frozenset().union(*(part.concepts for part in counted)), _folds(counted))
    limited = [part.systems for part in parts if part.systems is not None]
    drawn = frozenset[str]().union(*limited) if len(limited) == len(parts) else None
    return Open(
        lambda system, code: any_of(part.answer(system, code) for part in parts), drawn, _why(parts), _circular(parts)
    )


def intersection(parts: Sequence[Members]) -> Members:
    """What belongs to all of the parts."""
    if len(parts) == 1:
        return parts[0]

    def known(system: str, code: str) -> Answer:
        return all_of(part.answer(system, code) for part in parts)

    for part in parts:
        if isinstance(part, Listed) and (chosen := _chosen(part, known)) is not None:
            return chosen
    limited = [part.systems for part in parts if part.systems is not None]
    return Open(known, frozenset.intersection(*limited) if limited else None, _why(parts), _circular(parts))


def difference(whole: Members, taken: Members) -> Members:
    """What belongs to the first and not to the second."""
    if isinstance(whole, Listed) and isinstance(taken, Listed) and not taken.folds:
        return Listed(whole.concepts - taken.concepts, whole.folds)

    def known(system: str, code: str) -> Answer:
        return all_of((whole.answer(system, code), negated(taken.answer(system, code))))

    if isinstance(whole, Listed) and (chosen := _chosen(whole, known)) is not None:
        return chosen
    return Open(known, whole.systems, whole.why or taken.why, _circular((whole, taken)))


def _chosen(listed: Listed, known: Callable[[str, str], Answer]) -> Listed | None:
    """The listed concepts that are known to belong; None where that cannot be said of each."""
    answers = {concept: known(*concept) for concept in listed.concepts}
    if Answer.UNKNOWN in answers.values():
        return None
    return Listed(frozenset(concept for concept, answer in answers.items() if answer is Answer.IN), listed.folds)


def _counted(parts: Sequence[Members]) -> list[Listed]:
    """The parts, if each of them is counted out; else nothing."""
    listed = [part for part in parts if isinstance(part, Listed)]
    return listed if len(listed) == len(parts) else []


def _folds(parts: Iterable[Listed]) -> frozenset[str]:
    return frozenset().union(*(part.folds for part in parts))


def _circular(parts: Iterable[Members]) -> bool:
    return any(part.circular for part in parts)


def _why(parts: Iterable[Members]) -> str:
    return "; ".join(dict.fromkeys(part.why for part in parts if part.why))
