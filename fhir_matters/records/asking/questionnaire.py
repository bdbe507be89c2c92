"""The FHIR Questionnaire that the table of topics makes; with SDC's hints, tools fill in what is on record.

Without the hints it needs nothing but R4. They are extensions of HL7's Structured Data Capture guide, and a validator
that does not have that guide refuses them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.asking import expressions
from fhir_matters.records.asking.question import Options, Question
from fhir_matters.records.asking.topics import FORM
from fhir_matters.records.codes import Concept
from fhir_matters.records.fhir.elements import Element, coding, present

ID = "fm-what-matters-to-you"
URL = f"{codes.CANONICAL}/Questionnaire/{ID}"
HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire"
LAUNCH = "http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext"


def questionnaire(*, hints: bool = False) -> Element:
    """The Questionnaire: the same every time; with `hints`, FHIRPath beside each question that a record may answer."""
    around = {"contained": [_queries()], "extension": [_launch(), *_variables()]} if hints else {}
    return {
        "resourceType": "Questionnaire",
        "id": ID,
        "language": "en",
        **around,
        "url": URL,
        "version": codes.VERSION,
        "name": "FmWhatMattersToYou",
        "title": FORM.text,
        "status": "active",
        "experimental": False,
        "subjectType": ["Patient"],
        "publisher": "fhir-matters",
        "description": "A conversation, not a checklist: what do we need to know about somebody in order to best help "
        "them? Whatever they would rather not say is kept as that, so that nobody asks again tomorrow.",
        "item": [item(part, part.name, hints=hints) for part in FORM.parts],
    }


def _launch() -> Element:
    name = {"system": LAUNCH, "code": "patient", "display": "Patient"}
    parts = [{"url": "name", "valueCoding": name}, {"url": "type", "valueCode": "Patient"}]
    return {"url": f"{SDC}-launchContext", "extension": parts}


def _queries() -> Element:
    entries = [{"request": {"method": "GET", "url": query}} for query in expressions.QUERIES]
    return {"resourceType": "Bundle", "id": "record", "type": "batch", "entry": entries}


def _variables() -> Iterator[Element]:
    yield {"url": f"{SDC}-sourceQueries", "valueReference": {"reference": "#record"}}
    for name, expression in expressions.VARIABLES.items():
        found = {"name": name, "language": "text/fhirpath", "expression": expression}
        yield {"url": VARIABLE, "valueExpression": found}


def item(question: Question, link: str, *, hints: bool) -> Element:
    """The item of a question, with everything that is asked in it; `link` is its linkId."""
    return present(
        {
            "linkId": link,
            "extension": [*_hidden(question), *(_hints(question) if hints else ())],
            "code": _codes(question),
            "text": question.text,
            "type": question.kind,
            "enableWhen": [_exists(f"{link.rpartition('.')[0]}.{name}") for name in question.after],
            "enableBehavior": "any" if len(question.after) > 1 else None,
            "repeats": question.repeats or None,
            "answerOption": [{"valueCoding": shown(found)} for found in concepts(question.options).values()],
            "item": [
                *_help(question, link),
                *(item(part, f"{link}.{part.name}", hints=hints) for part in question.parts),
            ],
        }
    )


def _exists(link: str) -> Element:
    return {"question": link, "operator": "exists", "answerBoolean": True}


def _help(question: Question, link: str) -> Iterator[Element]:
    if question.help:
        control = {"coding": [{"system": CONTROLS, "code": "help", "display": "Help-Button"}]}
        hint = {"url": CONTROL, "valueCodeableConcept": control}
        yield {"linkId": f"{link}.help", "extension": [hint], "text": question.help, "type": "display"}


def _hidden(question: Question) -> Iterator[Element]:
    if question.hidden:
        yield {"url": HIDDEN, "valueBoolean": True}


def _hints(question: Question) -> Iterator[Element]:
    if question.each:
        yield _expression("itemPopulationContext", question.each, name=question.name)
    if question.initial:
        yield _expression("initialExpression", question.initial)


def _expression(hint: str, expression: str, **named: str) -> Element:
    return {
        "url": f"{SDC}-{hint}",
        "valueExpression": {**named, "language": "text/fhirpath", "expression": expression},
    }


_KINDS: Mapping[str, Mapping[str, Concept]] = {
    "what_matters": codes.STATEMENT_KIND,
    "preferences": codes.PREFERENCE_KIND,
}


def _codes(question: Question) -> list[Element]:
    """The codes of a kind of statement: those of others first, then our own."""
    kind = dict(question.fixed).get("kind")
    if kind is None or question.field not in _KINDS:
        return []
    found = _KINDS[question.field][kind.replace(" ", "-")]
    return [coding(each) for each in (*found.coded_as, found)]


def concepts(options: Options | None) -> dict[str, Concept]:
    """What may be chosen: the word of a record → its code."""
    table: Any = getattr(codes, options.table) if options else {}
    return {word: table[word.replace(" ", "-")] for word in (options.words if options else ())}


def shown(found: Concept) -> Element:
    """An option as a person reads it."""
    return {"system": found.system, "code": found.code, "display": found.plain or found.display}
