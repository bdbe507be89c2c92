"""The smallest resource on which two validators still disagree in the same way: greedy, and bounded in tries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, TypeAlias

from tests.conformance.sides import Both, wrong

Disagreement: TypeAlias = frozenset[tuple[str, str, str]]
Keys: TypeAlias = tuple[str | int, ...]

_INDEX = re.compile(r"\[\d+\]|/\*[^*]*\*/")


def disagreement(both: Both) -> Disagreement:
    """Who finds what that the other does not, wherever in a list it stands."""
    theirs, ours = wrong(both.theirs), wrong(both.ours)
    sides = (("hl7", theirs - ours), ("ours", ours - theirs))
    found = {(side, code, _INDEX.sub("", place)) for side, surplus in sides for code, place in surplus}
    return frozenset(found | ({("ours", "failed", "")} if both.ours is None else set()))


def smallest(resource: Any, said: Callable[[Any], Both | None], tries: int) -> Any:
    """The resource with all taken out that the disagreement does not need; `said` is None for what cannot be asked.

    At most so many `tries` are asked.
    """
    first = said(resource)
    wanted = disagreement(first) if first else frozenset()
    if not wanted:
        return resource
    left = tries
    changed = True
    while changed and left > 0:
        changed = False
        for keys in list(_places(resource)):
            if left <= 0:
                break
            candidate = _without(resource, keys)
            if candidate is None:
                continue
            left -= 1
            both = said(candidate)
            if both is not None and disagreement(both) == wanted:
                resource, changed = candidate, True
    return resource


def _places(value: Any, keys: Keys = ()) -> Iterator[Keys]:
    """Every field and item, the outer before the inner, the last of a list first."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = [(name, each) for name, each in value.items() if name != "resourceType"]
    elif isinstance(value, list):
        inner = list(reversed(list(enumerate(value))))
    yield from ((*keys, key) for key, _ in inner)
    for key, each in inner:
        yield from _places(each, (*keys, key))


def _without(resource: Any, keys: Keys) -> Any:
    """A copy without what stands there; None where that is gone already."""
    copied = deepcopy(resource)
    holder = copied
    try:
        for key in keys[:-1]:
            holder = holder[key]
        del holder[keys[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    return copied
