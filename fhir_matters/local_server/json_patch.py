"""JSON Patch on a resource (RFC 6902), numbers kept as spelt. The resource that is given is never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from fhir_matters import jsonio
from fhir_matters.local_server.refusals import RefusalError

Steps: TypeAlias = list[str]
# RFC 6901, 4: no leading zeros; `-` is behind the last.
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")


def patched(resource: dict[str, Any], operations: Any) -> Any:
    """What the resource becomes: all operations are done.

    Raises RefusalError: 400 where one is malformed, 422 where one does not fit the resource or a test fails
    (http://hl7.org/fhir/R4/http.html#patch).
    """
    if not isinstance(operations, list):
        raise RefusalError(400, "structure", "Expected a JSON Patch: a list of operations.")
    whole = deepcopy(resource)
    for number, each in enumerate(operations):
        try:
            whole = _done(whole, each)
        except RefusalError as refusal:
            message = f"Operation {number} of the patch: {refusal.message}"
            raise RefusalError(refusal.status, refusal.code, message) from None
    return whole


def _done(whole: Any, operation: Any) -> Any:
    name = operation.get("op") if isinstance(operation, Mapping) else None
    do = OPERATIONS.get(name) if isinstance(name, str) else None
    if do is None:
        raise RefusalError(400, "structure", f"expected op to be one of {', '.join(OPERATIONS)}.")
    return do(whole, operation)


def _add(whole: Any, operation: Mapping[str, Any]) -> Any:
    return _put(whole, _pointer(operation, "path"), _value(operation))


def _remove(whole: Any, operation: Mapping[str, Any]) -> Any:
    return _taken(whole, _pointer(operation, "path"))[0]


def _replace(whole: Any, operation: Mapping[str, Any]) -> Any:
    steps, value = _pointer(operation, "path"), _value(operation)
    if not steps:
        return value
    holder = _at(whole, steps[:-1])
    _child(holder, steps[-1])
    holder[int(steps[-1]) if isinstance(holder, list) else steps[-1]] = value
    return whole


def _move(whole: Any, operation: Mapping[str, Any]) -> Any:
    source, target = _pointer(operation, "from"), _pointer(operation, "path")
    if target[: len(source)] == source and len(target) > len(source):
        raise RefusalError(422, "processing", "nothing can be moved into itself.")
    rest, value = _taken(whole, source)
    return _put(rest, target, value)


def _copy(whole: Any, operation: Mapping[str, Any]) -> Any:
    value = deepcopy(_at(whole, _pointer(operation, "from")))
    return _put(whole, _pointer(operation, "path"), value)


def _test(whole: Any, operation: Mapping[str, Any]) -> Any:
    found, value = _at(whole, _pointer(operation, "path")), _value(operation)
    if not _equal(found, value):
        raise RefusalError(422, "processing", "the test fails.")
    return whole


OPERATIONS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _pointer(operation: Mapping[str, Any], name: str) -> Steps:
    """The steps of a JSON Pointer (RFC 6901)."""
    text = operation.get(name)
    if not isinstance(text, str) or not _POINTER.fullmatch(text):
        raise RefusalError(400, "structure", f"expected {name} to be a JSON Pointer.")
    return [each.replace("~1", "/").replace("~0", "~") for each in text.split("/")[1:]]


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise RefusalError(400, "structure", "expected a value.")
    return deepcopy(operation["value"])


def _at(whole: Any, steps: Steps) -> Any:
    for step in steps:
        whole = _child(whole, step)
    return whole


def _child(holder: Any, step: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    if isinstance(holder, list) and _INDEX.fullmatch(step) and int(step) < len(holder):
        return holder[int(step)]
    raise RefusalError(422, "processing", "there is nothing at that place.")


def _put(whole: Any, steps: Steps, value: Any) -> Any:
    if not steps:
        return value
    holder, last = _at(whole, steps[:-1]), steps[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list) and last == "-":
        holder.append(value)
    elif isinstance(holder, list) and _INDEX.fullmatch(last) and int(last) <= len(holder):
        holder.insert(int(last), value)
    else:
        raise RefusalError(422, "processing", "nothing can be added at that place.")
    return whole


def _taken(whole: Any, steps: Steps) -> tuple[Any, Any]:
    """(what is left, what was there)."""
    if not steps:
        raise RefusalError(422, "processing", "the whole resource cannot be taken away.")
    holder, last = _at(whole, steps[:-1]), steps[-1]
    value = _child(holder, last)
    del holder[int(last) if isinstance(holder, list) else last]
    return whole, value


def _equal(one: Any, other: Any) -> bool:
    """RFC 6902, 4.6: numbers by their value, objects without order; true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other) or jsonio.spelt(one) == jsonio.spelt(other)
