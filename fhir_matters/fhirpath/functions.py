"""The table of functions whose arguments are evaluated before them: name → function and number of arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

from fhir_matters.fhirpath.scope import Collection

Implementation: TypeAlias = Callable[..., Collection]


class Function(NamedTuple):
    """A function of `(items, scope, *arguments)`, each a collection."""

    implementation: Implementation
    fewest: int
    most: int


FUNCTIONS: Final[dict[str, Function]] = {}


def function(name: str, fewest: int = 0, most: int | None = None) -> Callable[[Implementation], Implementation]:
    """Enter the function below into the table."""

    def entered(implementation: Implementation) -> Implementation:
        FUNCTIONS[name] = Function(implementation, fewest, fewest if most is None else most)
        return implementation

    return entered


def answer(value: Any) -> Collection:
    """A collection of the value; empty for None."""
    return [] if value is None else [value]
