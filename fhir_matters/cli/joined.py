"""Where the columns meet: our validator, terminology, definitions and FHIRPath as the local server calls them.

Loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.definitions.shapes import Shapes
    from fhir_matters.local_server.skills import Skills, Verify
    from fhir_matters.terminology import Terminology
    from fhir_matters.xmlio import Child


def server_validate(resource: dict[str, Any], profiles: Sequence[str]) -> dict[str, Any]:
    """The verdict of `$validate`, as an OperationOutcome: against R4, what the resource claims, and these profiles."""
    from fhir_matters.outcome import to_outcome

    return to_outcome(_validator().validate(resource, profiles))


def server_codes(operation: str, given: dict[str, str]) -> dict[str, Any] | None:
    """The answer of our own terminology to `$validate-code` or `$expand`; None where R4's definitions do not tell."""
    from fhir_matters.terminology.operations import answered

    return answered(_terminology(), operation, given)


def server_shapes(name: str) -> Mapping[str, Child] | None:
    """The children of a type as R4 defines them."""
    return _shapes()(name)


def server_places(resource: dict[str, Any], expression: str) -> list[tuple[str | int, ...]]:
    """The steps to each element of the resource that a FHIRPath finds."""
    from fhir_matters.fhirpath.places import places

    return places(resource, expression)


def server_skills(verify: Verify | None = None) -> Skills:
    """All that the local server can do."""
    from fhir_matters.local_server.skills import Skills

    return Skills(server_validate, server_codes, server_shapes, server_places, verify)


@cache
def _shapes() -> Shapes:
    from fhir_matters.definitions.registry import core
    from fhir_matters.definitions.shapes import Shapes

    return Shapes(core())


@cache
def _terminology() -> Terminology:
    from fhir_matters.definitions.registry import core
    from fhir_matters.terminology import Terminology

    return Terminology(core())


@cache
def _validator() -> Validator:
    from fhir_matters import Validator

    return Validator()
