"""A differential laid over the tree of its base, and the content of types brought in where it goes deeper.

What stands where is decided here; which field wins in `merging`, and what slices begin as in `slices`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from fhir_matters.definitions import slices, trees
from fhir_matters.definitions.differentials import EXTENSIONS, Said
from fhir_matters.definitions.merging import WORDS, bare, filled, merged, sourced
from fhir_matters.definitions.trees import Node
from fhir_matters.errors import DefinitionsError

# The tree of a snapshot, and the definition that it is of.
Root: TypeAlias = tuple[Node, dict[str, Any]]

BASE = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM = "http://hl7.org/fhirpath/System."
FHIR_TYPE = BASE + "structuredefinition-fhir-type"
# The largest guides stay under a tenth of it; more is an accident or an attack.
MOST_ELEMENTS = 20_000


class Roots(Protocol):
    """Where the content of types and profiles comes from."""

    common: bool
    narrow: bool

    def root_of(self, canonical: str, under: tuple[str, ...]) -> Root | None:
        """The tree of a type or profile, to be copied; None where there is none, or it is being made just now."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be done: the id of the element in the differential, and why.

    `missing` is the profile that is not at hand where the content of its type stands in for its own. What is `grave`
    makes the HL7 tooling refuse the whole profile; here the rest of it is made all the same.
    """

    element: str
    message: str
    missing: str = ""
    grave: bool = False


@dataclass(slots=True)
class Laying:
    """One differential being laid over one base. `original` is the base as it was."""

    snapshots: Roots
    definition: dict[str, Any]
    original: Node
    base: dict[str, Any]
    under: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    copied: int = 0

    def lay(self, node: Node, said: Said, identity: str, *, in_slice: bool = False) -> None:
        """What is said of an element, then of everything under it."""
        base = owned(node.element, self.base)
        if said.element and (node.name in EXTENSIONS or identity == "Extension"):
            base = bare(base) | self._words(said.element, base)
        node.element = merged(base, said.element)
        if said.children and not node.children:
            self._open(node, identity)
            in_slice = False
        for name, parts in said.by_name().items():
            self._child(node, name, parts, identity, in_slice=in_slice)

    def _child(self, parent: Node, name: str, parts: list[Said], identity: str, *, in_slice: bool) -> None:
        here = f"{identity}.{name}"
        node = parent.child(name)
        if node is None and (node := trees.choice(parent, name)) is not None:
            parts = [slices.shortcut(node, each, in_slice=in_slice) for each in parts]
        if node is None and self._is_specialization:
            node = _new(parent, parts[0], here)
        if node is None:
            self._problem(here, "is no element of what it builds on")
            return
        parts = slices.in_place(node, parts)
        before = node.copied(slices=False) if any(each.slice for each in parts) else node
        for part in slices.shared(parts) if self.snapshots.common else parts:
            if not part.slice:
                self.lay(node, part, here, in_slice=in_slice)
                slices.laid(node, part)
            else:
                self._slice(node, before, part, f"{here}:{part.slice}")
        slices.settled(node, parts, narrow=self.snapshots.narrow)

    def _slice(self, node: Node, before: Node, said: Said, identity: str) -> None:
        part = trees.found(node, said.slice)
        if part is None and not slices.may_slice(node):
            self._problem(identity, "is a slice of what is not sliced", grave=True)
            return
        if part is None:
            part = slices.new(node, before, said)
            self._count(part)
        self._profiled(part, said)
        self.lay(part, said, identity, in_slice=True)

    def _count(self, node: Node) -> None:
        self.copied += node.size()
        if self.copied > MOST_ELEMENTS:
            raise DefinitionsError(f"The snapshot of {self.definition['url']} has too many elements.")

    def _profiled(self, part: Node, said: Said) -> None:
        """A slice that names one extension or profile of a resource begins as that one's first element."""
        name = _profile(said.element)
        if name is None or name == _profile(part.element):
            return
        found = self.snapshots.root_of(name, self.under)
        if found is None or (found[0].name != "Extension" and found[1].get("kind") != "resource"):
            return
        root = owned(found[0].element, found[1])
        if found[0].name != "Extension":
            root = {key: value for key, value in root.items() if key not in ("min", "max", "constraint")}
        part.element = {**filled(root, part.element), "sliceName": said.slice}
        part.element["min"] = 0

    def _words(self, *elements: dict[str, Any]) -> dict[str, Any]:
        """What the definition of an extension says of it to people."""
        name = next(filter(None, map(_profile, elements)), None)
        found = self.snapshots.root_of(name, self.under) if name else None
        root = found[0].element if found is not None else {}
        return {key: value for key, value in root.items() if key in WORDS}

    def _open(self, node: Node, identity: str) -> None:
        """The content of what the element is comes in under it."""
        reference = node.element.get("contentReference")
        if reference:
            self._repeat(node, reference, identity)
            return
        name = _type(node.element)
        found = self.snapshots.root_of(name, self.under) if name else None
        if found is None and name and not name.startswith(BASE):
            self._problem(identity, f"is gone into as its type, since {name} is not at hand", name)
            found = self.snapshots.root_of(BASE + _code(node.element["type"][0]), self.under)
        if found is None:
            self._problem(identity, "has no content that is known", grave=True)
            return
        root, definition = found
        self._fill(node, root, definition)

    def _fill(self, node: Node, root: Node, definition: dict[str, Any]) -> None:
        node.children = [each.copied() for each in root.children]
        self._count(node)
        for each in node.children:
            _owned(each, definition)

    def _repeat(self, node: Node, reference: str, identity: str) -> None:
        url, _, path = reference.rpartition("#")
        elsewhere = self.snapshots.root_of(url, self.under) if url and url != self.base["url"] else None
        root, definition = elsewhere or (self.original, self.base)
        target = trees.of_reference(root, path)
        if target is None:
            self._problem(identity, f"repeats {reference}, which is not there", grave=True)
            return
        self._fill(node, target, definition)
        del node.element["contentReference"]
        if "type" in target.element:
            node.element["type"] = target.element["type"]

    @property
    def _is_specialization(self) -> bool:
        return self.definition.get("derivation") == "specialization"

    def _problem(self, identity: str, message: str, missing: str = "", *, grave: bool = False) -> None:
        self.problems.append(Problem(identity, f"{identity} {message}.", missing, grave))


def _new(parent: Node, said: Said, identity: str) -> Node | None:
    """An element that a new type adds; None where it says nothing of it."""
    if not said.element or said.slice:
        return None
    path = identity
    limits = {key: said.element[key] for key in ("min", "max") if key in said.element}
    node = Node(said.name, {"base": {"path": path, **limits}})
    if "contentReference" in said.element:
        node.element["contentReference"] = said.element["contentReference"]
    parent.children.append(node)
    return node


def owned(element: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """An element that leaves its definition: its invariants tell their source, and what it repeats is told in full."""
    element = sourced(element, definition["url"])
    if element.get("contentReference", "").startswith("#"):
        kind = definition["type"]
        url = kind if "/" in kind else BASE + kind
        element = {**element, "contentReference": url + element["contentReference"]}
    return element


def _owned(node: Node, definition: dict[str, Any]) -> None:
    node.element = owned(node.element, definition)
    for each in (*node.children, *node.slices):
        _owned(each, definition)


def _profile(element: dict[str, Any]) -> str | None:
    """The one profile of the one type that an element may have, or None."""
    types: list[dict[str, Any]] = element.get("type") or []
    if len(types) != 1 or types[0].get("code") == "Reference":
        return None
    profiles: list[str] = types[0].get("profile") or []
    return profiles[0] if len(profiles) == 1 else None


def _type(element: dict[str, Any]) -> str:
    """The canonical of the type, or the profile on it, whose content an element has; of several types, Element."""
    types = element.get("type") or ()
    kinds = {_code(each) for each in types}
    if not kinds:
        return ""
    if len(kinds) > 1:
        return BASE + "Element"
    code = kinds.pop()
    return _profile(element) or (code if "/" in code else BASE + code)


def _code(item: dict[str, Any]) -> str:
    """The name of a type, in FHIR where it is told as one of FHIRPath."""
    code: str = item.get("code", "")
    if not code.startswith(SYSTEM):
        return code
    stated = (each.get("valueUrl") for each in item.get("extension", ()) if each.get("url") == FHIR_TYPE)
    return next(filter(None, stated), code[len(SYSTEM) :][:1].lower() + code[len(SYSTEM) + 1 :])
