"""Questions about syntax trees that do not need them run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fhir_matters.fhirpath.syntax import Binary, Call, Literal, Node, Special, Variable


def parts(tree: Node) -> Iterator[Node]:
    """The tree and everything in it."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        yield here
        for value in here:
            waiting.extend(each for each in (value if type(value) is tuple else (value,)) if isinstance(each, Node))


def defines(tree: Node) -> bool:
    """True if the tree defines a variable."""
    return any(isinstance(each, Call) and each.name == "defineVariable" for each in parts(tree))


def counts(tree: Node) -> bool:
    """True if the tree asks for `$index`."""
    return any(isinstance(each, Special) and each.name == "index" for each in parts(tree))


def is_of_itself(tree: Node) -> bool:
    """True if what the tree says depends on its input alone: on nothing around it, on no host, and not on the time."""
    found = list(parts(tree))
    calls = {each.name for each in found if isinstance(each, Call)}
    return calls <= _OF_ITSELF and not any(isinstance(each, Variable) for each in found)


_NAMES: Final = """
    all allFalse allTrue any as contains count distinct empty endsWith exists first hasValue iif indexOf is isDistinct
    last length lower matches matchesFull not ofType replace replaceMatches select single skip split startsWith
    substring tail take toBoolean toChars toDate toDateTime toDecimal toInteger toString toTime trim upper where
"""
_OF_ITSELF: Final = frozenset(_NAMES.split())


def texts(tree: Node) -> frozenset[str] | None:
    """The strings of `('one' | 'other')`, or None for any other tree."""
    match tree:
        case Literal(str() as text):
            return frozenset({text})
        case Binary("|", left, right):
            one, other = texts(left), texts(right)
            return None if one is None or other is None else one | other
    return None
