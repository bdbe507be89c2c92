"""How often an element occurs, at least and at most, and which of the types of a choice is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import UNBOUNDED, Element
from fhir_matters.validation.primitives import NAMES
from fhir_matters.validation.shape import Handler
from fhir_matters.validation.visits import Elements, PerKeys, types_of, unless

AT_LEAST = "Validation_VAL_Profile_Minimum"
ONE_TYPE = "Extension_PROF_Type"
NO_TYPE = "Validation_VAL_Profile_NoType"
AT_MOST = "Validation_VAL_Profile_Maximum"


def checks(said: Elements, keys: Mapping[str, str]) -> Iterator[PerKeys]:
    """The checks on an object that this field needs; none for an optional one without limits."""
    strictest = max(said, key=lambda each: each.min)
    tightest = min(said, key=lambda each: each.max)
    if strictest.min > 0:
        others = list(_others(said, strictest))
        yield at_least(strictest, keys, base=bool(others) and strictest is said[0])
        yield from (at_least(each, keys) for each in others)
    if tightest.max == 0:
        yield from (_prohibited(each, keys) for each in _bounded(said) if each.max == 0)
    elif said[0].max > 1 and tightest.max < UNBOUNDED:
        yield from map(_at_most, _bounded(said))
    if len(keys) > 1:
        yield _one_of(said[0], keys)


def _others(said: Elements, strictest: Element) -> Iterator[Element]:
    """What other profiles and slices ask too: as the HL7 validator has it, each tells by itself what it misses."""
    seen = {(strictest.profile, strictest.id)}
    for each in said:
        if each.min > 0 and (each.profile, each.id) not in seen:
            seen.add((each.profile, each.id))
            yield each


def _bounded(said: Elements) -> Iterator[Element]:
    """The limits, once for each profile and slice that has one."""
    limits = {(each.profile, each.id): each for each in said if each.max < UNBOUNDED}
    return iter(limits.values())


def present(keys: Mapping[str, str]) -> frozenset[str]:
    """The JSON keys that show that the element is there: a primitive may have extensions and no value."""
    return frozenset(keys) | {"_" + key for key, code in keys.items() if code in NAMES}


def at_least(element: Element, keys: Mapping[str, str], *, base: bool = False) -> PerKeys:
    """The check that there are as many as the element asks for.

    Of the `base`, where others ask it too: they tell of it, and where they were asked for that is enough.
    """
    name = next(iter(keys)) if len(keys) == 1 else ""
    spellings = present(keys)
    least = element.min

    def check(node: Any, context: Context, position: Position) -> None:
        if (name in node and least == 1) or (base and context.scope.asked):
            return
        if spellings.isdisjoint(node):
            _too_few(element, 0, context, position)
        elif least > 1 and isinstance(node.get(name), list) and (count := _count(node[name])) < least:
            _too_few(element, count, context, position)

    return unless(lambda there: least == 1 and not spellings.isdisjoint(there), check)


def _count(values: list[Any]) -> int:
    """How many items there are; null is none."""
    return sum(each is not None for each in values)


def _too_few(element: Element, count: int, context: Context, position: Position) -> None:
    context.add(
        "FM108",
        position,
        f"Expected at least {element.min} of {element.id}, found {count or 'none'}.",
        profile=element.profile,
        message_id=AT_LEAST,
    )


def _prohibited(element: Element, keys: Mapping[str, str]) -> PerKeys:
    spellings = present(keys)
    rule = "FM556" if element.path in ("Extension.value[x]", "Extension.extension") else "FM109"

    def check(node: Any, context: Context, position: Position) -> None:
        if not spellings.isdisjoint(node):
            key = min(spellings & node.keys())
            context.add(
                rule,
                (position, key, None, None),
                f"Expected no {element.id} here: the profile leaves it out.",
                profile=element.profile,
                message_id=AT_MOST,
            )

    return unless(spellings.isdisjoint, check)


def _at_most(element: Element) -> PerKeys:
    name, most = element.name, element.max

    def check(node: Any, context: Context, position: Position) -> None:
        values = node.get(name)
        if isinstance(values, list) and len(values) > most:
            context.add(
                "FM109",
                position,
                f"Expected at most {most} of {element.id}, found {len(values)}.",
                profile=element.profile,
                message_id=AT_MOST,
            )

    return unless(lambda there: name not in there, check)


def _one_of(base: Element, keys: Mapping[str, str]) -> PerKeys:
    spellings = present(keys)

    def check(node: Any, context: Context, position: Position) -> None:
        given = spellings.intersection(node)
        if len(given) <= 1:
            return
        used = dict.fromkeys(key.removeprefix("_") for key in node if key in given)
        for key in tuple(used)[1:]:
            context.add(
                "FM110",
                (position, key if key in node else "_" + key, None, None),
                f"Expected one type for {base.path}, found {len(used)}: keep one of {', '.join(used)}.",
                profile=base.profile,
                message_id="Unrecognised_property_",
            )

    return unless(lambda there: len(spellings & there) <= 1, check)


def wrong_type(said: Elements, key: str, step: str | None) -> Handler:
    """Report a value of a type that a profile leaves out of a choice."""
    narrow = min((each for each in said if each.types), key=lambda each: len(each.types))
    rule = "FM557" if narrow.path == "Extension.value[x]" else "FM111"
    expected = " or ".join(sorted(types_of(narrow)))
    message_id = "Extension_EXT_Type" if rule == "FM557" else ONE_TYPE if len(types_of(narrow)) == 1 else NO_TYPE

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        context.add(
            rule,
            (position, key, None, step),
            f"Expected {expected} for {narrow.path}, found another type.",
            profile=narrow.profile,
            message_id=message_id,
        )

    return handler
