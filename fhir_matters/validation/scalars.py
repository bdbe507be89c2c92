"""One primitive value: its JSON type, its format, what else is asked of it, and which need not be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from fhir_matters.validation import primitives, shape
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.shape import kind_of
from fhir_matters.validation.visits import Lazy, Visit


def value(code: str, checks: Iterable[Visit], item: Lazy, *, repeats: bool, owner: str = "") -> Visit:
    """The visit of a primitive value of an `owner`: its JSON type, its format, and what else is to be looked at.

    What `item` is told: that it is prose of which nothing else is asked, or, of what `repeats`, which texts are good.
    """
    check = primitives.check_of(code)
    more = tuple(checks)
    prose = code in primitives.PROSE
    measured = code == "decimal" and owner in QUANTITIES
    item.prose = prose and not more
    good = item.good if repeats or (code in primitives.DATES and not more) else None

    def visit(value: Any, context: Context, position: Position) -> None:
        if prose and type(value) is str and value[:1] > " " and len(value) < primitives.SURELY_SHORT:
            for each in more:
                each(value, context, position)
            return
        before = len(context.findings)
        if (problem := check(value)) is not None:
            misshapen(problem, value, context, position)
            _unnamed(code, value, context, position)
            if problem[0] == "FM201" and context.mended:
                _unreadable(code, value, context, position)
            if measured and (problem[0] == "FM202" or context.mended):
                _immeasurable(value, context, position)
            if problem[0] == "FM201":
                return
        for each in more:
            each(value, context, position)
        if good is not None and len(context.findings) == before and _is_kept(value, good, context):
            good.add(value)

    return visit


def _is_kept(value: Any, good: set[str], context: Context) -> bool:
    """Whether it will be good anywhere; where `#id` leads depends on the resource."""
    sound = type(value) is str and not context.mended and value[:1] != "#"
    return sound and len(good) < MOST_REMEMBERED and len(value) < primitives.LONGEST_REMEMBERED


MOST_REMEMBERED = 1024


def _unnamed(code: str, value: Any, context: Context, position: Position) -> None:
    """An empty id of a resource is also none of the letters that ids have."""
    if value == "" and code == "id" and position is not None and position[1] == "id":
        named = "Resource_RES_ID_Malformed_Chars"
        context.add("FM202", position, "Expected 1 to 64 letters, digits, - or .", message_id=named)


def _unreadable(code: str, value: Any, context: Context, position: Position) -> None:
    """What is said of a text that stands where a number or true or false should be, besides that."""
    if value == "":
        context.add("FM207", position, "Expected a value, or no element at all.", message_id=primitives.BLANK)
        shape.valueless(context, position)
    elif isinstance(value, bool) or (isinstance(value, str) and not value.isspace()):
        context.add(
            "FM202",
            position,
            f"Expected {code} as FHIR spells it.",
            message_id=primitives.UNREADABLE[code],
            found=value,
        )


# What has an amount that the HL7 validator reads to look at it: of R4's kinds of Quantity only that itself.
QUANTITIES = frozenset({"Quantity"})


def _immeasurable(value: Any, context: Context, position: Position) -> None:
    """ele-1 of a Quantity of which nobody can say how much it is, as the HL7 validator has it."""
    if position is None or position[0] is None or not isinstance(value, (str, bool)):
        return
    try:
        Decimal(str(value))
    except InvalidOperation:
        shape.valueless(context, position[0])


def misshapen(problem: primitives.Problem, value: Any, context: Context, position: Position) -> None:
    """Report a primitive value that is no such thing."""
    rule, expected, message_id = problem
    if value is None or isinstance(value, dict):
        context.add(
            "FM106" if value is None else "FM201",
            position,
            f"Expected {expected}, found {kind_of(value)}.",
            message_id="This_property_must_be_an_simple_value_not_",
        )
    elif isinstance(value, list):
        context.add(
            "FM103",
            position,
            f"Expected one value ({expected}), found an array: this element does not repeat.",
            message_id="This_property_must_be_an_simple_value_not_",
        )
    else:
        shown = f", found {kind_of(value)}" if rule == "FM201" else ""
        context.add(rule, position, f"Expected {expected}{shown}.", message_id=message_id, found=value)
        if message_id == "Type_Specific_Checks_DT_DateTime_Valid" and primitives.lacks_zone(value):
            told = "Type_Specific_Checks_DT_DateTime_TZ"
            context.add(rule, position, "Expected a time zone after the time.", message_id=told, found=value)
        if rule == "FM207":
            shape.valueless(context, position)
