"""A fix, and what the functions that make one are given. Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.definitions.registry import Registry
from fhir_matters.edits import Edit, Keys
from fhir_matters.issue import Issue
from fhir_matters.terminology import Terminology


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends one finding: the `rule` that found it, the place, what is done in a sentence, and the edits."""

    rule: str
    keys: Keys
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A finding, the document that it is in, and what is known."""

    issue: Issue
    document: dict[str, Any]
    registry: Registry
    terminology: Terminology

    @property
    def keys(self) -> Keys:
        """Where it was found."""
        return self.issue.path.keys

    def at(self, keys: Keys) -> Any:
        """The value there; None where there is none."""
        value: Any = self.document
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    @property
    def resources(self) -> Iterator[Keys]:
        """The places of the resources around the finding, the innermost first."""
        for length in range(len(self.keys), -1, -1):
            value = self.at(self.keys[:length])
            if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
                yield self.keys[:length]

    def fix(self, message: str, *edits: Edit) -> Fix:
        """A fix of this finding."""
        return Fix(self.issue.rule, self.keys, message, edits)


Maker: TypeAlias = Callable[[Given], Fix | None]
Makers: TypeAlias = Mapping[str, Maker]
