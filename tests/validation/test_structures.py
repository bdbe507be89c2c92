"""Profiles as resources: differentials that can be laid over their base, and those that cannot."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.conftest import BASE, OURS
from tests.validation.resources import structure

RULES = ("FM901", "FM902", "FM911", "FM912")


def definition(*elements: dict[str, Any], kind: str = "Observation", **more: Any) -> dict[str, Any]:
    made = {**structure(kind), "type": kind, "baseDefinition": BASE + kind, **more}
    return {**made, "differential": {"element": [{"id": each["path"], **each} for each in elements]}}


def found(validator: Validator, resource: dict[str, Any]) -> list[tuple[str, str]]:
    issues = validator.validate(resource).errors
    return [(each.rule, each.path.expression.partition(".")[2]) for each in issues if each.rule in RULES]


def at(index: int, rest: str = "") -> str:
    return f"differential.element[{index}]{rest}"


@pytest.mark.parametrize(
    "paths",
    [
        ["Observation"],
        ["Observation.code", "Observation.code.coding.display", "Observation.value[x]"],
        ["Observation.valueQuantity", "Observation.valueQuantity.unit", "Observation.component.valueString"],
        ["Observation.contained", "Observation.subject.identifier.system"],
        ["Observation.component.referenceRange.low.value"],
        ["Observation.extension", "Observation.extension.url", "Observation.status.extension"],
    ],
)
def test_a_differential_of_its_base_is_right(validator: Validator, paths: list[str]) -> None:
    assert found(validator, definition(*({"path": path} for path in paths))) == []


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([{"path": "Observation.valueBla"}], [("FM911", "")]),
        ([{"path": "Observation..unit"}], [("FM911", "")]),
        ([{"path": "Patient.name"}], [("FM911", "")]),
        ([{"path": "Observation.mood"}], [("FM912", at(0)), ("FM912", "")]),
        ([{"path": "Observation.code.mood"}], [("FM912", at(0)), ("FM912", "")]),
        ([{"path": "Observation.code"}, {"path": "Observation.status"}], [("FM912", at(0)), ("FM912", "")]),
        ([{"path": "Observation", "slicing": {"rules": "open"}}], [("FM901", at(0)), ("FM911", "")]),
        (
            [
                {
                    "path": "Observation.code",
                    "slicing": {"rules": "open", "discriminator": [{"type": "guess", "path": "a"}]},
                }
            ],
            [("FM911", "")],
        ),
        (
            [{"path": "Observation.issued", "type": [{"code": "instant"}], "binding": {"strength": "example"}}],
            [("FM902", at(0))],
        ),
        (
            [{"path": "Observation.valueQuantity", "type": [{"code": "Quantity", "profile": [BASE + "Count"]}]}],
            [("FM911", at(0, ".type[0].profile[0]"))],
        ),
    ],
)
def test_a_differential_that_its_base_cannot_take_is_told_so(
    validator: Validator, elements: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    assert found(validator, definition(*elements)) == expected


def test_a_fixed_value_of_the_base_stays(validator: Validator) -> None:
    again = definition({"path": "Patient.gender", "fixedCode": "male"}, kind="Patient", baseDefinition=OURS + "fixed")
    assert found(validator, again) == [("FM912", at(0))]
    again["differential"]["element"][0]["fixedCode"] = "female"
    assert found(validator, again) == []


def test_what_has_no_base_here_or_is_a_new_type_is_not_judged(validator: Validator) -> None:
    wrong = {"path": "Observation.mood"}
    assert found(validator, definition(wrong, baseDefinition=OURS + "nowhere")) == []
    assert found(validator, definition(wrong, derivation="specialization")) == []


@pytest.mark.parametrize("differential", ["what", {"element": "what"}, {"element": ["what", {"path": 1}]}, None])
def test_a_misshapen_differential_is_no_accident(validator: Validator, differential: Any) -> None:
    assert not validator.validate({**definition(), "differential": differential}).ok
