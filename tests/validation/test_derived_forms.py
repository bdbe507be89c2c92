"""Questionnaires that derive from others ask for no less, and where they comply, for no more."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.form_cases import derived, form, question

A = {"linkId": "a", "type": "string", "maxLength": 9}
B = {"linkId": "b", "type": "choice"}


def told(validator: Validator, resource: dict[str, Any], severity: str = "error") -> list[tuple[str, str]]:
    found = [each for each in validator.validate(resource).issues if each.severity.value == severity]
    start = "QUESTIONNAIRE_Q_"
    return [
        (each.message_id.removeprefix(start), each.path.expression)
        for each in found
        if each.message_id.startswith(start)
    ]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (A, None),
        ({**A, "type": "integer"}, ("TYPE", ".type")),
        ({**A, "repeats": True}, ("REPEATS", ".repeats")),
        ({**A, "required": False}, ("REQUIRED", ".required")),
        ({**A, "required": True}, None),
        ({**A, "maxLength": 10}, ("MAXLENGTH", ".maxLength")),
        ({**B, "answerOption": [{"valueString": "y"}]}, None),
        ({**B, "answerValueSet": "http://hl7.org/fhir/ValueSet/yes"}, ("ANSWER_TYPE", "")),
        ({"linkId": "c", "type": "choice", "answerOption": [{"valueString": "y"}]}, ("ANSWER_TYPE", "")),
    ],
)
def test_an_item_is_as_in_the_other_form(validator: Validator, item: dict[str, Any], expected: Any) -> None:
    wrong = [(f"ITEM_DERIVED_NC_{expected[0]}", f"Questionnaire.item[0]{expected[1]}")] if expected else []
    assert told(validator, derived("extends", item)) == wrong


def test_what_the_other_form_limits_stays_limited(validator: Validator) -> None:
    unlimited, unlisted = question("a"), question("b", "choice")
    more = question("b", "choice", answerOption=[{"valueString": "x"}, {"valueString": "z"}])
    assert told(validator, derived("extends", unlimited, unlisted)) == [
        ("ITEM_DERIVED_MAXLENGTH", "Questionnaire.item[0]"),
        ("ITEM_DERIVED_ANSWER_OPTIONS", "Questionnaire.item[1]"),
    ]
    assert told(validator, derived("extends", more)) == [
        ("ITEM_DERIVED_ANSWER_OPTIONS_NEW", "Questionnaire.item[0].answerOption[1]")
    ]


def test_only_a_form_that_extends_another_has_items_of_its_own(validator: Validator) -> None:
    inside = question("g", "group", item=[question("new")])
    assert told(validator, derived("extends", inside)) == []
    assert told(validator, derived("compliesWith", inside)) == [
        ("ITEM_NOT_DERIVED", "Questionnaire.item[0].item[0]"),
    ]
    assert told(validator, derived("inspiredBy", inside)) == []


def test_a_form_says_how_it_derives_from_one_that_is_here(validator: Validator) -> None:
    place = "Questionnaire.derivedFrom[0]"
    assert told(validator, derived("", question("new")), "warning") == [("NO_DERIVATION_TYPE", place)]
    assert told(validator, derived("somehow", question("new")), "warning") == [("DERIVATION_TYPE_UNKNOWN", place)]
    nowhere = form(question("a"), derivedFrom=["https://example.org/nowhere"])
    assert told(validator, nowhere, "warning") == [("UNKNOWN_DERIVATION", place)]
