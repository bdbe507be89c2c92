"""A syntax tree to closures, once. Finds unknown functions and wrong numbers of arguments; asks no types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fhir_matters.fhirpath import (  # noqa: F401 - each module enters its functions into the table
    boundaries,
    closures,
    conversions,
    fhir,
    maths,
    reflection,
    sets,
    strings,
)
from fhir_matters.fhirpath.arguments import integer
from fhir_matters.fhirpath.closures import Run, Truth, judged, listed
from fhir_matters.fhirpath.errors import CannotEvaluate, InvalidExpression
from fhir_matters.fhirpath.forms import FORMS, TRUTHS, Compiling
from fhir_matters.fhirpath.functions import FUNCTIONS, Function
from fhir_matters.fhirpath.navigation import only
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.syntax import (
    Binary,
    Call,
    Empty,
    Indexer,
    Literal,
    Member,
    Node,
    Sign,
    Special,
    TypeTest,
    Variable,
)
from fhir_matters.fhirpath.trees import defines, texts
from fhir_matters.fhirpath.values import compare, equivalent_collections

_URLS: Final = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
    "us-zip": "[0-9]{5}(-[0-9]{4}){0,1}",
}
_FAMILIES: Final = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}
_LOGIC: Final[dict[str, Callable[[Truth, Truth], Truth]]] = {
    "and": closures.both,
    "or": closures.either,
    "implies": closures.implied,
    "xor": closures.one_of_two,
}
_CALCULATIONS: Final = frozenset(("+", "-", "*", "/", "div", "mod", "&", "|"))
_ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


class Compiler(Compiling):
    """Compiles one expression."""

    def run(self, tree: Node) -> Run:
        """The closure that gives a collection."""
        maker = _RUNS.get(type(tree))
        made = maker(self, tree) if maker else None
        return listed(self.truth(tree)) if made is None else made

    def truth(self, tree: Node) -> Truth:
        """The closure that gives a truth."""
        match tree:
            case Binary():
                made = self._binary_truth(tree)
            case TypeTest("is", operand, name):
                made = self.tested(self.run(operand), name)
            case Call(_, name, arguments) if (form := TRUTHS.get(name)) and form.takes(len(arguments)):
                made = form.build(self, tree)
            case _:
                made = None
        return judged(self.run(tree)) if made is None else made

    def _binary_truth(self, tree: Binary) -> Truth | None:
        operator, left, right = tree.operator, tree.left, tree.right
        if operator in _LOGIC:
            return _LOGIC[operator](self.truth_apart(left), self.truth_apart(right))
        if operator in ("=", "!="):
            found = self._equals(left, right)
            return found if operator == "=" else closures.negated(found)
        if operator in ("~", "!~"):
            return _equivalence(self.apart(left), self.apart(right), wanted=operator == "~")
        if operator in ("in", "contains"):
            return self._among(left, right) if operator == "in" else self._among(right, left)
        return _comparison(_ORDER[operator], self.apart(left), self.apart(right)) if operator in _ORDER else None

    def binary(self, tree: Binary) -> Run | None:
        """The closure of a calculation; None for what is a truth."""
        if tree.operator not in _CALCULATIONS:
            return None
        return _calculation(tree.operator, self.apart(tree.left), self.apart(tree.right))

    def member(self, tree: Member) -> Run:
        """The closure of a name."""
        if tree.base is None and tree.name[:1].isupper():
            return closures.type_or_child(tree.name)
        return closures.child(self.base(tree.base), tree.name)

    def call(self, tree: Call) -> Run:
        """The closure of a function. Raises InvalidExpression for one that there is not."""
        number = len(tree.arguments)
        truth, form, function = TRUTHS.get(tree.name), FORMS.get(tree.name), FUNCTIONS.get(tree.name)
        if truth and truth.takes(number):
            return listed(truth.build(self, tree))
        if form and form.takes(number):
            built: Run = form.build(self, tree)
            return built
        if function and function.fewest <= number <= function.most:
            return self._called(tree, function)
        if truth or form or function:
            raise InvalidExpression(f"{tree.name}() takes another number of arguments.", position=tree.position)
        raise InvalidExpression("Expected a function of FHIRPath, found another name.", position=tree.position)

    def _called(self, tree: Call, function: Function) -> Run:
        base = self.base(tree.base) or closures.same
        implementation = function.implementation
        if not tree.arguments:
            return lambda focus, scope: implementation(base(focus, scope), scope)
        first, *rest = (self.apart(each) for each in tree.arguments)
        if not rest:
            return lambda focus, scope: implementation(base(focus, scope), scope, first(focus, scope))
        runs = (first, *rest)
        return lambda focus, scope: implementation(base(focus, scope), scope, *(each(focus, scope) for each in runs))

    def _equals(self, left: Node, right: Node) -> Truth:
        if isinstance(left, Literal):
            left, right = right, left
        if isinstance(right, Literal) and type(right.value) is str:
            return closures.equals_text(self.apart(left), right.value)
        return closures.equals(self.apart(left), self.apart(right))

    def _among(self, left: Node, right: Node) -> Truth:
        if (literals := texts(right)) is not None:
            return closures.among_texts(self.apart(left), literals)
        return closures.among(self.apart(left), self.apart(right))

    def apart(self, tree: Node) -> Run:
        """The closure of an operand or argument: what it defines stays inside."""
        run = self.run(tree)
        return _isolated(run) if defines(tree) else run

    def truth_apart(self, tree: Node) -> Truth:
        """The same, for a truth."""
        return judged(self.apart(tree)) if defines(tree) else self.truth(tree)


def _isolated(run: Run) -> Run:
    def isolated(focus: Collection, scope: Scope) -> Collection:
        outer = scope.variables
        scope.variables = dict(outer)
        try:
            return run(focus, scope)
        finally:
            scope.variables = outer

    return isolated


_SPECIALS: Final[dict[str, Run]] = {
    "this": closures.same,
    "index": lambda _, scope: [scope.index],
    "total": lambda _, scope: scope.total,
}


# How each kind of tree becomes a collection; what is not here, or gives None, is a truth.
_RUNS: Final[dict[type, Callable[[Compiler, Any], Run | None]]] = {
    Literal: lambda _, tree: closures.constant(tree.value),
    Empty: lambda _, __: closures.nothing,
    Special: lambda _, tree: _SPECIALS[tree.name],
    Variable: lambda _, tree: _variable(tree.name),
    Member: Compiler.member,
    Call: Compiler.call,
    Indexer: lambda compiler, tree: _indexed(compiler.run(tree.base), compiler.run(tree.at)),
    Sign: lambda compiler, tree: _signed(tree.operator, compiler.run(tree.operand)),
    Binary: Compiler.binary,
    TypeTest: lambda compiler, tree: (
        compiler.filtered(compiler.run(tree.operand), tree.type) if tree.operator == "as" else None
    ),
}


def constant(name: str) -> str | None:
    """The text that the variable always is; None for one that depends on what is around.

    http://hl7.org/fhir/R4/fhirpath.html#variables
    """
    for prefix, start in _FAMILIES.items():
        if name.startswith(prefix):
            return start + name.removeprefix(prefix)
    return _URLS.get(name)


def _variable(name: str) -> Run:
    """Those of FHIRPath and those of the caller."""
    if (text := constant(name)) is not None:
        return closures.constant(text)

    def run(_: Collection, scope: Scope) -> Collection:
        if name in scope.variables:
            return scope.variables[name]
        match name:
            case "context":
                return scope.context
            case "resource" if scope.resource is not None:
                return [scope.resource]
            case "rootResource" if scope.root is not None:
                return [scope.root]
        raise CannotEvaluate(f"Nothing says what %{name} is.")

    return run


def _indexed(base: Run, index: Run) -> Run:
    def run(focus: Collection, scope: Scope) -> Collection:
        items, place = base(focus, scope), integer(index(focus, scope))
        return [] if place is None or not 0 <= place < len(items) else [items[place]]

    return run


def _signed(operator: str, operand: Run) -> Run:
    if operator == "-":
        return lambda focus, scope: maths.negated(operand(focus, scope))
    return lambda focus, scope: maths.negated(maths.negated(operand(focus, scope)))


def _calculation(operator: str, left: Run, right: Run) -> Run:
    if operator == "|":
        return lambda focus, scope: sets.union(left(focus, scope), scope, right(focus, scope))
    if operator == "&":
        return lambda focus, scope: [strings.concatenated(left(focus, scope), right(focus, scope), scope)]
    return lambda focus, scope: maths.calculated(operator, left(focus, scope), right(focus, scope), scope)


def _equivalence(left: Run, right: Run, *, wanted: bool) -> Truth:
    return lambda focus, scope: equivalent_collections(left(focus, scope), right(focus, scope)) is wanted


def _comparison(wanted: Callable[[int], bool], left: Run, right: Run) -> Truth:
    def truth(focus: Collection, scope: Scope) -> bool | None:
        one, other = left(focus, scope), right(focus, scope)
        if not one or not other:
            return None
        order = compare(only(one), only(other))
        return None if order is None else wanted(order)

    return truth
