"""Facts about plain JSON objects, told without evaluating anything: True where it is so, False where nobody knows yet.

None of them raises, whatever the object holds. What they stand for in an expression is said in `surely`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias

from fhir_matters.jsonio import LosslessFloat, Number

Fact: TypeAlias = Callable[[dict[str, Any]], bool]
# The objects at the end of a path; None where something else stands there too.
Objects: TypeAlias = Callable[[dict[str, Any]], list[dict[str, Any]] | None]
Amount: TypeAlias = Callable[[dict[str, Any]], int]
Order: TypeAlias = Callable[[Any, Any], bool]


def always(_: Any) -> bool:
    """It is so."""
    return True


def never(_: Any) -> bool:
    """Nobody knows."""
    return False


def every(*facts: Fact) -> Fact:
    """All of them are so."""
    asked, decided = _doubted(facts, deciding=never, idle=always)
    return decided or (lambda value: all(each(value) for each in asked))


def some(*facts: Fact) -> Fact:
    """At least one of them is so."""
    asked, decided = _doubted(facts, deciding=always, idle=never)
    return decided or (lambda value: any(each(value) for each in asked))


def _doubted(facts: tuple[Fact, ...], deciding: Fact, idle: Fact) -> tuple[list[Fact], Fact | None]:
    """Those that have a say, and what they come to where one of them alone says it."""
    asked = [each for each in facts if each is not idle]
    if deciding in asked:
        return asked, deciding
    return asked, idle if not asked else asked[0] if len(asked) == 1 else None


# What stands under a key.


def filled(keys: Collection[str]) -> Fact:
    """Something that is not empty stands under one of these keys, which are there."""
    if not keys:
        return never
    if len(keys) == 1:
        (key,) = keys
        return lambda value: bool(value[key])
    return lambda value: any(value[key] for key in keys)


def valued(key: str) -> Fact:
    """One value stands under this key, which is there."""
    return lambda value: value[key] is not None and type(value[key]) is not list


def is_exactly(key: str, truth: bool) -> Fact:
    """This boolean stands under the key, which is there."""
    return lambda value: value[key] is truth


def is_among(key: str, texts: frozenset[str], *, wanted: bool) -> Fact:
    """A string that is one of these, or is none of these, stands under the key, which is there."""
    return lambda value: type(value[key]) is str and (value[key] in texts) is wanted


def is_beside(key: str, order: Order, number: int | Decimal, *, exact: bool) -> Fact:
    """A number that lies so beside the other stands under the key, which is there.

    One with a fraction or an exponent only where it may have one (not `exact`), and lies clearly on that side.
    """
    near = not exact and -_FARTHEST < number < _FARTHEST and float(number) == number
    strict = _STRICT.get(order) if near else None
    bound = float(number) if strict is not None else 0.0

    def fact(value: dict[str, Any]) -> bool:
        found = value[key]
        if type(found) is int:
            return order(found, number)
        if strict is None or type(found) not in _FRACTIONS or len(str(found)) > _LONGEST:
            return False
        read = float(found)
        return -_FARTHEST < read < _FARTHEST and strict(read, bound)

    return fact


_FRACTIONS: Final = frozenset({LosslessFloat, Number})
# Reading a number as a float never carries it over another float; it may make it the same.
_STRICT: Final[dict[Order, Order]] = {gt: gt, ge: gt, lt: lt, le: lt}
_LONGEST: Final = 100
_FARTHEST: Final = 1e100


# Dates.


def are_in_order(left: str, right: str, order: Order, *, days: bool) -> Fact:
    """Two dates that are equally precise stand so under these keys, which are there; `days` have no time of day."""
    longest = _DAY if days else _LONGEST_DATE

    def fact(value: dict[str, Any]) -> bool:
        one, other = value[left], value[right]
        if type(one) is not str or type(other) is not str or len(one) > longest or len(other) > longest:
            return False
        form = _form(one)
        if form is None or form != _form(other):
            return form is not None and _are_in_order(one, other, order)
        # Written alike, they are in the order of their texts.
        return order(one, other)

    return fact


def _are_in_order(one: str, other: str, order: Order) -> bool:
    """The same for times of which one is in another zone, or has other milliseconds."""
    if _form(other) is None or len(one) <= _DAY or len(other) <= _DAY:
        return False
    left, right = datetime.fromisoformat(one), datetime.fromisoformat(other)
    return (left.tzinfo is None) is (right.tzinfo is None) and order(left, right)


@lru_cache(maxsize=8192)
def _form(text: str) -> str | None:
    """How a date is written: what follows the seconds, or how short it is; None for what is none, or may be none."""
    match = _WRITTEN.fullmatch(text)
    if match is None or text[:4] in _EDGES:
        return None
    try:
        datetime.fromisoformat(text + _REST.get(len(text), ""))
    except ValueError:
        return None
    return match[1] if match[1] is not None else str(len(text))


_DAY: Final = 10
_LONGEST_DATE: Final = 29
_REST: Final = {4: "-01-01", 7: "-01"}
# A zone could carry these out of the calendar.
_EDGES: Final = frozenset({"0001", "9999"})
# Zones are as `temporal` reads them; which days and minutes there are is left to `datetime`.
_WRITTEN: Final = re.compile(
    r"....(?:-..(?:-..(?:T(?:[01].|2[0-3]):..:..((?:\.[0-9]{3})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?))?)?)?",
    re.DOTALL,
)


# Lists.


def itself(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The object that is at hand."""
    return [value]


def below(base: Objects, name: str) -> Objects:
    """The objects under that name of every object."""

    def objects(value: dict[str, Any]) -> list[dict[str, Any]] | None:
        holders = base(value)
        if holders is None:
            return None
        found: list[Any] = []
        for holder in holders:
            inner = holder.get(name)
            if type(inner) is list:
                found += inner
            elif inner is not None:
                found.append(inner)
        return found if all(type(each) is dict for each in found) else None

    return objects


def chosen(objects: Objects, holds: Fact, fails: Fact) -> Objects:
    """Those of the objects that are so."""

    def those(value: dict[str, Any]) -> list[dict[str, Any]] | None:
        items, found = objects(value), []
        if items is None:
            return None
        for each in items:
            if holds(each):
                found.append(each)
            elif not fails(each):
                return None
        return found

    return those


def any_is(objects: Objects, holds: Fact, fails: Fact, *, wanted: bool) -> Fact:
    """One of the objects is so, or none is; those before it are known not to be."""

    def fact(value: dict[str, Any]) -> bool:
        items = objects(value)
        if items is None:
            return False
        for each in items:
            if holds(each):
                return wanted
            if not fails(each):
                return False
        return not wanted

    return fact


def the_only_one_is(objects: Objects, fact: Fact) -> Fact:
    """There is one object, and it is so."""

    def alone(value: dict[str, Any]) -> bool:
        items = objects(value)
        return items is not None and len(items) == 1 and fact(items[0])

    return alone


# Amounts.


def fixed(number: int) -> Amount:
    """Always this many."""
    return lambda _: number


def count(key: str) -> Amount:
    """How many stand under the key, which is there."""

    def counted(value: dict[str, Any]) -> int:
        found = value[key]
        if type(found) is list:
            return len(found) - found.count(None)
        return int(found is not None)

    return counted


def total(left: Amount, right: Amount) -> Amount:
    """Both together."""
    return lambda value: left(value) + right(value)


def compared(left: Amount, right: Amount, order: Order) -> Fact:
    """The amounts stand so to each other."""
    return lambda value: order(left(value), right(value))
