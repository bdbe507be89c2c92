"""Questions about syntax trees that do not need them run."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.fhirpath.syntax import Binary, Call, Literal, Node, Special


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


def texts(tree: Node) -> frozenset[str] | None:
    """The strings of `('one' | 'other')`, or None for any other tree."""
    match tree:
        case Literal(str() as text):
            return frozenset({text})
        case Binary("|", left, right):
            one, other = texts(left), texts(right)
            return None if one is None or other is None else one | other
    return None
