"""The syntax tree of FHIRPath: small frozen values. `position` is where in the text each begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A System value."""

    value: Any
    position: int = 0


@dataclass(frozen=True, slots=True)
class Empty:
    """`{}`."""

    position: int = 0


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`; `name` is without the sign."""

    name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`."""

    name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`, or `name` on what is at hand where `base` is None."""

    base: Node | None
    name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """`base.name(arguments)`."""

    base: Node | None
    name: str
    arguments: tuple[Node, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Indexer:
    """`base[index]`."""

    base: Node
    index: Node
    position: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """`+operand` or `-operand`."""

    operator: str
    operand: Node
    position: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: Node
    right: Node
    position: int = 0


@dataclass(frozen=True, slots=True)
class TypeName:
    """`FHIR.Patient`; `namespace` is empty where none was written."""

    namespace: str
    name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`operand is type` or `operand as type`."""

    operator: str
    operand: Node
    type: TypeName
    position: int = 0


Node: TypeAlias = Literal | Empty | Special | Variable | Member | Call | Indexer | Sign | Binary | TypeTest
