"""Findings are compared by code and place before anything is timed; every difference is counted."""

from __future__ import annotations

from tests.benchmarks.same import agreement
from tests.conformance.sides import Both


def outcome(*errors):
    issues = [
        {"severity": severity, "code": code, "expression": [place], "details": {"text": ""}}
        for severity, code, place in errors
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


NAME = ("error", "structure", "Patient.name[0]")
SAID = {
    "both": Both(outcome(NAME), outcome(NAME, ("warning", "invalid", "Patient"))),
    "only theirs": Both(outcome(NAME, NAME), outcome(NAME)),
    "only ours": Both(outcome(), outcome(("error", "value", "Patient.contact[3].name"))),
    "ours failed": Both(outcome(), None),
    "theirs failed": None,
}


def found():
    return agreement([text.encode() for text in SAID], SAID.get)


def test_what_both_find_is_the_same_and_warnings_are_not_compared():
    assert (found().same, found().errors) == (1, 3)


def test_each_difference_is_named_without_its_number_in_a_list_and_counted():
    assert dict(found().differences) == {
        "only the HL7 validator: structure at Patient.name": 1,
        "only ours: value at Patient.contact.name": 1,
    }


def test_what_the_hl7_validator_cannot_judge_is_left_out_and_what_ours_cannot_is_no_agreement():
    assert found().judged == (b"both", b"only theirs", b"only ours", b"ours failed")
    assert found().unjudged == 1
    assert found().numbers()["compared"] == 4
