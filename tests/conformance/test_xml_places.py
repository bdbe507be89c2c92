"""Places in XML, as the HL7 validator's reader writes them."""

from __future__ import annotations

import pytest

from fhir_matters import Validator, xmlio
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from tests.conformance.hl7_cases import issue_of

FHIR = 'xmlns="http://hl7.org/fhir"'
INNER = '<contained><Patient><id value="a"/>{}</Patient></contained>'


def places(inside: str) -> set[tuple[str, str]]:
    xml = f"<Patient {FHIR}>{inside}</Patient>"
    resource = xmlio.parse(xml, Shapes(core())).resource
    found = [issue_of(each, resource, xml=True) for each in Validator().validate(xml).errors]
    return {(each["code"], each["expression"][0]) for each in found}


# Each as the HL7 validator 6.10.4 says it.
@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<name><bogus/></name>", ("structure", "/f:Patient/f:name")),
        ('<name><family value="x" bogus="y"/></name>', ("structure", "/f:Patient/f:name/f:family")),
        ("<name><?pi x?></name>", ("structure", "/f:Patient/f:name")),
        ('<name><family value="x"/></name>words', ("structure", "/f:Patient")),
        ("<name><family/></name>", ("invalid", "/f:Patient/f:name/f:family")),
        ("<name/>", ("invalid", "/f:Patient/f:name")),
        ("", ("invalid", "/f:Patient")),
        ('<active value="TRUE"/>', ("invalid", "Patient.active")),
        ('<active value="true"/><active value="true"/>', ("structure", "Patient")),
        ('<name xmlns="http://example.org"/>', ("invalid", "/f:Patient/?:name")),
        ('<name xmlns=""/>', ("invalid", "/f:Patient/name")),
        ('<contact/><deceasedBoolean value="true"/>', ("invalid", "Patient.deceased.ofType(boolean)")),
        ('<gender value="male"/><active value="true"/>', ("invalid", "Patient.active")),
        ('<contact/><name><family value="x"/></name>', ("invalid", "Patient.name[0]")),
        (INNER.format("<bogus/>"), ("structure", "Patient")),
    ],
)
def test_a_place_in_xml_is_that_of_the_hl7_validator(inside, place):
    assert place in places(inside)


def test_the_namespace_of_a_narrative_is_judged_once():
    inside = '<text><status value="generated"/><div><p>x</p></div></text>'
    assert places(inside) == {("invalid", "Patient.text.div")}


def test_a_value_is_wrong_once():
    assert len(Validator().validate(f'<Patient {FHIR}><active value="TRUE"/></Patient>').errors) == 1


def test_a_processing_instruction_before_the_resource_is_wrong_at_the_document():
    (issue,) = Validator().validate(f'<?a b?><Patient {FHIR}><active value="true"/></Patient>').errors
    assert issue_of(issue, {"resourceType": "Patient"}, xml=True)["expression"] == ["(document)"]


def test_what_is_no_xml_is_wrong_at_the_xml():
    (issue,) = Validator().validate("<Patient").errors
    assert issue_of(issue, None, xml=True)["expression"] == ["(xml)"]
