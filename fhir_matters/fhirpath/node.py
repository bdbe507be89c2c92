"""One element of a resource on its way through an expression: its JSON value, its children's JSON and its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

from fhir_matters.fhirpath.primitives import CONVERSIONS


class Field(Protocol):
    """One child of a type, and how it is found in JSON."""

    name: str
    keys: tuple[str, ...]

    @property
    def types(self) -> tuple[Type, ...]:
        """Every type that the child may have; none where any resource is."""

    def present(self, elements: Mapping[str, Any]) -> bool:
        """True if there is at least one."""

    def collect(self, elements: Mapping[str, Any], out: list[Any]) -> None:
        """Append every such child as a Node."""


class Type:
    """One type, or one backbone element (`Patient.contact`): `path` tells them apart, reflection says `name`."""

    def __init__(self, path: str, name: str, base: Type | None, fields: Callable[[Type], list[Field]]) -> None:
        self.path = path
        self.name = name
        self.base = base
        self.system: Callable[[Any], Any] | None = CONVERSIONS.get(name)
        self._fields = fields

    def __repr__(self) -> str:
        return f"Type({self.path})"

    @property
    def is_primitive(self) -> bool:
        """True for `string`, `date` and the like, which have a value."""
        return self.system is not None

    @cached_property
    def ancestors(self) -> frozenset[str]:
        """The names of this type and of all that it inherits from."""
        inherited = self.base.ancestors if self.base else frozenset()
        return inherited | {self.name, self.path}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The children by FHIRPath name (`value` for `value[x]`)."""
        return {field.name: field for field in self._fields(self)}

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """The children by JSON key: `valueQuantity` and `_birthDate` too."""
        return {key: field for field in self.fields.values() for key in field.keys}

    def is_a(self, name: str) -> bool:
        """True if this is, or inherits from, the FHIR type of that name."""
        return name in self.ancestors


class Node:
    """An element. `value` is the JSON value; `elements` holds the children: the `_` sibling for a primitive."""

    __slots__ = ("elements", "type", "value")

    def __init__(self, value: Any, elements: Mapping[str, Any], kind: Type) -> None:
        self.value = value
        self.elements = elements
        self.type = kind

    def __repr__(self) -> str:
        return f"Node({self.type.path})"
