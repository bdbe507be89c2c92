"""How a child is found in JSON: as a complex value, a primitive with its `_` sibling, a choice, or a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from fhir_matters.fhirpath.node import Node, Type

Later: TypeAlias = Callable[[], Type]
EMPTY: Final[Mapping[str, Any]] = {}


class ComplexField:
    """A child whose value is an object, or an array of these."""

    def __init__(self, name: str, later: Later) -> None:
        self.name = name
        self.keys: tuple[str, ...] = (name,)
        self._later = later

    @cached_property
    def type(self) -> Type:
        """The type of the child."""
        return self._later()

    @property
    def types(self) -> tuple[Type, ...]:
        """Every type that the child may have; none where any resource is."""
        return (self.type,)

    def present(self, elements: Mapping[str, Any]) -> bool:
        """True if there is at least one."""
        value = elements.get(self.name)
        return bool(value) or (value is not None and value != [])

    def collect(self, elements: Mapping[str, Any], out: list[Any]) -> None:
        """Append every such child."""
        value = elements.get(self.name)
        if type(value) is list:
            kind = self.type
            out.extend([_complex(each, kind) for each in value if each is not None])
        elif value is not None:
            out.append(_complex(value, self.type))


class PrimitiveField(ComplexField):
    """A child that has a value, or an `id` and extensions, or both."""

    def __init__(self, name: str, later: Later) -> None:
        super().__init__(name, later)
        self.keys = (name, "_" + name)

    def present(self, elements: Mapping[str, Any]) -> bool:
        """True if there is at least one."""
        value = elements.get(self.name)
        return (value is not None and value != []) or bool(elements.get(self.keys[1]))

    def collect(self, elements: Mapping[str, Any], out: list[Any]) -> None:
        """Append every such child."""
        primitives(elements.get(self.name), elements.get(self.keys[1]), self.type, out)


class ChoiceField:
    """`value[x]`: one child under one of many keys."""

    def __init__(self, name: str, later: Mapping[str, Later], primitive: frozenset[str]) -> None:
        self.name = name
        self._later = later
        self._primitive = primitive
        self.keys = (*later, *("_" + key for key in primitive))
        self._all = frozenset(self.keys)
        self._types: dict[str, Type] = {}

    @property
    def types(self) -> tuple[Type, ...]:
        """Every type that the child may have."""
        return tuple(map(self._type, self._later))

    def present(self, elements: Mapping[str, Any]) -> bool:
        """True if there is at least one."""
        if self._all.isdisjoint(elements):
            return False
        return any(elements[key] not in (None, [], {}) for key in elements if key in self._all)

    def collect(self, elements: Mapping[str, Any], out: list[Any]) -> None:
        """Append every such child."""
        if self._all.isdisjoint(elements):
            return
        for stem in {key.removeprefix("_"): None for key in elements if key in self._all}:
            value, kind = elements.get(stem), self._type(stem)
            if stem in self._primitive:
                primitives(value, elements.get("_" + stem), kind, out)
            elif value is not None:
                out.extend(_complex(each, kind) for each in (value if type(value) is list else (value,)))

    def _type(self, key: str) -> Type:
        if key not in self._types:
            self._types[key] = self._later[key]()
        return self._types[key]


class ResourceField:
    """A child that is a whole resource and says itself of which type."""

    def __init__(self, name: str, of_resource: Callable[[Any], Type]) -> None:
        self.name = name
        self.keys: tuple[str, ...] = (name,)
        self.types: tuple[Type, ...] = ()
        self._of_resource = of_resource

    def present(self, elements: Mapping[str, Any]) -> bool:
        """True if there is at least one."""
        return bool(elements.get(self.name))

    def collect(self, elements: Mapping[str, Any], out: list[Any]) -> None:
        """Append every such child. Raises CannotEvaluate for a resource of no known type."""
        value = elements.get(self.name)
        values = value if type(value) is list else (value,)
        out.extend(_complex(each, self._of_resource(each)) for each in values if each is not None)


def _complex(value: Any, kind: Type) -> Node:
    return Node(value, value if type(value) is dict else EMPTY, kind)


def primitives(value: Any, sibling: Any, kind: Type, out: list[Any]) -> None:
    """Append the primitive, or each of an array, with what its `_` sibling holds."""
    if type(value) is list or type(sibling) is list:
        values = value if type(value) is list else ()
        siblings = sibling if type(sibling) is list else ()
        for each, more in zip_longest(values, siblings):
            if each is not None or more:
                out.append(Node(each, more if type(more) is dict else EMPTY, kind))
    elif value is not None or sibling:
        out.append(Node(value, sibling if type(sibling) is dict else EMPTY, kind))
