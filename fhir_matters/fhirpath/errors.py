"""What can go wrong with a FHIRPath expression: it is none, or it cannot be answered here."""

from __future__ import annotations

from fhir_matters.errors import FhirMattersError


class InvalidExpression(FhirMattersError):
    """No FHIRPath, or FHIRPath that names what its type does not have; `position` counts characters from 0."""

    def __init__(self, message: str, *, position: int = 0, next_step: str = "") -> None:
        super().__init__(message, place=f"character {position + 1}", next_step=next_step)
        self.position = position


class CannotEvaluate(FhirMattersError):
    """The expression has no answer here: a wrong kind of input, a missing service, a bound that was reached."""


class Malformed(CannotEvaluate):
    """A value that the expression looks at is none of its type."""
