"""A dict as FHIR XML: read back it is the same dict, and what XML cannot say is an error and never left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import jsonio, xmlio, xmlwriting
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from fhir_matters.errors import InputError

SHAPES = Shapes(core())


def there_and_back(resource):
    document = xmlio.parse(xmlwriting.write(resource, SHAPES), SHAPES)
    assert document.problems == []
    return document.resource


def same(one, other):
    return jsonio.spelt(one) == jsonio.spelt(other)


def test_elements_come_in_the_order_of_the_definition_and_numbers_as_spelt():
    text = b'{"valueQuantity":{"unit":"mm","value":1.10},"status":"final","id":"a","resourceType":"Observation"}'
    assert xmlwriting.write(jsonio.read(text), SHAPES).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?><Observation xmlns="http://hl7.org/fhir"><id value="a"/>'
        '<status value="final"/><valueQuantity><value value="1.10"/><unit value="mm"/></valueQuantity></Observation>'
    )


def test_what_stands_beside_a_primitive_is_inside_it():
    beside = {"id": "g", "extension": [{"url": "https://example.org/e", "valueDecimal": jsonio.read("1e2")}]}
    patient = {
        "resourceType": "Patient",
        "name": [{"given": ["Ada", None, "Bee"], "_given": [None, beside, None]}],
        "birthDate": "1936",
        "_birthDate": {"id": "b"},
        "_gender": {"extension": [{"url": "https://example.org/e", "valueBoolean": False}]},
    }
    assert same(there_and_back(patient), patient)


def test_resources_inside_and_narratives_come_whole():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a&lt;b">tea &amp; <b>cake</b></p></div>'
    inner = {"resourceType": "Basic", "id": "p", "text": {"status": "generated", "div": div}}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "List", "contained": [inner]}}]}
    assert same(there_and_back(bundle), bundle)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r&<>\"'"), min_size=1)


@given(text=TEXTS, url=TEXTS)
def test_any_text_comes_back_to_the_letter(text, url):
    basic = {"resourceType": "Basic", "extension": [{"url": url, "valueString": text}]}
    assert same(there_and_back(basic), basic)


@pytest.mark.parametrize(
    "more",
    [
        {"favouriteSong": "Ave"},
        {"gender": None},
        {"gender": ["male"]},
        {"name": {"family": "x"}},
        {"name": []},
        {"name": ["x"]},
        {"name": [{"family": {"a": 1}}]},
        {"birthDate": "19\x0036"},
        {"_birthDate": "b"},
        {"extension": [{"url": "u", "_url": {"id": "x"}}]},
        {"contained": [{"id": "nobody"}]},
        {"contained": [{"resourceType": "Song"}]},
        {"text": {"div": "<div>no namespace</div>"}},
        {"text": {"div": '<div xmlns="http://www.w3.org/1999/xhtml">'}},
        {"text": {"div": '<!DOCTYPE div><div xmlns="http://www.w3.org/1999/xhtml"/>'}},
        {"text": {"div": 7}},
    ],
)
def test_what_xml_cannot_say_is_refused_and_not_quoted(more):
    with pytest.raises(InputError) as refused:
        xmlwriting.write({"resourceType": "Patient", **more}, SHAPES)
    assert "JSON" in str(refused.value)
    assert not any(value in str(refused.value) for value in ("Ave", "male", "no namespace"))


def test_every_example_is_the_same_in_xml(examples_good):
    for example in examples_good:
        assert same(there_and_back(example), example)


@pytest.fixture
def examples_good():
    from tests.conftest import ROOT  # noqa: PLC0415 (beside its one use)

    files = sorted((ROOT / "examples" / "good").glob("*.json"))
    assert files
    return [jsonio.read(file.read_bytes()) for file in files]
