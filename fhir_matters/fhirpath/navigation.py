"""From items to their children: by name, all of them, or all below."""

from __future__ import annotations

from typing import Any

from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.model import Model
from fhir_matters.fhirpath.node import Node, Type
from fhir_matters.fhirpath.quantity import Quantity
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.values import TypeInfo


def element(value: Any, kind: Type, extra: dict[str, Any] | None = None) -> Node:
    """The node of a JSON value of that type; `extra` is a primitive's `_` sibling."""
    if kind.is_primitive:
        return Node(value, extra or {}, kind)
    return Node(value, value if type(value) is dict else {}, kind)


def resource_node(resource: Any, model: Model) -> Node:
    """The node of a whole resource. Raises CannotEvaluate where it says no known type."""
    return element(resource, model.of_resource(resource))


def member(items: Collection, name: str) -> Collection:
    """The children of that name, of every item."""
    out: Collection = []
    for item in items:
        if type(item) is Node:
            field = item.type.fields.get(name)
            if field is not None:
                field.collect(item.elements, out)
        else:
            out.extend(part(item, name))
    return out


def children(items: Collection) -> Collection:
    """All children of every item, in the order in which the JSON has them."""
    out: Collection = []
    for item in items:
        if type(item) is Node:
            by_key, seen = item.type.by_key, set()
            for key in item.elements:
                field = by_key.get(key)
                if field is not None and field.name not in seen:
                    seen.add(field.name)
                    field.collect(item.elements, out)
    return out


def descendants(items: Collection, scope: Scope) -> Collection:
    """Everything below the items, each element before what is below it."""
    out: Collection = []
    waiting = children(items)[::-1]
    while waiting:
        item = waiting.pop()
        scope.charge()
        out.append(item)
        waiting.extend(children([item])[::-1])
    return out


def part(item: Any, name: str) -> Collection:
    """The parts of a System value that has some."""
    if isinstance(item, TypeInfo):
        parts: dict[str, Any] = {"namespace": item.namespace, "name": item.name, "baseType": item.base}
    elif isinstance(item, Quantity):
        parts = {"value": item.value, "unit": item.unit}
    else:
        return []
    return [parts[name]] if name in parts else []


def resolved(text: str, scope: Scope) -> Collection:
    """The resource that a reference names: by the host, or contained, or in the same bundle. Empty if not found."""
    found = _local(text, scope)
    if found is None and scope.host.resolve is not None:
        found = scope.host.resolve(text)
    return [] if found is None else [resource_node(found, scope.model)]


def _local(text: str, scope: Scope) -> Any:
    holders = [node.value for node in (scope.resource, scope.root) if node is not None and type(node.value) is dict]
    if text.startswith("#"):
        contained = [each for holder in holders for each in _objects(holder.get("contained"))]
        found = next((each for each in contained if each.get("id") == text[1:]), None)
        return holders[-1] if text == "#" and holders else found
    entries = [each for holder in holders for each in _objects(holder.get("entry"))]
    return next((each.get("resource") for each in entries if _is_named(each, text)), None)


def _is_named(entry: dict[str, Any], text: str) -> bool:
    url = entry.get("fullUrl")
    return type(url) is str and (url == text or (":" not in text and url.endswith("/" + text)))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if type(each) is dict] if type(value) is list else []


def only(items: Collection) -> Any:
    """The single item, or None for none. Raises CannotEvaluate for several."""
    if len(items) > 1:
        raise CannotEvaluate(f"Expected at most one item, found {len(items)}.")
    return items[0] if items else None
