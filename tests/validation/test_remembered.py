"""What was found good once is not looked at again, and nothing that is wrong hides behind it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fhir_matters import Validator


def patient(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "a", **fields}


MARRIED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"gender": "femal"},
        {"gender": " female"},
        {"maritalStatus": {**MARRIED, "text": ""}},
        {"maritalStatus": {**MARRIED, "words": "M"}},
        {"maritalStatus": {"coding": [{**MARRIED["coding"][0], "userSelected": 1}]}},
        {"maritalStatus": {"coding": [{**MARRIED["coding"][0], "code": "Q"}]}},
        {"maritalStatus": {"coding": [{**MARRIED["coding"][0], "display": "Wed"}]}},
        {"maritalStatus": {"coding": [{**MARRIED["coding"][0], "display": ["Married"]}]}},
        {"maritalStatus": {"coding": {}}},
        {"meta": {"tag": [{"system": "relative", "code": "a"}]}},
    ],
)
def test_what_is_wrong_is_told_each_time_also_after_much_that_was_good(wrong: dict[str, Any]) -> None:
    alone = Validator().validate(patient(**copy.deepcopy(wrong))).issues
    validator = Validator()
    good = patient(gender="female", maritalStatus=MARRIED, meta={"tag": [{"system": "http://a.b", "code": "a"}]})
    selected = patient(maritalStatus={"coding": [{**MARRIED["coding"][0], "userSelected": True}]})
    for each in (good, selected, good):
        assert validator.validate(each).ok
    for _ in range(2):
        assert validator.validate(patient(**copy.deepcopy(wrong))).issues == alone
    assert alone


def test_the_ids_of_two_codings_are_compared_however_often_they_were_seen() -> None:
    validator = Validator()
    coding = {"id": "one", **MARRIED["coding"][0]}
    once, twice = ({"coding": [coding] * count} for count in (1, 2))
    for _ in range(2):
        assert validator.validate(patient(maritalStatus=once)).ok
        assert "FM225" in {each.rule for each in validator.validate(patient(maritalStatus=twice)).issues}


def test_words_that_are_right_in_one_language_are_judged_again_in_another() -> None:
    validator = Validator()
    named = {"coding": [{**MARRIED["coding"][0], "display": "Married"}]}
    first = validator.validate(patient(maritalStatus=named))
    other = validator.validate(patient(maritalStatus=named, language="nl"))
    assert first.ok
    assert other.issues == Validator().validate(patient(maritalStatus=named, language="nl")).issues
