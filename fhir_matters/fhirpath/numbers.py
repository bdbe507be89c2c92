"""Exact decimals with bounds: FHIRPath has 28 digits, so numbers that would need millions are refused."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from fractions import Fraction
from typing import Final

from fhir_matters.fhirpath.errors import CannotEvaluate

# http://hl7.org/fhirpath/N1/#decimal asks for 28 digits with 8 decimals at least.
DIGITS: Final = 60
_MOST: Final = 400
CONTEXT: Final = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
INTEGERS: Final = range(-(2**31), 2**31)


def bounded(value: Decimal) -> Decimal:
    """The same value. Raises CannotEvaluate where it is written with more than 400 digits, or as `1e999999`."""
    if value and (not value.is_finite() or abs(value.adjusted()) > _MOST or len(value.as_tuple().digits) > _MOST):
        raise CannotEvaluate(f"Expected a number of at most {_MOST} digits.")
    return value


def decimal_of(value: Fraction) -> Decimal:
    """The fraction as a decimal, exactly where 60 digits hold it. Raises CannotEvaluate."""
    try:
        result = CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
    except DecimalException:
        raise CannotEvaluate("A number is out of bounds.") from None
    return result.normalize(CONTEXT) + 0 if result else Decimal(0)


def decimals(value: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def rounded(value: Decimal, places: int) -> Decimal:
    """The value with so many decimals, halves away from zero. Raises CannotEvaluate."""
    if decimals(value) <= places:
        return value
    with localcontext(CONTEXT) as context:
        context.prec = _MOST * 3
        return bounded(value).quantize(Decimal(1).scaleb(-places))


def rounded_alike(left: Decimal, right: Decimal) -> bool:
    """True if both are the same at the precision of the less precise; trailing zeros do not count."""
    places = min(decimals(_trimmed(left)), decimals(_trimmed(right)))
    return rounded(left, places) == rounded(right, places)


def _trimmed(value: Decimal) -> Decimal:
    with localcontext(CONTEXT) as context:
        context.prec = _MOST * 3
        return bounded(value).normalize()
