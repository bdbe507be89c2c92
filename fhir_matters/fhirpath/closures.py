"""The closures that expressions become: on a focus and a scope, to a collection (`Run`) or to a truth (`Truth`).

Truths are True, False or None for "empty". What is boolean is written once, as a truth; `listed` makes it a collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from fhir_matters.fhirpath import arguments
from fhir_matters.fhirpath.fields import PrimitiveField
from fhir_matters.fhirpath.navigation import only, part
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.values import equal_collections, has_one_value, key, system

Run: TypeAlias = Callable[[Collection, Scope], Collection]
Truth: TypeAlias = Callable[[Collection, Scope], bool | None]

_LISTED: Final[dict[bool | None, Collection]] = {True: [True], False: [False], None: []}


def listed(truth: Truth) -> Run:
    """The truth as a collection."""
    return lambda focus, scope: _LISTED[truth(focus, scope)]


def judged(run: Run) -> Truth:
    """A collection as a truth: http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        items = run(focus, scope)
        return arguments.truth(items) if items else None

    return truth


def constant(value: Any) -> Run:
    """Always this one value."""
    items = [value]
    return lambda _, __: items


def same(focus: Collection, _: Scope) -> Collection:
    """What is at hand."""
    return focus


def nothing(_: Collection, __: Scope) -> Collection:
    """`{}`."""
    return []


# Children.


def child(base: Run | None, name: str) -> Run:
    """The children of that name, of every item."""

    def run(focus: Collection, scope: Scope) -> Collection:
        out: Collection = []
        for item in focus if base is None else base(focus, scope):
            if type(item) is Node:
                field = item.type.fields.get(name)
                if field is not None:
                    field.collect(item.elements, out)
            else:
                out += part(item, name)
        return out

    return run


def has_child(base: Run | None, name: str) -> Truth:
    """True if any item has a child of that name; makes no nodes."""

    def truth(focus: Collection, scope: Scope) -> bool:
        for item in focus if base is None else base(focus, scope):
            if type(item) is Node:
                field = item.type.fields.get(name)
                if field is not None and field.present(item.elements):
                    return True
            elif part(item, name):
                return True
        return False

    return truth


def child_has_value(base: Run | None, name: str) -> Truth:
    """True if there is one child of that name, a primitive that has a value; makes no node of it."""
    children = child(None, name)

    def truth(focus: Collection, scope: Scope) -> bool:
        items = focus if base is None else base(focus, scope)
        if len(items) == 1 and type(items[0]) is Node and type(items[0].type.fields.get(name)) is PrimitiveField:
            value = items[0].elements.get(name)
            if type(value) is not list:
                return value is not None
        return has_one_value(children(items, scope))

    return truth


def type_or_child(name: str) -> Run:
    """`Patient` at the start of a path: the items of that type themselves, else children of that name."""
    children = child(None, name)

    def run(focus: Collection, scope: Scope) -> Collection:
        own = [each for each in focus if type(each) is Node and name in each.type.ancestors]
        return own or children(focus, scope)

    return run


# Logic.


def both(left: Truth, right: Truth) -> Truth:
    """`and`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        one = left(focus, scope)
        if one is False:
            return False
        other = right(focus, scope)
        return other if one or other is False else None

    return truth


def either(left: Truth, right: Truth) -> Truth:
    """`or`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        one = left(focus, scope)
        if one:
            return True
        other = right(focus, scope)
        return other if one is False or other else None

    return truth


def implied(left: Truth, right: Truth) -> Truth:
    """`implies`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        one = left(focus, scope)
        if one is False:
            return True
        other = right(focus, scope)
        return other if one or other else None

    return truth


def one_of_two(left: Truth, right: Truth) -> Truth:
    """`xor`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        one, other = left(focus, scope), right(focus, scope)
        return None if one is None or other is None else one is not other

    return truth


def negated(truth: Truth) -> Truth:
    """`not()`."""

    def opposite(focus: Collection, scope: Scope) -> bool | None:
        value = truth(focus, scope)
        return None if value is None else not value

    return opposite


# Equality.


def equals(left: Run, right: Run) -> Truth:
    """`=`."""
    return lambda focus, scope: equal_collections(left(focus, scope), right(focus, scope))


def equals_text(left: Run, text: str) -> Truth:
    """`= 'text'`, the commonest comparison."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        items = left(focus, scope)
        if len(items) != 1:
            return False if items else None
        return bool(system(items[0]) == text)

    return truth


def among(left: Run, right: Run) -> Truth:
    """`in`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        items = left(focus, scope)
        if not items:
            return None
        sought = key(only(items))
        return any(key(each) == sought for each in right(focus, scope))

    return truth


def among_texts(left: Run, texts: frozenset[str]) -> Truth:
    """`in ('one' | 'other')`."""

    def truth(focus: Collection, scope: Scope) -> bool | None:
        items = left(focus, scope)
        if not items:
            return None
        value = system(only(items))
        return type(value) is str and value in texts

    return truth
