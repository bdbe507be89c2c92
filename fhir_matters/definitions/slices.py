"""Slices as a snapshot is made: what a new one begins as, how slicing is defined, the types of a choice."""

from __future__ import annotations

from typing import Any

from fhir_matters.definitions import trees
from fhir_matters.definitions.differentials import EXTENSIONS, Said
from fhir_matters.definitions.trees import Node

BY_URL: dict[str, Any] = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
BY_TYPE: dict[str, Any] = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}


def shortcut(node: Node, said: Said, *, in_slice: bool) -> Said:
    """What is said of `valueQuantity`, as said of that slice of `value[x]`; inside a slice, of `value[x]` itself.

    The HL7 tooling makes the slice only where it is not already in one.
    """
    name = said.slice or ("" if in_slice else said.name)
    return Said(node.name, name, {"type": _named(node, said.name), **said.element}, said.children)


def _named(node: Node, name: str) -> list[dict[str, Any]]:
    """The types of a choice of which it is spelt so."""
    code = name[len(node.name) - 3 :].lower()
    return [each for each in node.element.get("type", ()) if each.get("code", "").lower() == code]


def in_place(node: Node, parts: list[Said]) -> list[Said]:
    """One named slice of what nobody slices is the element itself, under that name: so the HL7 tooling reads it."""
    if len(parts) != 1 or not parts[0].slice or may_slice(node) or node.slices or "slicing" in parts[0].element:
        return parts
    named = parts[0]
    node.element["sliceName"] = named.slice
    return [Said(named.name, "", {"min": 0, **named.element}, named.children)]


def shared(parts: list[Said]) -> list[Said]:
    """The parts, and in each slice also what is said under the element that is sliced.

    The HL7 tooling does so since 2024, unless something is sliced in there too.
    """
    common = next((each for each in parts if not each.slice), None)
    if common is None or "slicing" not in common.element or common.name in EXTENSIONS or common.slices_inside:
        return parts
    inside = Said(common.name, "", {}, common.children)
    return [each.with_common(inside) if each.slice else each for each in parts]


def laid(node: Node, said: Said) -> None:
    """The slicing that a differential defines or tightens."""
    slicing = said.element.get("slicing")
    if slicing:
        node.element["slicing"] = {**node.element.get("slicing", {}), **slicing}


def may_slice(node: Node) -> bool:
    """Whether the element is sliced; extensions and choices are without being asked."""
    return "slicing" in node.element or node.name in EXTENSIONS or node.name.endswith("[x]")


def new(node: Node, before: Node, said: Said) -> Node:
    """A new slice: the element as the base has it, or what a reslice is a slice of; none of it is required yet."""
    outer = trees.resliced(node, said.slice)
    made = (before if outer is node else outer).copied(slices=False)
    made.element.pop("slicing", None)
    made.element |= {"sliceName": said.slice, "min": 0}
    if node.name.endswith("[x]") and (kinds := _named(node, said.slice)):
        made.element["type"] = kinds
    node.element.setdefault("slicing", BY_URL if node.name in EXTENSIONS else BY_TYPE)
    outer.slices.append(made)
    return made


def settled(node: Node, parts: list[Said], *, narrow: bool) -> None:
    """What slices say of the element that they are slices of; `narrow`: a choice is left the types that have slices.

    That goes for slices of a choice that say nothing of the choice itself; in extensions always.
    """
    changed = {each.slice for each in parts if each.slice}
    if not changed:
        return
    if node.name.endswith("[x]"):
        always = (node.element.get("base") or {}).get("path") == "Extension.value[x]"
        _types(node, changed, only=all(each.slice for each in parts) and (narrow or always))
    elif not any("slicing" in each.element for each in parts):
        least = sum(each.element.get("min", 0) for each in node.slices)
        node.element["min"] = max(node.element.get("min", 0), least)


def _types(node: Node, changed: set[str], *, only: bool) -> None:
    """A choice with one required slice has only that type, and none whose slice is prohibited.

    With a slice for every type it is closed.
    """
    required = [each for each in node.slices if each.element.get("min", 0) > 0]
    if len(required) == 1 and required[0].slice in changed:
        node.element["min"] = 1
        node.element["type"] = required[0].element.get("type", [])
    sliced = frozenset[str]().union(*(trees.codes(each.element) for each in node.slices))
    none = frozenset[str]().union(
        *(trees.codes(each.element) for each in node.slices if each.element.get("max") == "0")
    )
    if len(kinds := node.element.get("type", [])) > 1 and none:
        node.element["type"] = [each for each in kinds if each.get("code", "").lower() not in none]
    if only:
        node.element["type"] = [each for each in node.element["type"] if each["code"].lower() in sliced]
    if sliced >= trees.codes(node.element):
        node.element["slicing"] = {**node.element["slicing"], "rules": "closed"}
