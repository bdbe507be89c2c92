"""What definitions say of themselves: code systems, value sets, search parameters; reports beside their measures."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.terminology import ecl
from fhir_matters.validation.validator import Validator
from tests.validation.resources import report


def ids(validator: Validator, resource: dict[str, Any]) -> set[str]:
    return {issue.message_id for issue in validator.validate(resource)}


@pytest.mark.parametrize(
    "text",
    [
        "404684003",
        "<< 404684003 |Clinical finding|",
        "<404684003 AND ^ 700043003",
        "(<< 73211009 OR < 420868002) MINUS 46635009",
        "< 404684003: 363698007 = << 39057004, {116676008 = *}",
        "< 373873005: [1..3] 127489000 = *, R 411116001 = << 385268001",
        "< 27658006: 1142135004 >= #250",
        "< 125605004 . 363698007",
        '<< 64572001 {{ term = "heart" }} AND *',
        "*",
    ],
)
def test_an_expression_constraint_is_recognised(text: str) -> None:
    assert ecl.parses(text)


@pytest.mark.parametrize(
    "text", ["", "234234 << 234234", "<< ", "(404684003", "404684003: = 1", "404684003 |open", "abc"]
)
def test_what_leaves_the_grammar_of_constraints_is_not(text: str) -> None:
    assert not ecl.parses(text)


def test_a_constraint_too_deep_or_too_long_is_left_alone() -> None:
    assert ecl.parses("(" * 500 + "1" * 6 + ")" * 500)
    assert ecl.parses("404684003 OR " * 10_000)


def code_system(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem",
        "url": "https://example.org/colours",
        "status": "draft",
        "content": "complete",
        **more,
    }


@pytest.mark.parametrize(
    ("stated", "message_id"),
    [
        ([{"code": "shade", "type": "string", "uri": "shade"}], "CODESYSTEM_PROPERTY_ABSOLUTE_URI"),
        ([{"code": "a", "type": "string"}, {"code": "a", "type": "code"}], "CODESYSTEM_PROPERTY_DUPLICATE_CODE"),
        (
            [{"code": "a", "type": "code", "uri": "http://hl7.org/fhir/concept-properties#shade"}],
            "CODESYSTEM_PROPERTY_BAD_HL7_URI",
        ),
        (
            [{"code": "a", "type": "string", "uri": "http://hl7.org/fhir/concept-properties#parent"}],
            "CODESYSTEM_PROPERTY_URI_TYPE_MISMATCH",
        ),
        (
            [{"code": "child", "type": "code", "uri": "http://hl7.org/fhir/concept-properties#parent"}],
            "CODESYSTEM_PROPERTY_URI_CODE_MISMATCH",
        ),
    ],
)
def test_a_property_that_cannot_be_meant_is_reported(
    validator: Validator, stated: list[dict[str, Any]], message_id: str
) -> None:
    assert message_id in ids(validator, code_system(property=stated))


def test_the_properties_of_fhir_as_fhir_has_them_are_good(validator: Validator) -> None:
    uri = "http://hl7.org/fhir/concept-properties#"
    stated = [{"code": name, "type": "code", "uri": uri + name} for name in ("parent", "child", "status")]
    assert validator.validate(code_system(property=stated)).ok


def test_concepts_in_a_code_system_without_content_are_reported(validator: Validator) -> None:
    concepts = [{"code": "red"}]
    assert "CODESYSTEM_CS_COUNT_NO_CONTENT_ALLOWED" in ids(
        validator, code_system(content="not-present", concept=concepts)
    )
    assert validator.validate(code_system(concept=concepts)).ok


def test_the_url_of_a_definition_is_absolute_also_in_a_contained_one(validator: Validator) -> None:
    inner = code_system(id="c", url="colours")
    outer = {"resourceType": "ValueSet", "status": "draft", "url": "set", "contained": [inner]}
    found = ids(validator, outer)
    assert {"TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE", "TYPE_SPECIFIC_CHECKS_CANONICAL_CONTAINED"} <= found


@pytest.mark.parametrize("odd", [[1], {"a": 1}, "x", [{"code": [1]}], [{"uri": {}}], [None]])
def test_odd_shapes_are_no_trouble(validator: Validator, odd: Any) -> None:
    kinds = ("CodeSystem", "ValueSet", "ConceptMap", "SearchParameter", "MeasureReport", "Bundle")
    for kind in kinds:
        fields = ("property", "compose", "component", "group", "link", "extension", "measure", "entry")
        fields += ("concept", "count", "content", "supplements", "valueSet", "contained", "sourceUri", "filter", "url")
        for name in fields:
            assert validator.validate({"resourceType": kind, "type": "document", name: odd}) is not None
    parts = {"include": odd, "exclude": [{"filter": odd, "system": odd}, {"filter": [{"property": odd, "op": odd}]}]}
    assert validator.validate({"resourceType": "ValueSet", "compose": parts}) is not None
    concept = {"code": "a", "property": [{"code": odd, "valueCode": odd}, {"code": "parent", "valueCode": odd}, *odd]}
    stated = [{"code": "parent", "type": odd, "uri": "http://hl7.org/fhir/concept-properties#parent"}]
    whole = {"resourceType": "CodeSystem", "concept": [concept], "property": stated, "supplements": "urn:x"}
    assert validator.validate(whole) is not None
    element = {"code": odd, "target": [{"code": odd}, odd]}
    group = {"source": odd, "sourceVersion": odd, "target": "http://hl7.org/fhir/gender", "element": [element]}
    assert validator.validate({"resourceType": "ConceptMap", "group": [group]}) is not None


@pytest.mark.parametrize(
    ("fields", "scored"),
    [({}, True), ({"status": "pending"}, True), ({"status": "pending", "group": []}, False), ({"measure": "x"}, False)],
)
def test_a_report_is_held_to_its_measure_as_soon_as_it_says_something(validator, fields, scored) -> None:
    assert ("MEASURE_MR_SCORE_REQUIRED" in ids(validator, {**report(), **fields})) is scored
