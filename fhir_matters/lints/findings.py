"""What every relational check needs: a finding at a place of the record file, and what there is to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fhir_matters.issue import Issue
from fhir_matters.path import Key, Path
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Entry, Preference, WhatMatters
from fhir_matters.records.record import Record
from fhir_matters.rules import RULES


def at(*keys: Key) -> Path:
    """The place in the data of the record file, and the same readably: `choices.home.options.stay`, `other[2]`."""
    steps = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return Path(keys, "".join(steps).removeprefix("."))


def finding(rule: str, place: Path, message: str, found: str = "") -> Issue:
    """The finding of a rule at a place; the message repeats nothing that anybody said."""
    known = RULES[rule]
    return Issue(rule, known.severity, known.issue_type, message, place, found=found)


def statements(record: Record) -> Iterator[tuple[str, str, WhatMatters | Preference]]:
    """(section, key, statement) for each that was truly said, what has been replaced since among them."""
    sections: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("what_matters", record.what_matters),
        ("preferences", record.preferences),
    )
    for section, parts in sections:
        yield from ((section, key, part) for key, part in parts.items() if not part.withdrawn)


def entries(record: Record) -> Iterator[tuple[str, str, Entry]]:
    """(section, key, part) for everything that may come out of a talk and was truly so, replaced or not."""
    for section in REPLACEABLE:
        for key, part in getattr(record, section).items():
            if not part.withdrawn:
                yield section, key, part


def resources(record: Record) -> Iterator[tuple[tuple[Key, ...], dict[str, Any]]]:
    """The FHIR resources that no form holds, each with its place in the record."""
    for index, kept in enumerate(record.other):
        if kept.resource is not None:
            yield ("other", index, "resource"), kept.resource


def inside(value: Any, keys: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    """Everything in a resource, whatever its shape, with the steps to it."""
    waiting = [(keys, value)]
    while waiting:
        here, item = waiting.pop()
        yield here, item
        waiting.extend(((*here, key), below) for key, below in _below(item))


def _below(item: Any) -> Iterable[tuple[Key, Any]]:
    """What is directly inside, last first: the last of what waits is looked at next."""
    if isinstance(item, dict):
        return reversed(item.items())
    return reversed(list(enumerate(item))) if isinstance(item, list) else ()
