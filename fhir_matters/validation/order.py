"""The order of elements in XML: which profiles speak of an element that comes too late, each of which tells it.

That it comes too late is seen where the XML is read (`xmlio`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.validation.context import Context, Position, path_of
from fhir_matters.validation.visits import Elements, Visit

OUT_OF_ORDER = "Validation_VAL_Profile_OutOfOrder"


def checks(overlays: Elements) -> Iterator[Visit]:
    """The check of an object that notes these profiles beside each of its elements that comes too late."""
    profiles = tuple(dict.fromkeys(each.profile for each in overlays if each.children))
    if not profiles:
        return

    def check(node: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        if not context.late:
            return
        here = path_of(position, "").keys
        for keys, told in context.late.items():
            holder = keys[:-2] if isinstance(keys[-1], int) else keys[:-1]
            if holder == here:
                told.extend(profiles)

    yield check
