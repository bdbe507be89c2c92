"""What a resource has that its form does not hold: found as a list of changes, and put back when it is built again.

Changes are the operations of JSON Patch (RFC 6902), with `was`: what stood there. Where the form has been edited since
and something else stands there now, the edit wins; everything else that came is put back where it was. The same XHTML
spelt in another way, and a set in another order, are no change: servers do that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fhir_matters.jsonio import spelt
from fhir_matters.path import Key, Path
from fhir_matters.records.fhir.narrative import same_xhtml

Change = dict[str, Any]
_ABSENT = object()
# "The list of profile URLs is a set", and so are labels and tags (http://hl7.org/fhir/R4/resource.html#Meta).
_SETS = (("meta", "profile"), ("meta", "security"), ("meta", "tag"))


def changes(ours: Any, theirs: Any, keys: tuple[Key, ...] = ()) -> Iterator[Change]:
    """The operations, in their order, that make `theirs` of `ours`; none where they are the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        yield from _in_dict(ours, theirs, keys)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from _in_list(ours, theirs, keys)
    elif not _same(ours, theirs) and not (keys[-1:] == ("div",) and same_xhtml(ours, theirs)):
        yield {"op": "replace", "path": Path(keys).pointer, "value": theirs, "was": ours}


def _in_dict(ours: dict[str, Any], theirs: dict[str, Any], keys: tuple[Key, ...]) -> Iterator[Change]:
    for name, value in ours.items():
        if name in theirs:
            yield from changes(value, theirs[name], (*keys, name))
        else:
            yield {"op": "remove", "path": Path((*keys, name)).pointer, "was": value}
    for name, value in theirs.items():
        if name not in ours:
            yield {"op": "add", "path": Path((*keys, name)).pointer, "value": value}


def _in_list(ours: list[Any], theirs: list[Any], keys: tuple[Key, ...]) -> Iterator[Change]:
    """Items that came in between are added where they are; lists of one length are compared item by item."""
    if keys in _SETS and sorted(map(spelt, ours)) == sorted(map(spelt, theirs)):
        return
    places = _places(ours, theirs)
    if places is not None:
        for index, item in enumerate(theirs):
            if index not in places:
                yield {"op": "add", "path": Path((*keys, index)).pointer, "value": item}
    elif len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from changes(one, other, (*keys, index))
    else:
        yield {"op": "replace", "path": Path(keys).pointer, "value": theirs, "was": ours}


def _places(ours: list[Any], theirs: list[Any]) -> set[int] | None:
    """Where our items are among theirs, if they are all there in our order."""
    found: set[int] = set()
    rest = iter(enumerate(theirs))
    for item in ours:
        index = next((index for index, other in rest if _same(item, other)), None)
        if index is None:
            return None
        found.add(index)
    return found


def _same(one: Any, other: Any) -> bool:
    """Equal down to the spelling of numbers; `true` is not `1`."""
    return spelt(one) == spelt(other)


def applied(resource: Any, operations: Iterable[Change]) -> Any:
    """A copy of the resource with the changes put back, as far as what they change still stands."""
    for operation in operations:
        resource = _changed(resource, operation, _steps(operation.get("path")))
    return resource


def _steps(pointer: Any) -> list[str]:
    found = pointer if isinstance(pointer, str) else ""
    return [step.replace("~1", "/").replace("~0", "~") for step in found.split("/")[1:]]


def _changed(element: Any, operation: Change, steps: list[str]) -> Any:
    """The element with one change made below it; itself where the place is gone."""
    if not steps:
        stands = operation.get("op") == "replace" and _same(element, operation.get("was"))
        return operation.get("value") if stands else element
    step, *rest = steps
    if isinstance(element, dict):
        return _changed_dict(element, operation, step, rest)
    if isinstance(element, list) and step.isdecimal():
        return _changed_list(element, operation, int(step), rest)
    return element


def _changed_dict(element: dict[str, Any], operation: Change, step: str, rest: list[str]) -> Any:
    op, here = operation.get("op"), element.get(step, _ABSENT)
    if not rest and op == "add":
        return element if here is not _ABSENT else {**element, step: operation.get("value")}
    if here is _ABSENT:
        return element
    if not rest and op == "remove":
        stands = _same(here, operation.get("was"))
        return {name: value for name, value in element.items() if not (stands and name == step)}
    return {**element, step: _changed(here, operation, rest)}


def _changed_list(element: list[Any], operation: Change, index: int, rest: list[str]) -> Any:
    if not rest and operation.get("op") == "add":
        return [*element[:index], operation.get("value"), *element[index:]]
    if index >= len(element):
        return element
    return [*element[:index], _changed(element[index], operation, rest), *element[index + 1 :]]
