"""A resource that is about to be changed: its values, each with its type, and how to choose among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeAlias

from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes

Wanted: TypeAlias = Callable[["Node"], bool]

SHAPES = Shapes(core())


@dataclass
class Node:
    """One value: `holder[key]` is it, `name` its field, `whole` the object that has the field, `owner` that's type."""

    holder: Any
    key: Any
    name: str
    whole: dict[str, Any]
    owner: str
    type: str
    kind: str
    many: bool

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    @value.setter
    def value(self, value: Any) -> None:
        self.holder[self.key] = value

    @property
    def about(self) -> dict[str, Any]:
        """What the type's definition says of the field; nothing for what has none."""
        return elements(self.owner.partition(".")[0]).get(f"{self.owner}.{self.name}", {})

    def remove(self) -> None:
        """Takes the value away, and the list with it if nothing is left."""
        del self.holder[self.key]
        if isinstance(self.holder, list) and not self.holder:
            del self.whole[self.name]

    def rename(self, name: str) -> None:
        """Puts the whole field under another name, in its place."""
        renamed = [(name if each == self.name else each, value) for each, value in self.whole.items()]
        self.whole.clear()
        self.whole.update(renamed)


@cache
def elements(kind: str) -> dict[str, dict[str, Any]]:
    """The elements of a type by path; choices also by each of their names."""
    found: dict[str, dict[str, Any]] = {}
    for each in (core().type(kind) or {}).get("snapshot", {}).get("element", ()):
        found[each["path"]] = each
        if each["path"].endswith("[x]"):
            stem = each["path"].removesuffix("[x]")
            found |= {stem + of["code"][:1].upper() + of["code"][1:]: each for of in each.get("type", ())}
    return found


class Tree:
    """One resource and a source of chance; what it hands out is changed in place."""

    def __init__(self, resource: dict[str, Any], chance: Random) -> None:
        self.resource = resource
        self.chance = chance

    def nodes(self) -> list[Node]:
        """Every value that FHIR knows, in the order of the resource."""
        kind = self.resource.get("resourceType")
        return list(_inside(self.resource, kind)) if isinstance(kind, str) else []

    def objects(self) -> list[tuple[dict[str, Any], str]]:
        """Every object with its type, the resource first."""
        inner = ((node.value, node.type) for node in self.nodes() if isinstance(node.value, dict))
        return [(self.resource, str(self.resource.get("resourceType"))), *inner]

    def resources(self) -> list[dict[str, Any]]:
        """The resource and those inside it."""
        inner = [node.value for node in self.nodes() if node.kind == "resource" and isinstance(node.value, dict)]
        return [self.resource, *(each for each in inner if isinstance(each.get("resourceType"), str))]

    def node(self, wanted: Wanted) -> Node | None:
        """Any of the values that are wanted."""
        return self.any([node for node in self.nodes() if wanted(node)])

    def of(self, *types: str, has: Sequence[str] = ()) -> Node | None:
        """Any value of one of the types; an object that has all these fields."""
        return self.node(lambda node: node.type in types and _has(node.value, has))

    def any(self, of: Sequence[Any]) -> Any:
        """One of them, or None where there are none."""
        return self.chance.choice(of) if of else None

    def put(self, node: Node | None, *values: Any) -> bool:
        """One of the values, in place of that of the node."""
        if node is None or not (others := [each for each in values if each != node.value or each is True]):
            return False
        node.value = self.any(others)
        return True


def _has(value: Any, fields: Sequence[str]) -> bool:
    return not fields or (isinstance(value, dict) and all(each in value for each in fields))


def _inside(whole: dict[str, Any], owner: str) -> Iterator[Node]:
    shape = SHAPES(owner) or {}
    for name, value in list(whole.items()):
        child = shape.get(name)
        if child is None:
            if name[:1] == "_" and name[1:] in shape:
                yield from _beside(whole, name, value)
            continue
        places = [(value, at) for at in range(len(value))] if isinstance(value, list) else [(whole, name)]
        for holder, key in places:
            yield Node(holder, key, name, whole, owner, child.type, child.kind, child.many)
            yield from _below(holder[key], child.type, child.kind)


def _below(value: Any, kind: str, family: str) -> Iterator[Node]:
    if not isinstance(value, dict):
        return
    if family == "resource":
        kind = value.get("resourceType", "")
    if family in ("resource", "complex") and isinstance(kind, str):
        yield from _inside(value, kind)


def _beside(whole: dict[str, Any], name: str, value: Any) -> Iterator[Node]:
    """What stands in `_name`: elements with an id and extensions."""
    places = [(value, at) for at in range(len(value))] if isinstance(value, list) else [(whole, name)]
    for holder, key in places:
        if isinstance(holder[key], dict):
            yield from _inside(holder[key], "Element")
