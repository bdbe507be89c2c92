"""SearchParameters: an expression that leads somewhere in one of the bases, and no more than what they derive from."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.validator import Validator
from tests.conformance.surroundings import Loose


def parameter(expression: str = "", *bases: str, **more: Any) -> dict[str, Any]:
    made = {
        "resourceType": "SearchParameter",
        "url": "https://example.org/parameter",
        "name": "P",
        "status": "draft",
        "description": "As the test says.",
        "code": "p",
        "base": list(bases) or ["Patient"],
        "type": "string",
        **more,
    }
    return {**made, "expression": expression} if expression else made


def told(resource: dict[str, Any], *more: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = Validator(registry=core().with_layer(Loose(list(more)))).validate(resource).errors
    return [(each.message_id, each.code, each.path.expression) for each in found]


WRONG = [("ED_SEARCH_EXPRESSION_ERROR", "invalid", "SearchParameter.expression")]


@pytest.mark.parametrize(
    "expression",
    [
        "Patient.nickname",
        "Patient.name |",
        "Person.name",
        "Patient.name | Person.name",
        "Patient.name.where(nickname = 'a')",
        "Patient.multipleBirthInteger",
        "Patient.name.shout()",
    ],
)
def test_an_expression_that_leads_nowhere(expression: str) -> None:
    assert told(parameter(expression)) == WRONG


@pytest.mark.parametrize(
    "expression",
    [
        "Patient.name",
        "name.family",
        "DomainResource.text",
        "Patient.deceased.exists() and Patient.deceased != false",
        "(Patient.multipleBirth as integer)",
        "Patient.link.other.where(resolve() is Patient)",
    ],
)
def test_an_expression_that_leads_somewhere(expression: str) -> None:
    assert told(parameter(expression)) == []


def test_one_of_several_bases_is_enough() -> None:
    assert told(parameter("Patient.name | Person.name", "Patient", "Person")) == []
    assert told(parameter("Patient.name | Person.nickname", "Patient", "Person")) == WRONG


def test_a_parameter_has_the_type_and_the_bases_of_the_one_that_it_derives_from() -> None:
    master = parameter("", "Patient", url="https://example.org/master")
    derived = {"derivedFrom": "https://example.org/master"}
    assert told(parameter("", **derived), master) == []
    wrong = told(parameter("", "Person", **{**derived, "type": "date"}), master)
    assert [issue for issue, *_ in wrong] == ["SEARCHPARAMETER_BASE_WRONG", "SEARCHPARAMETER_TYPE_WRONG"]
    assert told(parameter("", **derived)) == []
