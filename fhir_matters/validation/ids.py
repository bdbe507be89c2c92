"""The ids of elements: each once in a resource (http://hl7.org/fhir/R4/datatypes.html#Element)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation import primitives
from fhir_matters.validation.context import Context, Position, path_of
from fhir_matters.validation.visits import Elements, Visit


def checks(said: Elements, code: str) -> Iterator[Visit]:
    """The check of the id of an element; a resource's own is its address, a definition has its ids twice."""
    if said[0].name == "id" and code == "string" and said[0].path != "ElementDefinition.id":
        yield _once
        if any(kind.code == "id" for each in said for kind in each.types):
            yield _spelt


def _spelt(value: Any, context: Context, position: Position) -> None:
    """In definitions that are made for later versions of FHIR, the id of an element is spelt as that of a resource."""
    if isinstance(value, str) and value and (problem := primitives.check_of("id")(value)) is not None:
        rule, expected, message_id = problem
        context.add(rule, position, f"Expected {expected}.", message_id=message_id, found=value)


def _once(value: Any, context: Context, position: Position) -> None:
    """Of two the inner or later one is told."""
    if not isinstance(value, str) or position is None:
        return
    place, name = path_of(position, ""), (id(context.scope.resource), value)
    other, there = context.ids.setdefault(name, (place, position))
    if other == place or there is None:
        return
    around = place.keys[:-1]
    outer = other.keys[: len(around)] == around
    if outer:
        context.ids[name] = (place, position)
    context.add(
        "FM225",
        there[0] if outer else position[0],
        "Expected an id of its own, found one that another element of the resource has.",
        message_id="DUPLICATE_ID",
        found=value,
    )
