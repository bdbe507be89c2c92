"""OperationDefinitions and the profiles on their Parameters: what one asks, the other asks too."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.conformance.surroundings import Loose

URL = "https://example.org/"
BASE = "http://hl7.org/fhir/StructureDefinition/"


def profile(kind: str = "Parameters") -> dict[str, Any]:
    """One parameter in, which is a Reference to a Patient, once at most."""
    path = f"{kind}.parameter"
    subject = [{"code": "Reference", "targetProfile": [BASE + "Patient"]}]
    elements = [
        {"path": path, "slicing": {"rules": "open", "discriminator": [{"type": "value", "path": "name"}]}},
        {"path": path, "sliceName": "subject", "min": 0, "max": "1"},
        {"path": f"{path}.name", "fixedString": "subject"},
        {"path": f"{path}.value[x]", "min": 1, "type": subject},
    ]
    return {
        "resourceType": "StructureDefinition",
        "url": URL + kind,
        "type": kind,
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": BASE + kind,
        "differential": {"element": elements if kind == "Parameters" else []},
    }


def operation(profiled: str = "Parameters", **changes: Any) -> dict[str, Any]:
    subject = {
        "name": "subject",
        "use": "in",
        "min": 0,
        "max": "1",
        "type": "Reference",
        "targetProfile": [BASE + "Patient"],
    }
    return {
        "resourceType": "OperationDefinition",
        "url": URL + "operation",
        "name": "Ask",
        "status": "draft",
        "kind": "operation",
        "code": "ask",
        "system": True,
        "type": False,
        "instance": False,
        "inputProfile": URL + profiled,
        "parameter": [{**subject, **changes}],
    }


def told(resource: dict[str, Any], *more: dict[str, Any]) -> list[tuple[str, str, str]]:
    registry = core().with_layer(Loose([profile(), profile("Patient"), *more]))
    found = Validator(registry=registry).validate(resource).errors
    return [(each.message_id.removeprefix("OPDEF_"), each.code, each.path.expression) for each in found]


PARAMETER = "OperationDefinition.parameter[0]"
MISMATCH = ("PROFILE_NOT_VALUE_MISMATCH", "unknown", PARAMETER)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"name": "other", "min": 1}, []),
        ({"use": "out", "min": 1}, []),
        ({"min": 1}, [MISMATCH]),
        ({"max": "*"}, [MISMATCH]),
        (
            {"type": "Element", "targetProfile": None},
            [
                ("PROFILE_TYPE_NOT_IN_PROFILE", "invalid", PARAMETER),
                ("PROFILE_TYPE_NOT_IN_PARAMS", "invalid", PARAMETER),
            ],
        ),
        (
            {"targetProfile": [BASE + "Group"]},
            [
                ("PROFILE_PROFILE_NOT_IN_PROFILE", "invalid", PARAMETER),
                ("PROFILE_PROFILE_NOT_IN_PARAMS", "invalid", PARAMETER),
            ],
        ),
    ],
)
def test_a_parameter_is_as_its_profile_has_it(changes: dict[str, Any], expected: list[Any]) -> None:
    changed = operation(**changes)
    changed["parameter"][0] = {key: value for key, value in changed["parameter"][0].items() if value is not None}
    assert told(changed) == expected


def test_the_profile_is_there_and_is_one_of_parameters() -> None:
    place = "OperationDefinition.inputProfile"
    assert told(operation("nowhere")) == [("PROFILE_NOT_FOUND", "unknown", place)]
    assert told(operation("Patient")) == [("PROFILE_NOT_PARAMETERS", "invalid", place)]


def test_an_operation_does_not_build_on_itself() -> None:
    base = {**operation(), "url": URL + "base", "base": URL + "operation"}
    ours = {**operation(), "base": URL + "base"}
    assert told(ours, base, ours) == [("CIRCULAR_DEFINITION", "unknown", "OperationDefinition")]
    assert told({**operation(), "base": URL + "base"}, {**base, "base": URL + "base"}) == []
