"""FHIRPath Patch: a Parameters resource that says what to add, insert, delete, replace or move, and where.

Source: http://hl7.org/fhir/R4/fhirpatch.html. What an expression finds is told by whoever calls, and so is how R4
defines the elements; the resource that is given is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.path import Key
from fhir_matters.xmlio import Child, Shapes

Keys: TypeAlias = tuple[Key, ...]
# (a resource, an expression) → the steps to each element that it finds.
Places: TypeAlias = Callable[[dict[str, Any], str], list[Keys]]


@dataclass(frozen=True, slots=True)
class Patcher:
    """What can be asked about the resource, and about R4."""

    places: Places
    shapes: Shapes

    def patched(self, resource: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What the resource becomes: all operations are done.

        Raises RefusalError: 400 where one is malformed, 422 where one does not fit the resource.
        """
        whole = deepcopy(resource)
        listed = parameters.get("parameter")
        if not isinstance(listed, list) or not listed:
            raise RefusalError(400, "structure", "Expected Parameters with operations.")
        for number, each in enumerate(listed):
            try:
                operation = _parts(each)
                OPERATIONS[_text(operation, "type", OPERATIONS)](self, whole, operation)
            except RefusalError as refusal:
                message = f"Operation {number} of the patch: {refusal.message}"
                raise RefusalError(refusal.status, refusal.code, message) from None
        return whole

    def one(self, whole: dict[str, Any], path: str) -> Keys:
        """The one element at that path."""
        found = self.found(whole, path)
        if len(found) != 1:
            raise RefusalError(422, "processing", f"expected the path to find one element, found {len(found)}.")
        return found[0]

    def found(self, whole: dict[str, Any], path: str) -> list[Keys]:
        """The elements at that path."""
        try:
            return self.places(whole, path)
        except FhirMattersError as error:
            # The words of the error may quote the expression, and that a value of the resource.
            where = f", {error.place}" if error.place else ""
            raise RefusalError(
                400, "invalid", f"the path cannot be followed ({type(error).__name__}{where})."
            ) from None

    def shape(self, whole: dict[str, Any], keys: Keys) -> Mapping[str, Child]:
        """The children, as R4 defines them, of the element there."""
        node: Any = whole
        shape = self.shapes(str(whole.get("resourceType"))) or {}
        for key in keys:
            node = node[key]
            if isinstance(key, str):
                child = shape.get(key.removeprefix("_"))
                kind = "Element" if key[:1] == "_" else child.type if child else ""
                if isinstance(node, dict) and isinstance(node.get("resourceType"), str):
                    kind = node["resourceType"]
                shape = self.shapes(kind) or {}
            elif isinstance(node, dict) and isinstance(node.get("resourceType"), str):
                shape = self.shapes(node["resourceType"]) or {}
        return shape


def _add(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    keys = patcher.one(whole, _text(operation, "path"))
    holder, shape = _holder(patcher, whole, keys)
    child = _child(shape, _text(operation, "name").removesuffix("[x]"), operation)
    value = _value(patcher, child, operation)
    if child.many:
        holder.setdefault(child.key, []).append(value)
        _level(holder, child.key, len(holder[child.key]))
    elif any(_stem(each) == _stem(child) and each.key in holder for each in shape.values()):
        raise RefusalError(422, "processing", "the element is there already, and cannot repeat.")
    else:
        holder[child.key] = value


def _insert(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    holder, key, items = _list(patcher, whole, operation)
    index = _index(operation, "index", len(items))
    items.insert(index, _value(patcher, _shape_of(patcher, whole, operation), operation))
    if isinstance(beside := holder.get(f"_{key}"), list):
        beside.insert(index, None)


def _delete(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    """What is not there needs no deletion; only one element can be deleted."""
    found = patcher.found(whole, _text(operation, "path"))
    if len(found) > 1:
        raise RefusalError(422, "processing", f"expected the path to find one element, found {len(found)}.")
    for keys in found:
        if not keys:
            raise RefusalError(422, "processing", "a patch does not delete the resource.")
        _take(whole, keys)


def _replace(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    keys = patcher.one(whole, _text(operation, "path"))
    if not keys:
        raise RefusalError(422, "processing", "a patch does not replace the resource.")
    at = keys if isinstance(keys[-1], str) else keys[:-1]
    holder, key = _at(whole, at[:-1]), str(at[-1])
    shape = patcher.shape(whole, at[:-1])
    old = shape.get(key)
    child = _child(shape, _stem(old) if old else key, operation)
    value = _value(patcher, child, operation)
    if at == keys:
        _swap(holder, key, child.key, value)
    elif isinstance(items := holder.get(key), list) and int(keys[-1]) < len(items):
        items[int(keys[-1])] = value
    else:
        raise RefusalError(422, "processing", "there is no value to replace.")


def _move(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    holder, key, items = _list(patcher, whole, operation)
    source = _index(operation, "source", len(items) - 1)
    target = _index(operation, "destination", len(items) - 1)
    for each in (items, holder.get(f"_{key}")):
        if isinstance(each, list):
            each.insert(target, each.pop(source))


OPERATIONS: dict[str, Callable[[Patcher, dict[str, Any], Mapping[str, Any]], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}


def _parts(parameter: Any) -> dict[str, Any]:
    """The parts of one operation by name: each value with the key that it stood under, `value` also as parts."""
    parts = parameter.get("part") if isinstance(parameter, Mapping) else None
    if not isinstance(parts, list) or parameter.get("name") != "operation":
        raise RefusalError(400, "structure", "expected a parameter `operation` with parts.")
    return {each["name"]: each for each in parts if isinstance(each, Mapping) and isinstance(each.get("name"), str)}


def _said(part: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The type and the value of a part: (`Quantity`, {…}) for `valueQuantity`."""
    return next(((key[5:], value) for key, value in part.items() if key.startswith("value") and key != "value"), None)


def _text(operation: Mapping[str, Any], name: str, one_of: Mapping[str, Any] | None = None) -> str:
    said = _said(operation.get(name, {}))
    if said is None or not isinstance(said[1], str) or (one_of is not None and said[1] not in one_of):
        wanted = f"one of {', '.join(one_of)}" if one_of else "text"
        raise RefusalError(400, "structure", f"expected {name}: {wanted}.")
    return said[1]


def _index(operation: Mapping[str, Any], name: str, most: int) -> int:
    said = _said(operation.get(name, {}))
    if said is None or not isinstance(said[1], int) or isinstance(said[1], bool):
        raise RefusalError(400, "structure", f"expected {name}: a number.")
    if not 0 <= said[1] <= most:
        raise RefusalError(422, "processing", f"{name} is outside the list.")
    return said[1]


def _stem(child: Child) -> str:
    """The element's name in the definition: `value` for `valueQuantity`."""
    return (child.step or child.key).partition(".")[0]


def _child(shape: Mapping[str, Child], name: str, operation: Mapping[str, Any]) -> Child:
    """The child of that name; of a choice, that of the type that the value has."""
    said = _said(operation.get("value", {}))
    several = [each for each in shape.values() if _stem(each) == name or each.key == name]
    kind = said[0] if said else ""
    chosen = [each for each in several if len(several) == 1 or each.key in {f"{name}{kind}", name}]
    if not chosen:
        raise RefusalError(422, "processing", "R4 defines no such element there.")
    return chosen[0]


def _value(patcher: Patcher, child: Child, operation: Mapping[str, Any]) -> Any:
    """The value of an operation: one of a data type, or an object made of its parts."""
    given = operation.get("value")
    if not isinstance(given, Mapping):
        raise RefusalError(400, "structure", "expected a value.")
    if (said := _said(given)) is not None:
        return deepcopy(said[1])
    if "resource" in given:
        return deepcopy(given["resource"])
    made: dict[str, Any] = {}
    shape = patcher.shapes(child.type) or {}
    parts = given.get("part")
    for part in parts if isinstance(parts, list) else ():
        name = part.get("name") if isinstance(part, Mapping) else None
        if not isinstance(name, str):
            raise RefusalError(400, "structure", "expected each part of the value to have a name.")
        inner = _child(shape, name.removesuffix("[x]"), {"value": part})
        value = _value(patcher, inner, {"value": part})
        made[inner.key] = [*made.get(inner.key, ()), value] if inner.many else value
    if not made:
        raise RefusalError(400, "structure", "expected a value.")
    return made


def _list(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> tuple[dict[str, Any], str, Any]:
    """(its holder, its key, the list) that the path names: it finds all the elements of one list."""
    found = patcher.found(whole, _text(operation, "path"))
    lists = {keys[:-1] for keys in found}
    at = lists.pop() if len(lists) == 1 else ()
    items = _at(whole, at) if at else None
    if not isinstance(items, list) or len(found) != len(items):
        raise RefusalError(422, "processing", "expected the path to find the elements of one list.")
    return _at(whole, at[:-1]), str(at[-1]), items


def _shape_of(patcher: Patcher, whole: dict[str, Any], operation: Mapping[str, Any]) -> Child:
    keys = patcher.found(whole, _text(operation, "path"))[0][:-1]
    return _child(patcher.shape(whole, keys[:-1]), str(keys[-1]), operation)


def _holder(patcher: Patcher, whole: dict[str, Any], keys: Keys) -> tuple[dict[str, Any], Mapping[str, Child]]:
    """(what holds the children of the element, how R4 defines these): beside its value, where it is a primitive."""
    at, index = (keys[:-1], int(keys[-1])) if keys and isinstance(keys[-1], int) else (keys, -1)
    holder = _at(whole, at[:-1]) if at else whole
    value = holder.get(str(at[-1])) if at else whole
    value = value[index] if index >= 0 and isinstance(value, list) and index < len(value) else value
    if isinstance(value, dict):
        return value, patcher.shape(whole, keys)
    beside = holder.setdefault(f"_{at[-1]}", {} if index < 0 else [])
    if index >= 0:
        beside += [None] * (index + 1 - len(beside))
        beside[index] = beside[index] or {}
        beside = beside[index]
    return beside, patcher.shapes("Element") or {}


def _at(whole: Any, keys: Keys) -> Any:
    for key in keys:
        whole = whole[key]
    return whole


def _take(whole: dict[str, Any], keys: Keys) -> None:
    """Without that element, what stands beside it, and a list that becomes empty."""
    at = keys if isinstance(keys[-1], str) else keys[:-1]
    holder, key = _at(whole, at[:-1]), str(at[-1])
    for name in (key, f"_{key}"):
        if at != keys and isinstance(items := holder.get(name), list) and int(keys[-1]) < len(items):
            del items[int(keys[-1])]
        if name in holder and (at == keys or not any(each is not None for each in holder[name])):
            del holder[name]


def _swap(holder: dict[str, Any], key: str, new: str, value: Any) -> None:
    """The new value in the place of the old one; what stood beside an element of another type goes with it."""
    items = [(new, value) if name == key else (name, each) for name, each in holder.items()]
    if key not in holder:
        items.append((new, value))
    if new != key:
        items = [(name, each) for name, each in items if name != f"_{key}"]
    holder.clear()
    holder.update(items)


def _level(holder: dict[str, Any], key: str, length: int) -> None:
    """What stands beside a list of primitives is as long as the list."""
    beside = holder.get(f"_{key}")
    if isinstance(beside, list):
        beside += [None] * (length - len(beside))
