"""fixed[x] and pattern[x]: the value is the one that the profile gives, or has at least what the profile gives.

Each part that differs is reported at its own place. Whether a value belongs to a slice is asked of `same` and `fits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from fhir_matters.jsonio import LosslessFloat
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Visit

# (place, message id of the HL7 validator, what was expected there, what is there)
Difference: TypeAlias = tuple[Position, str, str, Any]

WRONG = "_DT_Fixed_Wrong"
SURPLUS = "Profile_VAL_NotAllowed"
MISSING = "Profile_VAL_MissingElement"


def same(expected: Any, value: Any) -> bool:
    """True where the two are the same JSON, numbers by value (ElementDefinition.fixed[x])."""
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and expected.keys() == value.keys()
            and all(same(each, value[key]) for key, each in expected.items())
        )
    if isinstance(expected, list):
        return isinstance(value, list) and len(expected) == len(value) and all(map(same, expected, value))
    return equal(expected, value)


def fits(pattern: Any, value: Any) -> bool:
    """True where the value has at least what the pattern has; array items in any order (pattern[x])."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(key in value and fits(each, value[key]) for key, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(fits(each, item) for item in value) for each in pattern)
    return equal(pattern, value)


def equal(expected: Any, value: Any) -> bool:
    """True for equal primitive values; 1.0 equals 1.00, true does not equal 1."""
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, str) or isinstance(value, str):
        return type(expected) is type(value) and bool(expected == value)
    left, right = number(expected), number(value)
    return left is not None and left == right


def number(value: Any) -> Decimal | None:
    """The JSON number as a Decimal; None for anything else."""
    if isinstance(value, (int, float, Decimal, LosslessFloat)) and not isinstance(value, bool):
        try:
            return Decimal(value if isinstance(value, int) else str(value))
        except InvalidOperation:
            return None
    return None


def fixed(element: Element) -> Visit:
    """The check of fixed[x]: nothing but what the profile gives."""
    return _compared(element, "fixed", "FM501")


def pattern(element: Element) -> Visit:
    """The check of pattern[x]: at least what the profile gives."""
    return _compared(element, "pattern", "FM502")


def _compared(element: Element, kind: str, rule: str) -> Visit:
    expected = getattr(element, kind).value
    agrees = same if kind == "fixed" else fits
    about = f"{kind} for {named(element)}"

    def check(value: Any, context: Context, position: Position) -> None:
        if agrees(expected, value):
            return
        for place, message_id, what, found in _differences(expected, value, position, kind == "fixed"):
            message = f"Expected {what} ({about}), found another."
            context.add(rule, place, message, profile=element.profile, message_id=message_id, found=found)

    return check


def named(element: Element) -> str:
    """The element's path with its slices: `Observation.component:systolic`."""
    return element.id


def _differences(expected: Any, value: Any, position: Position, exact: bool) -> Iterator[Difference]:
    """What differs, part by part."""
    if isinstance(expected, dict) and isinstance(value, dict):
        for key in expected if not exact else {**expected, **value}:
            yield from _at(key, expected, value, position, exact)
    elif not (equal(expected, value) if not isinstance(expected, (dict, list)) else same(expected, value)):
        yield position, WRONG, _shown(expected), value


def _at(
    key: str, expected: dict[str, Any], value: dict[str, Any], position: Position, exact: bool
) -> Iterator[Difference]:
    here: Position = (position, key, None, None)
    if key not in expected:
        yield here, SURPLUS, "nothing here", value[key]
    elif isinstance(expected[key], list):
        yield from _items(expected[key], value.get(key), here, exact)
    elif key not in value:
        yield here, MISSING, _shown(expected[key]), ""
    else:
        yield from _differences(expected[key], value[key], here, exact)


def _items(expected: list[Any], value: Any, here: Position, exact: bool) -> Iterator[Difference]:
    """Items are reported where the array stands: which of them was meant, nobody can tell."""
    owner = here[0] if here is not None else None
    items = value if isinstance(value, list) else []
    if len(items) != len(expected) if exact else len(items) < len(expected):
        yield owner, "Terminology_TX_Coding_Count", "all that the profile gives", items
    elif exact:
        for index, (one, other) in enumerate(zip(expected, items, strict=True)):
            place: Position = (owner, here[1], index, None) if here is not None else None
            yield from _differences(one, other, place, exact)
    else:
        missing = (each for each in expected if not any(fits(each, item) for item in items))
        yield from ((owner, "TYPE_CHECKS_PATTERN_CC", "what the profile gives", items) for _ in missing)


def _shown(expected: Any) -> str:
    return f"'{expected}'" if isinstance(expected, str) else "the value that the profile gives"
