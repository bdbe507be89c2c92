"""Fixed values and patterns part by part, limits of numbers, dates and quantities, and vital signs by their code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fhir_matters.definitions.snapshots import Snapshot
from fhir_matters.validation import vitals
from fhir_matters.validation.context import Context, Scope
from fhir_matters.validation.exactly import fixed, pattern
from fhir_matters.validation.limits import least, most
from fhir_matters.validation.making import profile_of
from fhir_matters.validation.validator import Validator
from tests.validation.conftest import element, profile
from tests.validation.resources import observation

UCUM = "http://unitsofmeasure.org"
HERE = (None, "here", None, None)


def said(**what: Any) -> Any:
    """The element of a profile that says this of `Observation.value[x]`."""
    made = profile("any", "Observation", element("Observation.value[x]", **what))
    return profile_of(Snapshot(made)).elements["Observation.value[x]"]


def found(check: Any, value: Any) -> list[tuple[str, str, str]]:
    context = Context(Scope({}))
    check(value, context, HERE)
    return [(each.rule, each.message_id, each.position[1]) for each in context.findings if each.position]


def quantity(value: object, code: str) -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": code}


@pytest.mark.parametrize(
    ("limit", "value", "expected"),
    [
        (quantity(1, "kg"), quantity(999, "g"), "FM210"),
        (quantity(1, "kg"), quantity(1000, "g"), None),
        (quantity(1, "kg"), quantity(0, "kg"), "FM210"),
        (quantity(1, "kg"), quantity(5, "s"), "FM210"),
        (quantity(1, "kg"), quantity(5, "no such unit"), "FM211"),
        (quantity(1, "kg"), {"value": 5}, "FM211"),
        (quantity(1, "kg"), {}, "FM211"),
    ],
)
def test_quantities_are_compared_in_ucum_units(limit: Any, value: Any, expected: str | None) -> None:
    assert [rule for rule, _, _ in found(least(said(minValueQuantity=limit)), value)] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("limit", "value", "expected"),
    [
        ("1900-01-01", "1899", "FM210"),
        ("1900-01-01", "1900", "FM211"),
        ("1900-01-01", "1901", None),
        ("1900-01-01", "1900-01-01", None),
        ("1900-01-01T00:00:00Z", "1900-01-01T01:00:00+02:00", "FM211"),
        (quantity(100, "a"), "1850-01-01", "FM210"),
        (quantity(100, "a"), f"{datetime.now(UTC).year - 99}", None),
        (quantity(100, "kg"), "1850-01-01", "FM211"),
        (quantity(99999, "a"), "1850-01-01", "FM211"),
        (quantity("1e999999999", "d"), "1850-01-01", "FM211"),
    ],
)
def test_dates_are_compared_as_far_as_they_are_told(limit: Any, value: str, expected: str | None) -> None:
    assert [rule for rule, _, _ in found(least(said(minValueAny=limit)), value)] == ([expected] if expected else [])


def test_a_greatest_value_may_be_relative_to_today() -> None:
    check = most(said(maxValueQuantity=quantity(1, "mo")))
    assert found(check, f"{datetime.now(UTC).year + 1}-06-01")[0][:2] == ("FM210", "Type_Specific_Checks_DT_QTY_GT_MAX")
    assert found(check, "2001-01-01") == []


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ({"use": "home"}, []),
        ({"use": "home", "system": "phone", "value": "1"}, ["system", "value"]),
        ({"use": "work"}, ["use"]),
        ({"system": "phone"}, ["use", "system"]),
    ],
)
def test_what_differs_from_a_fixed_value_is_reported_part_by_part(value: dict[str, Any], places: list[str]) -> None:
    assert [place for _, _, place in found(fixed(said(fixedContactPoint={"use": "home"})), value)] == places


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ({"coding": [{"code": "a"}, {"code": "b", "display": "B"}], "text": "t"}, []),
        ({"coding": [{"code": "b"}, {"code": "c"}], "text": "t"}, ["here"]),
        ({"coding": [{"code": "a"}]}, ["here", "text"]),
        ({"text": "u"}, ["here", "text"]),
    ],
)
def test_items_of_a_pattern_are_missed_where_the_array_stands(value: dict[str, Any], places: list[str]) -> None:
    wanted = {"coding": [{"code": "a"}, {"code": "b"}], "text": "t"}
    assert [place for _, _, place in found(pattern(said(patternCodeableConcept=wanted)), value)] == places


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        ({"system": vitals.LOINC, "code": "8310-5"}, "bodytemp"),
        ({"system": vitals.SNOMED, "code": "276885007"}, "bodytemp"),
        ({"system": vitals.SNOMED, "code": "271306003"}, "resprate"),
        ({"system": vitals.SNOMED, "code": "8310-5"}, ""),
        ({"system": vitals.LOINC, "code": ["8310-5"]}, ""),
        ({}, ""),
    ],
)
def test_the_code_of_a_vital_sign_asks_for_its_profile(coding: dict[str, Any], name: str) -> None:
    assert vitals.implied(observation(code={"coding": [coding]}))[0].rpartition("/")[2] == name


def test_a_vital_sign_without_its_own_code_is_no_vital_sign_of_r4(validator: Validator) -> None:
    told = {"system": vitals.SNOMED, "code": "276885007"}
    errors = validator.validate(observation(code={"coding": [told]})).errors
    magic = [each for each in errors if each.message_id == "VALIDATION_VAL_PROFILE_MINIMUM_MAGIC"]
    assert [each.path.expression for each in magic] == ["Observation.code"]


def test_inside_a_choice_of_several_types_only_what_any_element_has_is_judged() -> None:
    limits = profile(
        "any", "Observation", element("Observation.value[x]", type=[{"code": "string"}, {"code": "Quantity"}])
    )
    inner = [
        element("Observation.value[x].value", maxValueDecimal=1),
        element("Observation.value[x].extension", max="0"),
    ]
    limits["snapshot"]["element"] += inner
    assert set(profile_of(Snapshot(limits)).elements["Observation.value[x]"].children) == {"extension"}


def test_a_slip_is_at_its_place_as_fhirpath_leads_there() -> None:
    inner = '{"resourceType": "Observation", "status": "final", "valueQuantity": {"value": 1,}}'
    (slip,) = (
        each
        for each in Validator().validate(f'{{"resourceType": "Patient", "contained": [{inner}]}}')
        if each.rule == "FM008"
    )
    assert slip.path.expression == "Patient.contained[0].value.ofType(Quantity)"
