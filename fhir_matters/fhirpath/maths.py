"""Operators and functions on numbers and quantities. Integers stay integers; decimals are exact, with bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal, DecimalException
from typing import Any, Final

from fhir_matters.fhirpath import quantity, strings, temporal
from fhir_matters.fhirpath.arguments import amount, integer, number
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import answer, function
from fhir_matters.fhirpath.numbers import CONTEXT, INTEGERS, bounded, rounded
from fhir_matters.fhirpath.quantity import Quantity
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.temporal import Temporal

_MOST_PLACES: Final = 60


def calculated(operator: str, left: Collection, right: Collection, scope: Scope) -> Collection:
    """`+ - * / div mod`: empty where either side is, or past the bounds of numbers, or by zero."""
    one, other = amount(left), amount(right)
    if one is None or other is None:
        return []
    try:
        if isinstance(one, str) and isinstance(other, str) and operator == "+":
            return [strings.concatenated([one], [other], scope)]
        return answer(_kept(_by_kind(operator, one, other)))
    except DecimalException:
        raise CannotEvaluate("A number is out of bounds.") from None


def _by_kind(operator: str, one: Any, other: Any) -> Any:
    if isinstance(one, Temporal) and isinstance(other, Quantity) and operator in "+-":
        return temporal.plus(one, other.value if operator == "+" else -other.value, other.duration)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _with_quantities(operator, one, other)
    if _is_number(one) and _is_number(other):
        return _with_numbers(operator, one, other)
    raise CannotEvaluate(f"Expected two values that {operator} takes, found others.")


def _with_numbers(operator: str, one: Any, other: Any) -> Any:
    if operator in _EXACT:
        whole = type(one) is int and type(other) is int
        return _EXACT[operator](one, other) if whole else _EXACT_DECIMAL[operator](Decimal(one), Decimal(other))
    if other == 0:
        return None
    if operator == "/":
        return CONTEXT.divide(bounded(Decimal(one)), bounded(Decimal(other)))
    if type(one) is int and type(other) is int:
        whole_part = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
        return whole_part if operator == "div" else one - whole_part * other
    quotient = (bounded(Decimal(one)) / bounded(Decimal(other))).to_integral_value(ROUND_DOWN)
    return int(quotient) if operator == "div" else CONTEXT.subtract(Decimal(one), quotient * Decimal(other))


_EXACT: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
}
_EXACT_DECIMAL: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
}


def _with_quantities(operator: str, one: Any, other: Any) -> Any:
    left, right = (each if isinstance(each, Quantity) else _plain_quantity(each) for each in (one, other))
    if operator in "+-":
        return quantity.plus(left, right, 1 if operator == "+" else -1)
    if operator not in "*/":
        raise CannotEvaluate(f"Expected two numbers, as {operator} takes no quantities.")
    return None if operator == "/" and right.value == 0 else quantity.times(left, right, operator)


def _plain_quantity(value: Any) -> Quantity:
    if not _is_number(value):
        raise CannotEvaluate("Expected a quantity or a number, found another kind of value.")
    return Quantity(Decimal(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and type(value) is not bool


def _kept(value: Any) -> Any:
    """None for an overflow (http://hl7.org/fhirpath/N1/#math)."""
    if type(value) is int and value not in INTEGERS:
        return None
    return bounded(value) if isinstance(value, Decimal) else value


def negated(items: Collection) -> Collection:
    """Unary minus."""
    value = amount(items)
    if value is None:
        return []
    if isinstance(value, Quantity):
        return [Quantity(-value.value, value.unit, value.calendar)]
    if not _is_number(value):
        raise CannotEvaluate("Expected a number behind the sign, found another kind of value.")
    return [-value]


# Functions.


def _each(items: Collection, numbers: Callable[[Any], Any]) -> Collection:
    """The function on the number, or on the number of the quantity."""
    value = amount(items)
    if isinstance(value, Quantity):
        return [Quantity(Decimal(numbers(bounded(value.value))), value.unit, value.calendar)]
    value = number(items)
    return answer(None if value is None else _kept(numbers(bounded(value) if isinstance(value, Decimal) else value)))


@function("abs")
def absolute(items: Collection, _: Scope) -> Collection:
    """Without its sign."""
    return _each(items, abs)


@function("ceiling")
def ceiling(items: Collection, _: Scope) -> Collection:
    """The next integer up."""
    return _each(items, lambda value: int(Decimal(value).to_integral_value(ROUND_CEILING)))


@function("floor")
def floor(items: Collection, _: Scope) -> Collection:
    """The next integer down."""
    return _each(items, lambda value: int(Decimal(value).to_integral_value(ROUND_FLOOR)))


@function("truncate")
def truncate(items: Collection, _: Scope) -> Collection:
    """The integer part."""
    return _each(items, lambda value: int(Decimal(value).to_integral_value(ROUND_DOWN)))


@function("round", 0, 1)
def round_(items: Collection, _: Scope, precision: Collection | None = None) -> Collection:
    """So many decimals, halves away from zero."""
    places = integer(precision) if precision else 0
    if places is not None and not 0 <= places <= _MOST_PLACES:
        raise CannotEvaluate(f"Expected a precision from 0 to {_MOST_PLACES}.")
    return _each(items, lambda value: rounded(Decimal(value), places or 0))


@function("sqrt")
def sqrt(items: Collection, _: Scope) -> Collection:
    """The square root; empty for a negative number."""
    return _real(items, lambda value: CONTEXT.sqrt(value) if value >= 0 else None)


@function("exp")
def exp(items: Collection, _: Scope) -> Collection:
    """The number e to that power."""
    return _real(items, CONTEXT.exp)


@function("ln")
def ln(items: Collection, _: Scope) -> Collection:
    """The natural logarithm; empty for what has none."""
    return _real(items, lambda value: CONTEXT.ln(value) if value > 0 else None)


@function("log", 1)
def log(items: Collection, _: Scope, base: Collection) -> Collection:
    """The logarithm to that base; empty for what has none."""
    root = number(base)
    if root is None or root <= 0 or root == 1:
        return []
    return _real(items, lambda value: _near(CONTEXT.divide(CONTEXT.ln(value), CONTEXT.ln(root))) if value > 0 else None)


def _near(value: Decimal) -> Decimal:
    """An integer where the last digits of a quotient of logarithms only miss one."""
    whole = value.to_integral_value()
    return whole if abs(value - whole) < Decimal("1e-40") else value


def _real(items: Collection, result: Callable[[Decimal], Decimal | None]) -> Collection:
    value = number(items)
    if value is None:
        return []
    try:
        found = result(bounded(Decimal(value)))
        return answer(None if found is None else bounded(found))
    except DecimalException:
        raise CannotEvaluate("A number is out of bounds.") from None


@function("power", 1)
def power(items: Collection, _: Scope, exponent: Collection) -> Collection:
    """To that power; empty where there is no real result, or none within bounds."""
    base, times = number(items), number(exponent)
    if base is None or times is None:
        return []
    if type(base) is int and type(times) is int and times >= 0:
        large = abs(base) > 1 and times * math.log2(abs(base)) > 64  # noqa: PLR2004 - no Integer is so long
        return [] if large else answer(_kept(base**times))
    if (base < 0 and times != int(times)) or (base == 0 and times <= 0):
        return []
    return _real(items, lambda value: CONTEXT.power(value, bounded(Decimal(times))))
