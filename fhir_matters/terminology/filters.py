"""A value set's filters (R4 value set `filter-operator`) as three-valued tests of a code.

A test of a system that is not complete says OUT only where the code alone decides it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from fhir_matters.terminology.answer import Answer, all_of, negated, yes
from fhir_matters.terminology.systems import System

Test: TypeAlias = Callable[[str], Answer]
_ITSELF = {"code", "concept"}
_FALSE_UNLESS_SAID = {"inactive", "notSelectable", "abstract"}
_LONGEST_PATTERN = 500
_LONGEST_CODE = 200
# A quantified group that holds a quantifier can take exponential time, and packages come from anywhere.
_NESTED_QUANTIFIER = re.compile(r"[*+}?][^()]*\)[*+{]")


def passes(system: System, conditions: list[dict[str, Any]]) -> Test:
    """One test for all the filters of an include; they must all hold."""
    tests = [_test(system, condition) for condition in conditions]
    return lambda code: all_of(test(code) for test in tests)


def _test(system: System, condition: Mapping[str, Any]) -> Test:
    operator, name, value = (condition.get(key) for key in ("op", "property", "value"))
    make = OPERATORS.get(operator) if isinstance(operator, str) else None
    if make is None or not isinstance(name, str) or not isinstance(value, str):
        return lambda _code: Answer.UNKNOWN
    return make(system, name, value)


def _is_a(system: System, _name: str, root: str) -> Test:
    return _within(system, root, system.below(root), frozenset())


def _descendent_of(system: System, _name: str, root: str) -> Test:
    return _within(system, root, system.below(root) - {root}, frozenset({root}))


def _is_not_a(system: System, name: str, root: str) -> Test:
    is_a = _is_a(system, name, root)
    return lambda code: negated(is_a(code))


def _generalizes(system: System, _name: str, leaf: str) -> Test:
    return _within(system, leaf, system.above(leaf), frozenset())


def _child_of(system: System, _name: str, root: str) -> Test:
    return _within(system, root, frozenset(system.children(root)), frozenset({root}))


def _descendent_leaf(system: System, _name: str, root: str) -> Test:
    below = system.below(root) - {root}
    leaves = frozenset(code for code in below if not system.children(code)) if system.complete else frozenset()
    return _within(system, root, leaves, frozenset({root}))


def _within(system: System, start: str, inside: frozenset[str], outside: frozenset[str]) -> Test:
    """A test of the hierarchy; undecided where the system is not all here, or lacks the code that it starts from."""
    if system.complete and system.spelt(start) is not None:
        return lambda code: yes(_own(system, code) in inside)

    def test(code: str) -> Answer:
        if code in outside:
            return Answer.OUT
        return Answer.IN if code in inside else Answer.UNKNOWN

    return test


def _equals(system: System, name: str, value: str) -> Test:
    return _property(system, name, lambda found: found == value, absent=_absent(name, value == "false"))


def _in(system: System, name: str, value: str) -> Test:
    listed = {item.strip() for item in value.split(",")}
    return _property(system, name, lambda found: found in listed, absent=_absent(name, "false" in listed))


def _not_in(system: System, name: str, value: str) -> Test:
    within = _in(system, name, value)
    return lambda code: negated(within(code))


def _regex(system: System, name: str, value: str) -> Test:
    """The whole property must match; a pattern that is malformed, or could take for ever, decides nothing."""
    try:
        pattern = re.compile(value) if len(value) < _LONGEST_PATTERN and not _NESTED_QUANTIFIER.search(value) else None
    except (re.error, RecursionError, OverflowError):
        pattern = None
    if pattern is None:
        return lambda _code: Answer.UNKNOWN
    return _property(
        system, name, lambda found: len(found) < _LONGEST_CODE and pattern.fullmatch(found) is not None, absent=False
    )


def _exists(system: System, name: str, value: str) -> Test:
    there = _property(system, name, lambda _found: True, absent=False)
    return there if value == "true" else lambda code: negated(there(code))


def _property(system: System, name: str, holds: Callable[[str], bool], *, absent: bool) -> Test:
    """A test of one property; `absent` is the answer for a concept that has none of that name."""

    def test(code: str) -> Answer:
        if name in _ITSELF:
            return yes(holds(_own(system, code)))
        values = _values(system, name, code)
        if values and any(map(holds, values)):
            return Answer.IN
        if not system.complete or system.spelt(code) is None:
            return Answer.UNKNOWN
        return yes(absent and not values)

    return test


def _values(system: System, name: str, code: str) -> tuple[str, ...]:
    """What a concept says under this name; its place in the hierarchy and its display count as properties."""
    entry = system.entry(code)
    if entry is None:
        return ()
    if name in entry.properties:
        return entry.properties[name]
    if name == "display":
        return (entry.display,) if entry.display else ()
    implied = {"parent": system.parents, "child": system.children}.get(name)
    return implied(entry.code) if implied else ()


def _absent(name: str, false_is_meant: bool) -> bool:
    """True where saying nothing means false (R4 concept properties `inactive`, `notSelectable`)."""
    return false_is_meant and name in _FALSE_UNLESS_SAID


def _own(system: System, code: str) -> str:
    """The code as its system spells it."""
    return system.spelt(code) or code


OPERATORS: Mapping[str, Callable[[System, str, str], Test]] = {
    "=": _equals,
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "child-of": _child_of,
    "descendent-leaf": _descendent_leaf,
    "in": _in,
    "not-in": _not_in,
    "regex": _regex,
    "exists": _exists,
}
