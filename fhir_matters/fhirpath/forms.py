"""Functions whose arguments are not evaluated before them: criteria, projections, types, branches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cmp_to_key
from typing import Any, Final, NamedTuple, TypeGuard, TypeVar

from fhir_matters.fhirpath import closures, patterns
from fhir_matters.fhirpath.arguments import boolean, text
from fhir_matters.fhirpath.closures import Run, Truth, judged
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.fhir import extensions
from fhir_matters.fhirpath.model import Model
from fhir_matters.fhirpath.navigation import only
from fhir_matters.fhirpath.parser import type_name
from fhir_matters.fhirpath.reflection import typed
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.syntax import Call, Member, Node, Sign, TypeName
from fhir_matters.fhirpath.trees import counts
from fhir_matters.fhirpath.values import compare, has_one_value, key, plain

Built = TypeVar("Built", Run, Truth)


class Compiling(ABC):
    """What a form asks of the compiler."""

    def __init__(self, model: Model, *, strict: bool) -> None:
        self.model = model
        self.strict = strict

    @abstractmethod
    def run(self, tree: Node) -> Run:
        """The closure that gives a collection."""

    @abstractmethod
    def truth(self, tree: Node) -> Truth:
        """The closure that gives a truth."""

    @abstractmethod
    def apart(self, tree: Node) -> Run:
        """The closure of an argument: what it defines stays inside."""

    @abstractmethod
    def truth_apart(self, tree: Node) -> Truth:
        """The same, for a truth."""

    def base(self, tree: Node | None) -> Run | None:
        """The closure of what stands before the point, or None for what is at hand."""
        return None if tree is None else self.run(tree)

    def input(self, tree: Call) -> Run:
        """The closure of a function's input."""
        return closures.same if tree.base is None else self.run(tree.base)

    def tested(self, base: Run, name: TypeName) -> Truth:
        """`is`; for the HL7 validator nothing is of a type that there is not, unless `strict`."""
        passes = typed(name, self.model, lenient=not self.strict)

        def truth(focus: Collection, scope: Scope) -> bool | None:
            items = base(focus, scope)
            return passes(only(items)) if items else None

        return truth

    def filtered(self, base: Run, name: TypeName, *, many: bool = False) -> Run:
        """`as` and `ofType`; strictly, `as` takes one item, but R4's own dom-3 gives it many."""
        passes = typed(name, self.model, exact=True)
        single = self.strict and not many

        def run(focus: Collection, scope: Scope) -> Collection:
            items = base(focus, scope)
            if single:
                only(items)
            return [each for each in items if passes(each)]

        return run


class Form(NamedTuple):
    """How to build a function of so many arguments."""

    build: Callable[[Compiling, Call], Any]
    fewest: int
    most: int

    def takes(self, number: int) -> bool:
        """True if it has so many arguments."""
        return self.fewest <= number <= self.most


FORMS: Final[dict[str, Form]] = {}
TRUTHS: Final[dict[str, Form]] = {}


def form(name: str, fewest: int, most: int | None = None, *, table: dict[str, Form] = FORMS) -> Callable[[Any], Any]:
    """Enter the builder below into a table."""

    def entered(build: Any) -> Any:
        table[name] = Form(build, fewest, fewest if most is None else most)
        return build

    return entered


@contextmanager
def _counting(scope: Scope) -> Iterator[None]:
    outer = scope.index
    try:
        yield
    finally:
        scope.index = outer


def _items(items: Collection, scope: Scope, counted: bool) -> Iterator[Collection]:
    """Each item as a focus of its own, with its `$index` where that is asked for."""
    if not counted:
        for item in items:
            yield [item]
        return
    with _counting(scope):
        for index, item in enumerate(items):
            scope.index = index
            yield [item]


# Truths.


def _is_child(tree: Any) -> TypeGuard[Member]:
    """True for a member that cannot be the name of a type."""
    return isinstance(tree, Member) and not (tree.base is None and tree.name[:1].isupper())


def _exists(compiling: Compiling, tree: Call) -> Truth:
    if _is_child(tree.base):
        return closures.has_child(compiling.base(tree.base.base), tree.base.name)
    if isinstance(tree.base, Call) and tree.base.name == "where" and len(tree.base.arguments) == 1:
        return _exists_one(compiling, Call(tree.base.base, "exists", tree.base.arguments, tree.position))
    base = compiling.input(tree)
    return lambda focus, scope: bool(base(focus, scope))


@form("empty", 0, table=TRUTHS)
def _empty(compiling: Compiling, tree: Call) -> Truth:
    return closures.negated(_exists(compiling, tree))


def _exists_one(compiling: Compiling, tree: Call) -> Truth:
    base, counted = compiling.input(tree), counts(tree.arguments[0])
    criterion = compiling.truth_apart(tree.arguments[0])

    def truth(focus: Collection, scope: Scope) -> bool:
        items = base(focus, scope)
        if counted:
            return any(criterion(each, scope) for each in _items(items, scope, counted))
        return any(criterion([item], scope) for item in items)

    return truth


@form("exists", 0, 1, table=TRUTHS)
def _exists_or_one(compiling: Compiling, tree: Call) -> Truth:
    return _exists_one(compiling, tree) if tree.arguments else _exists(compiling, tree)


@form("all", 1, table=TRUTHS)
def _all(compiling: Compiling, tree: Call) -> Truth:
    base, counted = compiling.input(tree), counts(tree.arguments[0])
    criterion = compiling.truth_apart(tree.arguments[0])
    return lambda focus, scope: all(criterion(each, scope) for each in _items(base(focus, scope), scope, counted))


@form("not", 0, table=TRUTHS)
def _not(compiling: Compiling, tree: Call) -> Truth:
    return closures.negated(judged(closures.same) if tree.base is None else compiling.truth(tree.base))


@form("hasValue", 0, table=TRUTHS)
def _has_value(compiling: Compiling, tree: Call) -> Truth:
    if _is_child(tree.base):
        return closures.child_has_value(compiling.base(tree.base.base), tree.base.name)
    base = compiling.input(tree)
    return lambda focus, scope: has_one_value(base(focus, scope))


@form("is", 1, table=TRUTHS)
def _is(compiling: Compiling, tree: Call) -> Truth:
    return compiling.tested(compiling.input(tree), type_name(tree.arguments[0]))


@form("matches", 1, table=TRUTHS)
def _matches(compiling: Compiling, tree: Call) -> Truth:
    base, pattern = compiling.input(tree), compiling.apart(tree.arguments[0])

    def truth(focus: Collection, scope: Scope) -> bool | None:
        value, expression = text(base(focus, scope)), text(pattern(focus, scope))
        return None if value is None or expression is None else patterns.found(expression, value)

    return truth


# Collections.


@form("where", 1)
def _where(compiling: Compiling, tree: Call) -> Run:
    base, counted = compiling.input(tree), counts(tree.arguments[0])
    criterion = compiling.truth_apart(tree.arguments[0])

    def run(focus: Collection, scope: Scope) -> Collection:
        items = base(focus, scope)
        if counted:
            return [each[0] for each in _items(items, scope, counted) if criterion(each, scope)]
        return [item for item in items if criterion([item], scope)]

    return run


@form("select", 1)
def _select(compiling: Compiling, tree: Call) -> Run:
    base, counted = compiling.input(tree), counts(tree.arguments[0])
    projection = compiling.apart(tree.arguments[0])

    def run(focus: Collection, scope: Scope) -> Collection:
        out: Collection = []
        for each in _items(base(focus, scope), scope, counted):
            out += projection(each, scope)
        scope.charge(len(out))
        return out

    return run


@form("repeat", 1)
def _repeat(compiling: Compiling, tree: Call) -> Run:
    base, projection = compiling.input(tree), compiling.apart(tree.arguments[0])

    def run(focus: Collection, scope: Scope) -> Collection:
        found: dict[Any, Any] = {}
        waiting = base(focus, scope)
        while waiting:
            results = [new for each in waiting for new in projection([each], scope)]
            scope.charge(10 * len(results))
            waiting = []
            for each in results:
                mark = key(each)
                if mark not in found:
                    found[mark] = each
                    waiting.append(each)
        return list(found.values())

    return run


@form("aggregate", 1, 2)
def _aggregate(compiling: Compiling, tree: Call) -> Run:
    base, step = compiling.input(tree), compiling.apart(tree.arguments[0])
    start = compiling.apart(tree.arguments[1]) if len(tree.arguments) > 1 else closures.nothing

    def run(focus: Collection, scope: Scope) -> Collection:
        outer, total = scope.total, start(focus, scope)
        try:
            for each in _items(base(focus, scope), scope, counted=True):
                scope.total = total
                total = step(each, scope)
        finally:
            scope.total = outer
        return total

    return run


@form("iif", 2, 3)
def _iif(compiling: Compiling, tree: Call) -> Run:
    base, criterion = compiling.input(tree), compiling.apart(tree.arguments[0])
    branches = [compiling.apart(each) for each in tree.arguments[1:]]

    def run(focus: Collection, scope: Scope) -> Collection:
        items = focus if tree.base is None else base(focus, scope)
        only(items)
        if boolean(criterion(items, scope)):
            return branches[0](items, scope)
        return branches[1](items, scope) if len(branches) > 1 else []

    return run


@form("ofType", 1)
def _of_type(compiling: Compiling, tree: Call) -> Run:
    return compiling.filtered(compiling.input(tree), type_name(tree.arguments[0]), many=True)


@form("as", 1)
def _as(compiling: Compiling, tree: Call) -> Run:
    return compiling.filtered(compiling.input(tree), type_name(tree.arguments[0]))


@form("extension", 1)
def _extension(compiling: Compiling, tree: Call) -> Run:
    base, url = compiling.input(tree), compiling.apart(tree.arguments[0])

    def run(focus: Collection, scope: Scope) -> Collection:
        wanted = text(url(focus, scope))
        return [] if wanted is None else extensions(base(focus, scope), wanted)

    return run


@form("trace", 1, 2)
def _trace(compiling: Compiling, tree: Call) -> Run:
    base, name = compiling.input(tree), compiling.apart(tree.arguments[0])
    projection = compiling.apart(tree.arguments[1]) if len(tree.arguments) > 1 else None

    def run(focus: Collection, scope: Scope) -> Collection:
        items = base(focus, scope)
        if scope.host.trace is not None:
            shown = items if projection is None else [new for each in items for new in projection([each], scope)]
            scope.host.trace(text(name(focus, scope)) or "", [plain(each) for each in shown])
        return items

    return run


@form("defineVariable", 1, 2)
def _define_variable(compiling: Compiling, tree: Call) -> Run:
    base, name = compiling.input(tree), compiling.apart(tree.arguments[0])
    value = compiling.apart(tree.arguments[1]) if len(tree.arguments) > 1 else closures.same

    def run(focus: Collection, scope: Scope) -> Collection:
        items = base(focus, scope)
        variable = text(name(focus, scope))
        if variable is None or variable in scope.variables or variable in ("context", "resource", "rootResource"):
            raise CannotEvaluate("Expected the name of a new variable.")
        scope.variables = {**scope.variables, variable: value(items, scope)}
        return items

    return run


@form("coalesce", 1, 50)
def _coalesce(compiling: Compiling, tree: Call) -> Run:
    choices = [compiling.apart(each) for each in tree.arguments]

    def run(focus: Collection, scope: Scope) -> Collection:
        return next((found for each in choices if (found := each(focus, scope))), [])

    return run


@form("sort", 0, 50)
def _sort(compiling: Compiling, tree: Call) -> Run:
    """By each key in turn, downwards where it has a minus; items without a key come first either way."""
    base = compiling.input(tree)
    keys = [_sort_key(compiling, each) for each in tree.arguments] or [(closures.same, 1)]

    def run(focus: Collection, scope: Scope) -> Collection:
        rows = [([only(find([item], scope)) for find, _ in keys], item) for item in base(focus, scope)]

        def order(one: Any, other: Any) -> int:
            pairs = zip(one[0], other[0], keys, strict=True)
            return next((found for mine, theirs, (_, sign) in pairs if (found := _ordered(mine, theirs, sign))), 0)

        return [item for _, item in sorted(rows, key=cmp_to_key(order))]

    return run


def _sort_key(compiling: Compiling, tree: Node) -> tuple[Run, int]:
    if isinstance(tree, Sign):
        return compiling.apart(tree.operand), -1 if tree.operator == "-" else 1
    return compiling.apart(tree), 1


def _ordered(one: Any, other: Any, sign: int) -> int:
    if one is None or other is None:
        return (one is not None) - (other is not None)
    return sign * (compare(one, other) or 0)
