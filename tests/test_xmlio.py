"""FHIR as XML: the same dict that JSON gives, and what is wrong with the XML itself."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio, xmlio
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from fhir_matters.errors import InputError

SHAPES = Shapes(core())
FHIR = 'xmlns="http://hl7.org/fhir"'


def read(xml: str) -> xmlio.Document:
    return xmlio.parse(xml, SHAPES)


def wrong(xml: str) -> list[tuple[tuple, str]]:
    return [(problem.keys, problem.message_id) for problem in read(xml).problems]


def test_a_resource_in_xml_is_the_same_dict_as_in_json():
    found = read(
        f"""<Observation {FHIR}><id value="a"/>
        <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>tea</p></div></text>
        <contained><Patient><id value="p"/><active value="true"/></Patient></contained>
        <extension url="https://example.org/e"><valueDecimal value="1.10"/></extension>
        <status value="final"/><code><coding><system value="s"/></coding><coding><code value="c"/></coding></code>
        <valueInteger value="-3"/></Observation>"""
    )
    assert found.problems == []
    assert jsonio.write(found.resource) == (
        b'{"resourceType":"Observation","id":"a","text":{"status":"generated",'
        b'"div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>tea</p></div>"},'
        b'"contained":[{"resourceType":"Patient","id":"p","active":true}],'
        b'"extension":[{"url":"https://example.org/e","valueDecimal":1.10}],"status":"final",'
        b'"code":{"coding":[{"system":"s"},{"code":"c"}]},"valueInteger":-3}'
    )


def test_what_stands_inside_a_primitive_comes_beside_it_and_null_fills_the_places():
    found = read(
        f"""<Patient {FHIR}><name><given value="Ada"/>
        <given id="g"><extension url="https://example.org/e"><valueCode value="x"/></extension></given>
        <given value="Bee"/></name><birthDate id="b" value="1936"/></Patient>"""
    ).resource
    assert found["name"][0]["given"] == ["Ada", None, "Bee"]
    beside = {"id": "g", "extension": [{"url": "https://example.org/e", "valueCode": "x"}]}
    assert found["name"][0]["_given"] == [None, beside, None]
    assert (found["birthDate"], found["_birthDate"]) == ("1936", {"id": "b"})


def test_a_value_that_is_no_number_or_boolean_stays_as_it_was_for_the_validator_to_say_so():
    found = read(f'<Patient {FHIR}><active value="yes"/><multipleBirthInteger value="two"/></Patient>').resource
    assert (found["active"], found["multipleBirthInteger"]) == ("yes", "two")


def test_resources_inside_a_bundle_are_read_and_places_are_known():
    found = read(
        f"<Bundle {FHIR}>\n<entry>\n<resource>\n<Patient><id value='a'/></Patient></resource></entry></Bundle>"
    )
    assert found.resource["entry"][0]["resource"] == {"resourceType": "Patient", "id": "a"}
    assert found.place(("entry", 0, "resource")) == (4, 1)
    assert found.place(("entry", 0, "resource", "id")) == (4, 10)
    assert found.place(("entry", 0, "resource", "_id", "extension", 0)) == (4, 10)
    assert found.place(("link", 3)) == (1, 1)


def test_columns_count_characters_and_a_place_is_known_in_every_encoding_that_xml_may_have():
    xml = (
        f'<?xml version="1.0" encoding="{{}}"?>\n<Patient {FHIR}><name><text value="Zoë"/></name><active value="true"/>'
    )
    for name, column in (("utf-8", 70), ("utf-16", 70), ("iso-8859-1", 70), ("windows-1252", 70)):
        found = xmlio.parse((xml.format(name) + "</Patient>").encode(name), SHAPES)
        assert found.resource["name"] == [{"text": "Zoë"}]
        assert found.place(("active",)) == (2, column), name


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<nickname value='x'/>", (("nickname",), "Undefined_element_")),
        ("<active value='true' weight='9'/>", (("active",), "Undefined_attribute__on__for_type__properties__")),
        ("<birthDate value='1936'/><active value='true'/>", (("active",), "Validation_VAL_Profile_OutOfOrder")),
        ("words", ((), "Text_should_not_be_present")),
        ("<?note x?>", ((), "Node_type__is_not_allowed")),
        ("<x:active xmlns:x='https://example.org/x' value='true'/>", (("active",), "Wrong_namespace__expected_")),
    ],
)
def test_what_is_wrong_with_the_xml_is_named_with_its_place(inside, found):
    assert wrong(f"<Patient {FHIR}>{inside}</Patient>") == [found]


@pytest.mark.parametrize(
    "xml",
    [
        "<Patient",
        "<Patient/>",
        '<!DOCTYPE Patient [<!ENTITY a "aaaa">]><Patient xmlns="http://hl7.org/fhir"/>',
        '<Patient xmlns="urn:hl7-org:v3"/>',
        b"<Patient xmlns='http://hl7.org/fhir'>\xff</Patient>",
    ],
)
def test_what_is_no_fhir_xml_is_refused(xml):
    with pytest.raises(InputError):
        read(xml)


def test_entities_are_not_resolved_and_nothing_is_read_from_disk(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("not for you")
    with pytest.raises(InputError):
        read(f'<!DOCTYPE a [<!ENTITY s SYSTEM "{secret.as_uri()}">]><Patient {FHIR}><id value="&s;"/></Patient>')


def test_an_unknown_type_is_a_resource_without_content():
    assert read(f"<Nobody {FHIR}><x/></Nobody>").resource == {"resourceType": "Nobody"}
