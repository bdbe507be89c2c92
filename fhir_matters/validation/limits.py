"""The smallest and greatest value that a profile allows: numbers, dates, quantities, and dates relative to today.

Quantities are compared in UCUM units. Where two values cannot be compared, that is said and nothing is judged.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.quantity import Quantity, compare
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.exactly import number
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Visit

UCUM = "http://unitsofmeasure.org"
CHECK = "Type_Specific_Checks_DT_"


class NotComparableError(Exception):
    """The value and its limit cannot be compared."""


class NotConvertibleError(Exception):
    """The units of the value and of its limit measure different things."""


def least(element: Element) -> Visit:
    """The check of minValue[x]."""
    return _limit(element, element.least, -1)


def most(element: Element) -> Visit:
    """The check of maxValue[x]."""
    return _limit(element, element.most, 1)


def _limit(element: Element, limit: Any, direction: int) -> Visit:
    words = "at least" if direction < 0 else "at most"

    def check(value: Any, context: Context, position: Position) -> None:
        try:
            beyond = _compared(value, limit, direction) == direction
        except NotComparableError:
            context.add("FM211", position, f"The limit of {element.path} cannot be compared.", profile=element.profile)
            return
        except NotConvertibleError:
            _report("a unit that can be converted to that of the limit", "QTY_MIN_MIN_NO_CONVERT", context, position)
            return
        if beyond:
            shown = limit if not isinstance(limit, dict) else "the limit"
            _report(f"{words} {shown}", _message_id(value, limit, direction), context, position, value)

    def _report(expected: str, message: str, context: Context, position: Position, found: object = "") -> None:
        context.add(
            "FM210",
            position,
            f"Expected {expected} for {element.path}.",
            profile=element.profile,
            message_id=CHECK + message,
            found=found,
        )

    return check


def _message_id(value: Any, limit: Any, direction: int) -> str:
    if isinstance(value, dict):
        converted = "_UCUM" if value.get("code") != limit.get("code") else ""
        return f"QTY_{'MIN' if direction < 0 else 'MAX'}_VALUE_WRONG{converted}"
    if isinstance(limit, dict):
        return f"QTY_GT_{'MIN' if direction < 0 else 'MAX'}"
    kind = "DT" if isinstance(value, str) else "INTEGER" if isinstance(value, int) else "DECIMAL"
    return f"{kind}_{'LT' if direction < 0 else 'GT'}"


def _compared(value: Any, limit: Any, direction: int) -> int:
    """-1, 0 or 1: the value is less than the limit, equal, greater."""
    if isinstance(value, dict) and isinstance(limit, dict):
        return _quantities(value, limit)
    if isinstance(value, str):
        spelt = _from_now(limit, direction) if isinstance(limit, dict) else limit
        return _spellings(value, spelt)
    one, other = number(value), number(limit)
    if one is None or other is None:
        raise NotComparableError
    return _sign(one, other)


def _spellings(value: str, limit: Any) -> int:
    """Dates and times as far as both are told; where the shorter is the beginning of the longer, nobody knows."""
    if not isinstance(limit, str) or (value[19:] != limit[19:] and min(len(value), len(limit)) > len("YYYY-MM-DD")):
        raise NotComparableError
    common = min(len(value), len(limit))
    if value[:common] == limit[:common] and len(value) != len(limit):
        raise NotComparableError
    return _sign(value[:common], limit[:common])


def _sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def _quantities(value: dict[str, Any], limit: dict[str, Any]) -> int:
    one, other = number(value.get("value")), number(limit.get("value"))
    system, code, wanted = value.get("system"), value.get("code"), limit.get("code")
    if one is None or other is None or not system or system != limit.get("system") or not code or not wanted:
        raise NotComparableError
    if code == wanted:
        return _sign(one, other)
    if system != UCUM:
        raise NotComparableError
    try:
        result = compare(Quantity(one, code), Quantity(other, wanted))
    except CannotEvaluate:
        raise NotComparableError from None
    if result is None:
        raise NotConvertibleError
    return result


def _from_now(limit: dict[str, Any], direction: int) -> str:
    """A smallest value as a quantity is so long before now, a greatest so long after it (ElementDefinition)."""
    amount = number(limit.get("value"))
    if amount is None or limit.get("comparator") or limit.get("system") not in (UCUM, None):
        raise NotComparableError
    try:
        return _moved(datetime.now(UTC), amount * direction, limit.get("code", "")).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        raise NotComparableError from None


_DAYS = {"d": 1, "wk": 7}
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_MONTHS = {"mo": 1, "a": 12}


def _moved(moment: datetime, amount: Decimal, code: str) -> datetime:
    if code in _DAYS:
        return moment + timedelta(days=float(amount * _DAYS[code]))
    if code in _SECONDS:
        return moment + timedelta(seconds=float(amount * _SECONDS[code]))
    if code not in _MONTHS or amount != int(amount):
        raise NotComparableError
    years, month = divmod(moment.year * 12 + moment.month - 1 + int(amount) * _MONTHS[code], 12)
    return moment.replace(year=years, month=month + 1, day=min(moment.day, monthrange(years, month + 1)[1]))
