"""Lists of ElementDefinitions as trees and back: children by name, slices beside what they slice. Merges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fhir_matters.errors import DefinitionsError

ElementDefinition: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Node:
    """One element of a snapshot; `name` is its last step, and reslices (`a/b`) are among the slices of `a`.

    The values in `element` are shared between copies: they are replaced, never changed.
    """

    name: str
    element: ElementDefinition
    children: list[Node] = field(default_factory=list)
    slices: list[Node] = field(default_factory=list)

    @property
    def slice(self) -> str:
        """The name of the slice that it is, or nothing."""
        return self.element.get("sliceName") or ""

    def child(self, name: str) -> Node | None:
        """The unsliced child of this name, or None."""
        return next((each for each in self.children if each.name == name), None)

    def copied(self, *, slices: bool = True) -> Node:
        """The same again, with everything under it; without its own slices if so asked."""
        return Node(
            self.name,
            dict(self.element),
            [each.copied() for each in self.children],
            [each.copied() for each in self.slices] if slices else [],
        )

    def size(self) -> int:
        """How many elements it is, with everything under it."""
        return 1 + sum(each.size() for each in (*self.children, *self.slices))


def of_snapshot(listed: list[ElementDefinition]) -> Node:
    """The tree of a snapshot: parents before children, slices after what they slice.

    Raises DefinitionsError where an element has no parent above it.
    """
    above: list[Node] = []
    for element in listed:
        path = element["path"]
        depth = path.count(".")
        if depth > len(above) or (depth == 0 and above):
            raise DefinitionsError(f"A snapshot is out of order at {path}.")
        del above[depth:]
        node = Node(path.rpartition(".")[2], dict(element))
        if depth:
            _place(node, above[-1])
        above.append(node)
    if not above:
        raise DefinitionsError("A snapshot has no element.")
    return above[0]


def _place(node: Node, parent: Node) -> None:
    sliced = parent.child(node.name) or choice(parent, node.name)
    if node.slice and sliced is not None:
        resliced(sliced, node.slice).slices.append(node)
    else:
        parent.children.append(node)


def resliced(sliced: Node, name: str) -> Node:
    """What a slice of this name is a slice of: `a` for `a/b` where there is an `a`, or the sliced element."""
    outer = name.rpartition("/")[0]
    return (found(sliced, outer) or sliced) if outer else sliced


def found(sliced: Node, name: str) -> Node | None:
    """The slice or reslice of this name, or None."""
    for each in sliced.slices:
        if each.slice == name:
            return each
        if name.startswith(each.slice + "/") and (inner := found(each, name)) is not None:
            return inner
    return None


def choice(parent: Node, name: str) -> Node | None:
    """The child `value[x]` where an element is spelt `valueQuantity`, or None."""
    for each in parent.children:
        stem = each.name.removesuffix("[x]")
        if stem != each.name and name.startswith(stem) and name[len(stem) :].lower() in codes(each.element):
            return each
    return None


def codes(element: ElementDefinition) -> frozenset[str]:
    """The types that an element may have, in lower case."""
    return frozenset(each.get("code", "").rpartition("/")[2].lower() for each in element.get("type", ()))


def of_reference(root: Node, path: str) -> Node | None:
    """The unsliced node that a contentReference names after its # (`Questionnaire.item`), or None."""
    node: Node | None = root
    for step in path.split(".")[1:]:
        node = node.child(step) if node is not None else None
    return node


def listed(node: Node, path: str = "", identity: str = "") -> Iterator[ElementDefinition]:
    """The elements of a snapshot in their order, each with the path and the id of where it stands."""
    path = f"{path}.{node.name}" if path else node.name
    here = f"{identity}.{node.name}" if identity else node.name
    yield from _listed(node, path, f"{here}:{node.slice}" if node.slice else here)
    for each in _all_slices(node):
        yield from _listed(each, path, f"{here}:{each.slice}")


def _listed(node: Node, path: str, identity: str) -> Iterator[ElementDefinition]:
    yield {**node.element, "id": identity, "path": path}
    for child in node.children:
        yield from listed(child, path, identity)


def _all_slices(node: Node) -> Iterator[Node]:
    for each in node.slices:
        yield each
        yield from _all_slices(each)
