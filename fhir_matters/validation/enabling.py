"""enableWhen: whether a form asks a question, told from the answers so far. Reports nothing.

R4 Questionnaire.item.enableWhen and enableBehavior; where the answer is looked for, in which of several repeated
groups, is as the HL7 validator has it: in the nearest group around both questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.temporal import compare, temporal
from fhir_matters.validation.exactly import number
from fhir_matters.validation.questions import Form, Question, objects, text

# The questions on the way here, each with the item of the response that answers it.
Way: TypeAlias = tuple[tuple[Question, dict[str, Any]], ...]
Ask: TypeAlias = Callable[[str], bool | None]
EXPRESSIONS = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
)
MOST_ANSWERS = 1_000
HOLDS: Mapping[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    ">": lambda order: order > 0,
    "<": lambda order: order < 0,
    ">=": lambda order: order >= 0,
    "<=": lambda order: order <= 0,
}


@dataclass(slots=True)
class Switches:
    """The answers of one response, indexed by linkId where first asked for; `ask` evaluates FHIRPath on it."""

    form: Form
    response: dict[str, Any]
    ask: Ask
    _answers: dict[int, dict[str, list[tuple[str, Any]]]] = field(default_factory=dict)

    def on(self, question: Question, way: Way) -> bool | None:
        """Whether the question is asked here; None where it cannot be told."""
        for url in EXPRESSIONS:
            for value in question.extension(url):
                return self._expressed(value)
        told = [self._met(each, question, way) for _, each in objects(question.node, "enableWhen")]
        if not told:
            return True
        behavior = question.node.get("enableBehavior")
        if behavior == "any" or len(told) == 1:
            return True if True in told else None if None in told else False
        if behavior == "all":
            return False if False in told else None if None in told else True
        return True

    def _expressed(self, value: Any) -> bool | None:
        if isinstance(value, dict):
            return self.ask(text(value, "expression")) if value.get("language") == "text/fhirpath" else None
        return self.ask(value) if isinstance(value, str) else None

    def _met(self, condition: Mapping[str, Any], question: Question, way: Way) -> bool | None:
        found = self._found(text(condition, "question"), question, way)
        key, expected = next(((key, value) for key, value in condition.items() if key.startswith("answer")), ("", None))
        operator = text(condition, "operator")
        if operator == "exists":
            return bool(found) is expected if isinstance(expected, bool) else None
        if operator not in HOLDS or len(found) > MOST_ANSWERS:
            return None
        kind = key.removeprefix("answer")
        told = [_holds(operator, value, expected, kind) for type_, value in found if type_ == kind]
        return True if True in told else None if None in told else False

    def _found(self, link_id: str, question: Question, way: Way) -> list[tuple[str, Any]]:
        """The answers to that question under the nearest item around both, or in the whole response."""
        target = self.form.by_id.get(link_id)
        if target is None:
            return []
        around = self.form.common(question, target)
        if around is None:
            return self._under(self.response).get(link_id, [])
        item = next((item for each, item in reversed(way) if each is around), None)
        return [] if item is None else self._under(item).get(link_id, [])

    def _under(self, node: dict[str, Any]) -> dict[str, list[tuple[str, Any]]]:
        if id(node) not in self._answers:
            index: dict[str, list[tuple[str, Any]]] = {}
            for link_id, answer in _answered(node):
                index.setdefault(link_id, []).append(answer)
            self._answers[id(node)] = index
        return self._answers[id(node)]


def _answered(node: dict[str, Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Every answer below the node and its own: linkId, type (`Coding`) and value."""
    todo = [node]
    while todo:
        each = todo.pop()
        for _, answer in objects(each, "answer"):
            todo += [item for _, item in objects(answer, "item")]
            for key, value in answer.items():
                if key.startswith("value"):
                    yield text(each, "linkId"), (key.removeprefix("value"), value)
        todo += [item for _, item in objects(each, "item")]


def _holds(operator: str, value: Any, expected: Any, kind: str) -> bool | None:
    if kind in ("Coding", "Reference") or isinstance(expected, bool):
        same = _same(value, expected, kind)
        return {"=": same, "!=": not same}.get(operator)
    order = ordered(value, expected, kind)
    return None if order is None else HOLDS[operator](order)


def _same(value: Any, expected: Any, kind: str) -> bool:
    """A system that the form leaves out is any system."""
    if not isinstance(value, dict) or not isinstance(expected, dict):
        return value is expected
    if kind == "Reference":
        return value.get("reference") == expected.get("reference")
    return value.get("code") == expected.get("code") and expected.get("system") in (None, value.get("system"))


def ordered(value: Any, expected: Any, kind: str) -> int | None:
    """-1, 0 or 1 for two values of one type; None where they cannot be compared. Quantities by value alone."""
    if kind == "Quantity" and isinstance(value, dict) and isinstance(expected, dict):
        value, expected = value.get("value"), expected.get("value")
    one, other = number(value), number(expected)
    if one is not None and other is not None:
        return _order(one, other)
    if not isinstance(value, str) or not isinstance(expected, str):
        return None
    if kind not in ("Date", "DateTime", "Time"):
        return _order(value, expected)
    return _in_time(value, expected, "Time" if kind == "Time" else "DateTime")


def _order(one: Decimal | str, other: Decimal | str) -> int:
    return (one > other) - (one < other)  # type: ignore[operator]


def _in_time(value: str, expected: str, kind: str) -> int | None:
    if value == expected:
        return 0
    try:
        one, other = temporal(value, kind), temporal(expected, kind)
        return None if one is None or other is None else compare(one, other)
    except (CannotEvaluate, ValueError, OverflowError):
        return None
