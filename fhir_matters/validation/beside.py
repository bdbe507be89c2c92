"""What stands beside a primitive value, `_name` beside `name`: its id and extensions, and that there is one of both.

Also the form of arrays, which both have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.issue import Severity
from fhir_matters.validation import invariants, narrative, shape
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.shape import ABSENT, Handler, kind_of
from fhir_matters.validation.visits import Compiler, Elements, Lazy, PerKeys, Visit, unless

ARRAY_EXPECTED = "This_property_must_be_an_Array_not_"


def is_array(value: Any, key: str, context: Context, position: Position, *, of_objects: bool = False) -> bool:
    """True for an array with items; anything else is reported. An empty one of texts or numbers is let pass."""
    here = (position, key, None, None)
    if isinstance(value, list):
        if value:
            return True
        context.add(
            "FM105",
            here,
            "Expected an array with items, found an empty one.",
            message_id="ARRAY_CANNOT_BE_EMPTY",
            severity=None if of_objects else Severity.WARNING,
        )
        return False
    context.add(
        "FM106" if value is None else "FM102",
        here,
        f"Expected an array, found {kind_of(value)}: this element repeats, so put it into [ ].",
        message_id=ARRAY_EXPECTED,
    )
    if of_objects and not isinstance(value, dict):
        context.add(
            "FM104",
            here,
            f"Expected objects in it, found {kind_of(value)}.",
            message_id="This_property_must_be_an_object_not_",
        )
    return False


def has_item(values: Any, index: int) -> bool:
    """True where the array beside has something at this index."""
    return isinstance(values, list) and index < len(values) and values[index] is not None


def beside(element: Lazy, key: str, many: bool, step: str | None, absent: Visit | None) -> Handler:
    """`_name`: one object, or an array of objects and nulls as long as `name`."""
    return _several_beside(element, key, step) if many else _one_beside(element, key, step, absent)


def beside_div(key: str) -> Handler:
    """Beside the div of a narrative nothing can be said: XHTML has no extensions."""

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        here = (position, "_" + key, None, None)
        for name in value if isinstance(value, dict) else ():
            shape.unknown(name, "xhtml", context, here)
        if key not in node and isinstance(value, dict):
            narrative.absent(context, here)
            _nothing_beside({}, context, here)

    return handler


def _one_beside(element: Lazy, key: str, step: str | None, absent: Visit | None) -> Handler:
    beside = "_" + key

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        here = (position, beside, None, step)
        if isinstance(value, dict) and "value" in value:
            _without_value(element, value, context, here)
        else:
            element.run(value, context, here)
            if key not in node and (only_id(value) or value == {}):
                _nothing_beside(value, context, here)
        if key in node:
            return
        if absent is not None:
            absent(value, context, here)

    return handler


def _without_value(element: Lazy, value: dict[str, Any], context: Context, position: Position) -> None:
    """What stands beside a value is no place for the value; the rest of it is judged."""
    context.add(
        "FM114",
        position,
        "Expected the value under the name of the element without _, found it beside.",
        message_id="ILLEGAL_PROPERTY",
    )
    if rest := {name: each for name, each in value.items() if name != "value"}:
        element.run(rest, context, position)


def _several_beside(element: Lazy, key: str, step: str | None) -> Handler:
    beside = "_" + key

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if not is_array(value, beside, context, position):
            return
        names = node.get(key)
        if isinstance(names, list) and len(names) != len(value):
            context.add(
                "FM107", (position, beside, None, None), f"Expected as many items as in {key}: fill up with null."
            )
        for index, each in enumerate(value):
            here = (position, beside, index, step)
            if isinstance(each, dict) and "value" in each:
                _without_value(element, each, context, here)
                continue
            if each is not None:
                element.run(each, context, here)
            elif not context.mended and index >= (len(names) if isinstance(names, list) else 0):
                _nothing_at_all((position, key, index, step), context)
            if (only_id(each) or each == {}) and not has_item(names, index):
                _nothing_beside(each, context, here)

    return handler


def _nothing_at_all(position: Position, context: Context) -> None:
    """Null in both arrays, or in one that goes on where the other has ended (R4 json.html#primitive)."""
    context.add(
        "FM106",
        position,
        "Expected a value or something beside it, found neither.",
        message_id="This_property_must_be_an_simple_value_not_",
    )


def _nothing_beside(value: dict[str, Any], context: Context, position: Position) -> None:
    """Neither a value nor an extension: an id is not enough (ele-1)."""
    shape.valueless(context, position)
    if not value:
        context.add(
            "FM207",
            position,
            "Expected a value or extensions, found neither.",
            message_id="Type_Specific_Checks_DT_Primitive_ValueExt",
        )


def only_id(value: Any) -> bool:
    """True for an object that has an id and nothing else: not enough without a value beside it (ele-1)."""
    return isinstance(value, dict) and value.keys() == {"id"}


def inside(walk: Compiler, said: Elements, key: str, many: bool, step: str | None) -> Iterator[PerKeys]:
    """A profile may ask for an extension on a primitive value: then it is missing where `_name` is."""
    if many or not any(_demands(each) for each in said):
        return
    element = walk.element(said)
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if key in node and beside not in node:
            element.run(ABSENT, context, (position, key, None, step))

    yield unless(lambda there: key not in there or beside in there, check)


def valued(said: Elements, key: str, step: str | None) -> Iterator[PerKeys]:
    """A profile may ask for the value itself: an extension that says why it is absent is not enough."""
    element = next((each for each in said if each.valued), None)
    if element is None:
        return
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if beside in node and key not in node:
            context.add(
                "FM112",
                (position, beside, None, step),
                f"Expected a value for {element.path}: the profile takes no extension in its stead.",
                profile=element.profile,
                message_id="PRIMITIVE_MUSTHAVEVALUE_MESSAGE",
            )

    yield unless(lambda there: beside not in there or key in there, check)


def judged(walk: Compiler, said: Elements, code: str, key: str, step: str | None) -> Iterator[PerKeys]:
    """Invariants on primitive values look at what stands beside them too."""
    judge = invariants.judged(walk, invariants.of(said), code)
    if judge is None:
        return
    beside = "_" + key

    def check(node: Any, context: Context, position: Position) -> None:
        if key not in node and beside not in node:
            return
        value, extra = node.get(key), node.get(beside)
        if not isinstance(value, list) and not isinstance(extra, list):
            judge(value, extra, context, (position, key if key in node else beside, None, step))
            return
        values, extras = (each if isinstance(each, list) else [] for each in (value, extra))
        for index in range(max(len(values), len(extras))):
            one, other = (each[index] if index < len(each) else None for each in (values, extras))
            judge(one, other, context, (position, key, index, step))

    yield unless(lambda there: key not in there and beside not in there, check)


def _demands(element: Element) -> bool:
    inner = element.children.get("extension")
    return inner is not None and (inner.min > 0 or any(part.min > 0 for part in inner.slices))
