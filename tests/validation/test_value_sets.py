"""What a ValueSet says of itself: its systems, and filters that its systems know; the errors of the HL7 validator."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.coded import Question, Told
from fhir_matters.validation.validator import Validator
from tests.terminology.saying import Saying
from tests.validation.animals import ANIMALS, BASE, value_set

SNOMED, LOINC, CPT = "http://snomed.info/sct", "http://loinc.org", "http://www.ama-assn.org/go/cpt"
INCLUDE = "ValueSet.compose.include[0]"


def told(validator: Validator, resource: Any) -> set[tuple[str, str]]:
    return {(each.message_id, each.path.expression) for each in validator.validate(resource).errors}


def where(name: str, operator: str, value: str, system: str = ANIMALS) -> dict[str, Any]:
    return value_set("own", {"system": system, "filter": [{"property": name, "op": operator, "value": value}]})


@pytest.mark.parametrize(
    ("include", "message_id"),
    [
        ({"system": ANIMALS + "|1"}, "VALUESET_REFERENCE_INVALID_TYPE_NO_VERSION_1"),
        ({"system": ANIMALS + "|1", "version": "2"}, "VALUESET_REFERENCE_INVALID_TYPE_NO_VERSION_2"),
        ({"system": ANIMALS + "|1", "version": "1"}, "VALUESET_REFERENCE_INVALID_TYPE_NO_VERSION_3"),
        ({"system": BASE + "all"}, "VALUESET_INCLUDE_WRONG_VS_HINT"),
        ({"system": "#absent"}, "VALUESET_INCLUDE_CS_NOT_FOUND"),
        ({"system": "#patient"}, "VALUESET_INCLUDE_CS_NOT_CS"),
    ],
)
def test_a_system_that_cannot_be_meant_is_told(validator: Validator, include: Any, message_id: str) -> None:
    resource = value_set("own", include, contained=[{"resourceType": "Patient", "id": "patient"}])
    assert (message_id, INCLUDE) in told(validator, resource)


@pytest.mark.parametrize(
    ("resource", "message_id"),
    [
        (where("concept", "exists", "true"), "OP"),
        (where("concept", "regex", "a.*"), "OP"),
        (where("legs", "in", "4,5"), "OP"),
        (where("concept", "=", "73211009", SNOMED), "OP"),
        (where("constraint", "is-a", "< 73211009", SNOMED), "OP"),
        (where("STATUS", "is-a", "ACTIVE", LOINC), "OP"),
        (where("concept", "is-a", "wolf"), "VALUE_VALID_CODE"),
        (where("code", "=", "wolf"), "VALUE_VALID_CODE"),
        (where("code", "in", "dog,wolf"), "VALUE_VALID_CODE"),
        (where("parent", "=", "wolf"), "VALUE_VALID_CODE"),
        (where("concept", "=", "dog "), "VALUE_CODE"),
        (where("inactive", "=", "maybe"), "VALUE_BOOLEAN"),
        (where("expressions", "=", "maybe", SNOMED), "VALUE_BOOLEAN"),
        (where("modifier", "=", "maybe", CPT), "VALUE_BOOLEAN"),
        (where("legs", "=", "many"), "VALUE_INTEGER"),
        (where("kg", "=", "heavy"), "VALUE_DECIMAL"),
        (where("itemWeight", "=", "heavy"), "VALUE_DECIMAL"),
        (where("born", "=", "soon"), "VALUE_DATETIME"),
        (where("deprecationDate", "=", "2020-13-01"), "VALUE_DATETIME"),
        (where("like", "=", "dog"), "VALUE_CODED"),
        (where("like", "=", f"{ANIMALS}#wolf"), "VALUE_CODED_INVALID"),
        (where("code", "regex", "a("), "VALUE_VALID_REGEX"),
    ],
    ids=lambda value: "-".join(value["compose"]["include"][0]["filter"][0].values()) if isinstance(value, dict) else "",
)
def test_a_filter_that_cannot_be_meant_is_told(validator: Validator, resource: Any, message_id: str) -> None:
    assert (f"VALUESET_BAD_FILTER_{message_id}", f"{INCLUDE}.filter[0]") in told(validator, resource)


def test_a_filter_needs_a_value(validator: Validator) -> None:
    resource = value_set("own", {"system": ANIMALS, "filter": [{"property": "concept", "op": "is-a"}]})
    assert ("VALUESET_BAD_FILTER_EXPR_OR_VALUE", f"{INCLUDE}.filter[0]") in told(validator, resource)


@pytest.mark.parametrize(
    "resource",
    [
        where("concept", "is-a", "dog"),
        where("code", "regex", "[a-d].*"),
        where("code", "regex", r"\p{Lu}.*"),
        where("legs", "=", "4"),
        where("kg", "=", "gt3.5"),
        where("born", "=", "2020-02"),
        where("like", "=", f"{ANIMALS}#dog"),
        where("like", "=", f"{ANIMALS}|1#dog"),
        where("friend", "=", "wolf"),
        where("display", "=", "x"),
        where("nobody-knows", "exists", "maybe"),
        where("concept", "is-a", "anything", "https://example.org/absent"),
        where("concept", "is-a", "404684003", SNOMED),
        where("nobody-knows", "=", "x", SNOMED),
        where("region", "exists", "maybe", "urn:ietf:bcp:47"),
        value_set("own", {"system": ANIMALS, "version": "1"}),
        value_set("own", {"system": "https://example.org/absent"}),
        value_set("own", {"system": ANIMALS, "concept": [{"code": "wolf"}]}),
    ],
    ids=range(18),
)
def test_what_can_be_meant_is_no_error(validator: Validator, resource: Any) -> None:
    assert told(validator, resource) == set()


def test_a_code_system_is_named_by_its_url_not_by_its_identifier(validator: Validator) -> None:
    known = value_set("own", {"system": "urn:oid:2.16.840.1.113883.4.642.4.2"})
    assert ("VALUESET_INCLUDE_WRONG_CS_OID", INCLUDE) in told(validator, known)
    assert told(validator, value_set("own", {"system": "urn:oid:1.2.3.4"})) == set()


def test_listed_codes_are_looked_up_only_with_a_terminology_server(validator: Validator) -> None:
    absent = Question(system=LOINC, code="0-0")
    asking = Validator(registry=validator.registry, terminology=Saying({absent: Told(holds=False)}))
    here = value_set("own", {"system": ANIMALS, "concept": [{"code": "dog"}, {"code": "wolf"}]})
    there = value_set("own", {"system": LOINC, "concept": [{"code": "0-0"}, {"code": "1-8"}]})
    assert told(validator, here) == told(validator, there) == set()
    assert told(asking, here) == {("VALUESET_INCLUDE_INVALID_CONCEPT_CODE", f"{INCLUDE}.concept[1]")}
    assert told(asking, there) == {("VALUESET_INCLUDE_INVALID_CONCEPT_CODE", f"{INCLUDE}.concept[0]")}
    assert [bool(each.server) for each in asking.validate(there).errors] == [True]


def test_an_exclude_is_held_to_the_same(validator: Validator) -> None:
    excluded = where("concept", "is-a", "wolf")["compose"]["include"]
    resource = value_set("own", compose={"include": [{"system": ANIMALS}], "exclude": excluded})
    place = "ValueSet.compose.exclude[0].filter[0]"
    assert told(validator, resource) == {("VALUESET_BAD_FILTER_VALUE_VALID_CODE", place)}
