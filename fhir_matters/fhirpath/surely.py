"""What is sure of an object before its expression is evaluated: from the syntax tree, the type and the object's keys.

Only what asks for children, their presence, number, order and simple values is understood; of all else nothing is sure.
What is sure here is what evaluating would say, whatever the object holds: a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Final, TypeAlias, TypeVar

from fhir_matters.fhirpath import facts
from fhir_matters.fhirpath.compiler import constant
from fhir_matters.fhirpath.facts import Amount, Fact, Objects, Order, always, never
from fhir_matters.fhirpath.fields import ComplexField, PrimitiveField
from fhir_matters.fhirpath.node import Type
from fhir_matters.fhirpath.primitives import STRINGS
from fhir_matters.fhirpath.syntax import Binary, Call, Literal, Member, Node, Variable
from fhir_matters.fhirpath.trees import parts, texts

Made = TypeVar("Made")
# Strings that a child may be, a truth or a number.
Constants: TypeAlias = frozenset[str] | bool | int | Decimal

MOST_KEPT: Final = 1000
# What is true and what is false are asked apart, which doubles at each `xor` and in each `all`: bounds for both.
MOST_ASKED: Final = 500
DEEPEST: Final = 3
# More than an expression needs, and still an integer when it is added to.
_MOST_COUNTED: Final = 1_000_000
# Which value of the left operand decides, which of the right one does, and for what.
_JUNCTIONS: Final = {"or": (True, True, True), "implies": (False, True, True), "and": (False, False, False)}
_ORDERS: Final[dict[str, tuple[Order, Order]]] = {
    "<": (lt, ge),
    ">": (gt, le),
    "<=": (le, gt),
    ">=": (ge, lt),
    "=": (eq, ne),
    "!=": (ne, eq),
}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_INTEGERS: Final = frozenset({"integer", "unsignedInt", "positiveInt"})
_DATES: Final = frozenset({"date", "dateTime", "instant"})
# What gives nothing of nothing.
_PASSED_ON: Final = frozenset({"where", "ofType", "select", "first", "last"})


class ByKeys(dict[tuple[str, ...], Made]):
    """What is made for an object by its keys, once for all that have the same; `trees` say which keys matter."""

    def __init__(self, kind: Type, trees: Iterable[Node], make: Callable[[frozenset[str]], Made]) -> None:
        named = {each.name for tree in trees for each in parts(tree) if isinstance(each, Member)}
        self._asked = frozenset(key for name in named & kind.fields.keys() for key in kind.fields[name].keys)
        self._usual = frozenset(kind.by_key) | {"resourceType"}
        self._made = lru_cache(MOST_KEPT)(make)

    def __missing__(self, keys: tuple[str, ...]) -> Made:
        made = self._made(self._asked.intersection(keys))
        # Keys that no such object has could be anything, and as many as somebody likes.
        if self._usual.issuperset(keys):
            if len(self) >= MOST_KEPT:
                self.clear()
            self[keys] = made
        return made


def surely(tree: Node, kind: Type, *, wanted: bool, depth: int = 0) -> Fact:
    """The fact that the tree is surely `wanted` on an object of that type; `depth` is in how many others it stands."""
    if depth > DEEPEST:
        return never
    made = ByKeys(kind, (tree,), lambda keys: fact(tree, kind, keys, wanted=wanted, depth=depth))
    return lambda value: made[tuple(value)](value)


def fact(tree: Node, kind: Type, keys: AbstractSet[str], *, wanted: bool = True, depth: int = 0) -> Fact:
    """The same for objects of that type that have these keys, of those that the tree may ask for."""
    try:
        return _Reader(kind, keys, depth).truth(tree, wanted=wanted)
    except RecursionError:
        return never


class _Reader:
    """Reads a tree for objects of one type that have these keys."""

    def __init__(self, kind: Type, keys: AbstractSet[str], depth: int) -> None:
        self._kind = kind
        self._keys = keys
        self._depth = depth
        self._asked = 0

    def truth(self, tree: Node, *, wanted: bool) -> Fact:
        """The fact that the tree is surely true, or surely false."""
        self._asked += 1
        if self._asked > MOST_ASKED:
            return never
        match tree:
            case Binary():
                return self._binary(tree, wanted=wanted)
            case Call(base, name, arguments) if ask := _ASKED.get((name, len(arguments))):
                return ask(self, base, arguments, wanted)
            case Member(None, name) if self._is_single(name, {"boolean"}):
                return facts.is_exactly(name, wanted)
        return never

    def _binary(self, tree: Binary, *, wanted: bool) -> Fact:
        operator, left, right = tree.operator, tree.left, tree.right
        if operator in _JUNCTIONS:
            return self._joined(operator, left, right, wanted=wanted)
        if operator == "xor" or (operator in ("=", "!=") and _is_asking(left) and _is_asking(right)):
            return self._alike(left, right, wanted=wanted is (operator == "="))
        return self._compared(tree, wanted=wanted)

    def opposite(self, base: Node | None, *, wanted: bool) -> Fact:
        """The same of `not()`."""
        return never if base is None else self.truth(base, wanted=not wanted)

    # Logic.

    def _joined(self, operator: str, left: Node, right: Node, *, wanted: bool) -> Fact:
        one, other, result = _JUNCTIONS[operator]
        if wanted is not result:
            return facts.every(self.truth(left, wanted=not one), self.truth(right, wanted=not other))
        passed = always if self._is_quiet(left) else self.truth(left, wanted=not one)
        return facts.some(self.truth(left, wanted=one), facts.every(passed, self.truth(right, wanted=other)))

    def _alike(self, left: Node, right: Node, *, wanted: bool) -> Fact:
        return facts.some(
            *(
                facts.every(self.truth(left, wanted=each), self.truth(right, wanted=each is wanted))
                for each in (True, False)
            )
        )

    def _is_quiet(self, tree: Node) -> bool:
        """True for what asks only whether something is there: no value can make it fail."""
        match tree:
            case Call(Member(None, name), "hasValue", ()):
                return self._is_primitive(name)
            case Call(Member(base, _), "exists" | "empty", ()):
                return self._is_plain(base)
            case Call(base, "not", ()):
                return base is not None and self._is_quiet(base)
            case Binary("and" | "or" | "implies", left, right):
                return self._is_quiet(left) and self._is_quiet(right)
        return False

    def _is_plain(self, tree: Node | None) -> bool:
        """True for a path of names to objects that are no resources."""
        named = tree is None or (isinstance(tree, Member) and self._is_plain(tree.base))
        return named and self._objects(tree) is not None

    # Presence.

    def _has(self, name: str) -> list[str]:
        field = self._kind.fields.get(name)
        return [] if field is None else [key for key in field.keys if key in self._keys]

    def _is_absent(self, tree: Node | None) -> bool:
        """True for a path that leads nowhere, since its first child is not there."""
        while isinstance(tree, Member) or (isinstance(tree, Call) and tree.name in _PASSED_ON):
            if isinstance(tree, Member) and tree.base is None:
                return not tree.name[:1].isupper() and not self._has(tree.name)
            tree = tree.base
        return False

    def exists(self, base: Node | None, *, wanted: bool) -> Fact:
        """The same of `exists()`, or of `empty()` the other way round."""
        if self._is_absent(base):
            return never if wanted else always
        match base:
            case Member(None, name):
                return facts.filled(self._has(name)) if wanted else never
            case Member(inner, name):
                return self.any(inner, Call(Member(None, name), "exists", ()), wanted=wanted)
            case Call(inner, "where", (criterion,)):
                return self.any(inner, criterion, wanted=wanted)
        return never

    def has_value(self, base: Node | None, *, wanted: bool) -> Fact:
        """The same of `hasValue()`."""
        if self._is_absent(base):
            return never if wanted else always
        match base:
            case Member(None, name) if wanted and name in self._keys and self._is_primitive(name):
                return facts.valued(name)
        return never

    # Paths.

    def any(self, base: Node | None, criterion: Node, *, wanted: bool, being: bool = True) -> Fact:
        """The fact that the criterion is surely `being` of one of the items, or surely of none."""
        if self._is_absent(base):
            return never if wanted else always
        objects = self._objects(base)
        if objects is None:
            return never
        path, kind = objects
        holds, fails = (self._inside(criterion, kind, wanted=each) for each in (being, not being))
        return facts.any_is(path, holds, fails, wanted=wanted)

    def _objects(self, tree: Node | None) -> tuple[Objects, Type] | None:
        """The objects at the end of a path, with their type; None for a path that is not understood."""
        match tree:
            case None:
                return facts.itself, self._kind
            case Member(base, name):
                return self._below(base, name)
            case Call(base, "ofType", (Member(None, name),)) if (found := self._objects(base)) is not None:
                return found if found[1].name == name else None
            case Call(base, "where", (criterion,)) if (found := self._objects(base)) is not None:
                path, kind = found
                holds, fails = (self._inside(criterion, kind, wanted=each) for each in (True, False))
                return facts.chosen(path, holds, fails), kind
        return None

    def _below(self, base: Node | None, name: str) -> tuple[Objects, Type] | None:
        if (found := self._objects(base)) is None:
            return None
        path, kind = found
        field = kind.fields.get(name)
        return (facts.below(path, name), field.type) if type(field) is ComplexField else None

    def _inside(self, tree: Node, kind: Type, *, wanted: bool) -> Fact:
        return surely(tree, kind, wanted=wanted, depth=self._depth + 1)

    # Values.

    def _is_primitive(self, name: str) -> bool:
        return type(self._kind.fields.get(name)) is PrimitiveField

    def _is_single(self, name: str, types: AbstractSet[str]) -> bool:
        """True for a primitive child of such a type that is there, with nothing beside it."""
        here = name in self._keys and "_" + name not in self._keys and self._is_primitive(name)
        return here and self._kind.fields[name].types[0].name in types

    def _compared(self, tree: Binary, *, wanted: bool) -> Fact:
        operator, left, right = tree.operator, tree.left, tree.right
        if isinstance(left, Literal) and operator in _MIRRORED:
            operator, left, right = _MIRRORED[operator], right, left
        if isinstance(left, Member) and (known := _constants(operator, right)) is not None:
            return self._known(left, Binary(operator, left, right), known, wanted=wanted)
        if operator == "contains" and isinstance(left, Member) and isinstance(right, Literal):
            return self.any(left.base, Binary("=", Member(None, left.name), right), wanted=wanted)
        if operator not in _ORDERS:
            return never
        order = _ORDERS[operator][not wanted]
        match left, right:
            case Member(None, one), Member(None, other):
                return self._are_in_order(one, other, order)
        return self._counted(left, right, order)

    def _known(self, left: Member, tree: Binary, known: Constants, *, wanted: bool) -> Fact:
        """A child beside what the expression itself says."""
        name = left.name
        if left.base is not None:
            return self._alone(left.base, tree._replace(left=Member(None, name)), wanted=wanted)
        if isinstance(known, frozenset):
            told = wanted is (tree.operator != "!=")
            return facts.is_among(name, known, wanted=told) if self._is_single(name, STRINGS) else never
        order = _ORDERS[tree.operator][not wanted]
        if isinstance(known, bool):
            told = known is (order is eq)
            return facts.is_exactly(name, told) if self._is_single(name, {"boolean"}) else never
        exact = self._is_single(name, _INTEGERS)
        numeric = exact or self._is_single(name, {"decimal"})
        return facts.is_beside(name, order, known, exact=exact) if numeric else never

    def _alone(self, base: Node, tree: Binary, *, wanted: bool) -> Fact:
        """The same, of the one object at the end of a path."""
        if (objects := self._objects(base)) is None:
            return never
        path, kind = objects
        return facts.the_only_one_is(path, self._inside(tree, kind, wanted=wanted))

    def _are_in_order(self, one: str, other: str, order: Order) -> Fact:
        if not self._is_single(one, _DATES) or not self._is_single(other, _DATES):
            return never
        days = self._is_single(one, {"date"}) or self._is_single(other, {"date"})
        return facts.are_in_order(one, other, order, days=days)

    def _counted(self, left: Node, right: Node, order: Order) -> Fact:
        one, other = self._amount(left), self._amount(right)
        return never if one is None or other is None else facts.compared(one, other, order)

    def _amount(self, tree: Node) -> Amount | None:
        match tree:
            case Literal(int() as number) if type(number) is int and number < _MOST_COUNTED:
                return facts.fixed(number)
            case Binary("+", left, right):
                one, other = self._amount(left), self._amount(right)
                return None if one is None or other is None else facts.total(one, other)
            case Call(base, "count", ()) if self._is_absent(base):
                return facts.fixed(0)
            case Call(Member(None, name), "count", ()) if self._is_countable(name):
                return facts.count(name)
        return None

    def _is_countable(self, name: str) -> bool:
        known = self._is_primitive(name) or type(self._kind.fields.get(name)) is ComplexField
        return known and name in self._keys and "_" + name not in self._keys


# How each function that gives a truth is read, by its name and how many arguments it has.
_ASKED: Final[dict[tuple[str, int], Callable[[_Reader, Node | None, tuple[Node, ...], bool], Fact]]] = {
    ("not", 0): lambda reader, base, _, wanted: reader.opposite(base, wanted=wanted),
    ("empty", 0): lambda reader, base, _, wanted: reader.exists(base, wanted=not wanted),
    ("exists", 0): lambda reader, base, _, wanted: reader.exists(base, wanted=wanted),
    ("hasValue", 0): lambda reader, base, _, wanted: reader.has_value(base, wanted=wanted),
    ("exists", 1): lambda reader, base, criterion, wanted: reader.any(base, *criterion, wanted=wanted),
    ("all", 1): lambda reader, base, criterion, wanted: reader.any(base, *criterion, wanted=not wanted, being=False),
}


def _is_asking(tree: Node) -> bool:
    """True for what is true or false, and never empty."""
    match tree:
        case Call(_, "exists" | "empty" | "hasValue" | "all", _):
            return True
        case Call(base, "not", ()):
            return base is not None and _is_asking(base)
        case Binary("and" | "or" | "xor" | "implies", left, right):
            return _is_asking(left) and _is_asking(right)
    return False


def _constants(operator: str, tree: Node) -> Constants | None:
    """The strings, the boolean or the number that a child is compared with; None for anything else."""
    match operator, tree:
        case (("=" | "!=" | "in"), Literal(str() as text)):
            return frozenset({text})
        case (("=" | "!="), Variable(name)):
            same = constant(name)
            return None if same is None else frozenset({same})
        case (("=" | "!="), Literal(bool() as truth)):
            return truth
        case "in", _:
            return texts(tree)
        case _, Literal(int() | Decimal() as number) if operator in _ORDERS and type(number) is not bool:
            return number
    return None
