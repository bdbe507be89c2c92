"""Where in the JSON of a resource the elements stand that an expression finds: for changing them, not for judging."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.fhirpath.engine import compile  # noqa: A004 - re has one too
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.navigation import resource_node
from fhir_matters.fhirpath.node import Node
from fhir_matters.path import Key

Keys = tuple[Key, ...]


def places(resource: dict[str, Any], expression: str) -> list[Keys]:
    """The steps to each element that the expression finds; a primitive's are those of its value.

    Raises InvalidExpression, and CannotEvaluate where what is found is no element of the resource.
    """
    kind = core_model().of_resource(resource)
    known: dict[int, Keys] = {}
    marked = _marked(resource, (), known)
    compiled = compile(expression, kind.path, strict=True)
    items = compiled.items(resource_node(marked, compiled.model), compiled.scope(marked))
    return [_place(item, known) for item in items]


def _place(item: Any, known: dict[int, Keys]) -> Keys:
    held = (item.elements if item.type.is_primitive else item.value) if isinstance(item, Node) else item
    keys = known.get(id(held))
    if keys is None:
        raise CannotEvaluate("Expected elements of the resource, found a value that was worked out.")
    return keys


def _marked(value: Any, keys: Keys, known: dict[int, Keys]) -> Any:
    """A copy in which no two elements share an object, and each primitive has a sibling, if an empty one.

    An expression sees no difference, and `known` leads from each of these objects to its place.
    """
    if isinstance(value, list):
        return [_marked(item, (*keys, index), known) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy = {
        key: _sibling(each, keys, key, known, value.get(key[1:]))
        if key[:1] == "_"
        else _marked(each, (*keys, key), known)
        for key, each in value.items()
    }
    for key in [key for key, each in value.items() if key != "resourceType" and _primitive(each)]:
        copy.setdefault(f"_{key}", _sibling(None, keys, f"_{key}", known, value[key]))
    known[id(copy)] = keys
    return copy


def _primitive(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(each is not None and not isinstance(each, (dict, list)) for each in items)


def _sibling(given: Any, keys: Keys, key: str, known: dict[int, Keys], value: Any = None) -> Any:
    """What stands beside a primitive, or beside each of several, with an object for each of these."""
    name = key.removeprefix("_")
    if isinstance(given, list) or isinstance(value, list):
        return list(_siblings(given or [], value or [], (*keys, name), known))
    copy = _marked(given, (*keys, key), known) if isinstance(given, dict) else {}
    known[id(copy)] = (*keys, name)
    return copy


def _siblings(given: list[Any], values: list[Any], keys: Keys, known: dict[int, Keys]) -> Iterator[Any]:
    holder, name = keys[:-1], keys[-1]
    for index in range(max(len(given), len(values))):
        each = given[index] if index < len(given) else None
        copy = _marked(each, (*holder, f"_{name}", index), known) if isinstance(each, dict) else {}
        known[id(copy)] = (*keys, index)
        yield copy
