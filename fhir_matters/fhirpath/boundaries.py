"""`lowBoundary()`, `highBoundary()` and `precision()`: what a value with so many digits may mean."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final

from fhir_matters.fhirpath import temporal
from fhir_matters.fhirpath.arguments import amount, integer
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import answer, function
from fhir_matters.fhirpath.numbers import bounded, decimals
from fhir_matters.fhirpath.quantity import Quantity, comparable
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.temporal import Temporal

_DEFAULTS: Final = {"Date": 8, "DateTime": 17, "Time": 9}
_MOST: Final = 31


@function("lowBoundary", 0, 1)
def low_boundary(items: Collection, _: Scope, precision: Collection | None = None) -> Collection:
    """The least that the value may mean, with so many decimals or digits; empty where it cannot have so many."""
    return answer(_boundary(amount(items), integer(precision) if precision else None, high=False))


@function("highBoundary", 0, 1)
def high_boundary(items: Collection, _: Scope, precision: Collection | None = None) -> Collection:
    """The most that the value may mean, with so many decimals or digits; empty where it cannot have so many."""
    return answer(_boundary(amount(items), integer(precision) if precision else None, high=True))


@function("precision")
def precision_(items: Collection, _: Scope) -> Collection:
    """How many decimals a number has, or digits a date."""
    value = amount(items)
    if isinstance(value, Quantity):
        value = value.value
    if isinstance(value, Temporal):
        return [value.digits]
    return answer(None if value is None else decimals(_number(value)))


@function("comparable", 1)
def comparable_(items: Collection, _: Scope, other: Collection) -> Collection:
    """True if two quantities measure the same."""
    left, right = amount(items), amount(other)
    if left is None or right is None:
        return []
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        raise CannotEvaluate("Expected two quantities to compare, found others.")
    return [comparable(left, right)]


def _boundary(value: Any, precision: int | None, *, high: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, Temporal):
        return temporal.cut(value, _DEFAULTS[value.kind] if precision is None else precision, high=high)
    places = 8 if precision is None else precision
    if not 0 <= places <= _MOST:
        return None
    if isinstance(value, Quantity):
        return Quantity(_number_bound(value.value, places, high=high), value.unit, value.calendar)
    return _number_bound(_number(value), places, high=high)


def _number_bound(value: Decimal, places: int, *, high: bool) -> Decimal:
    """Half of the last digit away; cut towards zero for the nearer bound, rounded for the farther one."""
    negative = value.is_signed() and value != 0
    outward = high is not negative
    with localcontext() as context:
        context.prec = 1000
        half = Decimal(5).scaleb(-decimals(bounded(value)) - 1)
        size = abs(value) + (half if outward else -half)
        cut = size.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP if outward else ROUND_DOWN)
    return cut.copy_negate() if negative else cut


def _number(value: Any) -> Decimal:
    if isinstance(value, (int, Decimal)) and type(value) is not bool:
        return Decimal(value)
    raise CannotEvaluate("Expected a number, a quantity, a date or a time, found another kind of value.")
