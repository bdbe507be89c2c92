"""Questionnaires that derive from others: what the others ask for holds in them too.

Only derivations that say how they derive (`questionnaire-derivationType`): one that extends may add items, one that
complies may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.questions import CORE, extended, objects, text
from fhir_matters.validation.visits import Compiler

WAYS = "http://hl7.org/fhir/questionnaire-derivationType"
FREE = "inspiredBy"
KEPT = ("extends", "compliesWith")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in which an item is not as in the other form: the field it stands at, what was expected, its id."""

    expected: str
    message_id: str
    field: str = ""
    index: int | None = None
    code: str = ""


def checks(walk: Compiler, form: Any, context: Context, position: Position) -> None:
    """Each item is as in the forms that this one derives from."""
    named = form.get("derivedFrom")
    for index, url in enumerate(named if isinstance(named, list) else ()):
        base = walk.plans.find(url, "Questionnaire") if isinstance(url, str) else None
        here = (position, "derivedFrom", index, None)
        if base is None:
            _warn("a form that is in one of the packages", "UNKNOWN_DERIVATION", context, here)
            continue
        way = _way(form, index)
        if way in KEPT:
            _compared(form, dict(_items(base)), way == "extends", context, position)
        elif way != FREE:
            ending = "NO_DERIVATION_TYPE" if way is None else "DERIVATION_TYPE_UNKNOWN"
            _warn("an extension that says how it derives", ending, context, here)


def _warn(expected: str, ending: str, context: Context, position: Position) -> None:
    message_id = f"QUESTIONNAIRE_Q_{ending}"
    message = f"Expected {expected} here."
    context.add("FM972", position, message, message_id=message_id, severity=Severity.WARNING)


def _way(form: dict[str, Any], index: int) -> str | None:
    """How the form derives from the one at this place, as a code; None where it does not say."""
    beside = form.get("_derivedFrom")
    found = beside[index] if isinstance(beside, list) and index < len(beside) else None
    said = extended(found, CORE + "questionnaire-derivationType") if isinstance(found, dict) else []
    if not said or not isinstance(said[0], dict):
        return None
    return text(said[0], "code") if said[0].get("system") == WAYS else ""


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    """Every item by its linkId, in the order of reading, the last of the same first."""
    for _, item in objects(node, "item"):
        yield from _items(item)
        yield text(item, "linkId"), item


def _compared(form: Any, base: dict[str, Any], more: bool, context: Context, position: Position) -> None:
    for index, item in objects(form, "item"):
        here = (position, "item", index, None)
        other = base.get(text(item, "linkId"))
        if other is not None:
            problems = list(_problems(item, other))
        else:
            problems = [] if more else [Told("an item of the other form", "NOT_DERIVED", code="not-found")]
        for each in problems:
            at = (here, each.field, each.index, None) if each.field else here
            message = f"Expected {each.expected}, as in the form that this derives from."
            context.add("FM972", at, message, message_id=f"QUESTIONNAIRE_Q_ITEM_{each.message_id}", code=each.code)
        _compared(item, base, more, context, here)


def _problems(item: Any, other: Any) -> Iterator[Told]:
    if "type" in other and "type" in item and item["type"] != other["type"]:
        yield Told("the same type", "DERIVED_NC_TYPE", "type")
    if other.get("repeats") is not True and item.get("repeats") is True:
        yield Told("an item that does not repeat", "DERIVED_NC_REPEATS", "repeats")
    if other.get("required") is True and "required" in item and item["required"] is not True:
        yield Told("an item that is required", "DERIVED_NC_REQUIRED", "required")
    if isinstance(most := other.get("maxLength"), int):
        if "maxLength" not in item:
            yield Told("a maxLength", "DERIVED_MAXLENGTH")
        elif isinstance(item["maxLength"], int) and item["maxLength"] > most:
            yield Told("no greater maxLength", "DERIVED_NC_MAXLENGTH", "maxLength")
    if "answerOption" in other:
        yield from _options(item, other)
    elif "answerValueSet" in other and "answerOption" in item:
        yield Told("a value set and no options", "DERIVED_NC_ANSWER_TYPE")


def _options(item: Any, other: Any) -> Iterator[Told]:
    if "answerValueSet" in item:
        yield Told("options and no value set", "DERIVED_NC_ANSWER_TYPE")
        return
    if "answerOption" not in item:
        yield Told("options", "DERIVED_ANSWER_OPTIONS")
        return
    known = {_meant(each) for _, each in objects(other, "answerOption")}
    for index, each in objects(item, "answerOption"):
        if (meant := _meant(each)) is not None and meant not in known:
            yield Told("one of the options", "DERIVED_ANSWER_OPTIONS_NEW", "answerOption", index)


def _meant(option: dict[str, Any]) -> tuple[str, ...] | None:
    """What tells one option from another; None where it has no value."""
    key = next((name for name in option if name.startswith("value")), None)
    value = option.get(key) if key is not None else None
    if isinstance(value, dict):
        return (str(key), *(str(value.get(part)) for part in ("system", "code", "reference")))
    return None if value is None else (str(key), str(value))
