"""What a record answers of the form, as a QuestionnaireResponse. What is not asked is not in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.asking.names import named, plain
from fhir_matters.records.asking.question import Question
from fhir_matters.records.asking.questionnaire import URL, concepts, shown
from fhir_matters.records.asking.topics import FORM
from fhir_matters.records.fhir.elements import Element, child, children, number, present
from fhir_matters.records.fhir.links import links_of
from fhir_matters.records.fhir.narrative import Line, narrative
from fhir_matters.records.fit import REPLACEABLE, SECTIONS
from fhir_matters.records.forms import Parts
from fhir_matters.records.ids import identifier
from fhir_matters.records.standing import left_standing

Data = Mapping[str, Any]
# The last steps of what is not shown; a talk shows its own day.
_HIDDEN = (".key", ".in")


def answers(record: Parts) -> Element:
    """A QuestionnaireResponse to our Questionnaire with everything that the record answers and that still stands.

    A form that is opened with it asks nobody twice; `record_of` reads it back.
    """
    links, data = links_of(record), standing(record)
    items = list(_items(FORM, "", data, data, kept_answers(record)))
    return present(
        {
            "resourceType": "QuestionnaireResponse",
            "language": record.language,
            "text": narrative(record.language, FORM.text, _lines(items)),
            "questionnaire": f"{URL}|{codes.VERSION}",
            "status": "completed",
            "subject": {
                "type": "Patient",
                "identifier": identifier(links.value("person")),
                "display": links.name("person"),
            },
            "item": items,
        }
    )


def standing(record: Parts) -> dict[str, Any]:
    """The fields of the record by section, without what was replaced, taken back or entered by mistake."""
    person = record.person.model_dump(exclude_none=True)
    return {"person": person, **{section: dict(_standing(record, section)) for section in SECTIONS}}


def _standing(record: Parts, section: str) -> Iterator[tuple[str, Any]]:
    forms = getattr(record, section)
    if section in REPLACEABLE:
        forms = left_standing(forms)
    return ((key, form.model_dump(exclude_none=True)) for key, form in forms.items())


def kept_answers(record: Parts) -> list[Element]:
    """The answers that no field of the record takes: they are kept in a response of their own beside it."""
    return [
        item
        for kept in record.other
        if (text := child(kept.resource, "questionnaire")) and str(text).partition("|")[0] == URL
        for item in children(kept.resource, "item")
    ]


def _items(group: Question, link: str, data: Data, scope: Data, kept: list[Element]) -> Iterator[Element]:
    for part in group.parts:
        place = f"{link}.{part.name}" if link else part.name
        mine = [item for item in kept if item.get("linkId") == place]
        if part.kind == "group":
            for entry in _entries(part, data):
                inside = {**scope, "options": entry["options"]} if "options" in entry else scope
                rest = [] if part.repeats else [item for each in mine for item in children(each, "item")]
                yield from _item(
                    place, part, "item", _whole(part, place, list(_items(part, place, entry, inside, rest)))
                )
        elif part.field:
            yield from _item(place, part, "answer", list(_given(part, data, scope)))
        else:
            yield from _item(place, part, "answer", [each for item in mine for each in children(item, "answer")][-1:])


def _whole(group: Question, link: str, items: list[Element]) -> list[Element]:
    """The items, unless what makes sense of them is not among them."""
    needed = {f"{link}.{part.name}" for part in group.parts if part.needed}
    return items if needed <= {item["linkId"] for item in items} else []


def _item(link: str, question: Question, what: str, found: list[Element]) -> Iterator[Element]:
    if found:
        yield {"linkId": link, "text": question.text, what: found}


def _entries(group: Question, data: Data) -> Iterator[Data]:
    """What each occurrence of the group is filled from."""
    if not group.field:
        yield data
    elif group.keyed:
        for key, entry in data.get(group.field, {}).items():
            if all(entry.get(name) == value for name, value in group.fixed):
                yield {**entry, "key": key}
    elif group.repeats:
        yield from data.get(group.field, ())
    elif group.field in data:
        yield data[group.field]


def _given(question: Question, data: Data, scope: Data) -> Iterator[Element]:
    value = data.get(question.field)
    for each in (value or ()) if question.repeats else () if value is None else (value,):
        said = named(scope, question.names, each) if question.names else plain(each)
        if said is not None:
            yield from _WRITERS[question.kind](question, said)


def _chosen(question: Question, word: str) -> Iterator[Element]:
    """The option; another word is an answer only where the question is open."""
    found = concepts(question.options).get(word)
    if found is not None:
        yield {"valueCoding": shown(found)}
    elif question.kind == "open-choice":
        yield {"valueString": word}


def _attached(_question: Question, file: Data) -> Iterator[Element]:
    size = len(file["data"]) // 4 * 3 - file["data"][-2:].count("=")
    found = {"contentType": file["content_type"], "data": file["data"], "size": size, "hash": file["sha1"]}
    yield {"valueAttachment": present({**found, "title": file.get("caption")})}


def _plainly(kind: str) -> Callable[[Question, Any], Iterator[Element]]:
    return lambda _question, value: iter([{f"value{kind}": value}])


_WRITERS: Mapping[str, Callable[[Question, Any], Iterator[Element]]] = {
    "string": _plainly("String"),
    "text": _plainly("String"),
    "boolean": _plainly("Boolean"),
    "date": _plainly("Date"),
    "dateTime": _plainly("DateTime"),
    "integer": _plainly("Integer"),
    "decimal": lambda _question, value: iter([{"valueDecimal": number(value)}]),
    "choice": _chosen,
    "open-choice": _chosen,
    "attachment": _attached,
}


def _lines(items: Iterable[Element]) -> Iterator[Line]:
    """Questions and answers as a reader wants them, without the keys that tools need."""
    for item in items:
        if not item["linkId"].endswith(_HIDDEN):
            yield item["text"], ", ".join(filter(None, map(_shown, children(item, "answer")))) or " "
        yield from _lines(children(item, "item"))


def _shown(answer: Element) -> str:
    value = next(iter(answer.values()), None)
    if isinstance(value, dict):
        return str(value.get("display") or value.get("title") or "")
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
