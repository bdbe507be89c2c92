"""What is written in XML and cannot be read is told of as the HL7 validator tells of it, and once."""

from __future__ import annotations

import pytest

from fhir_matters.validation.validator import Validator

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
VALUELESS = ("Type_Specific_Checks_DT_Primitive_ValueExt", "Patient.birthDate")
EMPTY = ("http://hl7.org/fhir/StructureDefinition/Element#ele-1", "Patient.birthDate")


def told(inside: str, more: str = "") -> set[tuple[str, str]]:
    resource = f'<Patient xmlns="http://hl7.org/fhir" {more}>{inside}</Patient>'
    return {(each.message_id, each.path.expression) for each in Validator().validate(resource).errors}


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<birthDate/>", {VALUELESS, EMPTY, ("Element_must_have_some_content", "Patient.birthDate")}),
        ('<birthDate id="a"/>', {EMPTY}),
        (
            '<birthDate><day value="1"/></birthDate>',
            {VALUELESS, EMPTY, ("Undefined_element_", "Patient.birthDate.day")},
        ),
        ('<name><day value="1"/></name>', {("Undefined_element_", "Patient.name[0].day")}),
        ("<name/>", {("Object_must_have_some_content", "Patient.name[0]")}),
        ('<birthDate value="2000-01-01"/>', set()),
    ],
)
def test_an_element_without_a_value_or_content(inside: str, expected: set[tuple[str, str]]) -> None:
    assert told(inside) == expected


def test_each_text_between_elements_is_told_of() -> None:
    resource = '<Patient xmlns="http://hl7.org/fhir">a<active value="true"/>b<gender value="male"/> </Patient>'
    found = [each.message_id for each in Validator().validate(resource).errors]
    assert found == ["Text_should_not_be_present"] * 2


def test_attributes_of_schemas_are_none_of_fhir() -> None:
    wrong = {("Undefined_attribute__on__for_type__properties__", "Patient")}
    assert told('<active value="true"/>', f'{XSI} xsi:schemaLocation="http://hl7.org/fhir fhir-all.xsd"') == wrong
    assert told('<active value="true"/>', XSI) == set()
