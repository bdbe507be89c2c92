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
