"""Whether an answer is one of those that its question lists, in answerOption or in a value set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.terminology import Answer, Terminology
from fhir_matters.validation.extents import Problem
from fhir_matters.validation.questions import Form, Question, membership
from fhir_matters.validation.spoken import LANGUAGE

CHOICES = ("choice", "open-choice")
# What the HL7 validator calls an answer type in its ids.
NAMES = {
    "Integer": "Integer",
    "Date": "Date",
    "DateTime": "Date",
    "Time": "Time",
    "String": "String",
    "Coding": "Coding",
}


def chosen(terminology: Terminology, form: Form, question: Question, key: str, value: Any) -> Iterator[Problem]:
    """What is wrong with the answer to a choice (`key` is its JSON key), said of the answer as a whole."""
    kind = key.removeprefix("value")
    options = question.options
    if options:
        free = question.type == "open-choice" and kind == "String"
        yield from () if free else _listed(options, key, value)
    elif kind == "Coding" and question.value_set:
        yield from _of_the_set(terminology, form, question, value)
    else:
        name = "" if kind == "Coding" else NAMES.get(kind, "").replace("Integer", "Int")
        yield "FM963", "The form asks for a choice and gives no options.", f"Questionnaire_QR_Item_{name}NoOptions"


def permitted(question: Question, key: str, value: Any) -> Iterator[Problem]:
    """What is wrong with the answer to another question that lists its options."""
    if key in OTHER.get(question.type, "") and question.options:
        yield from _listed(question.options, key, value)


OTHER = {"integer": "valueInteger", "date": "valueDate", "time": "valueTime", "string": "valueString"}


def _listed(options: list[tuple[str, Any, bool]], key: str, value: Any) -> Iterator[Problem]:
    name = NAMES.get(key.removeprefix("value"), "")
    same_type = [each for kind, each, _ in options if kind == key]
    if not same_type and name:
        yield "FM961", f"None of the options is a {name}.", f"Questionnaire_QR_Item_NoOptions{name}"
    elif not any(alike(value, each) for each in same_type):
        yield "FM961", "Expected one of the options that the question lists.", f"Questionnaire_QR_Item_No{name}"


def alike(value: Any, option: Any) -> bool:
    """The same Coding by system and code, the same Reference by its target, the same value."""
    if isinstance(value, dict) and isinstance(option, dict):
        return all(value.get(key) == option.get(key) for key in ("system", "code", "reference"))
    return type(value) is type(option) and bool(value == option)


def excludes(question: Question, answers: list[Mapping[str, Any]]) -> list[int]:
    """The places of the answers that exclude all others, and yet do not stand alone."""
    if len(answers) < 2:  # noqa: PLR2004 (one alone excludes nobody)
        return []
    alone = [(key, value) for key, value, exclusive in question.options if exclusive]
    return [
        place
        for place, answer in enumerate(answers)
        if any(key in answer and alike(answer[key], value) for key, value in alone)
    ]


def _of_the_set(terminology: Terminology, form: Form, question: Question, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        return
    told = membership(terminology, form, question.value_set, value)
    if told is Answer.OUT or _misnamed(terminology, form, value):
        message = f"Expected a code of the value set {question.value_set}, in the words of its system."
        yield "FM962", message, "Questionnaire_QR_Item_BadOption"
    elif told is Answer.UNKNOWN:
        why = form.members(terminology, question.value_set).why or "its system is not on this machine"
        yield (
            "FM964",
            f"Cannot tell whether it is one of {question.value_set}: {why}.",
            "Terminology_TX_ValueSet_NotFound",
        )


def _misnamed(terminology: Terminology, form: Form, value: Mapping[str, Any]) -> bool:
    """A display that the code system, complete here, does not have for the code."""
    named = [value.get(key) for key in ("system", "code", "display")]
    if not all(isinstance(each, str) for each in named):
        return False
    system, code, display = map(str, named)
    return terminology.calls_it(system, code, display, str(form.around.get("language", LANGUAGE))) is Answer.OUT
