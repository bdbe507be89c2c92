"""What types alone forbid: children that no type has, and order where there is none. Asks no data.

Where a type cannot be known (children(), contained resources, choices), everything passes.
"""

from __future__ import annotations

from typing import Final

from fhir_matters.fhirpath.errors import InvalidExpression
from fhir_matters.fhirpath.model import Model
from fhir_matters.fhirpath.node import Type
from fhir_matters.fhirpath.parser import type_name
from fhir_matters.fhirpath.syntax import Binary, Call, Indexer, Member, Node, Sign, Special, TypeTest

# What may be at hand: types, or None for "anything".
Types = frozenset[Type] | None

_KEEP: Final = frozenset(
    ("where", "first", "last", "tail", "skip", "take", "single", "distinct", "exclude", "intersect", "trace", "sort")
)
_ORDERED: Final = frozenset(("first", "last", "tail", "skip", "take"))
_UNORDERED: Final = frozenset(("children", "descendants"))
_PER_ITEM: Final = frozenset(("where", "select", "all", "exists", "repeat", "aggregate", "sort", "iif", "trace"))
_NARROW: Final = frozenset(("ofType", "as"))


def check(tree: Node, model: Model, *kinds: Type) -> None:
    """Raises InvalidExpression, with the position, for what each of the types forbids."""
    _Checker(model).types(tree, frozenset(kinds))


class _Checker:
    def __init__(self, model: Model) -> None:
        self._model = model

    def types(self, tree: Node, here: Types) -> Types:
        """The types of what the tree finds."""
        match tree:
            case Special("this"):
                found = here
            case Member():
                found = self._member(tree, here)
            case Call():
                found = self._call(tree, here)
            case Indexer(base, index):
                self.types(index, here)
                found = self.types(base, here)
            case TypeTest(operator, operand, name):
                self.types(operand, here)
                found = self._narrowed(name.name) if operator == "as" else None
            case Binary(operator, left, right):
                found = _joined(operator, self.types(left, here), self.types(right, here))
            case Sign(_, operand):
                self.types(operand, here)
                found = None
            case _:
                found = None
        return found

    def _member(self, tree: Member, here: Types) -> Types:
        base = here if tree.base is None else self.types(tree.base, here)
        if base is None:
            return None
        if tree.base is None and (own := frozenset(each for each in base if each.is_a(tree.name))):
            return own
        fields = [field for each in base if (field := each.fields.get(tree.name))]
        if not fields:
            raise InvalidExpression("Expected a child that this type has, found another name.", position=tree.position)
        if any(not field.types for field in fields):
            return None
        return frozenset(each for field in fields for each in field.types)

    def _call(self, tree: Call, here: Types) -> Types:
        base = here if tree.base is None else self.types(tree.base, here)
        if tree.name in _NARROW and tree.arguments:
            return self._narrowed(type_name(tree.arguments[0]).name)
        if tree.name == "is":
            return None
        if tree.name in _ORDERED and isinstance(tree.base, Call) and tree.base.name in _UNORDERED:
            raise InvalidExpression(f"{tree.name}() needs an order, and children have none.", position=tree.position)
        inner = base if tree.name in _PER_ITEM else here
        found = [self.types(each, inner) for each in tree.arguments]
        if tree.name == "select":
            return found[0] if found else None
        return base if tree.name in _KEEP else None

    def _narrowed(self, name: str) -> Types:
        kind = self._model.find(name)
        return None if kind is None else frozenset({kind})


def _joined(operator: str, left: Types, right: Types) -> Types:
    return left | right if operator == "|" and left is not None and right is not None else None
