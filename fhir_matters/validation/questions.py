"""Questionnaires as small values: their questions by linkId, read once and kept. Judges nothing.

A form comes from anybody, so whatever in it is not of its type counts as absent; what is wrong with the form itself
is said where the form is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.terminology import Answer, Terminology
from fhir_matters.terminology.members import Members, undecidable
from fhir_matters.validation.plans import Definitions

CORE = "http://hl7.org/fhir/StructureDefinition/"
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One item of a form, compared by identity; `places` are its own items' places by linkId, the first of each."""

    node: Mapping[str, Any]
    items: tuple[Question, ...]
    places: Mapping[str, int]

    @property
    def link_id(self) -> str:
        """Its linkId; empty where it has none."""
        return text(self.node, "linkId")

    @property
    def type(self) -> str:
        """`group`, `display`, `string` or another of R4's item types."""
        return text(self.node, "type")

    @property
    def required(self) -> bool:
        """Whether it must be answered."""
        return self.node.get("required") is True

    @property
    def repeats(self) -> bool:
        """Whether it takes more than one answer."""
        return self.node.get("repeats") is True

    @property
    def value_set(self) -> str:
        """The canonical of the value set of its answers; empty where it has none."""
        return text(self.node, "answerValueSet")

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """Its answer options: the type by key (`valueCoding`), the value, and whether it excludes all others."""
        return [
            (key, value, True in extended(option, CORE + "questionnaire-optionExclusive"))
            for _, option in objects(self.node, "answerOption")
            for key, value in option.items()
            if key.startswith("value")
        ]

    def extension(self, url: str) -> list[Any]:
        """The values of its extensions of this url."""
        return extended(self.node, url)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A Questionnaire: its items, each by linkId (the first of each), and the item that each stands in.

    `around` is the resource whose contained value sets its items may name by `#id`.
    """

    node: Mapping[str, Any]
    around: Mapping[str, Any]
    items: tuple[Question, ...]
    places: Mapping[str, int]
    by_id: Mapping[str, Question]
    above: Mapping[Question, Question | None]
    sets: dict[str, Members]

    def common(self, one: Question, other: Question) -> Question | None:
        """The nearest item that both stand in; None for the form itself."""
        chain = set(self._chain(one))
        return next((each for each in self._chain(other) if each in chain), None)

    def _chain(self, question: Question) -> Iterator[Question]:
        step = self.above.get(question)
        while step is not None:
            yield step
            step = self.above.get(step)

    def members(self, terminology: Terminology, canonical: str) -> Members:
        """The value set that an item names: contained, or among the definitions."""
        if not canonical.startswith("#"):
            return terminology.members(canonical)
        if canonical not in self.sets:
            contained = (each for _, each in objects(self.around, "contained") if each.get("id") == canonical[1:])
            found = next(contained, None)
            why = f"nothing contained is called {canonical}"
            self.sets[canonical] = terminology.members_of(found) if found is not None else undecidable(why)
        return self.sets[canonical]


def form(node: Mapping[str, Any], around: Mapping[str, Any] | None = None) -> Form:
    """The form that a Questionnaire is; `around` is what contains it."""
    above: dict[Question, Question | None] = {}
    items = _questions(node, above)
    for question in items:
        above[question] = None
    by_id: dict[str, Question] = {}
    for question in _all(items):
        by_id.setdefault(question.link_id, question)
    return Form(node, node if around is None else around, items, _places(items), by_id, above, {})


def _questions(node: Mapping[str, Any], above: dict[Question, Question | None]) -> tuple[Question, ...]:
    found = []
    for _, each in objects(node, "item"):
        items = _questions(each, above)
        question = Question(each, items, _places(items))
        above.update(dict.fromkeys(items, question))
        found.append(question)
    return tuple(found)


def _places(items: tuple[Question, ...]) -> Mapping[str, int]:
    return {question.link_id: place for place, question in reversed(list(enumerate(items)))}


def _all(items: tuple[Question, ...]) -> Iterator[Question]:
    for question in items:
        yield question
        yield from _all(question.items)


class Forms:
    """Questionnaires by canonical. Threads may share it: reading twice is harmless."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._read: dict[str, Form | None] = {}

    def find(self, canonical: str) -> Form | None:
        """The form, or None where it is not here."""
        if canonical not in self._read:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            found = self._definitions.find(canonical, "Questionnaire")
            self._read[canonical] = form(found) if found is not None else None
        return self._read[canonical]

    def other(self, canonical: str) -> bool:
        """Whether the canonical is of something that is no Questionnaire."""
        return self._definitions.find(canonical) is not None


def text(node: Mapping[str, Any], key: str) -> str:
    """The string under the key; empty where there is none."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


def objects(node: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    """The objects in the array under the key, each with its place in it."""
    found = node.get(key)
    return (
        [(place, each) for place, each in enumerate(found) if isinstance(each, dict)] if isinstance(found, list) else []
    )


def extended(node: Mapping[str, Any], url: str) -> list[Any]:
    """The values of the extensions of this url."""
    return [
        value
        for _, each in objects(node, "extension")
        if each.get("url") == url
        for key, value in each.items()
        if key.startswith("value")
    ]


def membership(terminology: Terminology, form: Form, canonical: str, coding: Mapping[str, Any]) -> Answer:
    """Whether the Coding is in the value set; without a system or code it is not, where all its systems are here."""
    members = form.members(terminology, canonical)
    system, code = coding.get("system"), coding.get("code")
    if isinstance(system, str) and isinstance(code, str):
        contained = canonical.startswith("#")
        return members.answer(system, code) if contained else terminology.contains(canonical, system, code)
    known = members.systems is not None and all(terminology.system(each).complete for each in members.systems)
    return Answer.OUT if known else Answer.UNKNOWN
