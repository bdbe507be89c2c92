"""Bindings: a code is in the value set, is not, or it cannot be told; only the certain ones are errors.

Severities are those of the HL7 validator: outside a required set is an error, outside an extensible one a
warning; what cannot be told is an issue of its own and never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

from fhir_matters.terminology import Answer, Terminology
from fhir_matters.terminology.answer import any_of
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Binding, Element
from fhir_matters.validation.visits import Elements, Visit

Answerer: TypeAlias = Callable[[Terminology, str, Any], Answer | None]

# (rule, message ids for a code, a Coding or Quantity, a CodeableConcept) by strength and answer
OUTSIDE = {
    "required": ("FM301", "Terminology_TX_NoValid_16", "Terminology_TX_NoValid_4", "Terminology_TX_NoValid_1_CC"),
    "extensible": ("FM303", "Terminology_TX_NoValid_17", "Terminology_TX_NoValid_5", "Terminology_TX_NoValid_2_CC"),
    "maximum": ("FM301", "Terminology_TX_NoValid_8", "Terminology_TX_NoValid_10", "Terminology_TX_NoValid_11"),
}
UNDECIDED = {"required": "FM302", "extensible": "FM304", "maximum": "FM302"}
NO_CODE = {"required": "FM305", "extensible": "FM306", "maximum": "FM305"}
FORMS = ("code", "Coding", "CodeableConcept")


def checks(terminology: Terminology, said: Elements, code: str) -> Iterator[Visit]:
    """One check for each distinct required or extensible binding on a value of this type."""
    answer = ANSWERS.get(code)
    if answer is None:
        return
    if answer in (_coding, _quantity):
        yield partial(_exists, terminology)
    bound = {strength_and_set: each for each in said for strength_and_set in _bound(each.binding)}
    for (strength, value_set), element in bound.items():
        if strength == "extensible" and ("required", value_set) in bound:
            continue
        yield _check(terminology, element, strength, value_set, answer)


def _exists(terminology: Terminology, value: Any, context: Context, position: Position) -> None:
    """A code that its own code system, complete here, does not have."""
    system, code = value.get("system"), value.get("code")
    if isinstance(system, str) and isinstance(code, str) and terminology.system_knows(system, code) is Answer.OUT:
        context.add(
            "FM307",
            (position, "code", None, None),
            f"The code system {system} has no such code.",
            message_id="Unknown_Code_in_Version",
            found=code,
        )


def _bound(binding: Binding | None) -> Iterator[tuple[str, str]]:
    if binding is not None:
        if binding.strength in UNDECIDED and binding.value_set:
            yield binding.strength, binding.value_set
        if binding.most and binding.strength != "required":
            yield "maximum", binding.most


def _code(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    return terminology.contains(value_set, None, value) if isinstance(value, str) else None


def _coding(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A Coding or a Quantity: its system and code. Without a system nobody can say what the code means."""
    if not isinstance(value, dict) or not isinstance(code := value.get("code"), str):
        return None
    system = value.get("system")
    return terminology.contains(value_set, system, code) if isinstance(system, str) else Answer.OUT


def _quantity(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """A Quantity without a code is a plain number: a binding speaks of the code where there is one."""
    coded = isinstance(value, dict) and "code" in value
    return _coding(terminology, value_set, value) if coded else Answer.IN


def _concept(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    codings = value.get("coding") if isinstance(value, dict) else None
    told = [_coding(terminology, value_set, each) for each in codings or ()]
    answers = [each for each in told if each is not None]
    return any_of(answers) if answers else None


ANSWERS: dict[str, Answerer] = {
    **dict.fromkeys(("code", "string", "uri", "url", "canonical"), _code),
    **dict.fromkeys(("Quantity", "Age", "Distance", "Duration", "Count"), _quantity),
    "Coding": _coding,
    "CodeableConcept": _concept,
}


def answer(terminology: Terminology, value_set: str, value: Any) -> Answer | None:
    """Whether a value of any of these types is in the value set; None where it has no code."""
    if isinstance(value, str):
        return _code(terminology, value_set, value)
    form = _concept if isinstance(value, dict) and "coding" in value else _coding
    return form(terminology, value_set, value)


def _check(terminology: Terminology, element: Element, strength: str, value_set: str, ask: Answerer) -> Visit:
    codes: list[frozenset[str] | None] = []
    plain = ask is _code

    def check(value: Any, context: Context, position: Position) -> None:
        if plain:
            if not codes:
                codes.append(terminology.codes(value_set))
            if (known := codes[0]) is not None and value in known:
                return
        told = ask(terminology, value_set, value)
        if told is not Answer.IN:
            _report(terminology, element, strength, value_set, told, value, context, position)

    return check


def _report(
    terminology: Terminology,
    element: Element,
    strength: str,
    value_set: str,
    told: Answer | None,
    value: Any,
    context: Context,
    position: Position,
) -> None:
    where = f"{element.path} ({strength} binding to {value_set})"
    if told is None:
        message_id = "Terminology_TX_Code_ValueSet" + ("" if strength == "required" else "_Ext")
        _add(context, NO_CODE[strength], position, f"Expected a code for {where}, found none.", element, message_id, "")
    elif told is Answer.OUT:
        rule, *message_ids = OUTSIDE[strength]
        form = 0 if isinstance(value, str) else 2 if "coding" in value else 1
        _add(
            context,
            rule,
            position,
            f"Expected a code of the value set for {where}, found another.",
            element,
            message_ids[form],
            value,
        )
    else:
        why = terminology.reason(value_set) or "its system is not on this machine"
        _add(
            context,
            UNDECIDED[strength],
            position,
            f"Cannot tell whether the code is one for {where}: {why}.",
            element,
            "",
            value,
        )


def _add(
    context: Context, rule: str, position: Position, message: str, element: Element, message_id: str, found: Any
) -> None:
    context.add(rule, position, message, profile=element.profile, message_id=message_id, found=found)
