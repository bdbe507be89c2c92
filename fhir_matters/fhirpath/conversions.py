"""`toX()` and `convertsToX()`: one reader for each System type."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from fhir_matters.fhirpath.arguments import amount, text
from fhir_matters.fhirpath.errors import Malformed
from fhir_matters.fhirpath.functions import FUNCTIONS, Function, answer
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.numbers import INTEGERS, bounded
from fhir_matters.fhirpath.quantity import CALENDAR, Quantity, plus
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.temporal import Temporal, temporal

_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "0.0"})
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,200}(?:\.[0-9]{1,200})?")
_QUANTITY: Final = re.compile(
    r"(?P<value>[+-]?[0-9]{1,200}(?:\.[0-9]{1,200})?)\s*(?:'(?P<unit>[^']+)'|(?P<word>[a-z]+))?"
)


def _boolean(value: Any) -> bool | None:
    if type(value) is bool:
        return value
    if isinstance(value, (int, Decimal)):
        return None if value not in (0, 1) else value == 1
    word = value.lower() if type(value) is str else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _integer(value: Any) -> int | None:
    if isinstance(value, int):
        return int(value)
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value) if int(value) in INTEGERS else None
    return None


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return Decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def _string(value: Any) -> str | None:
    if type(value) is bool:
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{bounded(Decimal(value)):f}"
    return str(value) if isinstance(value, (str, int, Temporal, Quantity)) else None


def _temporal(kind: str) -> Callable[[Any], Temporal | None]:
    def read(value: Any) -> Temporal | None:
        if isinstance(value, Temporal):
            return _turned(value, kind)
        return temporal(value, kind) if type(value) is str and len(value) < 50 else None  # noqa: PLR2004

    return read


def _turned(value: Temporal, kind: str) -> Temporal | None:
    if value.kind == kind:
        return value
    if "Time" in (value.kind, kind):
        return None
    return Temporal(kind, value.parts[:3])


def _quantity(value: Any) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, (bool, int, Decimal)):
        return Quantity(Decimal(value))
    match = _QUANTITY.fullmatch(value) if type(value) is str else None
    if match is None or (match["word"] and match["word"] not in CALENDAR):
        return None
    if match["word"]:
        return Quantity(Decimal(match["value"]), CALENDAR[match["word"]], calendar=True)
    return Quantity(Decimal(match["value"]), match["unit"] or "1")


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "Boolean": _boolean,
    "Integer": _integer,
    "Decimal": _decimal,
    "String": _string,
    "Date": _temporal("Date"),
    "DateTime": _temporal("DateTime"),
    "Time": _temporal("Time"),
    "Quantity": _quantity,
}


def _converter(read: Callable[[Any], Any]) -> Callable[..., Collection]:
    def convert(items: Collection, _: Scope, unit: Collection | None = None) -> Collection:
        value = _as_written(items) if read is _string else amount(items)
        found = None if value is None or isinstance(value, Node) else read(value)
        return answer(found if found is None or not unit else _in_unit(found, text(unit)))

    return convert


def _as_written(items: Collection) -> Any:
    """The single value; of a malformed one its own text."""
    try:
        return amount(items)
    except Malformed:
        item = items[0]
        if isinstance(item, Node) and isinstance(item.value, str):
            return item.value
        raise


def _tester(read: Callable[[Any], Any]) -> Callable[..., Collection]:
    convert = _converter(read)
    return lambda items, scope, unit=None: [bool(convert(items, scope, unit))] if items else []


def _in_unit(value: Any, unit: str | None) -> Any:
    """The quantity in that unit, or None where it measures something else."""
    return value if unit is None else plus(Quantity.of(0, unit), value, 1)


for _name, _reader in _READERS.items():
    _most = 1 if _name == "Quantity" else 0
    FUNCTIONS["to" + _name] = Function(_converter(_reader), 0, _most)
    FUNCTIONS["convertsTo" + _name] = Function(_tester(_reader), 0, _most)
