"""What a profile says about a value itself: fixed, pattern, longest text, smallest and greatest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from fhir_matters.jsonio import LosslessFloat
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.visits import Elements, Visit


def checks(said: Elements) -> Iterator[Visit]:
    """One check for each distinct thing that the elements say about the value."""
    seen: list[tuple[str, Any]] = []
    for element in said:
        for kind, make in CHECKS.items():
            expected = getattr(element, kind)
            if expected is not None and (kind, expected) not in seen:
                seen.append((kind, expected))
                yield make(element)


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


def _fixed(element: Element) -> Visit:
    return _compared(element, "fixed", "FM501", same, "_DT_Fixed_Wrong")


def _pattern(element: Element) -> Visit:
    return _compared(element, "pattern", "FM502", fits, "PATTERN_CHECK_STRING")


def _compared(element: Element, kind: str, rule: str, agrees: Any, message_id: str) -> Visit:
    expected = getattr(element, kind).value
    what = f"'{expected}'" if isinstance(expected, str) else "the value that the profile gives"

    def check(value: Any, context: Context, position: Position) -> None:
        if not agrees(expected, value):
            context.add(
                rule,
                position,
                f"Expected {what} ({kind} for {named(element)}), found another.",
                profile=element.profile,
                message_id=message_id,
                found=value,
            )

    return check


def named(element: Element) -> str:
    """The element's path with its slice: `Observation.component:systolic`."""
    return f"{element.path}:{element.slice}" if element.slice else element.path


def _max_length(element: Element) -> Visit:
    most = element.max_length or 0

    def check(value: Any, context: Context, position: Position) -> None:
        if isinstance(value, str) and len(value) > most:
            context.add(
                "FM206",
                position,
                f"Expected at most {most} characters for {element.path}, found {len(value)}.",
                profile=element.profile,
                message_id="Type_Specific_Checks_DT_Primitive_Length",
            )

    return check


def _least(element: Element) -> Visit:
    return _limit(element, element.least, "at least", lambda value, limit: value >= limit)


def _most(element: Element) -> Visit:
    return _limit(element, element.most, "at most", lambda value, limit: value <= limit)


def _limit(element: Element, limit: Any, words: str, holds: Any) -> Visit:
    """Numbers and full spellings of the same precision are compared; others cannot be told."""

    def check(value: Any, context: Context, position: Position) -> None:
        left, right = (number(value), number(limit)) if not isinstance(limit, str) else (value, limit)
        if not _comparable(left, right):
            context.add("FM211", position, f"The limit of {element.path} cannot be compared.", profile=element.profile)
        elif not holds(left, right):
            context.add(
                "FM210",
                position,
                f"Expected {words} {limit if not isinstance(limit, dict) else 'the limit'} for {element.path}.",
                profile=element.profile,
                message_id="Type_Specific_Checks_DT_DT_GT" if words == "at least" else "Type_Specific_Checks_DT_DT_LT",
                found=value,
            )

    return check


def _comparable(left: Any, right: Any) -> bool:
    """Two numbers, or two spellings of one precision and, where they have one, time zone."""
    if isinstance(left, str) and isinstance(right, str):
        return len(left) == len(right) and left[19:] == right[19:]
    return isinstance(left, Decimal) and isinstance(right, Decimal)


CHECKS = {"fixed": _fixed, "pattern": _pattern, "max_length": _max_length, "least": _least, "most": _most}
