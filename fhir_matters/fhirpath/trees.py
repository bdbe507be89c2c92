"""Questions about syntax trees that do not need them run."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.fhirpath.syntax import Binary, Call, Literal, Member, Node, Special


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


def idle(tree: Node) -> frozenset[str]:
    """The children without any one of which the tree is true, whatever else there is (`end.empty() or …`)."""
    match tree:
        case Call(base, "empty", ()) | Call(Call(base, "exists" | "hasValue", ()), "not", ()):
            return _first(base)
        case Call(base, "all", _):
            return _first(base)
        case Binary("or", left, right):
            return idle(left) | (idle(right) if _is_quiet(left) else NONE)
        case Binary("and", left, right):
            return idle(left) & idle(right)
        case Binary("implies", left, right):
            return _false(left) | (idle(right) if _is_quiet(left) else NONE)
    return NONE


def _false(tree: Node) -> frozenset[str]:
    """The children without any one of which the tree is false."""
    match tree:
        case Call(base, "exists" | "hasValue", _):
            return _first(base)
        case Binary("and", left, right):
            return _false(left) | (_false(right) if _is_quiet(left) else NONE)
        case Binary("or", left, right):
            return _false(left) & _false(right)
        case Call(base, "not", ()) if base is not None:
            return idle(base)
    return NONE


NONE: frozenset[str] = frozenset()
# What gives nothing of nothing.
_PASSED_ON = frozenset({"where", "ofType", "select", "first", "last"})


def _first(tree: Node | None) -> frozenset[str]:
    """The child with which a path begins; none where it begins otherwise."""
    while isinstance(tree, Member) or (isinstance(tree, Call) and tree.name in _PASSED_ON):
        if isinstance(tree, Member) and tree.base is None:
            return frozenset({tree.name}) if not tree.name[:1].isupper() else NONE
        tree = tree.base
    return NONE


def _is_quiet(tree: Node) -> bool:
    """True for what asks only whether something is there: no value can make it fail."""
    match tree:
        case Member(base, _):
            return base is None or _is_quiet(base)
        case Call(base, "exists" | "hasValue" | "empty" | "not", ()):
            return base is not None and _is_quiet(base)
        case Binary("and" | "or" | "implies", left, right):
            return _is_quiet(left) and _is_quiet(right)
    return False


def texts(tree: Node) -> frozenset[str] | None:
    """The strings of `('one' | 'other')`, or None for any other tree."""
    match tree:
        case Literal(str() as text):
            return frozenset({text})
        case Binary("|", left, right):
            one, other = texts(left), texts(right)
            return None if one is None or other is None else one | other
    return None
