"""Items as System values; what is equal, equivalent, and before or after. Three-valued: None is "cannot tell"."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from fhir_matters.fhirpath import quantity, temporal
from fhir_matters.fhirpath.errors import CannotEvaluate, Malformed
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.numbers import bounded, rounded_alike
from fhir_matters.fhirpath.quantity import Quantity
from fhir_matters.fhirpath.temporal import Temporal
from fhir_matters.jsonio import LosslessFloat

UCUM: Final = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What `type()` says: `System.String`, `FHIR.Patient`."""

    namespace: str
    name: str
    base: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}.{self.name}"


def system(item: Any) -> Any:
    """The System value of an item; a complex element as it is; None for a primitive without a value."""
    if type(item) is not Node:
        return item
    convert = item.type.system
    if convert is None:
        return item
    return None if item.value is None else convert(item.value)


def has_one_value(items: Sequence[Any]) -> bool:
    """True for a single primitive that has a value."""
    if len(items) != 1:
        return False
    item = items[0]
    return type(item) is not Node or (item.value is not None and item.type.system is not None)


def measured(item: Any) -> Any:
    """The same, with a FHIR Quantity as a System one where it can be."""
    value = system(item)
    if type(value) is Node and value.type.is_a("Quantity") and (found := as_quantity(value)) is not None:
        return found
    return value


def as_quantity(node: Node) -> Quantity | None:
    """A FHIR Quantity as a System one; None without a value, or with a comparator.

    http://hl7.org/fhir/R4/fhirpath.html#quantity: the unit is the code where the system is UCUM.
    """
    elements = node.elements
    number = elements.get("value")
    if number is None or elements.get("comparator") is not None:
        return None
    code = elements.get("code") if elements.get("system") == UCUM else None
    unit = code or elements.get("unit") or elements.get("code") or "1"
    return Quantity.of(number_of(number), unit if type(unit) is str else "1")


def number_of(value: Any) -> Decimal:
    """A JSON number as an exact decimal. Raises CannotEvaluate."""
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, Decimal):
        return bounded(value)
    if isinstance(value, (float, LosslessFloat)):
        return bounded(Decimal(str(value)))
    raise Malformed("Expected a number, found a malformed value.")


def plain(item: Any) -> Any:
    """The item as plain JSON: an element's value, a System value as its text where JSON has no form for it."""
    if type(item) is Node:
        return item.value
    if isinstance(item, (Temporal, Quantity, TypeInfo)):
        return str(item)
    return item


def key(item: Any) -> Hashable:
    """Equal for items that are equal, and only for these: makes a set of a collection."""
    value = measured(item)
    if type(value) is str:
        return value
    if isinstance(value, (Temporal, Quantity)):
        return (type(value), value.key)
    if type(value) is Node:
        return ("element", _frozen(value.value))
    if value is None:
        return ("nothing", _frozen(dict(item.elements)))
    return ("number" if _is_number(value) else "other", value)


def _frozen(value: Any) -> Hashable:
    if type(value) is dict:
        return frozenset((name, _frozen(each)) for name, each in value.items())
    if type(value) is list:
        return tuple(map(_frozen, value))
    if type(value) is bool:
        return ("boolean", value)
    return Decimal(str(value)) if isinstance(value, (float, LosslessFloat)) else value


# Equality.


def equal(left: Any, right: Any) -> bool | None:
    """`=` between two items (http://hl7.org/fhirpath/N1/#equals)."""
    one, other = measured(left), measured(right)
    if one is None or other is None:
        return None if one is other else False
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return _equal_temporals(one, other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _equal_quantities(one, other)
    return key(one) == key(other)


def _equal_temporals(one: Temporal, other: Temporal) -> bool | None:
    if (one.kind == "Time") != (other.kind == "Time"):
        return False
    compared = temporal.compare(one, other)
    return None if compared is None else compared == 0


def _equal_quantities(one: Any, other: Any) -> bool | None:
    left, right = _quantity(one), _quantity(other)
    if left is None or right is None:
        return False
    compared = quantity.compare(left, right)
    return None if compared is None else compared == 0


def _quantity(value: Any) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    return Quantity(Decimal(value)) if isinstance(value, (int, Decimal)) and type(value) is not bool else None


def equal_collections(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    """`=`: None if either is empty, otherwise item for item in order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answer: bool | None = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other)
        if same is False:
            return False
        answer = answer if same else None
    return answer


# Equivalence.


def equivalent(left: Any, right: Any) -> bool:
    """`~` between two items (http://hl7.org/fhirpath/N1/#equivalent): text without case and blanks, numbers rounded."""
    one, other = measured(left), measured(right)
    for kind, alike in _ALIKE:
        if isinstance(one, kind) and isinstance(other, kind):
            return alike(one, other)
    return False if one is None or other is None else bool(equal(one, other))


def _alike_numbers(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return rounded_alike(Decimal(one), Decimal(other))


def _equivalent_elements(one: Node, other: Node) -> bool:
    if one.type.is_a("Coding") and other.type.is_a("Coding"):
        return _coding(one.value) == _coding(other.value)
    if one.type.is_a("CodeableConcept") and other.type.is_a("CodeableConcept"):
        return _concepts(one.elements, other.elements)
    return _loosened(one.value) == _loosened(other.value)


def _concepts(one: Any, other: Any) -> bool:
    """http://hl7.org/fhir/R4/fhirpath.html#changes: the same if a coding is the same, or the texts without any."""
    mine, theirs = ({_coding(each) for each in concept.get("coding") or ()} for concept in (one, other))
    if mine or theirs:
        return not mine.isdisjoint(theirs)
    return _loose(str(one.get("text"))) == _loose(str(other.get("text")))


def _coding(value: Any) -> tuple[Any, Any]:
    return (value.get("code"), value.get("system")) if isinstance(value, dict) else (None, None)


def _loose(text: str) -> str:
    return " ".join(text.casefold().split())


def _loosened(value: Any) -> Hashable:
    """Objects and arrays without order, text without case; the ids of elements do not count."""
    if type(value) is dict:
        return frozenset((name, _loosened(each)) for name, each in value.items() if name != "id")
    if type(value) is list:
        return tuple(sorted((_loosened(each) for each in value), key=repr))
    return _loose(value) if type(value) is str else _frozen(value)


_ALIKE: Final[tuple[tuple[Any, Callable[[Any, Any], bool]], ...]] = (
    (str, lambda one, other: _loose(one) == _loose(other)),
    ((int, Decimal), _alike_numbers),
    (Temporal, lambda one, other: _equal_temporals(one, other) is True),
    (Quantity, quantity.equivalent),
    (Node, _equivalent_elements),
)


def equivalent_collections(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """`~`: both empty, or the same items in any order."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for one in left:
        found = next((at for at, other in enumerate(rest) if equivalent(one, other)), None)
        if found is None:
            return False
        del rest[found]
    return True


# Order.


def compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1, or None where the values do not decide it. Raises CannotEvaluate for what has no order."""
    one, other = measured(left), measured(right)
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    if isinstance(one, Temporal) and isinstance(other, Temporal):
        return temporal.compare(one, other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        one, other = _quantity(one), _quantity(other)
        if one is not None and other is not None:
            return quantity.compare(one, other)
    elif _is_number(one) and _is_number(other):
        return int(one > other) - int(one < other)
    raise CannotEvaluate("Expected two numbers, strings, dates or quantities to compare, found others.")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and type(value) is not bool
