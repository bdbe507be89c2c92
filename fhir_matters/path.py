"""Where in a resource: the steps through its JSON, and the same place as FHIRPath."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

Key: TypeAlias = str | int


class Path(NamedTuple):
    """One place in one resource.

    `keys` are the steps through the JSON (`("name", 0, "given", 1)`), for pointers and positions;
    `expression` is the same place as FHIRPath (`Patient.name[0].given[1]`,
    `Observation.value.ofType(Quantity)`), for people and OperationOutcomes.
    """

    keys: tuple[Key, ...] = ()
    expression: str = ""

    def __str__(self) -> str:
        return self.expression

    @property
    def pointer(self) -> str:
        """The place as a JSON Pointer (RFC 6901); the whole resource is the empty string."""
        return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in self.keys)


_INDEX = re.compile(r"\[\d+\]")


def without_indices(text: str) -> str:
    """`Patient.name[0].given[1]` → `Patient.name.given`: the place that items share, wherever they have moved."""
    return _INDEX.sub("", text)
