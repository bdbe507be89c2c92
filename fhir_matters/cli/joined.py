"""Where the columns meet: our validator and terminology as the local server calls them. Loaded when first asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.terminology import Terminology


def server_validate(resource: dict[str, Any], profiles: Sequence[str]) -> dict[str, Any]:
    """The verdict of `$validate`, as an OperationOutcome: against R4, what the resource claims, and these profiles."""
    from fhir_matters.outcome import to_outcome

    return to_outcome(_validator().validate(resource, profiles))


def server_codes(operation: str, given: dict[str, str]) -> dict[str, Any] | None:
    """The answer of our own terminology to `$validate-code` or `$expand`; None where R4's definitions do not tell."""
    from fhir_matters.terminology.operations import answered

    return answered(_terminology(), operation, given)


@cache
def _terminology() -> Terminology:
    from fhir_matters.definitions.registry import core
    from fhir_matters.terminology import Terminology

    return Terminology(core())


@cache
def _validator() -> Validator:
    from fhir_matters import Validator

    return Validator()
