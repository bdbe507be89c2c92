"""Quantities: a decimal with a UCUM unit or a calendar duration; compared and multiplied exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.numbers import CONTEXT, bounded, decimal_of, rounded_alike
from fhir_matters.fhirpath.ucum import Unit, unit

_WORDS: Final = ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
# Every spelling of a calendar duration, to the singular.
CALENDAR: Final = {spelling: word for word in _WORDS for spelling in (word, word + "s")}
# http://hl7.org/fhirpath/N1/#time-valued-quantities: above seconds, years and months are not UCUM's.
_UCUM_OF: Final = {
    "year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s",
    "millisecond": "ms",
}  # fmt: skip
_CALENDAR_OF: Final = {code: word for word, code in _UCUM_OF.items()}
_MONTHS: Final = {"year": 12, "month": 1}


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in `unit`: a UCUM code, or the singular of a calendar duration if `calendar`."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False

    @classmethod
    def of(cls, value: Decimal | int, unit: str, *, calendar: bool = False) -> Quantity:
        """A quantity of a whole or decimal number; a quoted `'month'` is the calendar's too."""
        if not calendar and unit in CALENDAR:
            return cls(Decimal(value), CALENDAR[unit], calendar=True)
        return cls(Decimal(value), unit, calendar)

    def __str__(self) -> str:
        if not self.calendar:
            return f"{bounded(self.value):f} '{self.unit}'"
        return f"{bounded(self.value):f} {self.unit}{'' if self.value == 1 else 's'}"

    @property
    def size(self) -> Unit | None:
        """The unit in base units; calendar months and years of their own dimension. None where it is unknown."""
        if not self.calendar:
            return unit(self.unit)
        if self.unit in _MONTHS:
            return Unit(Fraction(_MONTHS[self.unit]), (("calendar month", 1),))
        return unit(_UCUM_OF[self.unit])

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal quantities."""
        size = self.size
        if size is None:
            return ("unknown", self.unit, self.value)
        return (Fraction(bounded(self.value)) * size.factor, size.dimensions)

    @property
    def duration(self) -> str:
        """The calendar unit that may be added to a date. Raises CannotEvaluate for all others."""
        if self.calendar:
            return self.unit
        word = _CALENDAR_OF.get(self.unit, "")
        if not word or word in _MONTHS:
            raise CannotEvaluate("Only calendar durations, and definite ones up to weeks, can be added to a date.")
        return word


def comparable(left: Quantity, right: Quantity) -> bool:
    """True if both units are known and measure the same."""
    one, other = left.size, right.size
    return one is not None and other is not None and one.dimensions == other.dimensions


def compare(left: Quantity, right: Quantity) -> int | None:
    """-1, 0 or 1; None where the units measure different things. Raises CannotEvaluate for an unknown unit."""
    if left.unit == right.unit and left.calendar == right.calendar:
        return (left.value > right.value) - (left.value < right.value)
    one, other = _known(left), _known(right)
    if one.dimensions != other.dimensions:
        return None
    mine, theirs = Fraction(bounded(left.value)) * one.factor, Fraction(bounded(right.value)) * other.factor
    return (mine > theirs) - (mine < theirs)


def equivalent(left: Quantity, right: Quantity) -> bool:
    """True if equal at the precision of the less precise, in the larger unit; a year is like 365.25 days here."""
    one, other = _definite(left), _definite(right)
    if one.unit == other.unit:
        return rounded_alike(one.value, other.value)
    mine, theirs = _known(one), _known(other)
    if mine.dimensions != theirs.dimensions:
        return False
    if mine.factor < theirs.factor:
        one, other, mine, theirs = other, one, theirs, mine
    return rounded_alike(one.value, decimal_of(Fraction(bounded(other.value)) * theirs.factor / mine.factor))


def times(left: Quantity, right: Quantity, operator: str) -> Quantity:
    """The product (`*`) or quotient (`/`), in a unit built from both. Division by zero is the caller's."""
    one, other = _definite(left), _definite(right)
    if operator == "/" and one.unit == other.unit:
        return Quantity(decimal_of(Fraction(bounded(one.value)) / Fraction(bounded(other.value))))
    value = Fraction(bounded(one.value)) * Fraction(bounded(other.value)) ** (1 if operator == "*" else -1)
    return Quantity(decimal_of(value), _joined(one.unit, other.unit, "." if operator == "*" else "/"))


def plus(left: Quantity, right: Quantity, sign: int) -> Quantity | None:
    """The sum in the unit of the left, or None where the units measure different things."""
    if left.unit == right.unit and left.calendar == right.calendar:
        return Quantity(CONTEXT.add(left.value, sign * right.value), left.unit, left.calendar)
    one, other = _known(left), _known(right)
    if one.dimensions != other.dimensions:
        return None
    added = Fraction(bounded(right.value)) * other.factor / one.factor
    return Quantity(CONTEXT.add(left.value, sign * decimal_of(added)), left.unit, left.calendar)


def _joined(left: str, right: str, operator: str) -> str:
    if right == "1":
        return left
    bracketed = f"({right})" if operator == "/" and any(sign in right for sign in "./") else right
    return (
        f"/{bracketed}"
        if left == "1" and operator == "/"
        else bracketed
        if left == "1"
        else left + operator + bracketed
    )


def _definite(quantity: Quantity) -> Quantity:
    return Quantity(quantity.value, _UCUM_OF[quantity.unit]) if quantity.calendar else quantity


def _known(quantity: Quantity) -> Unit:
    if (size := quantity.size) is None:
        raise CannotEvaluate("Expected units that UCUM and this engine know, found another.")
    return size
