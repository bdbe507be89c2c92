"""Expressions, compiled once and evaluated often; the front door of FHIRPath."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fhir_matters.fhirpath.checking import check
from fhir_matters.fhirpath.compiler import Compiler
from fhir_matters.fhirpath.errors import CannotEvaluate, InvalidExpression
from fhir_matters.fhirpath.model import Model, core_model
from fhir_matters.fhirpath.navigation import element, resource_node
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.parser import parse
from fhir_matters.fhirpath.scope import NO_HOST, Collection, Host, Scope
from fhir_matters.fhirpath.values import plain


class Expression:
    """A compiled expression: may be kept, shared by threads, and evaluated on any number of elements."""

    def __init__(self, text: str, type_name: str | None, *, strict: bool, model: Model) -> None:
        self.text = text
        self.type_name = type_name
        self.model = model
        try:
            self.tree = tree = parse(text)
            if strict and type_name is not None:
                check(tree, model, model.type(type_name))
            compiler = Compiler(model, strict=strict)
            self._run = compiler.run(tree)
            self._truth = compiler.truth(tree)
        except RecursionError:
            raise InvalidExpression("The expression is nested too deeply.") from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(
        self,
        value: Any,
        *,
        type: str | None = None,  # noqa: A002 - FHIRPath's own word
        extra: dict[str, Any] | None = None,
        resource: Any = None,
        root: Any = None,
        host: Host = NO_HOST,
        variables: Mapping[str, Any] | None = None,
    ) -> Collection:
        """The items: plain JSON values of elements, and System values. Raises CannotEvaluate.

        `value` is a resource or an element of `type` (`Patient.contact`, `string`; default: what the expression was
        compiled for); `extra` is a primitive's `_` sibling. `resource` is the nearest resource around it, `root` that
        one's container.
        """
        scope = self.scope(value if resource is None else resource, root, host, variables)
        return [plain(each) for each in self.items(self._node(value, type, extra), scope)]

    def test(
        self,
        value: Any,
        *,
        type: str | None = None,  # noqa: A002 - FHIRPath's own word
        extra: dict[str, Any] | None = None,
        resource: Any = None,
        root: Any = None,
        host: Host = NO_HOST,
        variables: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """True or False, or None where the result is empty; arguments and errors are those of `evaluate`."""
        scope = self.scope(value if resource is None else resource, root, host, variables)
        return self.holds(self._node(value, type, extra), scope)

    def scope(
        self, resource: Any, root: Any = None, host: Host = NO_HOST, variables: Mapping[str, Any] | None = None
    ) -> Scope:
        """The surroundings for any number of `items` and `holds` in one resource."""
        given = {name: each if isinstance(each, list) else [each] for name, each in (variables or {}).items()}
        return Scope(
            self.model,
            resource=_resource(resource, self.model),
            root=_resource(root, self.model),
            host=host,
            variables=given,
        )

    def items(self, node: Node, scope: Scope) -> Collection:
        """The items as they are: Nodes and System values. Raises CannotEvaluate."""
        scope.context, scope.items = [node], 0
        try:
            return list(self._run(scope.context, scope))
        except RecursionError:
            raise CannotEvaluate("The expression or its input is nested too deeply.") from None

    def holds(self, node: Node, scope: Scope) -> bool | None:
        """True, False, or None for empty: the fast way for whoever keeps nodes and scopes. Raises CannotEvaluate."""
        scope.context, scope.items = [node], 0
        try:
            return self._truth(scope.context, scope)
        except RecursionError:
            raise CannotEvaluate("The expression or its input is nested too deeply.") from None

    def _node(self, value: Any, type_name: str | None, extra: dict[str, Any] | None) -> Node:
        if isinstance(value, Node):
            return value
        if type_name is None and isinstance(value, dict) and "resourceType" in value:
            return resource_node(value, self.model)
        name = type_name or self.type_name
        if name is None:
            raise CannotEvaluate("Expected a resource, or the type of the element.")
        return element(value, self.model.type(name), extra)


def _resource(value: Any, model: Model) -> Node | None:
    if isinstance(value, Node):
        return value
    return resource_node(value, model) if isinstance(value, dict) and "resourceType" in value else None


@lru_cache(maxsize=4096)
def compile(  # noqa: A001 - re has one too
    expression: str, type_name: str | None = None, *, strict: bool = False, model: Model | None = None
) -> Expression:
    """The expression, ready to run; the same text is compiled once.

    `strict` with a `type_name` refuses children that the type does not have, and `as()` on several items; without it
    they are empty and a filter, as in R4's own invariants. Raises InvalidExpression, with the position.
    """
    return Expression(expression, type_name, strict=strict, model=model or core_model())


def evaluate(resource: dict[str, Any], expression: str) -> Collection:
    """What the expression finds in the resource: plain JSON values of elements, and System values.

    Strict: a child that the resource's type does not have is no FHIRPath. Dates and quantities are their text
    unless they are values of elements. Raises InvalidExpression and CannotEvaluate.
    """
    kind = core_model().of_resource(resource)
    return compile(expression, kind.path, strict=True).evaluate(resource)
