"""Functions on whole collections: counting, subsets, sets, and what lies below."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from fhir_matters.fhirpath.arguments import boolean, integer
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import function
from fhir_matters.fhirpath.navigation import children, descendants
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.temporal import Temporal
from fhir_matters.fhirpath.values import key


def keys(items: Collection) -> set[Hashable]:
    """What tells the items apart."""
    return {key(each) for each in items}


def united(items: Collection, others: Collection) -> Collection:
    """`|`: every item of both, once."""
    return list({key(each): each for each in (*reversed(others), *reversed(items))}.values())[::-1]


@function("count")
def count(items: Collection, _: Scope) -> Collection:
    """How many."""
    return [len(items)]


@function("distinct")
def distinct(items: Collection, _: Scope) -> Collection:
    """Each item once."""
    return united(items, [])


@function("isDistinct")
def is_distinct(items: Collection, _: Scope) -> Collection:
    """True if no item is there twice."""
    return [len(keys(items)) == len(items)]


@function("subsetOf", 1)
def subset_of(items: Collection, _: Scope, others: Collection) -> Collection:
    """True if every item is among the others."""
    return [keys(items) <= keys(others)]


@function("supersetOf", 1)
def superset_of(items: Collection, _: Scope, others: Collection) -> Collection:
    """True if every one of the others is among the items."""
    return [keys(items) >= keys(others)]


@function("union", 1)
def union(items: Collection, scope: Scope, others: Collection) -> Collection:
    """Every item of both, once."""
    scope.charge(len(items) + len(others))
    return united(items, others)


@function("combine", 1)
def combine(items: Collection, scope: Scope, others: Collection) -> Collection:
    """Every item of both."""
    scope.charge(len(items) + len(others))
    return [*items, *others]


@function("intersect", 1)
def intersect(items: Collection, _: Scope, others: Collection) -> Collection:
    """The items that are also among the others, each once."""
    kept = keys(others)
    return united([each for each in items if key(each) in kept], [])


@function("exclude", 1)
def exclude(items: Collection, _: Scope, others: Collection) -> Collection:
    """The items that are not among the others."""
    gone = keys(others)
    return [each for each in items if key(each) not in gone]


def holds(items: Collection, item: Any) -> bool:
    """True if the item is among them."""
    sought = key(item)
    return any(key(each) == sought for each in items)


@function("single")
def single(items: Collection, _: Scope) -> Collection:
    """The only item; raises CannotEvaluate for several."""
    if len(items) > 1:
        raise CannotEvaluate(f"Expected at most one item, found {len(items)}.")
    return items


@function("first")
def first(items: Collection, _: Scope) -> Collection:
    """The first item."""
    return items[:1]


@function("last")
def last(items: Collection, _: Scope) -> Collection:
    """The last item."""
    return items[-1:]


@function("tail")
def tail(items: Collection, _: Scope) -> Collection:
    """All but the first."""
    return items[1:]


@function("skip", 1)
def skip(items: Collection, _: Scope, number: Collection) -> Collection:
    """All but the first so many."""
    return items[max(integer(number) or 0, 0) :]


@function("take", 1)
def take(items: Collection, _: Scope, number: Collection) -> Collection:
    """The first so many."""
    return items[: max(integer(number) or 0, 0)]


@function("children")
def children_(items: Collection, _: Scope) -> Collection:
    """The elements right below."""
    return children(items)


@function("descendants")
def descendants_(items: Collection, scope: Scope) -> Collection:
    """All elements below."""
    return descendants(items, scope)


@function("allTrue")
def all_true(items: Collection, _: Scope) -> Collection:
    """True if every boolean is."""
    return [all(boolean([each]) for each in items)]


@function("anyTrue")
def any_true(items: Collection, _: Scope) -> Collection:
    """True if one boolean is."""
    return [any(boolean([each]) for each in items)]


@function("allFalse")
def all_false(items: Collection, _: Scope) -> Collection:
    """True if no boolean is true."""
    return [all(boolean([each]) is False for each in items)]


@function("anyFalse")
def any_false(items: Collection, _: Scope) -> Collection:
    """True if one boolean is false."""
    return [any(boolean([each]) is False for each in items)]


@function("now")
def now(_: Collection, scope: Scope) -> Collection:
    """This moment."""
    return [scope.now]


@function("today")
def today(_: Collection, scope: Scope) -> Collection:
    """This day."""
    return [Temporal("Date", scope.now.parts[:3])]


@function("timeOfDay")
def time_of_day(_: Collection, scope: Scope) -> Collection:
    """This time of the day."""
    return [Temporal("Time", scope.now.parts[3:])]
