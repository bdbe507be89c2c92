"""Where the columns meet: our validator as the local server calls it. Loaded when it is first asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters import Validator


def server_validate(resource: dict[str, Any], profiles: Sequence[str]) -> dict[str, Any]:
    """The verdict of `$validate`, as an OperationOutcome: against R4, what the resource claims, and these profiles."""
    from fhir_matters.outcome import to_outcome

    return to_outcome(_validator().validate(resource, profiles))


@cache
def _validator() -> Validator:
    from fhir_matters import Validator

    return Validator()
