"""Where the columns meet: the validator as the local server calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def server_validate() -> Callable[[dict[str, Any], Sequence[str]], dict[str, Any]]:
    """Our validator as `$validate`: a resource and profiles to an OperationOutcome. Loaded when first called."""
    validators: list[Any] = []

    def validate(resource: dict[str, Any], profiles: Sequence[str]) -> dict[str, Any]:
        from fhir_matters import Validator
        from fhir_matters.outcome import to_outcome

        if not validators:
            validators.append(Validator())
        return to_outcome(validators[0].validate(resource, profiles))

    return validate
