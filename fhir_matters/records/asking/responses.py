"""The answers of a QuestionnaireResponse as the fields of a record, before it is known which parts their names mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fhir_matters.records.asking.question import Question
from fhir_matters.records.asking.questionnaire import concepts
from fhir_matters.records.fhir.elements import Element, child, children

Data = dict[str, Any]


class Problem(str):
    """Why an answer cannot be taken; `at` is where it stands: its linkId, with `~0`, `~1` … for entries of groups."""

    __slots__ = ("at",)
    at: str

    @classmethod
    def of(cls, place: str, why: str, at: str) -> Problem:
        """The problem, as a line that names the place."""
        found = cls(f"{place}: {why}")
        found.at = at
        return found


class Named(str):
    """The name of a part as somebody wrote it, with where it stands and where it is looked for."""

    __slots__ = ("at", "link", "sections")
    at: str
    link: str
    sections: tuple[str, ...]


@dataclass(slots=True)
class Response:
    """What was read: `data`, where the entries of a section are a list still, and what no field takes, whole.

    `places` says of each section where its entries stand in the form, in the same order.
    """

    data: Data = field(default_factory=dict)
    rest: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    places: dict[str, list[tuple[Question, str]]] = field(default_factory=dict)


def read_items(form: Question, items: list[Any]) -> Response:
    """The answers to the form; `problems` has a line for each answer that it cannot have."""
    found = Response()
    found.data, found.rest = _group(form, "", "", items, found)
    return found


def _group(group: Question, link: str, at: str, items: list[Any], found: Response) -> tuple[Data, list[Element]]:
    parts = {(f"{link}.{part.name}" if link else part.name): part for part in group.parts}
    data: Data = {}
    rest: list[Element] = [item for item in items if child(item, "linkId") not in parts]
    for place, part in parts.items():
        here = f"{at}.{part.name}" if at else part.name
        mine = [item for item in items if child(item, "linkId") == place]
        if len(mine) > 1 and not (part.repeats and part.kind == "group"):
            why = f"this is asked once, and answered in {len(mine)} items"
            found.problems.append(Problem.of(place, why, here))
        elif part.kind == "group":
            for number, each in enumerate(mine):
                there = f"{here}~{number}" if part.repeats else here
                inside, more = _group(part, place, there, children(each, "item"), found)
                rest += _without(each, more)
                if _put(data, part, inside) and part.keyed:
                    found.places.setdefault(part.field, []).append((part, there))
                if "answer" in each:
                    why = "this is a group of questions; its answers are in its items"
                    found.problems.append(Problem.of(place, why, there))
        elif part.field:
            _answered(data, part, place, here, mine, found.problems)
            rest += [each for item in mine for each in _without(item, children(item, "item"))]
        else:
            rest += mine
    return data, rest


def _without(item: Element, more: list[Element]) -> Iterator[Element]:
    """The item with nothing in it but what no field takes."""
    if more:
        yield {**{name: value for name, value in item.items() if name != "answer"}, "item": more}


def _put(data: Data, group: Question, inside: Data) -> bool:
    """Whether the group says something; then it is in the data."""
    if not inside.keys() - ({"key", "in"} if group.keyed else set()):
        return False
    if not group.field:
        for name, value in inside.items():
            data[name] = _joined(data.get(name), value)
    elif group.keyed:
        data.setdefault(group.field, []).append({**dict(group.fixed), **inside})
    elif group.repeats:
        data.setdefault(group.field, []).append(inside)
    else:
        data[group.field] = _joined(data.get(group.field), inside)
    return True


def _joined(one: Any, other: Any) -> Any:
    """Two groups that fill the same field, together."""
    if isinstance(one, list):
        return [*one, *other]
    return {**one, **other} if isinstance(one, dict) else other


def _answered(data: Data, question: Question, link: str, at: str, items: list[Any], problems: list[str]) -> None:  # noqa: PLR0917 (where it is, and where it goes)
    given = [each for item in items for each in children(item, "answer")]
    if len(given) > 1 and not question.repeats:
        problems.append(Problem.of(link, f"one answer is asked for, {len(given)} are given", at))
        return
    values = []
    for each in given:
        value = _READERS[question.kind](question, each)
        if value is None:
            problems.append(Problem.of(link, f"expected {_EXPECTED[question.kind]}", at))
        elif question.names:
            value = Named(value)
            value.link, value.at, value.sections = link, at, question.names
        values.append(value)
    if values and None not in values:
        data[question.field] = values if question.repeats else values[0]


def _value(kind: str, python: type) -> Callable[[Question, Any], Any]:
    def reader(_question: Question, answer: Any) -> Any:
        value = child(answer, f"value{kind}")
        fits = isinstance(value, python) and (python is bool or not isinstance(value, bool))
        return value if fits else None

    return reader


def _number(_question: Question, answer: Any) -> Decimal | None:
    """The number exactly, also where whoever parsed the JSON made a float of it."""
    value = child(answer, "valueDecimal")
    fits = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)) if fits else None


def _chosen(question: Question, answer: Any) -> str | None:
    """The word of an option, given as its code or as it reads; a free word where the question is open."""
    options, coding, text = concepts(question.options), child(answer, "valueCoding"), child(answer, "valueString")
    for word, option in options.items():
        if (child(coding, "system"), child(coding, "code")) == (option.system, option.code):
            return word
        if question.kind == "choice" and text in (word, option.plain, option.display) and text:
            return word
    free = text if text is not None else child(coding, "display")
    return free if question.kind == "open-choice" and isinstance(free, str) else None


def _attached(_question: Question, answer: Any) -> Data | None:
    file = child(answer, "valueAttachment")
    if not isinstance(child(file, "data"), str):
        return None
    found = {"data": file["data"], "content_type": file.get("contentType"), "sha1": file.get("hash")}
    return {name: value for name, value in {**found, "caption": file.get("title")}.items() if value is not None}


_READERS: Mapping[str, Callable[[Question, Any], Any]] = {
    "string": _value("String", str),
    "text": _value("String", str),
    "boolean": _value("Boolean", bool),
    "date": _value("Date", str),
    "dateTime": _value("DateTime", str),
    "integer": _value("Integer", int),
    "decimal": _number,
    "choice": _chosen,
    "open-choice": _chosen,
    "attachment": _attached,
}
_EXPECTED: Mapping[str, str] = {
    "string": "words: valueString",
    "text": "words: valueString",
    "boolean": "yes or no: valueBoolean",
    "date": "a date: valueDate",
    "dateTime": "a date, or a date with its time: valueDateTime",
    "integer": "a whole number: valueInteger",
    "decimal": "a number: valueDecimal",
    "choice": "one of the options: valueCoding",
    "open-choice": "one of the options, or words: valueCoding or valueString",
    "attachment": "a file with its data: valueAttachment",
}
