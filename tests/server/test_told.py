"""What the answers of terminology servers mean: a no only where the server knows what it speaks of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.coded import Question, Told
from fhir_matters.server.told import as_address, as_resource, told
from tests.server.codes import parameters

IN_SET = Question("http://example.org/vs|2", "http://example.org/cs", "a b")
OF_SYSTEM = Question(system="http://example.org/cs", code="a", version="1")
CALLED = Question(system="http://example.org/cs", code="a", display="Ä & b")
ALL = Question("http://example.org/vs")
CODING = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


def issue(code: str, kind: str = "", severity: str = "error") -> dict[str, Any]:
    details = {"details": {"coding": [{"system": CODING, "code": kind}]}} if kind else {}
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, **details}]}


def test_a_question_is_an_operation_with_its_parameters():
    assert as_address(IN_SET) == (
        "ValueSet/$validate-code?url=http%3A%2F%2Fexample.org%2Fvs&valueSetVersion=2"
        "&system=http%3A%2F%2Fexample.org%2Fcs&code=a+b"
    )
    assert as_address(OF_SYSTEM) == "CodeSystem/$validate-code?url=http%3A%2F%2Fexample.org%2Fcs&code=a&version=1"
    assert as_address(ALL) == "ValueSet/$expand?url=http%3A%2F%2Fexample.org%2Fvs&count=5000"
    assert as_resource(CALLED)["parameter"] == [
        {"name": "url", "valueUri": "http://example.org/cs"},
        {"name": "code", "valueCode": "a"},
        {"name": "display", "valueString": "Ä & b"},
    ]
    assert {"name": "count", "valueInteger": 5000} in as_resource(ALL)["parameter"]


def test_yes_and_no_are_taken_as_such():
    assert told(IN_SET, parameters(result=True, display="A")) == Told(holds=True, display="A")
    assert told(IN_SET, parameters(result=False, message="not among them")) == Told(holds=False)


# As HAPI says it, as HL7's own servers say it, and as the codes of OperationOutcome say it.
DOES_NOT_KNOW = [
    parameters(result=False, message="CodeSystem is unknown and can't be validated: http://x for 'http://x#y'"),
    parameters(
        result=False, message="Validator is unable to provide validation for a - Unknown or unusable ValueSet[x]"
    ),
    parameters(result=False, message="Failed to expand ValueSet 'http://x' (in-memory). Could not validate code"),
    parameters(result=False, message="Unable to expand ValueSet because CodeSystem could not be found: http://x"),
    parameters(
        result=False, message="A definition for CodeSystem 'x' could not be found, so the code cannot be checked"
    ),
    parameters(result=False, x_caused_by_unknown_system="http://x"),
    parameters(result=False, x_unknown_system="http://x", message="no"),
    parameters(result=False, issues=issue("not-found", "not-found")),
    parameters(result=False, issues=issue("not-supported")),
]
KNOWS = [
    parameters(result=False, message="Unknown code 'http://x#y' for in-memory expansion of ValueSet 'http://x'"),
    parameters(result=False, message="Unable to validate code x#y - Code is not found in CodeSystem: http://x"),
    parameters(
        result=False, message="Unable to validate code http://x/CodeSystem/y#z - Code is not found in CodeSystem"
    ),
    parameters(result=False, message="The provided code 'x#y' was not found in the value set 'x|1'"),
    parameters(result=False, message="Error processing unit 'blub': The unit 'blub' is unknown' at position 0"),
    parameters(result=False, issues=issue("code-invalid", "not-in-vs"), message="CodeSystem not found"),
    parameters(result=False, issues=issue("code-invalid", "invalid-code")),
    parameters(result=False, issues=issue("not-found", "not-found", "warning")),
]


@pytest.mark.parametrize("answer", DOES_NOT_KNOW, ids=range(len(DOES_NOT_KNOW)))
def test_a_no_of_a_server_that_does_not_know_the_set_or_the_system_decides_nothing(answer):
    assert not told(IN_SET, answer).decides
    assert not told(OF_SYSTEM, answer).decides


@pytest.mark.parametrize("answer", KNOWS, ids=range(len(KNOWS)))
def test_a_no_about_the_code_counts(answer):
    assert told(IN_SET, answer).holds is False


def test_a_yes_with_fault_found_in_the_display_is_a_remark():
    lenient = parameters(result=True, message="does not match", display="A")
    assert told(CALLED, lenient) == Told(holds=True, display="A", remark=True)
    assert told(CALLED, parameters(result=True, issues=issue("invalid", "invalid-display", "warning"))).remark
    assert not told(CALLED, parameters(result=True, message="inactive", display="ä & B")).remark
    assert not told(OF_SYSTEM, lenient).remark


def test_an_expansion_is_taken_whole_as_it_came():
    assert told(ALL, {"resourceType": "ValueSet", "expansion": {"total": 3}}).expansion == {"total": 3}


@pytest.mark.parametrize(
    "answer",
    [
        None, 3, [], {}, {"resourceType": "Patient"}, issue("not-found"), parameters(), {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": "result"}, {"resourceType": "Parameters", "parameter": [3, {}]},
        {"resourceType": "Parameters", "parameter": [{"name": "result", "valueString": "true"}]},
        {"resourceType": "ValueSet", "expansion": 3}, {"resourceType": "ValueSet"},
    ],
)  # fmt: skip
def test_what_is_no_answer_decides_nothing(answer):
    for question in (IN_SET, OF_SYSTEM, CALLED, ALL):
        assert not told(question, answer).decides


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


@given(st.sampled_from(["result", "message", "display", "issues", "x-unknown-system"]), JSON, JSON)
def test_no_answer_whatever_it_holds_raises(name, value, resource):
    listed = [{"name": "result", "valueBoolean": False}, {"name": name, "valueX": value, "resource": resource}, value]
    for question in (IN_SET, CALLED, ALL):
        told(question, {"resourceType": "Parameters", "parameter": listed})
        told(question, {"resourceType": "ValueSet", "expansion": value})
        assert told(question, value) == Told()
