"""The syntax tree of FHIRPath: small frozen values. `position` is where in the text each begins."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Literal(NamedTuple):
    """A System value."""

    value: Any
    position: int = 0


class Empty(NamedTuple):
    """`{}`."""

    position: int = 0


class Special(NamedTuple):
    """`$this`, `$index` or `$total`; `name` is without the sign."""

    name: str
    position: int = 0


class Variable(NamedTuple):
    """`%name`."""

    name: str
    position: int = 0


class Member(NamedTuple):
    """`base.name`, or `name` on what is at hand where `base` is None."""

    base: Node | None
    name: str
    position: int = 0


class Call(NamedTuple):
    """`base.name(arguments)`."""

    base: Node | None
    name: str
    arguments: tuple[Node, ...]
    position: int = 0


class Indexer(NamedTuple):
    """`base[index]`."""

    base: Node
    at: Node
    position: int = 0


class Sign(NamedTuple):
    """`+operand` or `-operand`."""

    operator: str
    operand: Node
    position: int = 0


class Binary(NamedTuple):
    """`left operator right`."""

    operator: str
    left: Node
    right: Node
    position: int = 0


class TypeName(NamedTuple):
    """`FHIR.Patient`; `namespace` is empty where none was written."""

    namespace: str
    name: str
    position: int = 0


class TypeTest(NamedTuple):
    """`operand is type` or `operand as type`."""

    operator: str
    operand: Node
    type: TypeName
    position: int = 0


Node: TypeAlias = Literal | Empty | Special | Variable | Member | Call | Indexer | Sign | Binary | TypeTest
