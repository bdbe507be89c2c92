"""What pydantic and YAML find wrong, in the words of the form. Never repeats what somebody wrote as a value."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fhir_matters.records.fit import Problem
from fhir_matters.records.refers import Place

_EXPECTED = {
    "string_type": "expected words",
    "string_unicode": "a character here cannot be kept; write it again",
    "string_too_short": "expected words, found nothing",
    "string_too_long": "these words are too long to be kept in one place",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "decimal_type": "expected a number",
    "decimal_parsing": "expected a number",
    "decimal_max_digits": "this number has more digits than can be kept (18)",
    "finite_number": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "dict_type": "expected fields, each with its name and a colon",
    "model_type": "expected fields, each with its name and a colon",
    "model_attributes_type": "expected fields, each with its name and a colon",
    "tuple_type": "expected a list: [one, two], or a line with a dash for each",
    "list_type": "expected a list: [one, two], or a line with a dash for each",
    "missing": "this is needed and is not there",
}
_PATTERNS = {
    "T([01]": "expected a date such as 2026-03-03 or 2026-03, or with a time and zone 2026-03-03T14:00:00Z",
    "(0[1-9]|1[0-2])": "expected a date such as 2026-03-03, 2026-03 or 2026",
    "^[a-z]": "a key has small letters, digits and dashes, and starts with a letter: long-talk",
    "^[A-Za-z]{2,8}": "expected a language such as en-GB, fa or cy",
    "^[A-Za-z0-9]": "an id has letters, digits, dots and dashes only",
    "^[A-Za-z][A-Za-z0-9+": "expected a whole address, such as http://snomed.info/sct",
    "^\\S+( ": "expected a code as its system writes it, without blanks around it",
    "^\\S+$": "expected an address without blanks, such as https://fhir.nhs.uk/Id/nhs-number",
    "[^\\s": "expected words, found blanks only",
}


def problems(form: type[BaseModel], wrong: ValidationError) -> Iterator[Problem]:
    """Each thing that pydantic finds wrong, as a place in the form and plain words."""
    for error in wrong.errors(include_url=False, include_input=False):
        place = tuple(step for step in error["loc"] if step != "[key]")
        yield Problem(place, _message(form, error, place))


def _message(form: type[BaseModel], error: ErrorDetails, place: Place) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(form, place)
    if kind == "string_pattern_mismatch":
        return _pattern(str(context.get("pattern", "")))
    if kind == "literal_error":
        return f"expected one of {context.get('expected', '')}"
    if kind == "too_short":
        return "at least one is needed"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        bound = next(iter(value for name, value in context.items() if name in ("gt", "ge", "lt", "le")), "")
        return f"expected a number {kind.replace('_', ' ').replace('than equal', 'than or equal to')} {bound}"
    return _EXPECTED.get(kind) or _own(error)


def _own(error: ErrorDetails) -> str:
    """Words of our own are plain already; whatever else pydantic says is not repeated."""
    ours = error["type"] in ("form", "attachment", "characters", "no_such_day")
    return error["msg"] if ours else "this cannot be read here"


def _pattern(pattern: str) -> str:
    return next((words for mark, words in _PATTERNS.items() if mark in pattern), "this is not spelt as expected")


def _unknown(form: type[BaseModel], place: Place) -> str:
    """That there is no such field, and which one was probably meant."""
    owner = form_at(form, place[:-1])
    names = sorted(fields_of(owner)) if owner else []
    near = get_close_matches(str(place[-1]), names, 1)
    meant = f'; did you mean "{near[0]}"?' if near else f"; it has {', '.join(names)}" if names else ""
    return f'this form has no field "{place[-1]}"{meant}'


def fields_of(form: type[BaseModel]) -> dict[str, Any]:
    """The fields of a form by the names that a file uses."""
    return {field.alias or name: field.annotation for name, field in form.model_fields.items()}


def form_at(form: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The form that stands at a place below another: sections and lists are stepped through."""
    found: Any = form
    for step in place:
        found = _below(found, step)
    return _form(found)


def _form(annotation: Any) -> type[BaseModel] | None:
    """The first form in an annotation: `Someone | None` is a Someone."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_form, get_args(annotation))), None)


def _below(annotation: Any, step: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return fields_of(annotation).get(str(step))
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return inside[1]
    if origin is tuple:
        return inside[0]
    return next((found for each in inside if (found := _below(each, step)) is not None), None)
