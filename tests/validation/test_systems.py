"""The system of a Coding or a Quantity is a code system, by the URI that its owner chose."""

from __future__ import annotations

import pytest

from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator
from tests.validation.resources import observation, patient

WRONG = {
    "here": "Terminology_TX_System_Relative",
    "http://hl7.org/fhir/ValueSet/observation-status": "Terminology_TX_System_ValueSet2",
    "http://build.fhir.org/codesystem-quantity-comparator": "TERMINOLOGY_TX_SYSTEM_WRONG_BUILD",
    "http://hl7.org/fhir/codesystem-quantity-comparator.html": "TERMINOLOGY_TX_SYSTEM_WRONG_HTML",
    "http://hl7.org/fhir/nobody-wrote-this": "Terminology_TX_System_Unknown",
    "http://loinc.org/": "Terminology_TX_System_Invalid",
    "https://unitsofmeasure.org": "TERMINOLOGY_TX_SYSTEM_HTTPS",
    "https://terminology.hl7.org/CodeSystem/v3-ActCode": "TERMINOLOGY_TX_SYSTEM_HTTPS",
}
RIGHT = (
    "http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.1",
    "https://example.org/of-our-own",
    "http://hl7.org/fhir/sid/icd-10",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
)


def told(validator: Validator, resource: dict) -> set[str]:  # type: ignore[type-arg]
    return {issue.message_id for issue in validator.validate(resource) if issue.rule in ("FM315", "FM316")}


@pytest.mark.parametrize("system", WRONG)
def test_what_is_no_system_is_told_of_a_coding_and_of_a_quantity(validator: Validator, system: str) -> None:
    code = {"system": system, "code": "a"}
    assert told(validator, patient(meta={"tag": [code]})) == {WRONG[system]}
    assert told(validator, observation(valueQuantity={"value": 1, **code})) == {WRONG[system]}


@pytest.mark.parametrize("system", RIGHT)
def test_any_other_system_may_be(validator: Validator, system: str) -> None:
    assert told(validator, patient(meta={"tag": [{"system": system, "code": "a"}]})) == set()


@pytest.mark.parametrize("system", WRONG)
def test_codings_of_one_concept_are_not_asked(validator: Validator, system: str) -> None:
    assert told(validator, observation(code={"coding": [{"system": system, "code": "a"}]})) == set()


def test_without_a_code_a_system_says_nothing(validator: Validator) -> None:
    assert told(validator, patient(meta={"tag": [{"system": "here"}]})) == set()


def test_a_few_codes_of_a_system_of_others_are_no_definition_of_its_address() -> None:
    category = {"system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "code": "assess-plan"}
    plan = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [category]}],
        "subject": {"display": "Ada"},
    }
    found = Validator(options=Options(complete=True)).validate(plan).errors
    assert [(each.rule, each.path.expression) for each in found] == [("FM217", "CarePlan.category[0].coding[0].system")]
    assert Validator().validate(plan).ok
