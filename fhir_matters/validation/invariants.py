"""Invariants: each expression compiled once, evaluated on every element that has it. Says what FHIRPath says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from fhir_matters import fhirpath
from fhir_matters.fhirpath import facts
from fhir_matters.fhirpath.errors import CannotEvaluate, InvalidExpression, Malformed
from fhir_matters.fhirpath.facts import Fact
from fhir_matters.fhirpath.model import Model, core_model
from fhir_matters.fhirpath.navigation import element
from fhir_matters.fhirpath.node import Node, Type
from fhir_matters.fhirpath.scope import Host
from fhir_matters.fhirpath.scope import Scope as Surroundings
from fhir_matters.fhirpath.surely import MOST_KEPT, ByKeys, fact
from fhir_matters.fhirpath.trees import is_of_itself
from fhir_matters.issue import Severity
from fhir_matters.terminology import Answer
from fhir_matters.validation import resolving
from fhir_matters.validation.context import Context, Position, Scope
from fhir_matters.validation.plan import Constraint, Element
from fhir_matters.validation.published import corrected
from fhir_matters.validation.visits import Compiler, PerKeys, Visit

# Constraints that the walk itself decides, more exactly than their expressions do.
DECIDED = frozenset({"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"})
LONGEST_KEPT: Final = 64
# (JSON value, `_` sibling, context, position)
Judge: TypeAlias = Callable[[Any, Any, Context, Position], None]


@dataclass(frozen=True, slots=True)
class _Compiled:
    constraint: Constraint
    expression: fhirpath.Expression | None


def of(elements: Iterable[Element]) -> tuple[Constraint, ...]:
    """The constraints of these elements that are for FHIRPath to decide, each expression of a key once."""
    found = {
        (each.key, each.expression): each
        for element in elements
        for each in element.constraints
        if each.key not in DECIDED
    }
    return tuple(found.values())


def visit(walk: Compiler, constraints: tuple[Constraint, ...], type_name: str) -> PerKeys | None:
    """The check of an element of that type by its constraints; None where there are none."""
    found = _Constraints.of(constraints, type_name)
    if found is None:
        return None
    judge, known = _judge(walk, found), found.known

    def due(keys: frozenset[str]) -> Visit | None:
        holds, doubts = known[tuple(keys)]

        def check(value: Any, context: Context, position: Position) -> None:
            if not holds(value):
                judge(value, None, context, position)

        return check if doubts else None

    return PerKeys(due)


def judged(walk: Compiler, constraints: tuple[Constraint, ...], type_name: str) -> Judge | None:
    """The same for a value that may have something beside it (`_birthDate`)."""
    found = _Constraints.of(constraints, type_name)
    return _judge(walk, found) if found is not None else None


# What makes it sure that all constraints hold, and those of which it is not sure by the keys alone, each with the same.
_Known: TypeAlias = tuple[Fact, tuple[tuple[_Compiled, Fact], ...]]


class _Constraints:
    """The constraints of elements of one type, and what is known of them by which keys the object has."""

    def __init__(self, constraints: Iterable[Constraint], kind: Type) -> None:
        self.kind = kind
        self.all = tuple(_compiled(constraints, kind, core_model()))
        trees = [each.expression.tree for each in self.all if each.expression is not None]
        self.known = ByKeys(kind, trees, self._known)
        # Texts that keep all of them, whatever is around: the same dates come again and again.
        self.good: set[str] | None = set() if len(trees) == len(self.all) and all(map(is_of_itself, trees)) else None

    @classmethod
    def of(cls, constraints: Iterable[Constraint], type_name: str) -> _Constraints | None:
        """These; None where there are none, or no such type."""
        kind = core_model().find(type_name)
        return cls(constraints, kind) if constraints and kind is not None else None

    def due(self, value: Any) -> Sequence[_Compiled]:
        """Those that are to be evaluated."""
        if type(value) is not dict:
            return self.all
        return [each for each, holds in self.known[tuple(value)][1] if not holds(value)]

    def is_good(self, value: Any) -> bool:
        """True for a text that was found to keep all of them."""
        return self.good is not None and type(value) is str and value in self.good

    def keep(self, value: Any) -> None:
        """This keeps all of them."""
        if self.good is None or type(value) is not str or len(value) > LONGEST_KEPT:
            return
        if len(self.good) >= MOST_KEPT:
            self.good.clear()
        self.good.add(value)

    def _known(self, keys: frozenset[str]) -> _Known:
        pairs = [(each, self._fact(each, keys)) for each in self.all]
        return facts.every(*(holds for _, holds in pairs)), tuple(each for each in pairs if each[1] is not facts.always)

    def _fact(self, each: _Compiled, keys: frozenset[str]) -> Fact:
        # An object that stands for a primitive value has its children beside it.
        if each.expression is None or self.kind.is_primitive:
            return facts.never
        return fact(each.expression.tree, self.kind, keys)


def _judge(walk: Compiler, constraints: _Constraints) -> Judge:
    model, terminology = core_model(), walk.terminology

    def judge(value: Any, beside: Any, context: Context, position: Position) -> None:
        due = constraints.due(value)
        if not due or (not beside and constraints.is_good(value)):
            return
        node = element(value, constraints.kind, beside if isinstance(beside, dict) else None)
        scope = _scope(value, context)
        surroundings = scope.fhirpath or _surroundings(walk, scope, context, model)
        before, good = 0, True
        for each in due:
            if context.until is not None:
                context.in_time()
            if terminology.elsewhere is not None:
                before = terminology.consulted
            holds = _holds(each, node, surroundings)
            good = good and holds is True
            if holds is None:
                _open(each.constraint, context, position)
            elif not holds:
                _broken(each.constraint, context, position, terminology.since(before))
        if good and not beside:
            constraints.keep(value)

    return judge


def _holds(each: _Compiled, node: Node, surroundings: Surroundings) -> bool | None:
    """Whether the constraint is met; None where it cannot be told."""
    if each.expression is None:
        return None
    try:
        return bool(each.expression.holds(node, surroundings))
    except Malformed:
        return False  # as the HL7 validator has it, what cannot hold is broken
    except CannotEvaluate:
        return None


def _broken(constraint: Constraint, context: Context, position: Position, server: str) -> None:
    context.add(
        "FM602",
        position,
        f"Constraint {constraint.key} is broken: {constraint.human}",
        profile=constraint.source,
        message_id=constraint.message_id,
        severity=Severity.ERROR if constraint.severity == "error" else Severity.WARNING,
        server=server,
    )


def _open(constraint: Constraint, context: Context, position: Position) -> None:
    context.add(
        "FM601",
        position,
        f"Constraint {constraint.key} could not be evaluated here: {constraint.human}",
        profile=constraint.source,
        message_id=constraint.message_id,
    )


def _compiled(constraints: Iterable[Constraint], kind: Type, model: Model) -> Iterator[_Compiled]:
    for each in constraints:
        try:
            expression = fhirpath.compile(corrected(each), kind.path, model=model)
            yield _Compiled(each, expression)
        except (CannotEvaluate, InvalidExpression):
            yield _Compiled(each, None)


def _scope(value: Any, context: Context) -> Scope:
    """Where %resource is looked for: as the HL7 validator has it, a resource in another one asks from out there.

    A parameter's resource asks itself, and so does a Bundle in a Bundle.
    """
    scope = context.scope
    outside = scope.around if value is scope.resource else None
    if outside is None:
        return scope
    itself = scope.resource.get("resourceType") == "Bundle"
    return scope if itself or outside.resource.get("resourceType") == "Parameters" else outside


def owner(context: Context, position: Position) -> Node | None:
    """The element that the thing at this position stands in; None where the types do not lead there."""
    steps = []
    place = position[0] if position else None
    while place is not None and place is not context.scope.position:
        steps.append(place)
        place = place[0]
    node = _node(context.scope.resource, core_model())
    for _, key, index, _ in reversed(steps):
        field = node.type.by_key.get(key) if node is not None else None
        found: list[Node] = []
        if node is not None and field is not None:
            field.collect(node.elements, found)
        node = found[index or 0] if len(found) > (index or 0) else None
    return node


def ask(walk: Compiler, expression: str, node: Node, context: Context) -> list[Any] | None:
    """What the expression finds on the element; None where it cannot be evaluated."""
    try:
        compiled = fhirpath.compile(expression, node.type.path, model=core_model())
        return compiled.items(node, _surroundings(walk, context.scope, context, core_model()))
    except (CannotEvaluate, InvalidExpression):
        return None


def root(context: Context) -> Node | None:
    """The resource that is being walked, as FHIRPath sees it."""
    return _node(context.scope.resource, core_model())


def _surroundings(walk: Compiler, scope: Scope, context: Context, model: Model) -> Surroundings:
    """What expressions may look at around them: kept with the resource, since making it costs more than asking it."""
    if scope.fhirpath is None:
        whole = _node(scope.resource, model)
        root = whole if scope.container is None else _node(scope.outer, model)
        scope.fhirpath = Surroundings(model, resource=whole, root=root, host=partial(_host, walk, scope, context))
    found: Surroundings = scope.fhirpath
    return found


def _node(resource: Any, model: Model) -> Node | None:
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    kind = model.find(name) if isinstance(name, str) else None
    return element(resource, kind) if kind is not None else None


def _host(walk: Compiler, scope: Scope, context: Context) -> Host:
    def resolve(reference: str) -> Any:
        apart = context.apart()
        apart.scope = scope
        return resolving.target(reference, apart)

    def member_of(value: Any, url: str) -> bool | None:
        return _TOLD[_membership(walk, value, url)]

    def conforms_to(value: Any, type_name: str, url: str) -> bool | None:  # noqa: ARG001 (Host's own)
        plan = walk.plans.profile(url)
        return None if plan is None else resolving.conforms(walk, plan, value, context)

    return Host(resolve=resolve, member_of=member_of, conforms_to=conforms_to)


_TOLD = {Answer.IN: True, Answer.OUT: False, Answer.UNKNOWN: None}


def _membership(walk: Compiler, value: Any, url: str) -> Answer:
    """Whether a code, a Coding or one of the codings of a CodeableConcept is in the value set."""
    if isinstance(value, str):
        return walk.terminology.contains(url, None, value)
    codings = value.get("coding", [value]) if isinstance(value, dict) else []
    answers = {
        walk.terminology.contains(url, each.get("system"), each.get("code", ""))
        for each in codings
        if isinstance(each, dict)
    }
    return next((each for each in (Answer.IN, Answer.UNKNOWN) if each in answers), Answer.OUT)
