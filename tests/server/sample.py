"""A part of the corpus that stands on its own: some resources, and all that they refer to, by id or by identifier.

The same every time: resources are taken at even steps through the files, each with what it needs, until it is enough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SEARCHED = re.compile(r"([A-Za-z]+)\?identifier=(.+)")


def sample(files: Iterable[Path], count: int) -> list[bytes]:
    """The lines of at least `count` resources (where there are so many), closed under their references."""
    lines = [line for file in sorted(files) for line in file.read_bytes().splitlines() if line.strip()]
    parsed = [json.loads(line) for line in lines]
    names = {name: at for at, resource in enumerate(parsed) for name in _names(resource)}
    taken: dict[int, None] = {}
    for at in _spread(len(lines)):
        if len(taken) >= count:
            break
        waiting = [at]
        while waiting:
            if (each := waiting.pop()) not in taken:
                taken[each] = None
                waiting += [names[_name(text)] for text in _said(parsed[each]) if _name(text) in names]
    return [lines[at] for at in sorted(taken)]


def _spread(count: int) -> Iterator[int]:
    """Every number below `count`, once: in steps that leave no stretch out for long."""
    step = next(each for each in range(max(1, int(count * 0.618)), count + 2) if _coprime(each, count))
    return (number * step % count for number in range(count))


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1


def _names(resource: dict[str, Any]) -> Iterator[str]:
    kind = resource["resourceType"]
    yield f"{kind}/{resource['id']}"
    for each in resource.get("identifier", ()):
        yield f"{kind} {each.get('system')}|{each.get('value')}"


def _name(reference: str) -> str:
    searched = SEARCHED.fullmatch(reference)
    return f"{searched[1]} {searched[2]}" if searched else reference


def _said(value: Any) -> Iterator[str]:
    """What each reference says."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = value.values()
    elif not isinstance(value, list):
        return
    for each in value:
        yield from _said(each)
