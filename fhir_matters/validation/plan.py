"""StructureDefinitions as small frozen values: the plan that the walk is compiled from. Judges no resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BASE = "http://hl7.org/fhir/StructureDefinition/"
UNBOUNDED = 2**31


class Type(NamedTuple):
    """One type that an element may have; `profiles` and, for a Reference, `targets` are alternatives.

    `aggregation` are the modes in which a Reference may lead to its target: contained, bundled, referenced.
    """

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()


class Binding(NamedTuple):
    """A value set and how firmly it binds; `most` is the widest set that an extensible binding admits."""

    strength: str
    value_set: str
    most: str = ""


class Discriminator(NamedTuple):
    """What tells slices apart: `kind` is value, pattern, exists, type, profile; `path` the restricted FHIRPath."""

    kind: str
    path: str


class Slicing(NamedTuple):
    """How an element is sliced; `rules` is open, closed or openAtEnd."""

    discriminators: tuple[Discriminator, ...] = ()
    ordered: bool = False
    rules: str = "open"


class Exactly(NamedTuple):
    """A fixed[x] or pattern[x] value."""

    value: Any


class Constraint(NamedTuple):
    """One invariant: `source` is the profile that made it, `human` what it says in words."""

    key: str
    source: str
    severity: str
    expression: str
    human: str

    @property
    def message_id(self) -> str:
        """Its id among the messages of the HL7 validator."""
        return f"{self.source}#{self.key}"


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of one profile with everything that the profile says about it; compared by identity.

    `id` is its path with the names of slices on the way (`Observation.component:systolic.value[x]`), `name` its last
    step (`value[x]`), `slice` its slice name; `children` are by name, `slices` in order,
    reslices (`a/b`) after the slice that they are slices of.
    `doubts`, at the root, are what of a differential is not in the snapshot, each with whether nobody makes one of it.
    `codes` are those of its types, which everybody asks for.
    """

    id: str
    path: str
    name: str
    slice: str
    profile: str
    min: int
    max: int
    types: tuple[Type, ...]
    fixed: Exactly | None
    pattern: Exactly | None
    binding: Binding | None
    max_length: int | None
    least: Any
    most: Any
    content: str
    modifier: bool
    languages: tuple[str, ...]
    valued: bool
    constraints: tuple[Constraint, ...]
    slicing: Slicing | None
    slices: tuple[Element, ...]
    children: Mapping[str, Element]
    doubts: tuple[tuple[str, bool], ...] = ()
    codes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozenset([each.code for each in self.types]))


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A StructureDefinition: its tree, its elements by path (unsliced ones), and where an extension may stand.

    `context_rules` are expressions that must hold where an extension stands; `imposed` are profiles to be met too.
    """

    canonical: str
    type: str
    kind: str
    abstract: bool
    constraint: bool
    root: Element
    elements: Mapping[str, Element]
    contexts: tuple[tuple[str, str], ...]
    context_rules: tuple[str, ...] = ()
    imposed: tuple[str, ...] = ()


def unsliced(root: Element) -> dict[str, Element]:
    """The elements of a tree by path, those of slices left out."""
    found = {root.path: root}
    for child in root.children.values():
        found.update(unsliced(child))
    return found
