"""FHIR's primitive types as System values: a JSON value to str, int, Decimal, bool or Temporal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from fhir_matters.fhirpath.errors import Malformed
from fhir_matters.fhirpath.numbers import bounded
from fhir_matters.fhirpath.temporal import Temporal, temporal
from fhir_matters.jsonio import LosslessFloat


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    raise _malformed("a string")


def _truth(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise _malformed("a boolean")


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    number = _decimal(value)
    if number == number.to_integral_value():
        return int(number)
    raise _malformed("an integer")


def _decimal(value: Any) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, Decimal):
        return bounded(value)
    if isinstance(value, (LosslessFloat, float)):
        return bounded(Decimal(str(value)))
    raise _malformed("a number")


def _of_kind(kind: str) -> Callable[[Any], Temporal]:
    @lru_cache(maxsize=8192)
    def read(text: str) -> Temporal | None:
        return temporal(text, kind)

    def convert(value: Any) -> Temporal:
        found = read(value) if type(value) is str and len(value) < 50 else None  # noqa: PLR2004
        if found is None:
            raise _malformed(f"a {kind[0].lower()}{kind[1:]}")
        return found

    return convert


def _malformed(what: str) -> Malformed:
    return Malformed(f"Expected {what}, found a malformed value.")


STRINGS: Final = frozenset(
    {"string", "code", "id", "uri", "url", "canonical", "oid", "uuid", "markdown", "base64Binary", "xhtml"}
)
# http://hl7.org/fhir/R4/fhirpath.html#types
CONVERSIONS: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(STRINGS, _text),
    **dict.fromkeys(("integer", "unsignedInt", "positiveInt"), _integer),
    "boolean": _truth,
    "decimal": _decimal,
    "date": _of_kind("Date"),
    "dateTime": _of_kind("DateTime"),
    "instant": _of_kind("DateTime"),
    "time": _of_kind("Time"),
}
