"""Measures, ImplementationGuides and StructureMaps beside what they name; attachments beside what they hold."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator

CQL = {"language": "text/cql", "expression": "Initial Population"}
WG = {"url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg", "valueCode": "fhir"}


def told(resource: Any, **how: Any) -> set[tuple[str, str]]:
    report = Validator(**how).validate(resource)
    return {(each.message_id, each.path.expression) for each in report.errors}


def measure(criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    group = {"population": [{"criteria": criteria}], "stratifier": [{"criteria": criteria}]}
    return {"resourceType": "Measure", "status": "draft", "group": [group], **more}


def test_criteria_in_cql_without_a_library_are_told_wherever_they_stand() -> None:
    lost = "MEASURE_M_CRITERIA_CQL_NO_LIB"
    assert told(measure(CQL, library=["http://example.org/Library/none"])) == {
        (lost, "Measure.group[0].population[0].criteria"),
        (lost, "Measure.group[0].stratifier[0].criteria"),
    }


def test_criteria_in_another_language_need_no_library() -> None:
    assert told(measure({**CQL, "language": "text/fhirpath"})) == set()


def guide(url: str, **more: Any) -> dict[str, Any]:
    fixed = {"name": "A", "status": "draft", "packageId": "a.b", "fhirVersion": ["4.0.1"]}
    return {"resourceType": "ImplementationGuide", "url": url, **fixed, **more}


def test_a_guide_of_hl7_says_its_status_and_its_work_group() -> None:
    status, group = "IG_HL7_STANDARDS_STATUS_REQUIRED", "IG_HL7_WG_REQUIRED"
    whole = "ImplementationGuide"
    assert told(guide("http://hl7.org/fhir/us/a")) == {(status, whole), (group, whole)}
    assert told(guide("http://hl7.org/fhir/us/a", extension=[WG])) == {(status, whole)}
    assert told(guide("http://example.org/a")) == set()


@pytest.mark.parametrize(
    ("dependency", "message_id"),
    [
        ({"uri": "http://example.org/core"}, "DIRECT"),
        ({"uri": "http://example.org/ImplementationGuide/core|"}, "CAN_VERSION_NONE"),
        ({"uri": "http://example.org/ImplementationGuide/core|1"}, "CAN_VERSION_ALONE"),
        ({"uri": "http://example.org/ImplementationGuide/core", "packageId": "core"}, "INVALID_PACKAGEID"),
    ],
)
def test_a_dependency_that_cannot_be_found_is_told(dependency: dict[str, Any], message_id: str) -> None:
    found = told(guide("http://example.org/a", dependsOn=[dependency]))
    assert found == {(f"IG_DEPENDENCY_{message_id}", "ImplementationGuide.dependsOn[0]")}


def test_a_dependency_with_its_version_beside_the_canonical_is_fine() -> None:
    dependency = {"uri": "http://example.org/ImplementationGuide/core|1", "packageId": "a.core", "version": "1"}
    assert told(guide("http://example.org/a", dependsOn=[dependency])) == set()


def structure_map(*rules: dict[str, Any]) -> dict[str, Any]:
    inputs = [{"name": "from", "mode": "source"}, {"name": "to", "mode": "target"}]
    group = {"name": "all", "typeMode": "none", "input": inputs, "rule": list(rules)}
    url = "http://example.org/StructureMap/a"
    return {"resourceType": "StructureMap", "url": url, "name": "A", "status": "draft", "group": [group]}


def test_a_rule_reads_from_and_writes_to_what_was_named_before() -> None:
    outer = {"name": "outer", "source": [{"context": "from", "variable": "x"}]}
    inner = {"name": "inner", "source": [{"context": "x"}], "target": [{"context": "to", "contextType": "variable"}]}
    assert told(structure_map({**outer, "rule": [inner]})) == set()
    place = "StructureMap.group[0].rule[1].source[0]"
    assert ("SM_SOURCE_CONTEXT_UNKNOWN", place) in told(structure_map(outer, inner))


def test_a_rule_writes_to_no_source() -> None:
    backwards = {
        "name": "a",
        "source": [{"context": "from"}],
        "target": [{"context": "from", "contextType": "variable"}],
    }
    place = "StructureMap.group[0].rule[0].target[0]"
    assert ("SM_TARGET_CONTEXT_UNKNOWN", place) in told(structure_map(backwards))


def selecting(code: str) -> dict[str, Any]:
    part = {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": code}]}
    url = "http://example.org/ValueSet/a"
    return {"resourceType": "ValueSet", "url": url, "status": "draft", "compose": {"include": [part]}}


def test_a_filter_by_a_code_that_nothing_here_knows_is_wrong_only_where_all_is_said_to_be_here() -> None:
    assert told(selecting("73211009")) == set()
    wrong = ("VALUESET_BAD_FILTER_VALUE_VALID_CODE", "ValueSet.compose.include[0].filter[0]")
    assert told(selecting("73211009"), options=Options(complete=True)) == {wrong}


@pytest.mark.parametrize(
    ("more", "message_id"),
    [
        ({"size": -1}, "SIZE_INVALID"),
        ({"size": 3}, "SIZE_CORRECT"),
        ({"hash": "aGk="}, "HASH_MISMATCH"),
        ({"hash": "a"}, "B64_DECODE_FAIL"),
        ({"data": "aG k=", "size": 2}, "B64_DECODE_FAIL"),
    ],
)
def test_an_attachment_is_as_large_as_it_says_and_has_the_hash_that_it_says(more: Any, message_id: str) -> None:
    photo = {"contentType": "text/plain", "data": "aGk=", **more}
    found = told({"resourceType": "Patient", "photo": [photo]})
    assert (f"TYPE_SPECIFIC_CHECKS_DT_ATT_{message_id}", "Patient.photo[0]") in found


def test_a_filter_without_a_value_has_an_operator_all_the_same() -> None:
    resource = selecting("73211009")
    resource["compose"]["include"][0]["filter"] = [{"property": "concept", "op": "="}]
    place = "ValueSet.compose.include[0].filter[0]"
    assert {("VALUESET_BAD_FILTER_OP", place), ("VALUESET_BAD_FILTER_EXPR_OR_VALUE", place)} <= told(resource)


def onset(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Condition", "subject": {"display": "a"}, "onsetRange": {"low": low, "high": high}}


def ucum(value: int, code: str) -> dict[str, Any]:
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"value": 3}, {"value": 1}),
        ({"unit": "a"}, {"value": 1}),
        ({"value": 1, "unit": "a"}, {"value": 3, "unit": "mo"}),
        (ucum(1, "kg"), ucum(3, "mg")),
    ],
)
def test_a_range_begins_with_the_lower_value(low: dict[str, Any], high: dict[str, Any]) -> None:
    assert ("http://hl7.org/fhir/StructureDefinition/Range#rng-2", "Condition.onset.ofType(Range)") in told(
        onset(low, high)
    )


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"value": 1}, {"value": 3}),
        (ucum(3, "mg"), ucum(1, "kg")),
        ({"value": 1, "unit": "a"}, {"value": 1, "unit": "a"}),
    ],
)
def test_a_range_that_begins_with_the_lower_value_is_fine(low: dict[str, Any], high: dict[str, Any]) -> None:
    assert told(onset(low, high)) == set()


def test_what_contained_resources_leave_to_their_container_is_told_once() -> None:
    inner = [
        {"resourceType": "Patient", "id": name, "meta": {"versionId": "1", "lastUpdated": "2020"}} for name in "ab"
    ]
    found = Validator().validate({"resourceType": "Basic", "code": {"text": "a"}, "contained": inner})
    assert [each.rule for each in found.errors].count("FM413") == 1


@pytest.mark.parametrize(("answer", "count"), [({"valueString": "2020-01-01"}, 1), ({"valueBoolean": True}, 2)])
def test_an_answer_that_is_no_date_is_of_a_wrong_type_and_cannot_be_read(answer: dict[str, Any], count: int) -> None:
    form = {"resourceType": "Questionnaire", "id": "f", "status": "draft", "item": [{"linkId": "1", "type": "date"}]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "#f",
        "contained": [form],
        "item": [{"linkId": "1", "answer": [answer]}],
    }
    assert [each.rule for each in Validator().validate(response).errors] == ["FM959"] * count
